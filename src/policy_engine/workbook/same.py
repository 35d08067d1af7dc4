"""When a cell of the workbook says what already stands in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Any

from policy_engine.rulefile.keywords import NO, YES
from policy_engine.rulefile.words import normal, read_date
from policy_engine.workbook.content import Cell

_NUMBER = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)(%?)", re.ASCII)
_LONG = 1_000
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def same(cell: Cell, text: str) -> bool:
    """Equal texts; or the program turned the text into the number, day or yes/no that it means."""
    return cell.text == text.strip() or (cell.typed and _meaning(cell.text) == _meaning(text))


def _meaning(text: str) -> object:
    plain = normal(text)
    number = _NUMBER.fullmatch(plain)
    if number:
        return Fraction(number[1]) / (100 if number[2] else 1)
    month = _MONTH.fullmatch(plain)
    for truth, word in ((True, YES), (False, NO)):
        if plain in (word.zh, word.en):
            return truth
    day = read_date(f"{plain}-01") if month else read_date(plain)
    return day or plain


def paired(base: Sequence[Sequence[str]], new: Sequence[Sequence[Cell]]) -> list[int | None]:
    """For each new row the row of the base it comes from: the same, the same by its first cell, or in its place."""
    left = [_key(row) for row in base]
    right = [_key([cell.text for cell in row]) for row in new]
    found: list[int | None] = [None] * len(new)
    used: set[int | None] = set()
    for start, other, length in matching(left, right).get_matching_blocks():
        for i in range(length):
            found[other + i] = start + i
            used.add(start + i)
    for cells in (None, 1):  # the whole row, then its first cell
        free: dict[object, list[int]] = {}
        for i in reversed([i for i in range(len(left)) if i not in used]):
            free.setdefault(left[i][:cells], []).append(i)
        for j, row in enumerate(right):
            if found[j] is None and free.get(row[:cells]):
                found[j] = free[row[:cells]].pop()
                used.add(found[j])
    _by_place(found, used, len(base))
    return found


def alike(base: Sequence[Sequence[str]], new: Sequence[Sequence[Cell]]) -> list[int | None]:
    """For each new row the row of the base with which it shares most cells, each of them once.

    For the few values of a parameter; what shares nothing but blanks has nothing in common.
    """
    shared = [
        (-sum(bool(t) and same(c, t) for c, t in zip(row, old, strict=True)), abs(i - j), j, i)
        for j, row in enumerate(new)
        for i, old in enumerate(base)
    ]
    found: list[int | None] = [None] * len(new)
    for score, _, j, i in sorted(shared):
        if score and found[j] is None and i not in found:
            found[j] = i
    return found


def matching(left: Sequence[Any], right: Sequence[Any]) -> SequenceMatcher[Any]:
    """Long tables with many equal rows are compared less closely: it only decides what is called moved."""
    return SequenceMatcher(None, left, right, autojunk=max(len(left), len(right)) > _LONG)


def _by_place(found: list[int | None], used: set[int | None], count: int) -> None:
    """Rows that are left pair up when exactly as many are left between the same neighbours."""
    at = 0
    while at < len(found):
        if found[at] is not None:
            at += 1
            continue
        stop = at
        while stop < len(found) and found[stop] is None:
            stop += 1
        before = found[at - 1] if at else -1
        assert before is not None
        after = found[stop] if stop < len(found) else count
        between = [i for i in range(before + 1, after if after is not None else count) if i not in used]
        if len(between) == stop - at:
            for offset, i in enumerate(between):
                found[at + offset] = i
                used.add(i)
        at = stop


def _key(row: Sequence[str]) -> tuple[object, ...]:
    return tuple(_meaning(text) for text in row)
