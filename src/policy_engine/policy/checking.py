"""Read and bind every rule file of a folder, and say what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.policy.levels import Level
from policy_engine.policy.library import Library, Version
from policy_engine.policy.model import Policy
from policy_engine.rulefile.documents import PolicyDoc


@dataclass(frozen=True)
class Checked:
    """A rule file and what is to be said of it; ``policy`` is blank when the file does not even tell.

    ``bound`` is the policy on its first day in force, None when it cannot be bound; ``docs`` its file and its
    parents', ``versions`` every version of it, ``parents`` every version of each parent.
    """

    path: str
    policy: str
    diagnostics: tuple[Diagnostic, ...]
    bound: Policy | None = None
    docs: tuple[PolicyDoc, ...] = ()
    versions: tuple[PolicyDoc, ...] = ()
    parents: tuple[tuple[PolicyDoc, ...], ...] = ()


def check_rules(rules: str | Path | None = None) -> Iterator[Checked]:
    """Every rule file of ``rules`` (a folder or a file; None: of all levels), bound as on its first day in force.

    Parents are found as for ``load``. Raises LoadError when ``rules`` is not there.
    """
    library = Library(rules, keep=True)
    levels = library.levels if rules is None else library.levels[:1]
    for level in levels:
        for path, shown in level.files():
            yield check_file(library, path, level, shown)


def check_file(library: Library, path: Path, level: Level, shown: str) -> Checked:
    """One rule file of a level of the library."""
    try:
        version = library.read(path, level)
    except PolicyEngineError as error:
        return Checked(shown, "", error.diagnostics)
    return _bound(library, version, shown)


def _bound(library: Library, version: Version, shown: str) -> Checked:
    id_, first = version.doc.policy.text, version.doc.in_force.from_.value
    try:
        policy = library.load(id_, on=first)
        docs = tuple(v.doc for v in library.chain(id_, first))
        versions = tuple(v.doc for v in library.versions(id_))
        parents = tuple(tuple(v.doc for v in library.versions(d.policy.text)) for d in docs[1:])
    except PolicyEngineError as error:
        return Checked(shown, id_, error.diagnostics)
    return Checked(shown, id_, policy.warnings, policy, docs, versions, parents)
