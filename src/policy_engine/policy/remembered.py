"""``load`` with a memory that outlasts the process: a policy bound before is not read and bound again.

The same policy comes back as ``load`` would give, as long as no rule file it could come from, no table, no option and
nothing of the program changed. Nothing heavy (grammar, models, YAML) is imported as long as the memory answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.policy.cache_folder import CacheFolder
from policy_engine.policy.cache_inputs import Files, same_tables
from policy_engine.policy.levels import levels
from policy_engine.policy.stored import Stored, read, written

if TYPE_CHECKING:
    from policy_engine.policy.library import Library
    from policy_engine.policy.model import Policy

PACKAGES = ("pydantic", "PyYAML", "lark")  # whose versions have a say


def load_remembered(
    policy_id: str,
    folder: CacheFolder | None,
    *,
    period: str | None = None,
    on: str | None = None,
    known_on: str | None = None,
    rules: str | Path | None = None,
    options: Mapping[str, str] | None = None,
) -> Policy:
    """As ``library.load``, which raises what this raises; None for ``folder``: without a memory."""
    if folder is None:
        from policy_engine.policy.library import load

        return load(policy_id, period=period, on=on, known_on=known_on, rules=rules, options=options)
    files = Files(levels(rules), PACKAGES)
    key = files.key_of("policy", policy_id, period, on, known_on, sorted((options or {}).items()))
    data = folder.get(key)
    stored = read(data, key) if data is not None else None
    if stored is not None and _still_holds(stored, files):
        return stored.policy

    from policy_engine.policy.library import Library

    files.snapshot()
    library = Library(rules, keep=True)
    policy = library.load(policy_id, period=period, on=on, known_on=known_on, options=options)
    if not files.changed(
        policy.lineage, ()
    ):  # else somebody is writing: it may be neither the old nor the new
        tables = tuple(dict.fromkeys(_tables(library)))
        folder.put(key, written(Stored(key, policy, files.around(policy.lineage), tables)))
        folder.tidy()
    return policy


def _still_holds(stored: Stored, files: Files) -> bool:
    return files.around(stored.policy.lineage) == stored.rule_files and same_tables(dict(stored.tables))


def _tables(library: Library) -> Iterator[tuple[str, str]]:
    """Path and digest of the table files beside every version that was read; they are named as the rule file is."""
    for version in library.kept:
        shown = Path(version.doc.source.name).parent
        for table in version.doc.table_files:
            yield str(version.path.parent / os.path.relpath(table.name, shown)), table.sha256
