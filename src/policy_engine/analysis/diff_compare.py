"""Entries of two policies matched with each other, and what differs between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_engine.analysis.diff_model import ByEntity, Cell, Change, Entry, Field

Pair = tuple[Entry | None, Entry | None]


def compare(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Change, ...]:
    """What differs, in the order of ``before``; what only ``after`` has comes last in its kind."""
    kinds = dict.fromkeys(e.kind for e in (*before, *after))
    found: list[Change] = []
    for kind in kinds:
        pairs = _matched([e for e in before if e.kind == kind], [e for e in after if e.kind == kind])
        found.extend(change for pair in pairs if (change := _change(kind, *pair)) is not None)
    return tuple(found)


def _matched(before: Sequence[Entry], after: Sequence[Entry]) -> list[Pair]:
    """By id; what is left by what it is about, then by what it says."""
    partner: dict[int, int] = {}
    for identity in (_by_id, _by_alias, _by_content):
        free = [n for n in range(len(after)) if n not in partner.values()]
        for number, entry in enumerate(before):
            own = identity(entry)
            if number in partner or own is None:
                continue
            at = next((n for n in free if identity(after[n]) == own), None)
            if at is not None:
                free.remove(at)
                partner[number] = at
    pairs: list[Pair] = [
        (entry, after[partner[n]] if n in partner else None) for n, entry in enumerate(before)
    ]
    return pairs + [(None, entry) for n, entry in enumerate(after) if n not in partner.values()]


def _by_id(entry: Entry) -> object:
    return entry.id


def _by_alias(entry: Entry) -> object:
    return entry.alias


def _by_content(entry: Entry) -> object:
    """Only where there is enough to tell one from another."""
    told = tuple((f.what, f.of, f.meaning) for f in entry.fields if f.shown and f.what != "clauses")
    return (told, tuple(map(_by_content, entry.rows))) if told or entry.rows else None


def _change(kind: str, before: Entry | None, after: Entry | None) -> Change | None:
    if before is None or after is None:
        return Change(kind, before, after)
    cells = [*_names(before, after), *_cells(before.fields, after.fields)]
    rows = compare(before.rows, after.rows)
    order = _order(before, after)
    if not cells and not rows and order is None:
        return None
    return Change(kind, before, after, tuple(cells), rows, order)


def _names(before: Entry, after: Entry) -> Iterator[Cell]:
    if before.name != after.name:
        yield Cell("name", "", before.name, after.name)


def _cells(before: Sequence[Field], after: Sequence[Field]) -> Iterator[Cell]:
    old, new = ({(f.what, f.of): f for f in side} for side in (before, after))
    for what, of in {**old, **new}:
        one, other = old.get((what, of)), new.get((what, of))
        if one is None or other is None or not _same(one.meaning, other.meaning):
            cell = Cell(what, of, one.shown if one else "", other.shown if other else "")
            if (one is not None and other is not None) or cell.before != cell.after:
                yield cell


def _same(one: object, other: object) -> bool:
    return one.same(other) if isinstance(one, ByEntity) and isinstance(other, ByEntity) else one == other


def _order(before: Entry, after: Entry) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The names of the rows on both sides, where they mean something by their order and it changed."""
    if not (before.ordered and after.ordered):
        return None
    pairs = [(a, b) for a, b in _matched(before.rows, after.rows) if a is not None and b is not None]

    def place(pair: tuple[Entry, Entry]) -> int:
        return after.rows.index(pair[1])

    if [place(p) for p in pairs] == sorted(place(p) for p in pairs):
        return None
    return tuple(a.name for a, _ in pairs), tuple(b.name for _, b in sorted(pairs, key=place))
