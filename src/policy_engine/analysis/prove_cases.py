"""Counter-examples: a few rows for which Z3 breaks a claim, or made-up cases; only the engine says that they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from policy_engine.analysis.effect_shrink import shrunk
from policy_engine.analysis.oracle import Unproven
from policy_engine.analysis.prove_confirm import Broken, broken
from policy_engine.analysis.prove_row import Frame, Row, frame
from policy_engine.analysis.prove_sums import adds_up, orders, share, solved, totals
from policy_engine.analysis.prove_words import case_lines
from policy_engine.analysis.solver import NotLinear
from policy_engine.engine.near_cases import Case, CaseRow, Cases, slot
from policy_engine.engine.near_common import Common, Input, common
from policy_engine.engine.near_values import PLAIN_TEXT, fitting, grid
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.values import Month, Value
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Allocation, Policy, Stage, Term
from policy_engine.policy.property_model import Always, Claim, Monotone, Shareable

MOST_ROWS = 3
MADE_UP = 40
_FACTORS = (Fraction(1), Fraction(1, 2), Fraction(100))


@dataclass(frozen=True)
class CounterExample:
    """``greater``: for 单调, the value the input has in the second case."""

    common: Common
    claim: Claim
    case: Case
    found: Broken
    greater: Fraction | None = None

    def scenario(self, name: str) -> tuple[str, ...]:
        """Lines of a feature file that state what should hold, and does not."""
        return case_lines(self.common, self.claim, self.case, self.found, self.greater, name)


def counter_example(policy: Policy, claim: Claim, until: float) -> CounterExample | None:
    """A case that the engine has decided against the claim, with few and plain facts; None: none was found."""
    shared = common(policy, policy)
    for case, greater in (*_searched(shared, policy, claim, until), *_made_up(shared, claim, until)):
        found = broken(shared, claim, case, greater)
        if found is not None:
            return _plainer(shared, claim, case, greater, until)
    return None


def _plainer(
    shared: Common, claim: Claim, case: Case, greater: Fraction | None, until: float
) -> CounterExample | None:
    stop = max(until, time.monotonic() + 2)

    def still(smaller: Case) -> bool:
        return time.monotonic() < stop and broken(shared, claim, smaller, greater) is not None

    small = shrunk(shared, case, still)
    found = broken(shared, claim, small, greater)
    return CounterExample(shared, claim, small, found, greater) if found is not None else None


# -- by Z3 -------------------------------------------------------------------------------------------


def _searched(
    shared: Common, policy: Policy, claim: Claim, until: float
) -> Iterator[tuple[Case, Fraction | None]]:
    if isinstance(claim.statement, Monotone):
        yield from _two_cases(shared, policy, claim, claim.statement, until)
        return
    for parts in _crowds(policy, claim):
        with suppress(NotLinear, Unproven):
            rows, wanted = _package(frame(policy), claim, parts)
            found = _solution(rows, wanted, until)
            if found is not None:
                yield _case(shared, policy, rows, found), None


def _crowds(policy: Policy, claim: Claim) -> Iterator[tuple[str, ...]]:
    """Which rows stand below or beside: of one kind, none to three, then of several."""
    main = _main(policy, claim)
    first = Row(frame(policy), main)
    with suppress(NotLinear):
        _wanted(first, claim)
    totals(first, before=_stage(policy, claim))
    kinds = sorted({p for s in first.sums.values() for p in policy.parts(s.node.part)})
    for count in range(MOST_ROWS + 1):
        crowds = list(product(kinds, repeat=count))
        yield from (c for c in crowds if len(set(c)) <= 1 or count == 2)


def _main(policy: Policy, claim: Claim) -> str:
    """Whose row the question is about: for an allocation, the row that has the total."""
    if isinstance(claim.statement, Shareable):
        stage = _stage(policy, claim)
        assert stage is not None and isinstance(stage.body, Allocation)
        return stage.body.group
    return claim.entity


def _stage(policy: Policy, claim: Claim) -> Stage | None:
    from policy_engine.analysis.prove import stage_of

    if isinstance(claim.statement, Shareable):
        return stage_of(policy, claim.entity, claim.statement.term)
    return None


def _wanted(row: Row, claim: Claim) -> list[Any]:
    from policy_engine.analysis.prove import contrary

    if isinstance(claim.statement, Always):
        given, wanted = contrary(row, claim.statement)
        return [*given, *wanted]
    stage = _stage(row.frame.policy, claim)
    assert stage is not None and isinstance(stage.body, Allocation)
    return [row.value(row.own_term(stage.body.total.term), row.entity) != 0]


def _package(found: Frame, claim: Claim, parts: Sequence[str]) -> tuple[list[Row], list[Any]]:
    """A row and those below it, their totals added up. Raises NotLinear."""
    policy = found.policy
    main = Row(found, _main(policy, claim))
    stage = _stage(policy, claim)
    facts = [*_wanted(main, claim), *totals(main, before=stage)]
    groups = {s.entity for s in main.sums.values()}
    group = sorted(groups)[0] if len(groups) == 1 else None
    rows = [main, *(Row(found, part, own=f"{n}:", group=group) for n, part in enumerate(parts, 1))]
    if stage is not None and isinstance(stage.body, Allocation):
        facts += [r.z3.Not(r.takes(stage.body)) for r in rows[1:] if r.entity == claim.entity]
    done: set[str] = set()
    while True:
        left = {n: s for r in rows for n, s in r.sums.items() if n not in done and adds_up(s)}
        if not left:
            return rows, facts
        for name, item in left.items():
            done.add(name)
            of = [share(row, item) for row in rows if row.entity in policy.parts(item.node.part)]
            facts.append(item.symbol == sum(of, start=main.z3.RealVal(0)))


def _two_cases(
    shared: Common, policy: Policy, claim: Claim, monotone: Monotone, until: float
) -> Iterator[tuple[Case, Fraction | None]]:
    from policy_engine.analysis.prove import contrary_move

    first = frame(policy)
    moved = (policy.entities[claim.entity].base, monotone.by)
    with suppress(NotLinear, Unproven):
        row = Row(first, claim.entity)
        other = Row(replace(first, tag="'", moved=moved), claim.entity)
        given, wanted = contrary_move(row, other, monotone)
        model = _solution([row, other], [*given, *wanted], until)
        if model is not None:
            greater = other._read(model, other.own_term(monotone.by), claim.entity)
            assert isinstance(greater, Fraction)
            yield _case(shared, policy, [row], model), greater


def _solution(rows: Sequence[Row], wanted: Sequence[Any], until: float) -> Any | None:
    """A model in which products are products: with a factor made plain, or else as they are. Raises Unproven."""
    known = [*(f for r in rows for f in r.facts), *orders(rows), *wanted]
    products = [p for r in rows for p in r.products]
    for factor in _FACTORS if products else ():
        for side in ("right", "left"):
            number = rows[0].z3.Q(factor.numerator, factor.denominator)
            plain = [getattr(p, side) == number for p in products]
            plain += [p.value == number * (p.left if side == "right" else p.right) for p in products]
            with suppress(Unproven):
                found = solved([*known, *plain], min(until, time.monotonic() + 1))
                if found is not None:
                    return found
    return solved([*known, *(e for r in rows for e in r.exact)], until)


def _case(shared: Common, policy: Policy, rows: Sequence[Row], model: Any) -> Case:
    """The model as facts: the first row, the rows beside and below it, and one row for each entity above."""
    values = {i: _values(shared, policy, row, model) for i, row in enumerate(rows)}
    found: dict[str, list[CaseRow]] = {}
    above: set[str] = set()
    for number, row in enumerate(rows):
        base = policy.entities[row.definitions.base(row.entity)]
        if base.single:
            continue
        parent = base.parent if row.frame.definitions.surely_has(row.entity, base.parent or "") else None
        above |= set(policy.ancestors(row.entity)) if parent else set()
        key = _key(policy, parent) if parent and not policy.entities[parent].single else None
        same = found.setdefault(base.id, [])
        same.append(CaseRow(f"{base.name}{len(same) + 1}", key, values[number][base.name]))
    for entity in policy.base_entities:
        if (entity.single or entity.name in above) and entity.id not in found:
            mixed = {k: v for n in values for k, v in values[n][entity.name].items() if v is not None}
            whole = {**_plain(shared, entity.id), **mixed}
            over = _key(policy, entity.parent) if entity.parent and entity.parent in above else None
            found[entity.id] = [CaseRow("" if entity.single else f"{entity.name}1", over, whole)]
    return {e.id: tuple(found.get(e.id, ())) for e in policy.base_entities}


def _key(policy: Policy, entity: str) -> str:
    return f"{policy.entities[entity].name}1"


def _values(
    shared: Common, policy: Policy, row: Row, model: Any
) -> Mapping[str, Mapping[tuple[str, int], Value]]:
    """By base entity, what the model says of the inputs seen from a row; its own are complete."""
    own = row.definitions.base(row.entity)
    found: dict[str, dict[tuple[str, int], Value]] = {e.name: {} for e in policy.base_entities}
    found[own] = _plain(shared, policy.entities[own].id)
    for asked in shared.inputs:
        term = asked.terms[0]
        value = row.read(model, term)
        if value is not None:
            found[term.entity][slot(shared, asked)] = value[0]
    return found


def _plain(shared: Common, entity: str) -> dict[tuple[str, int], Value]:
    return {slot(shared, i): _plainest(shared.policies[0], i) for i in shared.inputs_of(entity)}


def _plainest(policy: Policy, asked: Input) -> Value:
    term: Term = asked.terms[0]
    if not term.required:
        return None
    if term.kind in NUMERIC_KINDS:
        return fitting(Fraction(0), term)
    match term.type:
        case OptionType(options=names) | LevelType(levels=names) if names:
            return names[0]
    day = policy.period.first_day if isinstance(policy.period, Month) else policy.period
    plain: dict[str, Value] = {"boolean": False, "text": PLAIN_TEXT, "date": day}
    return plain.get(term.kind, Month(day.year, day.month))


# -- by making up ------------------------------------------------------------------------------------


def _made_up(shared: Common, claim: Claim, until: float) -> Iterator[tuple[Case, Fraction | None]]:
    cases = Cases(shared)
    for number in range(MADE_UP):
        if time.monotonic() > until:
            return
        case = cases.make(number)
        if not isinstance(claim.statement, Monotone):
            yield case, None
            continue
        yield from ((case, value) for value in _greater(shared, claim, claim.statement, case))


def _greater(shared: Common, claim: Claim, monotone: Monotone, case: Case) -> Iterator[Fraction]:
    entity = shared.policies[0].entities[shared.policies[0].entities[claim.entity].base]
    asked = next((i for i in shared.inputs_of(entity.id) if i.id == monotone.by), None)
    if asked is None:
        return
    for row in case.get(entity.id, ()):
        value = row.values.get(slot(shared, asked))
        if isinstance(value, Fraction):
            steps: tuple[Callable[[Fraction], Fraction], ...] = (
                lambda x: x + grid(asked.terms[0]),
                lambda x: x * Fraction(21, 20),
                lambda x: x + 1000,
            )
            yield from (fitting(step(value), asked.terms[0]) for step in steps)
