"""Decision tables: cases that no row decides, or two; rows that never decide anything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.evaluate import UnknownValue, value_of
from policy_engine.analysis.oracle import Case, Oracle, Unproven
from policy_engine.analysis.readings import Related
from policy_engine.analysis.shown import shown_case
from policy_engine.analysis.table_boxes import boxes_of
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.span import Span
from policy_engine.feel.nulls import shape
from policy_engine.feel.typed import Node
from policy_engine.policy.model import DecisionTable, Policy, Stage
from policy_engine.rulefile.choices import Collect, HitPolicy

MAX_ROWS = 200
_IDLE = ("PE3304", "PE3305", "PE3306")


def check_tables(policy: Policy) -> Iterator[Diagnostic]:
    definitions = Definitions(policy)
    bounds = Bounds(definitions)
    by_table: dict[Span, list[list[Diagnostic]]] = {}
    for stage in policy.stages:
        if isinstance(stage.body, DecisionTable):
            found = _Checked(stage, stage.body, definitions, bounds).findings()
            by_table.setdefault(stage.span, []).append(found)
    for lists in by_table.values():
        # A table of several entities may have a row for one of them only.
        idle = [{item.span for item in found if item.code in _IDLE} for found in lists]
        everywhere = frozenset.intersection(*map(frozenset, idle))
        told = (item for found in lists for item in found)
        yield from dict.fromkeys(i for i in told if i.code not in _IDLE or i.span in everywhere)


class _Checked:
    """One table for one (sub-)entity."""

    def __init__(self, stage: Stage, table: DecisionTable, definitions: Definitions, bounds: Bounds) -> None:
        self.stage, self.table, self.definitions, self.bounds = stage, table, definitions, bounds

    def findings(self) -> list[Diagnostic]:
        """By boxes; what they find about decided values holds only if their formulas allow it."""
        if len(self.table.rows) > MAX_ROWS:
            return [self._about("PE3310")]
        try:
            boxes = boxes_of(self.table, self.stage.entity, self.definitions, self.bounds)
        except Related:
            return self._by_formulas()
        found = self._all(boxes)
        return found if boxes.sure or not found else self._by_formulas()

    def _by_formulas(self) -> list[Diagnostic]:
        from policy_engine.analysis.solver import Formulas, NotLinear, available

        if not available():
            return [self._about("PE3311")]
        try:
            return self._all(Formulas(self.table, self.definitions, self.bounds, self.stage.entity))
        except NotLinear:
            return [self._about("PE3312")]

    def _all(self, oracle: Oracle) -> list[Diagnostic]:
        try:
            return [*self._idle(oracle), *self._gap(oracle), *self._overlaps(oracle)]
        except Unproven as reason:
            return [self._about(reason.code)]

    # -- one question each ---------------------------------------------------------------------------

    def _gap(self, oracle: Oracle) -> Iterator[Diagnostic]:
        table = self.table
        if table.default is not None or table.collect in (Collect.SUM, Collect.COUNT, Collect.LIST):
            return
        case = oracle.case((), range(len(table.rows)))
        if case is not None:
            yield self._told("PE3301", case)

    def _overlaps(self, oracle: Oracle) -> Iterator[Diagnostic]:
        if self.table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
            return
        unique = self.table.hit_policy is HitPolicy.UNIQUE
        for one, other in combinations(range(len(self.table.rows)), 2):
            differ = unique or self._differ(one, other)
            if differ is False:
                continue
            case = oracle.case((one, other), ())
            if case is None:
                continue
            code = "PE3302" if unique else "PE3303"
            yield self._told(code, Case(case.values, case.sure and differ is True), one, other)

    def _idle(self, oracle: Oracle) -> Iterator[Diagnostic]:
        """Rows that can be left out."""
        first = self.table.hit_policy is HitPolicy.FIRST
        for row in range(len(self.table.rows)):
            if oracle.case((row,), range(row) if first else ()) is None:
                code = "PE3304" if not first or oracle.case((row,), ()) is None else "PE3305"
                yield self._row(code, row)
            elif first and not self._matters(row, oracle):
                yield self._row("PE3306", row)

    def _matters(self, row: int, oracle: Oracle) -> bool:
        """Without the row, something else would follow in some case."""
        rows = self.table.rows
        before = list(range(row))
        for later in range(row + 1, len(rows)):
            between = range(row + 1, later)
            if self._differ(row, later) is not False and oracle.case((row, later), [*before, *between]):
                return True
        default = self.table.default
        same = default is not None and _differ(rows[row].outputs, default) is False
        return not same and oracle.case((row,), [*before, *range(row + 1, len(rows))]) is not None

    def _differ(self, one: int, other: int) -> bool | None:
        return _differ(self.table.rows[one].outputs, self.table.rows[other].outputs)

    # -- telling -------------------------------------------------------------------------------------

    def _row(self, code: str, row: int) -> Diagnostic:
        at = self.table.rows[row]
        return diagnostic(code, at.span, name=self.stage.key, row=at.name)

    def _told(self, code: str, case: Case, *rows: int) -> Diagnostic:
        found = [self.table.rows[i] for i in rows]
        spans = [row.span for row in found] or [self.stage.span]
        return diagnostic(
            code if case.sure else "PE3307",
            *spans,
            name=self.stage.key,
            entity=self.stage.entity,
            case=shown_case(case, self.definitions, self.stage.entity),
            row=found[0].name if found else "",
            other=found[-1].name if found else "",
        )

    def _about(self, code: str) -> Diagnostic:
        return diagnostic(code, self.stage.span, name=self.stage.key, entity=self.stage.entity)


def _differ(one: tuple[Node, ...], other: tuple[Node, ...]) -> bool | None:
    """None: it depends on what they read."""
    pairs = list(zip(one, other, strict=True))
    if all(shape(a) == shape(b) for a, b in pairs):
        return False
    try:
        return any(value_of(a) != value_of(b) for a, b in pairs)
    except UnknownValue:
        return None
