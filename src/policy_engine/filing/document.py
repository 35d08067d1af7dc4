"""Checklists as a versioned JSON document."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.filing.asks import everything_asked
from policy_engine.filing.words import Lang
from policy_engine.policy.model import Policy

if TYPE_CHECKING:
    from policy_engine.filing.submit import Filing

FORMAT = "policy-engine/checklist/1"


def filing_document(filing: Filing, lang: Lang = "zh") -> dict[str, Any]:
    """``complete``, ``unmet`` and every report in both languages; messages of remarks and rejections in ``lang``."""
    return {
        **_head(filing.policy),
        "executor": filing.assessment.result.executor,
        "complete": filing.complete,
        "unmet": filing.unmet,
        "reports": [asdict(report) for report in filing.reports],
        "rejected": [
            {
                "entity": r.row.entity,
                "key": r.row.key,
                "column": r.column,
                "caused_by": r.culprit.place if r.culprit is not None else None,
                **_told(r.diagnostic, lang),
            }
            for r in filing.rejected
        ],
        "notes": [_told(note, lang) for note in filing.notes],
    }


def blank_document(policy: Policy, lang: Lang = "zh") -> dict[str, Any]:
    """Everything the policy may ask: no ``reports``, but ``asks`` worded in ``lang``."""
    return {**_head(policy), "asks": [asdict(asked) for asked in everything_asked(policy, lang)]}


def to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _head(policy: Policy) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "policy": policy.id,
        "title": policy.title,
        "digest": policy.digest,
        "period": str(policy.period),
        "readings": {r.name: r.chosen for r in policy.readings.values()},
    }


def _told(found: Diagnostic, lang: Lang) -> dict[str, str]:
    return {"code": found.code, "message": found.message(lang)}
