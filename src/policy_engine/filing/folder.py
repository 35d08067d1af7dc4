"""A folder of attached files, each looked at once however many rows name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policy_engine.filing.looking import inspect
from policy_engine.papers.folder import list_files
from policy_engine.papers.inspect import PaperFile
from policy_engine.papers.names import BadName, normalise_name


@dataclass(frozen=True)
class Folder:
    """``files`` by normalised name: what was found out about each file a row names."""

    directory: Path
    files: Mapping[str, PaperFile] = field(default_factory=dict)

    @classmethod
    def looked_at(cls, directory: Path, names: Iterable[str]) -> Folder:
        """Inspect the files named. Raises InputError when the folder itself cannot be read."""
        wanted = {_same(name): name for name in names}
        found = inspect(directory, tuple(wanted.values()))
        return cls(directory, dict(zip(wanted, found, strict=True)))

    def file(self, name: str) -> PaperFile | None:
        """What was found out about a file; None for one that nobody asked about, and for a blank name."""
        return self.files.get(_same(name)) if name else None

    @property
    def found(self) -> tuple[PaperFile, ...]:
        return tuple(self.files.values())

    def unnamed(self) -> tuple[str, ...]:
        """Files that no row names, in order."""
        return tuple(name for name in list_files(self.directory) if _same(name) not in self.files)


def _same(name: str) -> str:
    """The form in which names are compared; a name that is refused is only itself."""
    try:
        return normalise_name(name)
    except BadName:
        return name
