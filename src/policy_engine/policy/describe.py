"""A resolved policy as a plain document: every value with its file, line, clause, source and status."""

from __future__ import annotations

from typing import Any

from policy_engine.diagnostics.span import Span
from policy_engine.feel.units import Unit
from policy_engine.policy.checklist_describe import checklist_body, form_body
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Exclusion,
    Formula,
    Ground,
    Policy,
    Stage,
    Term,
)
from policy_engine.policy.process_describe import describe_process
from policy_engine.policy.property_describe import describe_property
from policy_engine.policy.table_view import file_of

FORMAT = "policy-engine/policy/1"


def describe(policy: Policy) -> dict[str, Any]:
    """JSON-ready. Positions are ``file:line``; ``from`` is the policy of the lineage a thing was written in."""
    owner = {f.path: f.policy for f in policy.files}

    def at(span: Span) -> dict[str, str]:
        return {"at": place(span), "from": owner.get(file_of(span.source), "")}

    return {
        "format": FORMAT,
        "policy": policy.id,
        "title": policy.title,
        "issuer": policy.issuer,
        "number": policy.number,
        "issued": _day(policy.issued),
        "known_from": _day(policy.known_from),
        "in_force": {
            "from": _day(policy.in_force.from_),
            "to": _day(policy.in_force.to),
            "by": policy.in_force.by,
            "clauses": list(policy.in_force.clauses),
        },
        "period": str(policy.period),
        "known_on": _day(policy.known_on),
        "digest": policy.digest,
        "basis": list(policy.basis),
        "files": [{"policy": f.policy, "path": f.path, "sha256": f.sha256} for f in policy.files],
        "not_covered": [{"role": r.name, "reason": r.reason, **at(r.span)} for r in policy.not_covered],
        "readings": [
            {
                "name": r.name,
                "chosen": r.chosen,
                "default": r.default,
                "options": list(r.options),
                "clauses": list(r.clauses),
                "rationale": r.rationale,
                **at(r.span),
            }
            for r in policy.readings.values()
        ],
        "parameters": [
            {
                "name": p.name,
                "value": p.text,
                "from_day": _day(p.from_),
                "to_day": _day(p.to),
                "review": _day(p.review),
                "source": p.status.value,
                "clauses": list(p.clauses),
                **at(p.span),
            }
            for p in policy.parameters.values()
        ],
        "entities": [
            {
                "name": e.name,
                "id": e.id,
                "key": e.key,
                "belongs_to": e.parent,
                "single": e.single,
                "papers": e.papers,
                "merged_within": e.merged_within,
                "base": e.base if e.is_sub else None,
                "when": _text(e.when.span) if e.when is not None else None,
                **at(e.span),
            }
            for e in policy.entities.values()
        ],
        "terms": [{**_term(t), **at(t.span)} for t in policy.terms],
        "decisions": [{**_stage(s), **at(s.span)} for s in policy.stages],
        "lookups": [
            {
                "name": x.name,
                "rows": [[*map(str, keys), str(value)] for keys, value in x.rows],
                "clauses": list(x.clauses),
                **at(x.span),
            }
            for x in policy.lookups.values()
        ],
        "clauses": [
            {
                "id": c.id,
                "position": c.position,
                "summary": c.summary,
                "testable": c.testable,
                "reason": c.reason,
                **at(c.span),
            }
            for c in policy.clauses.values()
        ],
        "statements": [
            {"entity": s.entity, "columns": [c.name for c in s.columns], **at(s.span)}
            for s in policy.statements
        ],
        "properties": [{**describe_property(p), **at(p.span)} for p in policy.properties.values()],
        "processes": [{**describe_process(p), **at(p.span)} for p in policy.processes.values()],
    }


def place(span: Span) -> str:
    return f"{span.source.name}:{span.line}"


def _day(value: object) -> str | None:
    return None if value is None else str(value)


def _text(span: Span) -> str:
    return " ".join(span.text.split())


def _term(term: Term) -> dict[str, Any]:
    return {
        "entity": "、".join(sorted(term.parts)),
        "name": term.name,
        "id": term.id,
        "type": term.kind,
        "unit": _unit(term.unit),
        "places": term.places,
        "input": not term.decided,
        "required": term.required,
        "sensitive": term.sensitive,
        "filled_by": term.filled_by,
        "low": _day(term.low),
        "high": _day(term.high),
    }


def _unit(unit: Unit | None) -> str | None:
    return unit.name or None if unit is not None else None


def _stage(stage: Stage) -> dict[str, Any]:
    rounding = [f"{r.mode.value} {r.places}" if r is not None else None for r in stage.roundings]
    return {
        "key": stage.key,
        "entity": stage.entity,
        "decides": list(stage.outputs),
        "rounding": rounding,
        "clauses": list(stage.clauses),
        **_body(stage),
    }


def _body(stage: Stage) -> dict[str, Any]:
    match stage.body:
        case Formula(expression=expression):
            return {"way": "formula", "text": _text(expression.span)}
        case Check(condition=condition):
            return {"way": "check", "text": _text(condition.span)}
        case Allocation(total=total, within=within, by=by, places=places):
            return {
                "way": "allocation",
                "total": _text(total.span),
                "within": _text(within.span) if within is not None else None,
                "by": _text(by.span),
                "places": places,
            }
        case BracketScale(of=of, method=method, brackets=brackets):
            rows = [
                {
                    "name": b.name,
                    "threshold": _text(b.threshold.span),
                    "inclusive": b.inclusive,
                    "rate": _text(b.rate.span),
                    "clauses": list(b.clauses),
                }
                for b in brackets
            ]
            return {"way": "scale", "of": _text(of.span), "method": method.value, "brackets": rows}
        case DecisionTable() as table:
            return {"way": "table", "hit_policy": table.hit_policy.value, "rows": _rows(table)}
        case Eligibility() as eligibility:
            return {
                "way": "eligibility",
                "evidence": eligibility.evidence,
                "verdicts": list(eligibility.verdicts),
                "grounds": [_case(g) for g in eligibility.grounds],
                "exclusions": [
                    {**_case(x), "consequence": x.consequence.value} for x in eligibility.exclusions
                ],
            }
        case Checklist() as checklist:
            return checklist_body(checklist)
        case Form() as form:
            return form_body(form)


def _case(case: Ground | Exclusion) -> dict[str, Any]:
    return {
        "name": case.name,
        "when": [f"{c.column}：{c.cell}" for c in case.conditions],
        "evidence": [f"{c.column}：{c.cell}" for c in case.evidence],
        "clauses": list(case.clauses),
        "at": place(case.span),
    }


def _rows(table: DecisionTable) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "when": [f"{table.tests[i].column}：{table.tests[i].cell}" for i in row.tests],
            "then": [_text(o.span) for o in row.outputs],
            "clauses": list(row.clauses),
            "at": place(row.span),
        }
        for row in table.rows
    ]
