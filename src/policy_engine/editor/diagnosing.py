"""What load and check say of an open file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from policy_engine.analysis.checking import findings
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.editor.shelf import Kept, OpenLibrary, read_open, roots_of
from policy_engine.policy.bind import bind
from policy_engine.policy.checking import Checked
from policy_engine.policy.library import Version
from policy_engine.policy.model import Policy
from policy_engine.rulefile.documents import PolicyDoc


@dataclass(frozen=True)
class Bound:
    """A text that bound, as on its first day in force: the policy, and the documents from the text upwards."""

    text: str
    policy: Policy
    docs: tuple[PolicyDoc, ...]


@dataclass(frozen=True)
class Found:
    """``bound`` is None when the text does not bind; ``diagnostics`` then say why."""

    diagnostics: tuple[Diagnostic, ...]
    bound: Bound | None = None


def bind_text(
    text: str, path: Path | None, texts: Mapping[Path, str], workspace: tuple[Path, ...], kept: Kept
) -> Bound | None:
    """What a text means, without an analysis; None when it does not bind. May be asked from any thread."""
    doc, _ = read_open(text, path)
    if doc is None:
        return None
    try:
        return _bound(doc, text, path, texts, workspace, kept)[0]
    except PolicyEngineError:
        return None


def diagnose(
    text: str,
    path: Path | None,
    texts: Mapping[Path, str],
    workspace: tuple[Path, ...],
    kept: Kept,
    stale: Callable[[], bool] = lambda: False,
) -> Found:
    """Everything that is to be said of ``text``, which stands or is to stand at ``path``.

    ``texts`` are the open files; ``stale`` says that nobody waits for the answer any more. One thread alone may
    ask: the solver that analysis uses is not made for several.
    """
    doc, found = read_open(text, path)
    if doc is None or stale():
        return Found(found)
    try:
        bound, versions, warnings = _bound(doc, text, path, texts, workspace, kept)
    except PolicyEngineError as error:
        return Found(tuple(dict.fromkeys((*found, *error.diagnostics))))
    if stale():
        return Found(found, bound)
    checked = Checked("", bound.policy.id, (), bound.policy, bound.docs, versions)
    all_ = (*found, *warnings, *bound.policy.warnings, *findings(checked))
    return Found(tuple(dict.fromkeys(all_)), bound)


def _bound(
    doc: PolicyDoc,
    text: str,
    path: Path | None,
    texts: Mapping[Path, str],
    workspace: tuple[Path, ...],
    kept: Kept,
) -> tuple[Bound, tuple[PolicyDoc, ...], tuple[Diagnostic, ...]]:
    """Raises LoadError, NotInForce."""
    library = OpenLibrary(roots_of(path, workspace) if path is not None else (), texts, kept)
    first = doc.in_force.from_.value
    if path is None:
        above = library.chain(doc.extends.text, first) if doc.extends is not None else ()
        docs = (doc, *(v.doc for v in above))
        return Bound(text, bind(docs, period=first), docs), (doc,), ()
    chain: tuple[Version, ...] = library.chain(doc.policy.text, first)
    docs = tuple(v.doc for v in chain)
    versions = tuple(v.doc for v in library.versions(doc.policy.text))
    warnings = tuple(w for v in chain[:1] for w in v.warnings)
    return Bound(text, bind(docs, period=first), docs), versions, warnings
