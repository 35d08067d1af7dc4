"""``analyse_rules`` with a memory: what was told about a file is told again as long as nothing it rests on changed.

Only files that can be bound are remembered, for only of those it is known which other files were read. Nothing heavy
(grammar, models, solver) is imported as long as the memory answers.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.analysis.cache_entry import Entry, read, written
from policy_engine.analysis.told import Told
from policy_engine.policy.cache_folder import CacheFolder
from policy_engine.policy.cache_inputs import Files, same_tables
from policy_engine.policy.levels import Level, levels

if TYPE_CHECKING:
    from policy_engine.policy.checking import Checked
    from policy_engine.policy.library import Library

PACKAGES = ("policy-engine", "z3-solver", "pydantic", "PyYAML", "lark")  # whose versions have a say
_TIMED = "PE3312"  # what a solver did not find in time it may find another day


def told_rules(rules: str | Path | None, today: dt.date, folder: CacheFolder | None = None) -> Iterator[Told]:
    """What ``analyse_rules`` finds. Raises LoadError when ``rules`` is not there."""
    if folder is None:
        from policy_engine.analysis.checking import analyse_rules

        yield from (Told(c.path, c.policy, c.diagnostics) for c in analyse_rules(rules, today))
        return
    memory = _Memory(rules, today, folder)
    try:
        yield from memory.told()
    finally:
        folder.tidy()


class _Memory:
    """One run over one folder."""

    def __init__(self, rules: str | Path | None, today: dt.date, folder: CacheFolder) -> None:
        self._rules, self._today, self._folder = rules, today, folder
        self._files = Files(levels(rules), PACKAGES)
        self._library: Library | None = None

    def told(self) -> Iterator[Told]:
        for level in self._files.levels if self._rules is None else self._files.levels[:1]:
            for path, shown in level.files():
                key = self._files.key(path, shown)
                yield self._remembered(key) or self._found(key, path, level, shown)

    def _remembered(self, key: str) -> Told | None:
        data = self._folder.get(key)
        entry = read(data, key) if data is not None else None
        if entry is None or not entry.first <= self._today <= entry.last:
            return None
        same = self._files.around(entry.ids) == entry.rule_files and same_tables(dict(entry.tables))
        return entry.told if same else None

    def _found(self, key: str, path: Path, level: Level, shown: str) -> Told:
        from policy_engine.analysis.checking import findings
        from policy_engine.policy.checking import check_file
        from policy_engine.policy.library import Library

        if self._library is None:
            self._files.snapshot()
            self._library = Library(self._rules, keep=True)
        checked = check_file(self._library, path, level, shown)
        told = Told(shown, checked.policy, (*checked.diagnostics, *findings(checked, self._today)))
        self._remember(key, path, told, checked)
        return told

    def _remember(self, key: str, path: Path, told: Told, checked: Checked) -> None:
        if checked.bound is None:
            return
        ids, first, last = checked.bound.lineage, *_days(checked, self._today)
        if any(d.code == _TIMED for d in told.diagnostics):
            first = last = self._today
        if self._files.changed(ids, [path]):
            return  # somebody is writing: what was read may be neither the old nor the new
        try:
            tables = tuple(_tables(checked, self._files.levels))
        except KeyError:
            return
        entry = Entry(key, told, ids, self._files.around(ids), tables, first, last)
        self._folder.put(key, written(entry))


def _days(checked: Checked, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days around today on which the same is found."""
    from policy_engine.analysis.timelines import turning_days

    assert checked.bound is not None
    turns = sorted(turning_days(checked.bound))
    first = max((day for day in turns if day <= today), default=dt.date.min)
    last = min((day - dt.timedelta(days=1) for day in turns if day > today), default=dt.date.max)
    return first, last


def _tables(checked: Checked, levels: Iterable[Level]) -> Iterator[tuple[str, str]]:
    """Path and digest of every table file of the policy, its versions and its parents.

    They are named after the name the rule file is shown by. Raises KeyError where two files are shown by one name.
    """
    docs = {id(d): d for d in (*checked.docs, *checked.versions, *(d for v in checked.parents for d in v))}
    if not any(doc.table_files for doc in docs.values()):
        return
    files = [(shown, path) for level in levels for path, shown in level.files()]
    known = {shown: path for shown, path in files if [s for s, _ in files].count(shown) == 1}
    for doc in docs.values():
        shown = doc.source.name
        for table in doc.table_files:
            beside = os.path.relpath(table.name, Path(shown).parent)
            yield str(known[shown].parent / beside), table.sha256
