"""Decision tables as boxes: a row is a product of sets of values, and what no row covers is found by subtraction.

Exact for tables whose cells compare one value with constants (Calvanese et al., "Semantics and analysis of DMN
decision tables", BPM 2016, where rows are hyper-rectangles as well).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from policy_engine.analysis.axes import Axis
from policy_engine.analysis.evaluate import UnknownValue, value_of
from policy_engine.analysis.oracle import Case, Unproven
from policy_engine.analysis.readings import Related, looked_at
from policy_engine.feel.typed import Node
from policy_engine.policy.model import DecisionTable

MAX_BOXES = 20_000
Box = tuple[int, ...]  # whether it is there at all, and for each axis the set of its values, as bits


class Boxes:
    """The rows of a table as boxes over its axes. Raises Related for a test over more than one of them."""

    def __init__(self, table: DecisionTable, axes: dict[Hashable, Axis], sure: bool) -> None:
        self.axes = tuple(axes.values())
        self.sure = sure
        self.all: Box = (1, *((1 << len(a.values)) - 1 for a in self.axes))
        tests = [_mask(test.expression, axes) for test in table.tests]
        self.rows = [self._row([tests[i] for i in row.tests]) for row in table.rows]

    def case(self, hit: Sequence[int], missed: Sequence[int]) -> Case | None:
        box: Box | None = self.all
        for row in hit:
            box = _meet(box, self.rows[row]) if box is not None else None
        left = [] if box is None or 0 in box else [box]
        for row in missed:
            left = [piece for one in left for piece in _without(one, self.rows[row])]
            if len(left) > MAX_BOXES:
                raise Unproven("PE3310")
        return self._shown(left[0]) if left else None

    def _shown(self, box: Box) -> Case:
        chosen = [(a, a.values[(m & -m).bit_length() - 1]) for a, m in zip(self.axes, box[1:], strict=True)]
        return Case(tuple((a.node, value) for a, value in chosen), self.sure)

    def _row(self, tests: list[tuple[int, int]]) -> Box:
        masks = list(self.all)
        for number, mask in tests:
            masks[number] &= mask
        return tuple(masks)


def _mask(test: Node, axes: dict[Hashable, Axis]) -> tuple[int, int]:
    """The place of a box a test is about and the values for which it holds."""
    read = list(looked_at(iter((test,))))
    if not read:
        return 0, int(bool(value_of(test)))
    if len(read) > 1:
        raise Related
    key = read[0]
    mask = 0
    for bit, value in enumerate(axes[key].values):
        try:
            mask |= bool(value_of(test, {key: value})) << bit
        except UnknownValue:
            raise Related from None
    return 1 + list(axes).index(key), mask


def _meet(one: Box, other: Box) -> Box | None:
    both = tuple(a & b for a, b in zip(one, other, strict=True))
    return None if 0 in both else both


def _without(box: Box, hole: Box) -> list[Box]:
    """The box without a hole, as boxes that do not overlap."""
    if _meet(box, hole) is None:
        return [box]
    pieces = []
    rest = list(box)
    for number, mask in enumerate(hole):
        outside = rest[number] & ~mask
        if outside:
            pieces.append((*rest[:number], outside, *rest[number + 1 :]))
        rest[number] &= mask
    return pieces
