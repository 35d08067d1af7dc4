"""Read and bind every rule file of a folder, and say what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.policy.library import Library, Version, read_version


@dataclass(frozen=True)
class Checked:
    """A rule file and what is to be said of it; ``policy`` is blank when the file does not even tell."""

    path: str
    policy: str
    diagnostics: tuple[Diagnostic, ...]


def check_rules(rules: str | Path | None = None) -> Iterator[Checked]:
    """Every rule file of ``rules`` (a folder or a file; None: of all levels), bound as on its first day in force.

    Parents are found as for ``load``. Raises LoadError when ``rules`` is not there.
    """
    library = Library(rules)
    levels = library.levels if rules is None else library.levels[:1]
    for level in levels:
        for path, shown in level.files():
            try:
                version = read_version(path, level)
            except PolicyEngineError as error:
                yield Checked(shown, "", error.diagnostics)
                continue
            yield Checked(shown, version.doc.policy.text, _bound(library, version))


def _bound(library: Library, version: Version) -> tuple[Diagnostic, ...]:
    try:
        policy = library.load(version.doc.policy.text, on=version.doc.in_force.from_.value)
    except PolicyEngineError as error:
        return error.diagnostics
    return policy.warnings
