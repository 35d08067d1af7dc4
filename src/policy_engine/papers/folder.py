"""The folder handed in: its files by name, and opening one without leaving the folder and without waiting.

Names are looked up in what the folder lists, never by asking the system to open them: so NFC and NFD find the
same file, and upper and lower case differ, whatever the file system thinks.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.papers.limits import DEFAULT, Limits
from policy_engine.papers.names import BadName, normalise_name, shown
from policy_engine.papers.problems import Problem, Unusable

# A pipe or device opened by mistake must not block, nor become the terminal of this process.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_QUIET = _READ | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_BY_HANDLE = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_CLUTTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


def list_files(directory: Path, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """The regular files below a folder: relative names with ``/``, NFC, sorted by code point.

    Links and hidden files (also what desktops leave behind) are skipped. Raises ``InputError``: PE7080 for a
    folder with more than ``limits.max_files`` entries in all, PE7081 for one that cannot be read.
    """
    found: set[str] = set()
    seen = 0
    waiting = [(directory, "")]
    while waiting:
        folder, prefix = waiting.pop()
        for entry in _entries(folder, folder):
            seen += 1
            _bounded(seen, directory, limits)
            if _hidden(entry.name):
                continue
            name = prefix + shown(entry.name)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((folder / entry.name, name + "/"))
            elif entry.is_file(follow_symlinks=False):
                found.add(name)
    return tuple(sorted(found))


class Folder:
    """Opens the files of one folder. Used for one call and then thrown away."""

    def __init__(self, directory: Path, limits: Limits) -> None:
        self._directory = directory
        self._limits = limits
        self._seen = 0
        self._listings: dict[tuple[str, ...], Mapping[str, str | None]] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[int]:
        """A descriptor of the regular file of that name. Raises ``Unusable``; ``InputError`` as ``list_files``."""
        try:
            parts = normalise_name(name).split("/")
        except BadName as refused:
            raise Unusable(refused.reason) from None
        with _opened_folder(self._directory) as root:
            here = root
            opened: list[int] = []
            try:
                for depth, part in enumerate(parts):
                    actual = self._actual(tuple(parts[:depth]), here, part)
                    here = _open_below(here, actual, folder=depth < len(parts) - 1)
                    if isinstance(here, int):
                        opened.append(here)
                assert isinstance(here, int)
                yield here
            finally:
                for handle in opened:
                    os.close(handle)

    def _actual(self, above: tuple[str, ...], here: int | Path, part: str) -> str:
        """The name on disk of what facts call ``part``."""
        if above not in self._listings:
            self._listings[above] = self._listing(here)
        listing = self._listings[above]
        if part not in listing:
            raise Unusable(Problem.NOT_FOUND)
        actual = listing[part]
        if actual is None:
            raise Unusable(Problem.NAME_TWICE)
        return actual

    def _listing(self, here: int | Path) -> Mapping[str, str | None]:
        listing: dict[str, str | None] = {}
        for entry in _entries(here, self._directory):
            self._seen += 1
            _bounded(self._seen, self._directory, self._limits)
            name = unicodedata.normalize("NFC", entry.name)
            listing[name] = None if name in listing else entry.name
        return listing


def _entries(here: int | Path, directory: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(here) as entries:
            yield from entries
    except (OSError, ValueError) as error:
        raise _unreadable(directory, error) from None


@contextmanager
def _opened_folder(directory: Path) -> Iterator[int | Path]:
    """The folder by handle, so that nobody can swap it for another meanwhile; by path where that is not possible."""
    if not _BY_HANDLE:
        yield directory
        return
    try:
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _unreadable(directory, error) from None
    try:
        yield handle
    finally:
        os.close(handle)


def _open_below(here: int | Path, name: str, *, folder: bool) -> int | Path:
    where: str | Path = here / name if isinstance(here, Path) else name
    above = here if isinstance(here, int) else None
    try:
        _expect(os.stat(where, dir_fd=above, follow_symlinks=False).st_mode, folder)
        if folder and isinstance(where, Path):
            return where
        handle = os.open(where, _QUIET, dir_fd=above)
    except OSError:
        raise Unusable(Problem.UNREADABLE) from None
    try:  # once more: it may have been swapped between the two
        _expect(os.fstat(handle).st_mode, folder)
    except Unusable:
        os.close(handle)
        raise
    return handle


def _expect(mode: int, folder: bool) -> None:
    if stat.S_ISLNK(mode):
        raise Unusable(Problem.LINK)
    if folder and not stat.S_ISDIR(mode):
        raise Unusable(Problem.NOT_FOUND)
    if not folder and not stat.S_ISREG(mode):
        raise Unusable(Problem.NOT_REGULAR)


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _CLUTTER


def _bounded(count: int, directory: Path, limits: Limits) -> None:
    if count > limits.max_files:
        raise too_many(f"文件夹 {shown(str(directory))} 里的文件", "files in the folder", limits)


def too_many(what: str, what_en: str, limits: Limits) -> InputError:
    """The refusal of more files or names than are looked at in one call."""
    return InputError(diagnostic("PE7080", what=what, what_en=what_en, limit=limits.max_files))


def _unreadable(directory: Path, error: Exception) -> InputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return InputError(diagnostic("PE7081", folder=shown(str(directory)), reason=reason))
