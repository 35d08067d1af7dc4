"""The near miss of a decision table: which other row would have fired had one input been a little different.

Distance is counted in grid units of the input (its last decimal place), so that 9499.999 兆瓦时 is one unit from
9500.000. The search evaluates the policy again on the member's own package; nothing is derived by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.engine.closures import Compiler
from policy_engine.engine.matching import ReferenceMatcher
from policy_engine.engine.plan import Plan, compile_stage, table_rules
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Dataset, Row, decided_terms, forget, link
from policy_engine.engine.run import execute
from policy_engine.engine.run_state import Run
from policy_engine.feel.typed import Node
from policy_engine.policy.checklist_model import Form, Uniqueness
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Allocation, DecisionTable, Policy, Stage, Term
from policy_engine.policy.order import located, reads, reads_by_id

MAX_ROWS = 2_000  # a larger package gets no near miss
TermKey = tuple[str, str]


@dataclass(frozen=True)
class NearMiss:
    """``input`` of ``row`` going from ``before`` to ``after`` (``units`` grid units) would have fired ``fired``."""

    row: Row
    input: Term
    before: Fraction
    after: Fraction
    units: int
    fired: tuple[str, ...]


def near_miss(result: Result, row: Row, stage: Stage) -> NearMiss | None:
    """The nearest other outcome of a decision table for ``row``, or None when no single input leads to one."""
    package = list(_tree(row.root))
    if not isinstance(stage.body, DecisionTable) or len(package) > MAX_ROWS:
        return None
    probe = _Probe(result.policy, stage, row, package)
    if any(_looks_beyond(compiled.stage) for compiled in probe.plan.stages):
        return None
    best: NearMiss | None = None
    for candidate, term in probe.candidates():
        limit = best.units - 1 if best is not None else None
        found = probe.search(candidate, term, limit)
        if found is not None:
            best = found
    return best


def _tree(root: Row) -> Iterator[Row]:
    yield root
    for rows in root.children.values():
        yield from rows


class _Probe:
    """Re-evaluates the stages one table depends on, over one package, with one input changed."""

    def __init__(self, policy: Policy, stage: Stage, row: Row, package: Iterable[Row]) -> None:
        self.policy, self.stage = policy, stage
        self.decided = decided_terms(policy)
        stages, self.inputs = _needed(policy, stage)
        compiler = Compiler(policy)
        compiled = tuple(compile_stage(policy, s, compiler) for s in stages)
        self.plan = Plan(policy, compiled, ReferenceMatcher(table_rules(policy)), "reference")
        self.copies = _copy(policy, package, row)
        self.dataset = self._dataset(row)
        self.target = self.copies[id(row)]
        self.now = self._fired()

    def _dataset(self, row: Row) -> Dataset:
        rows: dict[str, list[Row]] = {}
        for copy in self.copies.values():
            rows.setdefault(copy.entity, []).append(copy)
        return link(self.policy, rows)

    def candidates(self) -> list[tuple[Row, Term]]:
        """Numeric inputs that can matter: of the row itself, of rows above, and of one row of each kind below.

        Of a kind below, the row with the largest value: it has most room to go down. Sensitive inputs are left
        out, because the distance to a known limit gives a value away.
        """
        above = [self.target, *_above(self.target)]
        chosen: dict[tuple[object, ...], tuple[Fraction, Row, Term]] = {}
        for copy in sorted(self.copies.values(), key=lambda row: row.key):
            own = any(row is copy for row in above)
            kind = (id(copy),) if own else (copy.entity, copy.part, *self._other_inputs(copy))
            for term in self.inputs:
                value = copy.values.get(term.id)
                if term.entity != copy.entity or term.sensitive or not isinstance(value, Fraction):
                    continue
                best = chosen.get((kind, term.id))
                if best is None or value > best[0]:
                    chosen[kind, term.id] = value, copy, term
        rank = {id(row): depth for depth, row in enumerate(above)}
        found = [(row, term) for _, row, term in chosen.values()]
        return sorted(found, key=lambda c: rank.get(id(c[0]), len(rank)))

    def _other_inputs(self, copy: Row) -> tuple[object, ...]:
        others = [
            t
            for t in self.policy.terms_of(copy.entity)
            if not t.decided and t.used and t.kind not in NUMERIC_KINDS
        ]
        return tuple(copy.values.get(t.id) for t in others)

    def search(self, row: Row, term: Term, limit: int | None) -> NearMiss | None:
        """The fewest grid units, up or down, that fire another row; at most ``limit``."""
        before = row.values[term.id]
        assert isinstance(before, Fraction) and term.places is not None
        best: NearMiss | None = None
        for sign in (1, -1):
            bound = best.units - 1 if best is not None else limit
            units = self._fewest(row, term, before, sign, bound)
            if units is not None:
                after = before + Fraction(sign * units, 10**term.places)
                best = NearMiss(row, term, before, after, units, self._with(row, term, after))
        row.values[term.id] = before
        return best

    def _fewest(self, row: Row, term: Term, before: Fraction, sign: int, limit: int | None) -> int | None:
        room = self._room(term, before, sign)
        top = room if limit is None else min(room, limit)
        low, high = 0, 1
        while high <= top and not self._changes(row, term, before, sign * high):
            low, high = high, high * 2
        if high > top:
            if top <= low or not self._changes(row, term, before, sign * top):
                return None
            high = top
        while high - low > 1:
            middle = (low + high) // 2
            if self._changes(row, term, before, sign * middle):
                high = middle
            else:
                low = middle
        return high

    def _room(self, term: Term, before: Fraction, sign: int) -> int:
        """Grid units to the end of the term's range."""
        edge = term.high if sign > 0 else term.low
        if not isinstance(edge, Fraction) or term.places is None:
            return 0
        return max(0, int(abs(edge - before) * 10**term.places))

    def _changes(self, row: Row, term: Term, before: Fraction, units: int) -> bool:
        assert term.places is not None
        fired = self._with(row, term, before + Fraction(units, 10**term.places))
        return bool(fired) and fired != self.now

    def _with(self, row: Row, term: Term, value: Fraction) -> tuple[str, ...]:
        row.values[term.id] = value
        return self._fired()

    def _fired(self) -> tuple[str, ...]:
        forget(self.dataset, self.decided)
        run: Run = execute(self.plan, self.dataset)
        return run.fired.get((self.stage.id, id(self.target)), ())


def _above(row: Row) -> Iterator[Row]:
    while row.parent is not None:
        row = row.parent
        yield row


def _copy(policy: Policy, package: Iterable[Row], row: Row) -> Mapping[int, Row]:
    """Copies of a package and the one-row entities, with their inputs only."""
    originals = {id(r): r for r in [*row.singles.values(), *package]}
    copies = {
        id_: Row(r.entity, r.key, dict(r.values), r.line, r.source, None, r.part, withheld=r.withheld)
        for id_, r in originals.items()
    }
    for id_, original in originals.items():
        if original.parent is not None:
            copies[id_].parent = copies[id(original.parent)]
    return copies


def _needed(policy: Policy, target: Stage) -> tuple[list[Stage], list[Term]]:
    """The stages a table depends on, in order, and the numeric inputs they read."""
    terms = {(t.entity, t.id): t for t in policy.terms}
    wanted: set[TermKey] = set(_reads(policy, target, terms))
    chosen = [target]
    for stage in reversed(policy.stages):
        base = policy.entities[stage.entity].base
        if stage is not target and any((base, o) in wanted for o in stage.outputs):
            chosen.append(stage)
            wanted.update(_reads(policy, stage, terms))
    inputs = [
        terms[k]
        for k in sorted(wanted)
        if not terms[k].decided and terms[k].kind in NUMERIC_KINDS and terms[k].places is not None
    ]
    ordered = [s for s in policy.stages if any(s is c for c in chosen)]
    return ordered, inputs


def _reads(policy: Policy, stage: Stage, terms: Mapping[TermKey, Term]) -> Iterator[TermKey]:
    nodes: list[tuple[Node, str]] = list(located(stage))
    if isinstance(stage.body, Allocation):
        nodes.append((stage.body.total, stage.entity))
    for node, entity in nodes:
        for base, _, term in reads(node, entity, terms):
            yield base, term
    yield from ((policy.entities[entity].base, term) for entity, term in reads_by_id(stage))


def _looks_beyond(stage: Stage) -> bool:
    """Whether a stage compares a row with those of other packages, which a probe does not have."""
    return isinstance(stage.body, Form) and any(
        rule.unique is not Uniqueness.FREE for rule in stage.body.fields
    )
