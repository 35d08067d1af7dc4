"""Run a plan's Python functions over rows in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_engine.lowering.plan import MAX_GROUP
from policy_engine.lowering.python_code import Unusual
from policy_engine.lowering.python_program import Program
from policy_engine.lowering.python_rows import KIND_SLOT, Queue, RowList


def run(program: Program, rows: Mapping[str, Sequence[RowList]]) -> None:
    """Decide all columns of ``rows`` (base entity → rows, every entity there), in place.

    Raises Unusual for a fault and for groups larger than bounds were computed for, and TypeError or
    ZeroDivisionError where a value is null or a divisor zero that should not be.
    """
    singles = [rows[name][0] for name in program.singles]
    by_kind: dict[tuple[str, int], Sequence[RowList]] = {}
    for entity in program.order:
        found = rows[entity]
        if not found:
            continue
        if len(found) > MAX_GROUP:
            raise Unusual
        sort = program.sort.get(entity)
        if sort is None:
            by_kind[entity, 0] = found
            continue
        sort(found, singles)
        sorted_: dict[int, list[RowList]] = {}
        for row in found:
            sorted_.setdefault(row[KIND_SLOT], []).append(row)
        for number, same in sorted_.items():
            by_kind[entity, number] = same
    for turn in program.turns:
        if isinstance(turn, Queue):
            for row in rows[turn.entity]:
                _serve(turn, row)
        else:
            kind, function = turn
            found = by_kind.get(kind, ())
            if found:
                function(found, singles)


def _serve(queue: Queue, row: RowList) -> None:
    """The n-th in the queue, where n is the sum of the remainders over the divisor, is the last to get a unit."""
    waiting = row[queue.gathered]
    if not waiting:
        return
    left, rest = divmod(-sum(claim[0] for claim in waiting), row[queue.divisor])
    if rest or not left:
        raise Unusual
    waiting.sort()
    r, w, key = waiting[left - 1]
    row[queue.found[0]], row[queue.found[1]], row[queue.found[2]] = -r, -w, key
