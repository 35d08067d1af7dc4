"""The rule files around an open one: what is on disk, with the texts of open files in their place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Source, Span
from policy_engine.policy.library import Level, Library, Version
from policy_engine.policy.rules_here import RULES_NAMES
from policy_engine.policy.table_files import read_rule_file, read_rule_text
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.encoding import MAX_BYTES
from policy_engine.rulefile.read import read_policy

MAX_ENTRIES = 5_000  # of folders that are looked at for one open file
HEAD_BYTES = 65_536  # of a file in which its id is looked for
_ID = re.compile(r"^\ufeff?(?:政策|policy)\s*[:：]\s*[\"'“]?([\w./-]+)", re.MULTILINE | re.IGNORECASE)
_EXTENDS = re.compile(r"^(?:沿用|extends)\s*[:：]\s*[\"'“]?([\w./-]+)", re.MULTILINE | re.IGNORECASE)
_SUFFIXES = (".yaml", ".yml")

Stamp = tuple[int, int]


@dataclass
class Kept:
    """What was read of files that have not changed since."""

    ids: dict[Path, tuple[Stamp, str]] = field(default_factory=dict)
    versions: dict[Path, tuple[Stamp, Version]] = field(default_factory=dict)


def policy_id(text: str) -> str:
    """The id a text says it is of; blank when it says none."""
    found = _ID.search(text[:HEAD_BYTES])
    return found[1] if found else ""


def extends_id(text: str) -> str:
    """The policy that a text says it extends; blank when it says none."""
    found = _EXTENDS.search(text[:HEAD_BYTES])
    return found[1] if found else ""


def extends_place(text: str) -> tuple[int, int]:
    """Where a text names the policy it extends; its start when it does not."""
    found = _EXTENDS.search(text[:HEAD_BYTES])
    return found.span(1) if found else (0, 0)


def roots_of(path: Path, workspace: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders in which the parents of a file are looked for, nearest first.

    The folder called ``rules`` it stands in; else its own folder and those above it within the workspace.
    """
    named = next((folder for folder in path.parents if folder.name in RULES_NAMES), None)
    if named is not None:
        return (named,)
    top = next((folder for folder in workspace if path.is_relative_to(folder)), path.parent)
    return tuple(folder for folder in path.parents if folder.is_relative_to(top))


class OpenLibrary(Library):
    """A library in which an open file reads as it stands in the editor. Files are named by their full paths."""

    def __init__(self, roots: tuple[Path, ...], texts: Mapping[Path, str], kept: Kept) -> None:
        super().__init__(None)
        self._folders = tuple(Level("folder", root) for root in roots)
        self._texts, self._seen = texts, kept

    def versions(self, policy_id: str) -> tuple[Version, ...]:
        """Every version, from the nearest folder that has the policy. Raises LoadError."""
        for level in self._folders:
            paths = [path for path, id_ in self.files(level.root) if id_ == policy_id]
            if paths:
                return tuple(self.read(path, level) for path in paths)
        return super().versions(policy_id)

    def ids(self) -> tuple[str, ...]:
        own = {id_ for level in self._folders for _, id_ in self.files(level.root) if id_}
        return tuple(sorted({*own, *super().ids()}))

    def read(self, path: Path, level: Level) -> Version:
        """One rule file. Raises LoadError."""
        if path in self._texts:
            return _version(*read_open(self._texts[path], path), path, level)
        stamp = _stamp(path)
        kept = self._seen.versions.get(path)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        version = _version(*read_rule_file(path, str(path)), path, level)
        if stamp is not None and not version.doc.table_files:
            self._seen.versions[path] = (stamp, version)
        return version

    def files(self, root: Path) -> Iterator[tuple[Path, str]]:
        """The rule files below a folder with their ids, open ones as they stand in the editor."""
        for path in sorted({*_walk(root), *(p for p in self._texts if p.is_relative_to(root))}):
            yield path, self._id(path)

    def near(self) -> tuple[Path, ...]:
        """The rule files of the folders around."""
        found = dict.fromkeys(path for level in self._folders for path, _ in self.files(level.root))
        return tuple(found)

    def find(self, policy_id: str, preferred: Sequence[Path] = ()) -> Path | None:
        """A file of a policy, read or not; one of the preferred ones where there are several."""
        for level in self._folders:
            paths = [path for path, id_ in self.files(level.root) if id_ == policy_id]
            if paths:
                return next((p for p in paths if p in preferred), paths[0])
        try:
            return super().versions(policy_id)[0].path
        except LoadError:
            return None

    def text_of(self, path: Path) -> str:
        """The text of a rule file as it stands now; blank when it cannot be read."""
        if path in self._texts:
            return self._texts[path]
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES).decode("utf-8-sig", errors="replace")
        except OSError:
            return ""

    def _id(self, path: Path) -> str:
        if path in self._texts:
            return policy_id(self._texts[path])
        stamp = _stamp(path)
        kept = self._seen.ids.get(path)
        if stamp is None or (kept is not None and kept[0] == stamp):
            return kept[1] if kept is not None and stamp is not None else ""
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
        except OSError:
            return ""
        found = next((i for e in ("utf-8", "gb18030") if (i := policy_id(head.decode(e, "ignore")))), "")
        self._seen.ids[path] = (stamp, found)
        return found


def read_open(text: str, path: Path | None) -> tuple[PolicyDoc | None, tuple[Diagnostic, ...]]:
    """The document of a text in the editor; without a path, a text that was never saved."""
    source = Source(str(path) if path is not None else "", text)
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        told = diagnostic("PE1003", Span(source, 0, 0), limit="超过 2 MB", limit_en="more than 2 MB")
        return None, (told,)
    return read_rule_text(source, path) if path is not None else read_policy(source)


def _version(doc: PolicyDoc | None, found: tuple[Diagnostic, ...], path: Path, level: Level) -> Version:
    if doc is None:
        raise LoadError(found)
    return Version(doc, path, level, found)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _walk(root: Path) -> Iterator[Path]:
    """Rule files below a folder: no hidden folders, no links out of it, and not without end."""
    inside, count = root.resolve(), 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "node_modules")
        for name in sorted(names):
            count += 1
            path = Path(folder) / name
            if count > MAX_ENTRIES:
                return
            if path.suffix.lower() in _SUFFIXES and path.is_file():
                if path.is_symlink() and not path.resolve().is_relative_to(inside):
                    continue
                yield path
