"""Whole packages brought from Spark to the engine's reader: those with anything doubtful in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.engine.facts import FactRow, FactTable
from policy_engine.policy.model import Policy
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.cells.spark import CELLS as cells
from policy_engine.settlement.columns.clean_keys import cleaned
from policy_engine.settlement.columns.clean_table import Mark
from policy_engine.settlement.columns.source import NotPlain, cell_text, check_row
from policy_engine.settlement.spark import names
from policy_engine.settlement.spark.raw import Raw

MOST = 100_000  # rows the reader is asked about


class Brought:
    """Rows by entity and number, and everything that hangs above, beside and below them.

    ``blank`` are numbers of rows without any cell, which no reader sees.
    """

    def __init__(self, policy: Policy, raws: Mapping[str, Raw], session: Any, most: int = MOST) -> None:
        self.policy, self.raws, self.session, self.most = policy, raws, session, most
        self.rows: dict[str, dict[int, FactRow]] = {e: {} for e in raws}
        self.blank: dict[str, set[int]] = {e: set() for e in raws}
        self._asked: dict[str, set[str]] = {e: set() for e in raws}
        self._done: dict[str, set[str]] = {e: set() for e in raws}

    def suspects(self, supplied: Collection[tuple[str, str]]) -> None:
        """``supplied``: (entity, key) of rows something is laid over."""
        for entity, raw in self.raws.items():
            if raw.table is not None:
                keys = [key for name, key in supplied if name == entity]
                self._fetch(raw, _suspicious(self.policy, self.raws, raw, keys))
        self._close()

    def packages(self, keys: Mapping[str, Iterable[str]]) -> None:
        """The packages of rows with these keys."""
        for entity, found in keys.items():
            self._asked[entity].update(found)
        self._close()

    def everything(self) -> None:
        for raw in self.raws.values():
            if raw.table is not None:
                self._fetch(raw, "TRUE")

    def tables(self, singles: Sequence[FactTable], gone: Mapping[str, Collection[int]]) -> list[FactTable]:
        """For the reader, without the rows in ``gone``."""
        found = list(singles)
        for entity, raw in self.raws.items():
            if raw.table is not None:
                left = sorted((n, r) for n, r in self.rows[entity].items() if n not in gone[entity])
                rows = tuple(row for _, row in left)
                found.append(FactTable(entity, raw.table.header, rows, raw.table.label))
        return found

    # -- from Spark --------------------------------------------------------------------------------

    def _close(self) -> None:
        """Until the packages are whole."""
        while any(self._asked[e] - self._done[e] for e in self.raws):
            for entity, raw in self.raws.items():
                keys = self._asked[entity] - self._done[entity]
                if not keys:
                    continue
                self._done[entity] |= keys
                frame = self.session.createDataFrame([(k,) for k in sorted(keys)], "k STRING")
                frame.createOrReplaceTempView("asked_keys")
                if raw.table is not None:
                    self._fetch(raw, "r._k IN (SELECT k FROM asked_keys)")
                for below in self.raws.values():
                    if below.parent is not None and below.parent.name == entity and below.table is not None:
                        self._fetch(below, "r._p IN (SELECT k FROM asked_keys)")

    def _fetch(self, raw: Raw, condition: str) -> None:
        """Raises EngineError for more rows than may be brought, InputError for a row that concerns the whole file."""
        wanted = f"SELECT r._n AS w, r._bad AS b FROM {names.name(raw.view)} r WHERE {condition} LIMIT {self.most + 1}"
        found = self.session.sql(
            f"SELECT w.b, c.* FROM ({wanted}) w JOIN {names.name(raw.cells)} c ON c.n = w.w"
        ).collect()
        known = self.rows[raw.entity.name]
        for bad, number, *content in found:
            if number not in known and number not in self.blank[raw.entity.name]:
                self._take(raw, number, bad, tuple(map(cell_text, content)))
        if sum(map(len, self.rows.values())) > self.most:
            raise EngineError(diagnostic("PE9120", name=raw.entity.name, limit=self.most))

    def _take(self, raw: Raw, number: int, bad: int, content: tuple[str | None, ...]) -> None:
        entity, table, columns = raw.entity.name, raw.table, raw.columns
        assert table is not None and columns is not None and columns.key is not None
        if not any(content):
            self.blank[entity].add(number)
            return
        try:
            check_row(content)
        except NotPlain:
            raise InputError(diagnostic("PE7031", path=table.label, line=number + 1)) from None
        self.rows[entity][number] = FactRow(content, number + 1)
        below = any(r.parent is not None and r.parent.name == entity for r in self.raws.values())
        if below or bad == Mark.KEY:
            self._ask(entity, content[columns.key], table.header[columns.key])
        if columns.parent is not None and raw.parent is not None:
            self._ask(raw.parent.name, content[columns.parent], table.header[columns.parent])

    def _ask(self, entity: str, cell: object, name: str) -> None:
        key = cleaned(cell, False, name)
        if key:
            self._asked[entity].add(key)


def _suspicious(policy: Policy, raws: Mapping[str, Raw], raw: Raw, supplied: Sequence[str]) -> str:
    """Rows that are not plain, stand twice, refer to nothing known, or have something laid over them."""
    view = names.name(raw.view)
    twice = f"SELECT _k FROM {view} WHERE _k IS NOT NULL GROUP BY _k HAVING count(*) > 1"
    tests = ["r._bad > 0", f"r._k IN ({twice})"]
    if supplied:
        tests.append(f"r._k IN ({', '.join(map(names.text, supplied))})")
    if raw.parent is not None:
        if not raw.entity.parent_optional:
            tests.append("r._p IS NULL")
        known = _known(policy, raw, raws[raw.parent.name])
        tests.append(f"(r._p IS NOT NULL AND NOT ({known}))" if known else "r._p IS NOT NULL")
    return "(" + " OR ".join(tests) + ")"


def _known(policy: Policy, raw: Raw, above: Raw) -> str | None:
    """Whether a reference is plainly one to a row there is, or that is made of it; None: never."""
    if above.table is not None:
        return (
            f"r._p IN (SELECT _k FROM {names.name(above.view)} WHERE _bad <> {Mark.KEY} AND _k IS NOT NULL)"
        )
    entity = above.entity
    # What a row made from references cannot meet, so that the reader refuses it or decides about it.
    asked = entity.parent is not None and not entity.parent_optional
    asked |= any(term.required for term in policy.terms_of(entity.name)) or bool(
        policy.sub_entities(entity.name)
    )
    if asked or raw.table is None or raw.columns is None or raw.columns.parent is None:
        return None
    holding = raw.table.holdings[raw.columns.parent]
    plain = cells.is_plain_key("r._p", Holding(Held.TEXT) if holding.held is Held.TEXT else holding)
    return f"coalesce({plain}, FALSE)"
