"""A plan as a plain document: columns with their types, what is decided when and by which clause, and the SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policy_engine.lowering import ir
from policy_engine.lowering.dialects import Dialect
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.plan import Plan, RowColumn, Step, TotalColumn
from policy_engine.lowering.relations import Form, Relation, relations
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Stage,
)

FORMAT = "policy-engine/plan/1"
_NAMED = re.compile(r'AS [`"]([^`"]+)[`"],?$')  # the end of a line that makes a column
_WRAP = 120  # characters from which on a line of SQL is broken before its arms


def describe_plan(plan: Plan, dialect: Dialect) -> dict[str, Any]:
    """JSON-ready. Bounds are exact texts in the column's unit; ``bits`` is 64 or 128 for numbers, null for the rest."""
    policy = plan.policy
    made = relations(plan, dialect)
    return {
        "format": FORMAT,
        "policy": policy.id,
        "title": policy.title,
        "period": str(policy.period),
        "digest": policy.digest,
        "dialect": dialect.name,
        "inputs": [
            {"entity": entity, "column": c.name, "name": c.term.name, **_type(c.physical)}
            for entity, columns in plan.inputs.items()
            for c in columns
        ],
        "columns": [_column(plan, step) for step in plan.steps],
        "faults": [
            {"entity": f.entity, "code": f.code, **_stage(_stages(plan).get(f.stage))} for f in plan.faults
        ],
        "relations": [_relation(plan, r, dialect) for r in made.made],
        "last": dict(made.last),
        "failed": [{"entity": e, "relation": name} for e, name in made.failed],
    }


def _stages(plan: Plan) -> Mapping[str, Stage]:
    return {s.id: s for s in plan.policy.stages}


def _column(plan: Plan, step: Step) -> dict[str, Any]:
    found: dict[str, Any] = {"entity": step.entity, "time": step.time, "column": step.name}
    stage = _stages(plan).get(step.stage)
    found.update(_stage(stage))
    if isinstance(step, RowColumn):
        above = sorted({f"{c.entity}.{c.name}" for c in ir.columns(step.expr) if c.entity != step.entity})
        return {**found, "by": _body(stage), "from_above": above, **_type(step.expr.type)}
    if isinstance(step, TotalColumn):
        return {**found, "by": "total", "over": step.over, "total": step.kind.value, **_type(step.type)}
    return {**found, "by": "queue", "over": step.over}


def _stage(stage: Stage | None) -> dict[str, Any]:
    if stage is None:
        return {"stage": None, "clauses": []}
    return {"stage": stage.key, "of": stage.entity, "clauses": list(stage.clauses)}


def _body(stage: Stage | None) -> str:
    match stage.body if stage is not None else None:
        case None:
            return "part"
        case DecisionTable():
            return "table"
        case BracketScale():
            return "brackets"
        case Allocation():
            return "allocation"
        case Check():
            return "check"
        case _:
            return "formula"


def _type(type_: Physical) -> dict[str, Any]:
    found: dict[str, Any] = {"type": type_.kind.value, "nullable": type_.nullable, "bits": None}
    if type_.kind is Kind.NUMBER:
        found["unit"] = str(type_.unit)
        found["low"], found["high"] = str(type_.low * type_.unit), str(type_.high * type_.unit)
        found["bits"] = 128 if type_.wide else 64
    elif type_.kind is Kind.CODE:
        found["names"] = list(type_.names)
    return found


# -- SQL ---------------------------------------------------------------------------------------------


def _relation(plan: Plan, relation: Relation, dialect: Dialect) -> dict[str, Any]:
    return {
        "name": relation.name,
        "form": relation.form.value,
        "about": relation.about,
        "sql": "\n".join(_statement(plan, relation, dialect)),
    }


def _statement(plan: Plan, relation: Relation, dialect: Dialect) -> Iterator[str]:
    """The statement as it could be run by hand, each decided column with its stage and clauses behind it."""
    yield f"-- {_one_line(relation.about)}"
    name = dialect.identifier(relation.name)
    if dialect.name == "spark" and relation.form is Form.TABLE:
        yield f"CACHE TABLE {name} AS"
    else:
        yield f"CREATE OR REPLACE TEMP {'TABLE' if relation.form is Form.TABLE else 'VIEW'} {name} AS"
    about = _comments(plan, relation)
    lines = relation.query.split("\n")
    for number, line in enumerate(lines):
        end = ";" if number == len(lines) - 1 else ""
        made = _NAMED.search(line)
        comment = about.get(made.group(1), "") if made else ""
        yield _wrapped(line) + end + (f"  -- {comment}" if comment else "")


def _comments(plan: Plan, relation: Relation) -> dict[str, str]:
    """Column → stage and clauses, of the rows it works out and of the totals it makes of them."""
    stages = _stages(plan)
    found = {}
    for step in plan.steps:
        total = (
            relation.grouped is not None
            and isinstance(step, TotalColumn)
            and step.entity == relation.grouped[0]
        )
        if (step.entity == relation.rows or total) and step.stage in stages:
            stage = stages[step.stage]
            clauses = "、".join(stage.clauses)
            found[step.name] = _one_line(stage.key + (f"（{clauses}）" if clauses else ""))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrapped(line: str) -> str:
    """A long CASE, one arm a line. Nothing inside quotation marks is broken."""
    if len(line) <= _WRAP:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    pieces = re.split(r"""('(?:[^'\\]|''|\\.)*')""", line)
    broken = (
        piece if n % 2 else re.sub(r" (WHEN|ELSE|AND|OR) ", lambda m: f"\n{indent}{m.group(1)} ", piece)
        for n, piece in enumerate(pieces)
    )
    return "".join(broken)
