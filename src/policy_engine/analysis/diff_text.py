"""A comparison as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.diff import Diff
from policy_engine.analysis.diff_model import Cell, Change, Entry
from policy_engine.analysis.diff_sides import Side
from policy_engine.analysis.diff_words import Words
from policy_engine.analysis.effect_text import effect_lines

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~"}


def diff_lines(diff: Diff, lang: str) -> Iterator[str]:
    words = Words(lang)
    for name, side in zip(words.names, (diff.before, diff.after), strict=True):
        yield f"{name}　{_side(side)}"
    yield ""
    kind = ""
    for change in diff.changes:
        if change.kind != kind:
            kind = change.kind
            yield words.kind(kind)
        yield from (f"  {line}" for line in _change(change, words))
    counts = dict.fromkeys(("added", "removed", "changed"), 0)
    for change in diff.changes:
        counts["changed" if change.how == "renamed" else change.how] += 1
    yield words.said("total", **counts) if diff.changes else words.said("same")
    if diff.effects is not None:
        yield ""
        yield from effect_lines(diff.effects, words)


def _side(side: Side) -> str:
    policy = side.policy
    known = f"，{policy.known_on}" if policy.known_on else ""
    return f"{policy.id}（{policy.period}{known}）　{side.file}"


def _change(change: Change, words: Words) -> Iterator[str]:
    entry = change.entry
    yield f"{_SIGNS[change.how]} {entry.label}"
    if change.before is None or change.after is None:
        yield from (f"    {line}" for line in _whole(entry, words))
    else:
        yield from (f"    {_cell(cell, words)}" for cell in change.cells)
        for row in change.rows:
            yield from (f"    {line}" for line in _row(row, words))
        if change.order is not None:
            one, other = ("、".join(names) for names in change.order)
            yield f"    {words.word('row_order')}：{one} → {other}"
    places = [
        f"{name} {_place(e, words)}"
        for name, e in zip(words.names, (change.before, change.after), strict=True)
        if e is not None
    ]
    yield f"    {'　'.join(places)}"


def _row(row: Change, words: Words) -> Iterator[str]:
    """A row of a table, a step of a process, with the line it stands on."""
    entry = row.entry
    at = " → ".join(e.at for e in (row.before, row.after) if e is not None)
    yield f"{_SIGNS[row.how]} {words.kind(row.kind)}“{entry.label}”　{at}"
    if row.before is None or row.after is None:
        yield from (f"    {line}" for line in _whole(entry, words))
    else:
        yield from (f"    {_cell(cell, words)}" for cell in row.cells)
        for below in row.rows:
            yield from (f"    {line}" for line in _row(below, words))


def _whole(entry: Entry, words: Words) -> Iterator[str]:
    """What an entry of one side says."""
    said = [
        f"{_what(f.what, f.of, words)}：{f.shown}" for f in entry.fields if f.shown and f.meaning is not False
    ]
    if said:
        yield "；".join(said)
    for row in entry.rows:
        cells = "；".join(
            f"{_what(f.what, f.of, words)}：{f.shown}"
            for f in row.fields
            if f.shown and f.meaning is not False
        )
        yield f"“{row.label}”　{cells}"


def _cell(cell: Cell, words: Words) -> str:
    nothing = words.said("nothing")
    what = _what(cell.what, cell.of, words)
    return f"{what}：{cell.before or nothing} → {cell.after or nothing}"


def _what(what: str, of: str, words: Words) -> str:
    return f"{words.word(what)} {of}" if of else words.word(what)


def _place(entry: Entry, words: Words) -> str:
    clauses = f" [{'、'.join(entry.clauses)}]" if entry.clauses else ""
    inherited = f"（{words.said('inherited', policy=entry.origin)}）" if entry.inherited else ""
    return f"{entry.at}{clauses}{inherited}"
