"""run.json: what was run, on what, under which rules, with what outcome."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import metadata

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
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
    remarks: Sequence[Diagnostic] = (),
    supplied: Sequence[Supplied] = (),
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
        *([sorted([s.entity, s.key, s.term, str(s.value), s.origin] for s in supplied)] if supplied else []),
    ]
    notes = [*policy.warnings, *month.notes, *assessment.notes, *remarks]
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
        "supplied_by": sorted({s.origin for s in supplied}),
        "output": dict(sorted(outputs.items())),
        "rows": _counts(policy, month, assessment),
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


def _counts(policy: Policy, month: MonthInput, assessment: Assessment) -> dict[str, dict[str, int]]:
    """Rows in + implied = rows out + rejected, by entity.

    ``in`` is counted in the tables as they were read; ``implied`` are rows that stood in no table and were made
    because others name them. Raises EngineError when the two sides differ: then a row was lost.
    """
    handed_in = {table.entity: len(table.rows) for table in month.tables}
    refused: dict[str, dict[int, Row]] = {}
    for item in assessment.rejected:
        refused.setdefault(item.row.entity, {})[id(item.row)] = item.row
    found = {}
    for entity in policy.base_entities:
        settled = assessment.result.dataset.rows[entity.name]
        rejected = refused.get(entity.name, {}).values()
        counts = {
            "in": handed_in.get(entity.name, 0),
            "implied": sum(not row.line for row in (*settled, *rejected)),
            "out": len(settled),
            "rejected": len(rejected),
        }
        if counts["in"] + counts["implied"] != counts["out"] + counts["rejected"]:
            raise EngineError(diagnostic("PE9001", detail=f"{entity.name}：{counts}"))
        found[entity.id] = counts
    return found


def _note(note: Diagnostic, lang: str) -> dict[str, str]:
    return {"code": note.code, "message": note.message(lang)}
