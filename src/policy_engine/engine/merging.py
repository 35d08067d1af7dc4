"""合并范围: which rows of one key are one row, and why others are not.

A metering point that two units of one user name is one metering point. What is kept does not depend on the order in
which rows were handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.engine.scalars import brief, plain
from policy_engine.engine.sensitive import HIDDEN
from policy_engine.feel.values import Value
from policy_engine.policy.model import Term

SHOWN_ITEMS = 10  # lines, keys or values told of one finding

Objection = tuple[Row, Term | None, Fault]  # the row it is told of, and the term at fault


def objections(within: str, terms: Sequence[Term], same: Sequence[Row]) -> list[Objection]:
    """Why rows of one key are not one row; none when they are. ``within`` is a base entity, ``terms`` the inputs."""
    owners = [row.above(within) for row in same]
    if any(owner is None for owner in owners):
        return [(row, None, twice(same)) for row in same]  # nobody knows whose they are
    if any(owner is not owners[0] for owner in owners):
        return list(_held_by_others(within, [o for o in owners if o is not None], same))
    differing = [t for t in terms if _differs(t, same)]
    return [(row, term, _different(term, same)) for term in differing for row in same]


def kept_of(same: Sequence[Row]) -> Row:
    """The row that stays: of the parent with the smallest key by code point."""
    return min(same, key=lambda row: row.parent.key if row.parent else "")


def merged(entity: str, within: str, groups: Sequence[Sequence[Row]]) -> Diagnostic:
    """The remark that says what was merged."""
    count = sum(len(same) for same in groups)
    keys = _listed(sorted(same[0].key for same in groups))
    where = groups[0][0].source or entity
    return diagnostic(
        "PE6081", entity=entity, within=within, count=count, kept=len(groups), keys=keys, where=where
    )


def twice(same: Sequence[Row], above: str = "", parents: Sequence[str | None] = ()) -> Fault:
    """A key that stands more than once, where it must not; where the rows are of several ``parents`` (keys of the
    entity ``above``, row by row), these are named."""
    lines = _listed([str(row.line) for row in same])
    named = list(dict.fromkeys(key for key in parents if key))
    whose, whose_en = "", ""
    if len(named) > 1:
        whose, whose_en = f"，分属{above} {_listed(named)}", f", of {above} {_listed(named)}"
    return Fault("PE6012", key=same[0].key, lines=lines, whose=whose, whose_en=whose_en)


def _held_by_others(within: str, owners: Sequence[Row], same: Sequence[Row]) -> Iterator[Objection]:
    keys = sorted({owner.key for owner in owners})
    for row, owner in zip(same, owners, strict=True):
        others = _listed([key for key in keys if key != owner.key]) or owner.key
        yield row, None, Fault("PE6082", key=row.key, within=within, own=owner.key, other=others)


def _differs(term: Term, same: Sequence[Row]) -> bool:
    """A value that could not be read has been told already. Withheld values passed this test where they were known."""
    read = [(r.values[term.id], term.id in r.withheld) for r in same if term.id in r.values]
    return any(value != read[0] for value in read)


def _different(term: Term, same: Sequence[Row]) -> Fault:
    values = {HIDDEN if term.sensitive else _shown(r.values[term.id]) for r in same if term.id in r.values}
    shown = _listed(sorted(values))
    return Fault("PE6080", key=same[0].key, name=term.name, values=shown)


def _shown(value: Value) -> str:
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if isinstance(value, Fraction) else brief(value)


def _listed(items: Sequence[str]) -> str:
    return "、".join(items[:SHOWN_ITEMS]) + ("…" if len(items) > SHOWN_ITEMS else "")
