"""Notice that files change, by looking at them again and again.

Looking, rather than being told by the system: folders of an office are often on a server, whose changes no system
call tells of; a few hundred files take some milliseconds to look at; and there is nothing more to install.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

SUFFIXES = (".feature", ".yaml", ".yml", ".xlsx", ".csv")
INTERVAL = 0.5  # seconds
Seen = Mapping[Path, tuple[int, int]]


def changes(
    folders: Iterable[Path],
    pause: Callable[[float], None] = time.sleep,
    look: Callable[[Iterable[Path]], Seen] | None = None,
) -> Iterator[list[Path]]:
    """Files that were changed, added or removed, each time some were since the last time, the first time
    since this call; told when they have come to rest."""
    watched, look_at = tuple(folders), look or snapshot

    def seen() -> Seen:
        return look_at(watched)

    return _changes(seen(), seen, pause)


def _changes(before: Seen, look: Callable[[], Seen], pause: Callable[[float], None]) -> Iterator[list[Path]]:
    while True:
        pause(INTERVAL)
        now = look()
        if now == before:
            continue
        now = _at_rest(now, look, pause)
        changed = sorted(p for p in {*before, *now} if before.get(p) != now.get(p))
        before = now
        if changed:
            yield changed


def _at_rest(now: Seen, again: Callable[[], Seen], pause: Callable[[float], None]) -> Seen:
    """Excel writes a file aside and then puts it in place: wait for the end of it."""
    while True:
        pause(INTERVAL / 2)
        later = again()
        if later == now:
            return now
        now = later


def snapshot(folders: Iterable[Path]) -> Seen:
    """(time, size) of every file that matters below the folders; Excel's lock files do not."""
    found: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        for here, below, files in os.walk(folder):
            below[:] = [name for name in below if not name.startswith(".") and name != "__pycache__"]
            for name in files:
                if name.endswith(SUFFIXES) and not name.startswith((".", "~$")):
                    path = Path(here, name)
                    try:
                        status = path.stat()
                    except OSError:  # gone while we looked
                        continue
                    found[path] = (status.st_mtime_ns, status.st_size)
    return found
