"""The rows of a policy that scenarios can reach, its checks and its shares."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.feel.typed import Const
from policy_engine.policy.checklist_model import Checklist, FieldRule, Form, Requirement, Uniqueness
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Ground,
    Lookup,
    Stage,
    TableRow,
)
from policy_engine.testing.coverage_items import Item, Kind, Maker, one_line, where

HIT, NOT_MET, MET, UNMET, INSTEAD = "命中", "不成立", "满足", "不满足", "代件"
HOLDS, FAILS, INSIDE, OUTSIDE = "成立", "不成立", "在内", "在外"
DEFAULT = "默认"
Sides = list[tuple[str, str]]


def row_items(make: Maker) -> Iterator[Item]:
    """Items of every stage and every lookup."""
    for stage in make.policy.stages:
        yield from _of_stage(make, stage)
    for lookup in make.policy.lookups.values():
        yield from _of_lookup(make, lookup)


def _of_stage(make: Maker, stage: Stage) -> Iterator[Item]:
    place = where(stage)
    match stage.body:
        case DecisionTable() as table:
            yield from _of_table(make, stage, table)
        case BracketScale(brackets=brackets):
            for bracket in brackets:
                need = f"写一个场景，让{stage.entity}的数量落在“{bracket.name}”这一档"
                path, clauses = f"{place}/{bracket.name}", bracket.clauses or stage.clauses
                yield make.item(Kind.ROW, bracket.threshold.span, path, clauses, [(HIT, need)])
        case Eligibility() as eligibility:
            yield from _of_eligibility(make, stage, eligibility)
        case Checklist(requirements=requirements):
            for item in requirements:
                path, clauses = f"{place}/{item.name}", item.clauses or stage.clauses
                yield make.item(Kind.ROW, item.span, path, clauses, paper_sides(stage, item))
        case Form(fields=fields):
            for rule in fields:
                path, clauses = f"{place}/{rule.name}", rule.clauses or stage.clauses
                yield make.item(Kind.ROW, rule.span, path, clauses, field_sides(stage, rule))
        case Allocation(within=within):
            if within is not None:
                text = one_line(within.span)
                sides = [
                    (INSIDE, f"写一个场景，有{stage.entity}在“{text}”之内，分到一份"),
                    (OUTSIDE, f"写一个场景，有{stage.entity}在“{text}”之外，分不到"),
                ]
                yield make.item(Kind.SHARE, within.span, f"{place}/分摊范围", stage.clauses, sides)
        case Check(name=name):
            sides = [
                (HOLDS, f"写一个场景，{stage.entity}的数据符合“{name}”"),
                (FAILS, f"写一个场景，{stage.entity}的数据不符合“{name}”，检查它被退回"),
            ]
            yield make.item(Kind.CHECK, stage.span, place, stage.clauses, sides)


def _of_table(make: Maker, stage: Stage, table: DecisionTable) -> Iterator[Item]:
    for row in table.rows:
        need = f"写一个场景，让{stage.entity}落在“{row.name}”这一行{_cells(table, row)}"
        path, clauses = f"{where(stage)}/{row.name}", row.clauses or stage.clauses
        yield make.item(Kind.ROW, row.span, path, clauses, [(HIT, need)])
    if table.default is not None and table.default:
        need = f"写一个场景，让{stage.entity}在这张表里一行也对不上，取默认值"
        path = f"{where(stage)}/{DEFAULT}"
        yield make.item(Kind.ROW, table.default[0].span, path, stage.clauses, [(HIT, need)], DEFAULT)


def _cells(table: DecisionTable, row: TableRow) -> str:
    """The conditions of a row, as they are written."""
    tests = [table.tests[number] for number in row.tests]
    told = "；".join(f"{t.column} {t.cell}" for t in tests if t.cell.strip() not in ("", "-"))
    return f"（{told}）" if told else ""


def _of_eligibility(make: Maker, stage: Stage, body: Eligibility) -> Iterator[Item]:
    for case in body.cases:
        sides: Sides = [(HIT, f"写一个场景，让{body.entity}的“{case.name}”这种情形成立")]
        if case.evidence:
            word = "证不成" if isinstance(case, Ground) else "不受影响"
            cells = "、".join(cell.column for cell in case.evidence)
            need = f"写一个场景，{body.entity}属于“{case.name}”，但{body.evidence}的{cells}不符，{word}"
            sides.append((NOT_MET, need))
        path = f"{where(stage)}/{case.name}"
        yield make.item(Kind.ROW, case.span, path, case.clauses or stage.clauses, sides)


def paper_sides(stage: Stage, item: Requirement) -> Sides:
    """A row of 材料清单; one that is never required cannot be unmet."""
    sides = [(MET, f"写一个场景，{stage.entity}的“{item.name}”交了合格的材料")]
    if item.substitutes and _can(item.substitute_when is None, item):
        sides.append((INSTEAD, f"写一个场景，{stage.entity}的“{item.name}”由{'、'.join(item.substitutes)}代"))
    if not (isinstance(item.required, Const) and item.required.value is False):
        sides.append((UNMET, f"写一个场景，{stage.entity}的“{item.name}”该交而没有交，或者交的不合格"))
    return sides


def _can(always: bool, item: Requirement) -> bool:
    when = item.substitute_when
    return always or not (isinstance(when, Const) and when.value is False)


def field_sides(stage: Stage, rule: FieldRule) -> Sides:
    """A row of 填报要求; one that is never required and asks nothing of a value cannot be unmet."""
    sides = [(MET, f"写一个场景，{stage.entity}的“{rule.field}”照“{rule.name}”这一行填对了")]
    asks = rule.format or rule.pattern or rule.length or rule.contains or rule.must
    optional = isinstance(rule.required, Const) and rule.required.value is False
    if asks or rule.unique is not Uniqueness.FREE or not optional:
        sides.append((UNMET, f"写一个场景，{stage.entity}的“{rule.field}”不合“{rule.name}”这一行"))
    return sides


def _of_lookup(make: Maker, lookup: Lookup) -> Iterator[Item]:
    for number, (keys, value) in enumerate(lookup.rows):
        name = "、".join(map(str, keys))
        need = f"写一个场景查到这一行：对照表“{lookup.name}”中“{name}”是“{value}”"
        path = f"对照表/{lookup.name}/{name}"
        yield make.item(Kind.ROW, lookup.row_spans[number], path, lookup.clauses, [(HIT, need)])
