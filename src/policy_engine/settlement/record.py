"""run.json: what was run, on what, under which rules, with what outcome."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Parameter, Policy
from policy_engine.settlement.input import MonthInput
from policy_engine.settlement.statements import totals

if TYPE_CHECKING:
    from policy_engine.engine.evaluate import Assessment

FORMAT = "policy-engine/run/1"


@dataclass(frozen=True)
class RunFacts:
    """What a record says of a run, whoever decided it. ``rows`` and ``totals`` are by entity id."""

    executor: str
    digests: Mapping[str, str]
    notes: Sequence[Diagnostic]
    rows: Mapping[str, Mapping[str, int]]
    totals: Callable[[], Mapping[str, Mapping[str, str]]]
    supplied: Sequence[Supplied] = ()


def facts_of(
    policy: Policy, month: MonthInput, assessment: Assessment, supplied: Sequence[Supplied] = ()
) -> RunFacts:
    """Of a month the engine has decided. Raises EngineError when a row was lost."""
    return RunFacts(
        assessment.result.executor,
        month.digests,
        (*month.notes, *assessment.notes),
        _counts(policy, month, assessment),
        lambda: totals(assessment.result),
        supplied,
    )


def run_record(
    policy: Policy,
    facts: RunFacts,
    outputs: Mapping[str, str],
    lang: str = "zh",
    remarks: Sequence[Diagnostic] = (),
) -> dict[str, object]:
    """The record of a run. The run id is the digest of policy, input and engine: same input, same id."""
    version = metadata.version("policy-engine")
    supplied = facts.supplied
    identity = [
        policy.digest,
        str(policy.period),
        version,
        facts.executor,
        dict(sorted(facts.digests.items())),
        *([sorted([s.entity, s.key, s.term, str(s.value), s.origin] for s in supplied)] if supplied else []),
    ]
    notes = [*policy.warnings, *facts.notes, *remarks]
    return {
        "format": FORMAT,
        "run_id": hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:16],
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "engine": {"name": "policy-engine", "version": version, "executor": facts.executor},
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
        "input": dict(sorted(facts.digests.items())),
        "supplied_by": sorted({s.origin for s in supplied}),
        "output": dict(sorted(outputs.items())),
        "rows": {name: dict(counts) for name, counts in facts.rows.items()},
        "totals": {name: dict(sums) for name, sums in facts.totals().items()},
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
        counts = balanced(
            entity.name,
            handed_in.get(entity.name, 0),
            sum(not row.line for row in (*settled, *rejected)),
            len(settled),
            len(rejected),
        )
        found[entity.id] = counts
    return found


def balanced(name: str, handed_in: int, implied: int, out: int, rejected: int) -> dict[str, int]:
    """The counts of an entity. Raises EngineError when a row was lost."""
    counts = {"in": handed_in, "implied": implied, "out": out, "rejected": rejected}
    if handed_in + implied != out + rejected:
        raise EngineError(diagnostic("PE9001", detail=f"{name}：{counts}"))
    return counts


def _note(note: Diagnostic, lang: str) -> dict[str, str]:
    return {"code": note.code, "message": note.message(lang)}
