"""The rows a policy is evaluated on, linked into the entity tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from policy_engine.feel.values import Value
from policy_engine.policy.model import Policy


@dataclass(eq=False, slots=True, repr=False)
class Row:
    """One row of a base entity. ``values`` by term id; evaluation adds the decided ones."""

    entity: str
    key: str
    values: dict[str, Value]
    line: int = 0
    source: str = ""
    parent: Row | None = None
    part: str = ""  # the finest (sub-)entity it is of
    children: dict[str, list[Row]] = field(default_factory=dict)  # by base entity, at any depth below
    singles: Mapping[str, Row] = field(default_factory=dict)
    origins: Mapping[str, str] = field(
        default_factory=dict
    )  # term id → where it comes from, if not the table
    withheld: frozenset[str] = frozenset()  # ids of sensitive terms that are filled in, but not known here

    def __repr__(self) -> str:
        """Where it is, not what it holds: that may be sensitive, and logs keep everything."""
        return f"Row({self.place})"

    @property
    def root(self) -> Row:
        """The topmost row above: what is rejected together with this one."""
        row = self
        while row.parent is not None:
            row = row.parent
        return row

    def above(self, entity: str) -> Row | None:
        row = self.parent
        while row is not None and row.entity != entity:
            row = row.parent
        return row

    @property
    def place(self) -> str:
        """How people find the row: ``用户 001234（用户.csv 第5行）``."""
        where = f"（{self.source} 第{self.line}行）" if self.source else ""
        return f"{self.entity} {self.key}{where}" if self.key else f"{self.entity}{where}"


@dataclass(frozen=True)
class Dataset:
    """All rows, by base entity."""

    rows: Mapping[str, list[Row]]

    def __iter__(self) -> Iterator[Row]:
        for rows in self.rows.values():
            yield from rows


def decided_terms(policy: Policy) -> frozenset[tuple[str, str]]:
    """(base entity, id) of every term the rules decide."""
    return frozenset((t.entity, t.id) for t in policy.terms if t.decided)


def forget(dataset: Dataset, decided: frozenset[tuple[str, str]]) -> None:
    """Leave the inputs only, so that the rows can be decided afresh."""
    for row in dataset:
        for id_ in [i for i in row.values if (row.entity, i) in decided]:
            del row.values[id_]


def link(policy: Policy, rows: Mapping[str, list[Row]]) -> Dataset:
    """Hang children under their ancestors and make one-row entities visible everywhere. Parents are already set."""
    singles = {e.name: rows[e.name][0] for e in policy.base_entities if e.single and rows.get(e.name)}
    everything: dict[str, list[Row]] = {}
    for entity in policy.base_entities:
        for row in rows.get(entity.name, []):
            row.singles = singles
            row.children = {}
    for entity in policy.base_entities:
        for row in rows.get(entity.name, []):
            if not entity.single:
                everything.setdefault(entity.name, []).append(row)
            above = row.parent
            while above is not None:
                above.children.setdefault(entity.name, []).append(row)
                above = above.parent
    for single in singles.values():
        single.children = everything
    return Dataset({e.name: rows.get(e.name, []) for e in policy.base_entities})
