"""A folder of small files that may be lost at any time: read if there, written if possible, never complained about."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

CACHE_VARIABLE = "POLICY_ENGINE_CACHE"
OFF = "off"
MAX_ENTRIES = 2_000
MAX_BYTES = 64 * 1024**2
MAX_ENTRY = 8 * 1024**2
_STALE = 3_600  # seconds after which a half-written file was left behind by somebody who is gone


def default_folder(kind: str) -> Path | None:
    """``$POLICY_ENGINE_CACHE/<kind>``, or below ``$XDG_CACHE_HOME/policy_engine``, or ``~/.cache/policy_engine``.

    None where the variable says ``off``, and for somebody without a home.
    """
    told = os.environ.get(CACHE_VARIABLE, "")
    if told.casefold() == OFF:
        return None
    if told and Path(told).is_absolute():
        return Path(told) / kind
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        root = Path(named) if named and Path(named).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return root / "policy_engine" / kind


class CacheFolder:
    """Entries by key, a key being a digest in hexadecimal. Two processes at once each see whole entries.

    A folder that others may write to is not used: what stands there could be anybody's.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._wrote = False

    def get(self, key: str) -> bytes | None:
        try:
            if not _is_private(self._root):
                return None
            with self._path(key).open("rb") as file:
                data = file.read(MAX_ENTRY + 1)
            os.utime(self._path(key))  # it was of use: others are dropped before it
        except OSError:
            return None
        return data if len(data) <= MAX_ENTRY else None

    def put(self, key: str, data: bytes) -> None:
        """Where the folder cannot be written nothing happens."""
        if len(data) > MAX_ENTRY:
            return
        from policy_engine.tables.atomic import write_bytes

        with contextlib.suppress(OSError):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(self._root):
                write_bytes(self._path(key), data)
                self._wrote = True

    def tidy(self) -> None:
        """Drop the entries that were not of use for the longest time, if there are too many."""
        if not self._wrote:
            return
        now = time.time()
        found: list[tuple[float, int, Path]] = []
        with contextlib.suppress(OSError), os.scandir(self._root) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # another process tidies up as well
                    seen = entry.stat(follow_symlinks=False)
                    path = Path(entry.path)
                    if path.suffix == _SUFFIX:
                        found.append((seen.st_mtime, seen.st_size, path))
                    elif path.suffix == ".tmp" and now - seen.st_mtime > _STALE:
                        path.unlink(missing_ok=True)
        kept = size = 0
        for _, length, path in sorted(found, reverse=True):
            kept, size = kept + 1, size + length
            if kept > MAX_ENTRIES or size > MAX_BYTES:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / f"{key}{_SUFFIX}"


_SUFFIX = ".entry"


def _is_private(folder: Path) -> bool:
    """Ours, and nobody else's to write. Raises OSError where there is none. Windows keeps a home private by itself."""
    seen = folder.stat()
    return os.name == "nt" or (seen.st_uid == os.geteuid() and not seen.st_mode & 0o022)
