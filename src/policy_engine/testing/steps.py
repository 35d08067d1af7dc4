"""The steps themselves: each hands what its pattern captured to the world or to a check.

Registered with pytest when the first feature file is collected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import step
from pytest_bdd.parsers import StepParser

from policy_engine.engine.checklist_document import ChecklistReport
from policy_engine.engine.eligibility_document import EligibilityReport
from policy_engine.policy.model import Entity
from policy_engine.process.events import Actor
from policy_engine.tables.values import parse_date, parse_month
from policy_engine.testing import (
    check_checklists,
    check_clauses,
    check_eligibility,
    check_equations,
    check_matters,
    check_records,
    check_refusals,
    check_statements,
    check_values,
)
from policy_engine.testing.attached import attached_folder
from policy_engine.testing.folders import NEAREST_RULES
from policy_engine.testing.grammar import Pattern
from policy_engine.testing.loading import Loader
from policy_engine.testing.names import find_entity, find_term, split_where, the_entity
from policy_engine.testing.patterns import PATTERNS
from policy_engine.testing.plugin import EXECUTOR_INI, RULES_INI
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.world import CURRENT_SCENARIO, CURRENT_STEP, RECORDER, World

Table = Sequence[Sequence[str]]
Function = Callable[..., None]


@pytest.fixture(scope="session")
def policy_loader() -> Loader:
    """Policies loaded so far."""
    return Loader()


@pytest.fixture
def policy_rules(request: pytest.FixtureRequest) -> Path | None:
    """A folder of rule files that goes before the built-in ones; a conftest may say another."""
    folder = str(request.config.getini(RULES_INI))
    if folder:
        return request.config.rootpath / folder
    nearest = request.config.stash.get(NEAREST_RULES, None)
    return nearest(request.path) if nearest is not None else None


@pytest.fixture
def policy_world(
    request: pytest.FixtureRequest, policy_loader: Loader, policy_rules: Path | None
) -> Iterator[World]:
    """What this scenario has said so far."""
    executor = str(request.config.getini(EXECUTOR_INI))
    recorder = request.config.stash.get(RECORDER, None)
    yield World(policy_loader, policy_rules, executor, lambda: request.node.stash[CURRENT_STEP], recorder)


class _PatternParser(StepParser):
    def __init__(self, pattern: Pattern) -> None:
        super().__init__(pattern.template)
        self.pattern = pattern

    def is_matching(self, name: str) -> bool:
        return self.pattern.match(name) is not None

    def parse_arguments(self, name: str) -> dict[str, Any] | None:
        found = self.pattern.match(name)
        return None if found is None else dict(found)


def _for(pattern_id: str) -> Callable[[Function], Function]:
    """Register a function as the step of a pattern."""
    pattern = next(p for p in PATTERNS if p.id == pattern_id)

    def register(function: Function) -> Function:
        function.pattern_id = pattern_id  # type: ignore[attr-defined]  # a mark of ours
        kind: Any = pattern.kind
        return step(_PatternParser(pattern), kind, stacklevel=2)(function)

    return register


# -- 假如 --------------------------------------------------------------------------------------------


@_for("policy_for_month")
def policy_for_month(policy_world: World, policy: str, month: str) -> None:
    policy_world.choose(policy, period=_month(month))


@_for("policy_on_day")
def policy_on_day(policy_world: World, policy: str, day: str) -> None:
    policy_world.choose(policy, on=_day(day))


@_for("known_on")
def known_on(policy_world: World, day: str) -> None:
    policy_world.amend(known_on=_day(day))


@_for("reading")
def reading(policy_world: World, reading: str, option: str) -> None:
    policy_world.choose_reading(reading, option)


@_for("parameter")
def parameter(policy_world: World, parameter: str, value: str) -> None:
    policy_world.suppose(parameter, value)


@_for("rows")
def rows(policy_world: World, entity: str, datatable: Table = ()) -> None:
    policy_world.state(lambda draft: draft.add(entity, datatable))


@_for("change_rows")
def change_rows(policy_world: World, entity: str, term: str, datatable: Table = ()) -> None:
    policy_world.state(lambda draft: draft.change(entity, term, datatable))


@_for("fact")
def fact(policy_world: World, entity: str, key: str | None, term: str, value: str) -> None:
    policy_world.state(lambda draft: draft.set(entity, key, term, value))


@_for("files")
def files(policy_world: World, request: pytest.FixtureRequest, folder: str) -> None:
    feature = Path(request.node.stash[CURRENT_SCENARIO].feature.filename)
    policy_world.look_in(attached_folder(feature, request.config.rootpath, folder))


# -- 当 ----------------------------------------------------------------------------------------------


@_for("settle")
def settle(policy_world: World) -> None:
    policy_world.settle()


@_for("judge")
def judge(policy_world: World) -> None:
    policy_world.settle()


@_for("examine")
def examine(policy_world: World) -> None:
    policy_world.settle()


@_for("settle_known")
def settle_known(policy_world: World, day: str) -> None:
    policy_world.settle(known_on=_date(day))


@_for("fill_in")
def fill_in(
    policy_world: World,
    role: str,
    actor: str | None,
    at: str,
    process: str,
    matter: str,
    datatable: Table = (),
) -> None:
    who, when = Actor(role, actor or ""), _moment(at)
    policy_world.handle(lambda desk, request: desk.fill_in(request, process, matter, who, when, datatable))


@_for("attach")
def attach(policy_world: World, process: str, matter: str, entity: str, datatable: Table = ()) -> None:
    policy_world.handle(lambda desk, request: desk.attach(request, process, matter, entity, datatable))


@_for("fill_in_rows")
def fill_in_rows(
    policy_world: World,
    role: str,
    actor: str | None,
    at: str,
    process: str,
    matter: str,
    entity: str,
    datatable: Table = (),
) -> None:
    who, when = Actor(role, actor or ""), _moment(at)
    policy_world.handle(
        lambda desk, request: desk.fill_in_rows(request, process, matter, entity, who, when, datatable)
    )


@_for("take")
def take(
    policy_world: World, role: str, actor: str | None, at: str, process: str, matter: str, step: str
) -> None:
    take_noting(policy_world, role, actor, at, process, matter, step, "")


@_for("take_noting")
def take_noting(
    policy_world: World,
    role: str,
    actor: str | None,
    at: str,
    process: str,
    matter: str,
    step: str,
    note: str,
) -> None:
    who, when = Actor(role, actor or ""), _moment(at)
    policy_world.handle(lambda desk, request: desk.do(request, process, matter, step, who, when, note))


# -- 那么 --------------------------------------------------------------------------------------------


@_for("value")
def value(policy_world: World, entity: str, key: str | None, term: str, value: str) -> None:
    who, term = _path(policy_world, entity, key, term)
    term, value = split_where(
        term, "应为", value, lambda t: find_term(policy_world.policy, who, t) is not None
    )
    check_values.check_value(policy_world.assessment, who, key, term, value)


@_for("clause")
def clause(policy_world: World, entity: str, key: str | None, clause: str) -> None:
    check_clauses.check_clause(policy_world.assessment, _entity(policy_world, entity), key, clause)


@_for("value_clause")
def value_clause(policy_world: World, entity: str, key: str | None, term: str, clause: str) -> None:
    who, term = _path(policy_world, entity, key, term)
    check_clauses.check_value_clause(policy_world.assessment, who, key, term, clause)


@_for("table")
def table(policy_world: World, entity: str, datatable: Table = ()) -> None:
    check_values.check_table(policy_world.assessment, _entity(policy_world, entity), datatable)


@_for("equation")
def equation(policy_world: World, entity: str, key: str | None, equation: str) -> None:
    check_equations.check_equation(policy_world.assessment, _entity(policy_world, entity), key, equation)


@_for("rejected")
def rejected(policy_world: World, entity: str, key: str | None, reason: str) -> None:
    check_refusals.check_rejected(policy_world.assessment, _entity(policy_world, entity), key, reason)


@_for("nothing_rejected")
def nothing_rejected(policy_world: World) -> None:
    check_refusals.check_nothing_rejected(policy_world.assessment)


@_for("error_code")
def error_code(policy_world: World, code: str) -> None:
    check_refusals.check_error(policy_world.expect_error(), code=code)


@_for("error_words")
def error_words(policy_world: World, words: str) -> None:
    check_refusals.check_error(policy_world.expect_error(), words=words)


@_for("issuer")
def issuer(policy_world: World, entity: str, key: str | None, issuer: str) -> None:
    who = _entity(policy_world, entity)
    for node, row in check_statements.check_issuer(policy_world.assessment, who, key, issuer):
        policy_world.evaluated(node, row)


@_for("statement")
def statement(policy_world: World, entity: str, terms: str) -> None:
    check_statements.check_statement(policy_world.assessment, _entity(policy_world, entity), terms)


@_for("lookup")
def lookup(policy_world: World, lookup: str, keys: str, result: str) -> None:
    policy_world.looked_up(lookup, check_statements.check_lookup(policy_world.policy, lookup, keys, result))


@_for("refused")
def refused(policy_world: World, reason: str) -> None:
    check_refusals.check_refused(policy_world.expect_error(), reason)


@_for("state")
def state(policy_world: World, process: str, matter: str, day: str, state: str) -> None:
    check_matters.check_state(policy_world.matter(process, matter, _date(day)), state)


@_for("lateness")
def lateness(policy_world: World, process: str, matter: str, step: str, late: str) -> None:
    found = policy_world.matter(process, matter, dt.date.max)
    check_matters.check_lateness(found, step, late == "逾期")


@_for("next_step")
def next_step(policy_world: World, process: str, matter: str, day: str, who: str, step: str) -> None:
    check_matters.check_next(policy_world.matter(process, matter, _date(day)), who, step, None)


@_for("next_step_by")
def next_step_by(
    policy_world: World, process: str, matter: str, day: str, who: str, step: str, by: str
) -> None:
    check_matters.check_next(policy_world.matter(process, matter, _date(day)), who, step, _date(by))


@_for("due")
def due(policy_world: World, day: str, datatable: Table = ()) -> None:
    check_matters.check_due(policy_world.office, _date(day), datatable)


@_for("none_due")
def none_due(policy_world: World, day: str) -> None:
    check_matters.check_none_due(policy_world.office, _date(day))


@_for("case")
def case(policy_world: World, entity: str, key: str | None, term: str, case: str) -> None:
    check_eligibility.check_case(_report(policy_world, entity, key, term), case)


@_for("missing")
def missing(policy_world: World, entity: str, key: str | None, term: str, missing: str) -> None:
    check_eligibility.check_missing(_report(policy_world, entity, key, term), missing)


@_for("would_change")
def would_change(
    policy_world: World, entity: str, key: str | None, term: str, column: str, to: str, case: str
) -> None:
    check_eligibility.check_change(_report(policy_world, entity, key, term), column, to, case)


@_for("item")
def item(policy_world: World, entity: str, key: str | None, checklist: str, item: str, status: str) -> None:
    told = _checklist(policy_world, entity, key, checklist)
    check_checklists.check_item(policy_world.policy, told, item, status)


@_for("item_saying")
def item_saying(
    policy_world: World, entity: str, key: str | None, checklist: str, item: str, status: str, words: str
) -> None:
    told = _checklist(policy_world, entity, key, checklist)
    check_checklists.check_item(policy_world.policy, told, item, status, words)


@_for("items")
def items(policy_world: World, entity: str, key: str | None, checklist: str, datatable: Table = ()) -> None:
    told = _checklist(policy_world, entity, key, checklist)
    check_checklists.check_items(policy_world.policy, told, datatable)


@_for("remark")
def remark(policy_world: World, entity: str, key: str | None, checklist: str, words: str) -> None:
    check_checklists.check_remark(_checklist(policy_world, entity, key, checklist), words)


@_for("no_remark")
def no_remark(policy_world: World, entity: str, key: str | None, checklist: str) -> None:
    check_checklists.check_no_remark(_checklist(policy_world, entity, key, checklist))


@_for("never_told")
def never_told(policy_world: World, request: pytest.FixtureRequest, words: str) -> None:
    check_records.check_never_told(_said(request), policy_world.records(), words)


@_for("difference")
def difference(policy_world: World, day: str, entity: str, key: str | None, term: str, value: str) -> None:
    who, term = _path(policy_world, entity, key, term)
    before = policy_world.settled(_date(day))
    check_values.check_difference(before, policy_world.assessment, who, key, term, value)


# -- words -------------------------------------------------------------------------------------------


def _entity(world: World, name: str) -> Entity:
    return the_entity(world.policy, name)


def _path(world: World, entity: str, key: str | None, term: str) -> tuple[Entity, str]:
    """The entity and the term of ``…的…``; without a key, 的 may also be part of the entity's name."""
    if key is None:
        entity, term = split_where(entity, "的", term, lambda e: find_entity(world.policy, e) is not None)
    return _entity(world, entity), term


def _report(world: World, entity: str, key: str | None, term: str) -> EligibilityReport:
    who, term = _path(world, entity, key, term)
    return check_eligibility.report(world.assessment, who, key, term)


def _checklist(world: World, entity: str, key: str | None, name: str) -> ChecklistReport:
    who, name = _path(world, entity, key, name)
    return check_checklists.report(world.assessment, who, key, name)


def _said(request: pytest.FixtureRequest) -> Iterator[str]:
    """What the scenario wrote, in sentences and tables, before this step; checks say nothing."""
    for said in request.node.stash[CURRENT_SCENARIO].steps:
        if said is request.node.stash[CURRENT_STEP]:
            return
        if said.type != "then":
            yield said.name
            yield from (cell for line in (said.datatable.raw() if said.datatable else ()) for cell in line)


def _month(text: str) -> str:
    try:
        year, month = parse_month(text)
    except ValueError as error:
        raise StepFailure(str(error)) from None
    return f"{year:04d}-{month:02d}"


def _day(text: str) -> str:
    return _date(text).isoformat()


def _date(text: str) -> dt.date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise StepFailure(str(error)) from None


def _moment(text: str) -> dt.datetime:
    """A day, or a day and the time of day: 2018-07-08 23:59."""
    day, _, clock = text.strip().partition(" ")
    try:
        time = dt.time.fromisoformat(clock.strip().replace("：", ":")) if clock else dt.time()
    except ValueError:
        raise StepFailure(f"“{clock}”不是时刻；写成 23:59") from None
    return dt.datetime.combine(_date(day), time)
