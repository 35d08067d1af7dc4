"""Scratch folders: removed at the end, or by a later run where their process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "lock"


@contextmanager
def scratch(
    prefix: str, folder: Path | None = None, recover: Callable[[Path], None] | None = None
) -> Iterator[Path]:
    """A folder of our own in ``folder`` (None: where temporary files go), held by a lock as long as we live.

    Folders of runs that were killed are removed first; ``recover`` is called with each of them before.
    """
    place = Path(tempfile.gettempdir()) if folder is None else folder
    for left in _left_over(place, prefix):
        if recover is not None:
            recover(left)
        shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    handle = _lock(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def _lock(folder: Path) -> int | None:
    """The lock appears when it is held already, so that nobody takes a new folder for one left over."""
    handle = os.open(folder / f"{LOCK}.new", os.O_RDWR | os.O_CREAT, 0o600)
    if not _held(handle):
        os.close(handle)
        return None
    (folder / f"{LOCK}.new").replace(folder / LOCK)
    return handle


def _left_over(place: Path, prefix: str) -> Iterator[Path]:
    """Folders with a lock that nobody holds. Nothing is found where there are no locks between processes."""
    for folder in sorted(place.glob(f"{prefix}*")):
        with suppress(OSError):
            handle = os.open(folder / LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            try:
                if _held(handle):
                    yield folder
            finally:
                os.close(handle)


def _held(handle: int) -> bool:
    """Take the lock of a file; False where another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows: what a killed run left stays for people to remove
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
