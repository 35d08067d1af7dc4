"""Proofs as a plain document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policy_engine.analysis.prove_model import Proof
from policy_engine.analysis.prove_text import REASONS, lemma_text
from policy_engine.diagnostics.diagnostic import Lang
from policy_engine.policy.model import Policy

FORMAT = "policy-engine/proofs/1"


def proofs_document(policy: Policy, proofs: Sequence[Proof], lang: Lang) -> dict[str, Any]:
    """JSON-ready. ``why`` is a word for programs, ``reason`` the same for people."""
    return {
        "format": FORMAT,
        "policy": policy.id,
        "period": str(policy.period),
        "digest": policy.digest,
        "proofs": [_proof(p, lang) for p in proofs],
    }


def _proof(proof: Proof, lang: Lang) -> dict[str, Any]:
    found = proof.property
    return {
        "property": found.name,
        "entity": proof.entity,
        "verdict": proof.verdict.value,
        "why": proof.why.value if proof.why is not None else None,
        "reason": REASONS[proof.why].render(lang, {}) if proof.why is not None else None,
        "seconds": round(proof.seconds, 3),
        "lemmas": [lemma_text(x) for x in proof.lemmas],
        "scenario": list(proof.scenario),
        "clauses": list(found.clauses),
        "at": f"{found.span.source.name}:{found.span.line}",
    }
