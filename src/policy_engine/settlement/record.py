"""run.json: what was run, on what, under which rules, with what outcome."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.evaluate import Assessment
from policy_engine.policy.model import Parameter, Policy
from policy_engine.settlement.input import MonthInput
from policy_engine.settlement.statements import totals

FORMAT = "policy-engine/run/1"


def run_record(
    policy: Policy,
    month: MonthInput,
    assessment: Assessment,
    outputs: Mapping[str, str],
    lang: str = "zh",
) -> dict[str, object]:
    """The record of a run. The run id is the digest of policy, input and engine: same input, same id."""
    version = metadata.version("policy-engine")
    result = assessment.result
    identity = [
        policy.digest,
        str(policy.period),
        version,
        result.executor,
        dict(sorted(month.digests.items())),
    ]
    notes = [*policy.warnings, *month.notes, *assessment.notes]
    return {
        "format": FORMAT,
        "run_id": hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:16],
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "engine": {"name": "policy-engine", "version": version, "executor": result.executor},
        "policy": {
            "id": policy.id,
            "title": policy.title,
            "digest": policy.digest,
            "files": [{"policy": f.policy, "path": f.path, "sha256": f.sha256} for f in policy.files],
        },
        "period": str(policy.period),
        "known_on": str(policy.known_on) if policy.known_on else None,
        "readings": {r.name: r.chosen for r in policy.readings.values()},
        "parameters": [_parameter(p) for p in policy.parameters.values()],
        "input": dict(sorted(month.digests.items())),
        "output": dict(sorted(outputs.items())),
        "rows": _counts(policy, assessment),
        "totals": totals(result),
        "warnings": [_note(n, lang) for n in notes],
    }


def _parameter(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "value": parameter.text,
        "source": parameter.status.value,
        "clauses": list(parameter.clauses),
        "at": f"{parameter.span.source.name}:{parameter.span.line}",
    }


def _counts(policy: Policy, assessment: Assessment) -> dict[str, dict[str, int]]:
    """Rows in = rows out + rejected, by entity."""
    rejected: dict[str, set[int]] = {}
    for item in assessment.rejected:
        rejected.setdefault(item.row.entity, set()).add(id(item.row))
    found = {}
    for entity in policy.base_entities:
        settled = len(assessment.result.dataset.rows[entity.name])
        left = len(rejected.get(entity.name, ()))
        found[entity.id] = {"in": settled + left, "out": settled, "rejected": left}
    return found


def _note(note: Diagnostic, lang: str) -> dict[str, str]:
    return {"code": note.code, "message": note.message(lang)}


def file_digests(paths: Sequence[Path]) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
