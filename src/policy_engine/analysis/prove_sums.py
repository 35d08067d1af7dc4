"""Totals over rows in proofs: what holds of every row holds of the sums (inequalities are added up)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from policy_engine.analysis.oracle import Unproven
from policy_engine.analysis.prove_row import Product, Row, Sum, grown, in_order, ordered
from policy_engine.feel import typed as t
from policy_engine.feel.values import Value
from policy_engine.policy.model import Allocation, Policy, Stage
from policy_engine.policy.order import located

MOST_RATES = 8
Hypothesis = Callable[[Row], Iterable[Any]]  # what is supposed of every row below


@dataclass(frozen=True)
class Lemma:
    """``left`` ≤ (or ≥) ``rate`` × ``right`` for the totals, because it holds of every row; no right: of zero."""

    left: Sum
    most: bool
    rate: Fraction
    right: Sum | None


def totals(row: Row, before: Stage | None = None) -> list[Any]:
    """Facts: the parts of each allocation above add up to its total. ``before``: only allocations decided earlier."""
    policy, found = row.frame.policy, []
    seen = {policy.entities[row.entity].base, *policy.ancestors(row.entity)}
    seen |= {e.name for e in policy.base_entities if e.single}
    for stage in policy.stages:
        if before is not None and stage.id == before.id:
            break
        if isinstance(stage.body, Allocation) and stage.body.group in seen:
            group, total = stage.body.group, stage.body.total
            whole = t.TermRef(total.type, total.span, t.Where.OWN, total.entity, group, total.term)
            found.append(row.value(parts_of(stage, policy), group) == row.value(whole, group))
    return found


def parts_of(stage: Stage, policy: Policy) -> t.Aggregate:
    """The total of what an allocation decides."""
    term = policy.term(stage.entity, stage.outputs[0])
    part = t.TermRef(term.type, stage.span, t.Where.OWN, term.entity, stage.entity, term.id)
    return t.Aggregate(term.type, stage.span, t.AggregateKind.SUM, term.entity, stage.entity, part)


def adds_up(found: Sum) -> bool:
    return found.node.kind in (t.AggregateKind.SUM, t.AggregateKind.COUNT)


def share(row: Row, found: Sum) -> Any:
    """What ``row`` adds to a total."""
    z3, node, none = row.z3, found.node, row.z3.RealVal(0)
    if row.entity not in row.frame.policy.parts(node.part):
        return none
    counted = [row.truth(node.only, row.entity)] if node.only is not None else []
    counted += [z3.Not(row.truth(node.skip, row.entity))] if node.skip is not None else []
    value = row.value(node.value, row.entity) if node.value is not None else z3.RealVal(1)
    return z3.If(z3.And(*counted), value, none) if counted else value


def rates(policy: Policy) -> tuple[Fraction, ...]:
    """1, and what shares of a quantity the rules speak of: 5 % makes 0.05, 0.95 and 1.05."""
    found = [Fraction(1)]
    values: list[Value] = [p.value for p in policy.parameters.values()]
    for stage in policy.stages:
        for expression, _ in located(stage):
            values += [n.value for n in t.walk(expression) if isinstance(n, t.Const | t.ParamRef)]
    for value in dict.fromkeys(v for v in values if isinstance(v, Fraction) and 0 < v < 1):
        found += [1 - value, value, 1 + value]
    return tuple(dict.fromkeys(found))[: 1 + 3 * MOST_RATES]


class Question:
    """Can ``wanted`` be where ``given`` is, on a row and whatever rows there are below it?"""

    def __init__(
        self,
        rows: Sequence[Row],
        given: Sequence[Any],
        wanted: Sequence[Any],
        until: float,
        extra: Sequence[Any] = (),
        suppose: Hypothesis | None = None,
    ) -> None:
        self.rows, self.until, self.suppose = rows, until, suppose
        self.z3 = rows[0].z3
        self.lemmas: list[Lemma] = []
        self._own = [self._shares(row) for row in rows]
        self._given = [*(f for r in rows for f in r.facts), *orders(rows), *extra, *given]
        self._known = [*self._given, *wanted]
        self._below: dict[tuple[str, str], tuple[Row, dict[str, Any], Any]] = {}
        self._failed: set[tuple[str, bool, Fraction, str]] = set()

    def refuted(self) -> bool:
        """True: no such case. False: perhaps there is one. Raises Unproven."""
        known, sums = list(self._known), self._sums()
        while True:
            model = solved(known, self.until)
            if model is None:
                self._keep_what_is_needed()
                return True
            new = [item for item in self._candidates(model, sums) if self._holds(item)]
            if not new:
                return False
            for lemma in new:
                facts = self._facts(lemma)
                self.lemmas.append(lemma)
                known += facts

    def possible(self) -> bool:
        """Whether there is any case the property speaks of; True also when nobody can tell."""
        try:
            return solved(self._given, min(self.until, time.monotonic() + 1)) is not None
        except Unproven:
            return True

    def _facts(self, lemma: Lemma) -> list[Any]:
        symbols = {s: x.symbol for s, x in self._sums().items()}
        return [_fact(lemma, symbols, self.rows[0]), *self._rest(lemma)]

    def _keep_what_is_needed(self) -> None:
        """Of the lemmas only those that the proof rests on."""
        if not self.lemmas:
            return
        solver = self._solver(self._known)
        names = [self.z3.Bool(f"lemma {n}") for n in range(len(self.lemmas))]
        for name, lemma in zip(names, self.lemmas, strict=True):
            solver.add(self.z3.Implies(name, self.z3.And(*self._facts(lemma))))
        solver.set("timeout", 2000)
        solver.set("core.minimize", True)
        if solver.check(*names) == self.z3.unsat:
            core = {str(name) for name in solver.unsat_core()}
            self.lemmas = [x for n, x in zip(names, self.lemmas, strict=True) if str(n) in core]

    def _sums(self) -> dict[str, Sum]:
        """None for two cases at once: a row below would have to be followed through both."""
        if len(self.rows) > 1:
            return {}
        return {s: x for s, x in self.rows[0].sums.items() if adds_up(x)}

    def _candidates(self, model: Any, sums: dict[str, Sum]) -> Iterator[Lemma]:
        """Inequalities that the model breaks, of all rows or of those beside the one that is asked about."""
        whole = {s: _number(model.eval(x.symbol, model_completion=True)) for s, x in sums.items()}
        yield from self._broken(whole, sums)
        for own in self._own:
            rest = {s: whole[s] - _number(model.eval(of, model_completion=True)) for s, of in own.items()}
            yield from self._broken(rest, {s: sums[s] for s in rest})

    def _broken(self, values: Mapping[str, Fraction], sums: Mapping[str, Sum]) -> Iterator[Lemma]:
        for name, found in sums.items():
            if values[name]:
                yield Lemma(found, values[name] > 0, Fraction(1), None)
        for (one, left), (other, right) in combinations(sums.items(), 2):
            if self._apart(left, right):
                continue
            for rate in rates(self.rows[0].frame.policy):
                for a, b, x, y in ((one, other, left, right), (other, one, right, left)):
                    gap = values[a] - rate * values[b]
                    if gap and (rate != 1 or a == one):
                        yield Lemma(x, gap > 0, rate, y)

    def _apart(self, left: Sum, right: Sum) -> bool:
        return left.entity != right.entity or left.node.entity != right.node.entity

    def _holds(self, lemma: Lemma) -> bool:
        key = (str(lemma.left.symbol), lemma.most, lemma.rate, str(lemma.right and lemma.right.symbol))
        if key in self._failed:
            return False
        policy = self.rows[0].frame.policy
        parts = set(policy.parts(lemma.left.node.part))
        parts |= policy.parts(lemma.right.node.part) if lemma.right is not None else set()
        if all(self._holds_of(part, lemma) for part in sorted(parts)):
            return True
        self._failed.add(key)
        return False

    def _holds_of(self, part: str, lemma: Lemma) -> bool:
        row, shares, solver = self._row_below(part, lemma.left.entity)
        broken = self.z3.Not(_fact(lemma, shares, row))
        solver.push()
        solver.add(broken)
        try:
            # Most lemmas are done at once; where one way goes astray the others are tried.
            with suppress(Unproven):
                return _model(solver, min(self.until, time.monotonic() + 0.5)) is None
            return solved(list(solver.assertions()), min(self.until, time.monotonic() + 4)) is None
        except Unproven:
            return False
        finally:
            solver.pop()

    def _row_below(self, part: str, group: str) -> tuple[Row, dict[str, Any], Any]:
        """Any row of ``part`` below the row of ``group``, with what it adds to each total."""
        if (part, group) not in self._below:
            row = Row(self.rows[0].frame, part, own="r:", group=group)
            shares = {s: share(row, x) for s, x in self._sums().items() if x.entity == group}
            supposed = list(self.suppose(row)) if self.suppose is not None else []
            solver = self._solver([*self._known, *row.facts, *orders([*self.rows, row]), *supposed])
            self._below[part, group] = row, shares, solver
        return self._below[part, group]

    def _rest(self, lemma: Lemma) -> Iterator[Any]:
        """The same of the rows beside the one that is asked about."""
        names = {str(x.symbol) for x in (lemma.left, lemma.right) if x is not None}
        sums = self._sums()
        for row, own in zip(self.rows, self._own, strict=True):
            if names <= set(own):
                yield _fact(lemma, {n: sums[n].symbol - own[n] for n in names}, row)

    def _shares(self, row: Row) -> dict[str, Any]:
        """What the row that is asked about adds to the totals it is part of."""
        base = row.definitions.base(row.entity)
        return {s: share(row, x) for s, x in list(self._sums().items()) if x.node.entity == base}

    def _solver(self, facts: Iterable[Any]) -> Any:
        return _solver(facts, _WAYS[0][0])


def orders(rows: Sequence[Row]) -> list[Any]:
    products: list[Product] = [p for r in rows for p in r.products]
    found = [fact for one, other in combinations(products, 2) for fact in ordered(one, other, rows[0].z3)]
    for one_row, other_row in combinations(rows, 2):
        for a, b in product(one_row.roundings, other_row.roundings):
            found += in_order(a, b, rows[0].z3)
        for x, y in zip(one_row.products, other_row.products, strict=False):
            found += grown(x, y, rows[0].z3)
    return found


def _fact(lemma: Lemma, values: dict[str, Any], row: Row) -> Any:
    left = values[str(lemma.left.symbol)]
    if lemma.right is None:
        right = row.z3.RealVal(0)
    else:
        rate = row.z3.Q(lemma.rate.numerator, lemma.rate.denominator)
        right = rate * values[str(lemma.right.symbol)]
    return left <= right if lemma.most else left >= right


def _number(value: Any) -> Fraction:
    return Fraction(value.as_fraction())


# z3 may go astray among whole numbers one way and be done at once another: (settings, seconds).
_WAYS: Sequence[tuple[Mapping[str, int], float]] = (
    ({"arith.solver": 2}, 0.5),
    ({}, 0.5),
    ({"arith.solver": 2, "random_seed": 7}, 1.0),
    ({"random_seed": 3}, 1.0),
    ({"arith.solver": 2, "random_seed": 11}, 2.0),
    ({}, 1e9),
)


def solved(facts: Sequence[Any], until: float) -> Any | None:
    """A model of the facts; None: there is none. Raises Unproven when time is up."""
    for settings, seconds in _WAYS:
        with suppress(Unproven):
            return _model(_solver(facts, settings), min(until, time.monotonic() + seconds))
    raise Unproven("PE3312")


def _solver(facts: Iterable[Any], settings: Mapping[str, int]) -> Any:
    import z3

    solver = z3.Solver()
    solver.set(**settings)
    solver.add(*facts)
    return solver


def _model(solver: Any, until: float) -> Any | None:
    import z3

    left = until - time.monotonic()
    if left <= 0:
        raise Unproven("PE3312")
    solver.set("timeout", max(1, int(left * 1000)))
    answer = solver.check()
    if answer == z3.unknown:
        raise Unproven("PE3312")
    return solver.model() if answer == z3.sat else None
