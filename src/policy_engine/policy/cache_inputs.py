"""What is found in rule files depends on, as digests: the program, the place, and the files."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from policy_engine.policy.levels import Level, scan

FORMAT = 1


def program(packages: Iterable[str]) -> tuple[str, ...]:
    """The versions of what has a say. Of this package its files, since in a checkout they change."""
    return (str(FORMAT), sys.version, *map(_version, packages), _code())


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "z3" if package == "z3-solver" and find_spec("z3") is not None else ""


def _code() -> str:
    root = Path(__file__).resolve().parents[1]
    return _digest(sorted(_stamps(root, root)))


def _stamps(folder: Path, root: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in ("__pycache__", "_rules"):
                    yield from _stamps(Path(entry.path), root)
            elif entry.name.endswith((".py", ".lark", ".json")):
                seen = entry.stat()
                yield os.path.relpath(entry.path, root), seen.st_size, seen.st_mtime_ns


def file_digest(path: Path) -> str:
    """SHA-256 of a file; blank when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


class Files:
    """The rule files of some levels, each read at most once."""

    def __init__(self, levels: Iterable[Level], packages: Iterable[str]) -> None:
        self.levels = tuple(levels)
        self._ids = [(level, scan(level)) for level in self.levels]
        self._digests: dict[Path, str] = {}
        place = [(level.name, str(level.root)) for level in self.levels]
        self._settings = [*program(packages), str(Path.cwd()), *place]

    def key(self, path: Path, shown: str) -> str:
        """Of the findings about one file, as long as nothing around it changes."""
        return self.key_of(str(path), shown, self._of(path))

    def key_of(self, *asked: object) -> str:
        """Of what was asked of these levels; ``asked`` is anything JSON can hold."""
        return _digest([*self._settings, *asked])

    def around(self, ids: Iterable[str]) -> str:
        """All versions of some policies in all levels. What does not tell its id counts with each."""
        wanted = {"", *ids}
        return _digest(
            [
                (number, id_, str(path), self._of(path))
                for number, (_, scanned) in enumerate(self._ids)
                for id_, path in scanned
                if id_ in wanted
            ]
        )

    def snapshot(self) -> None:
        """Read every file now, so that ``around`` tells of this moment."""
        for _, scanned in self._ids:
            for _, path in scanned:
                self._of(path)

    def changed(self, ids: Iterable[str], paths: Iterable[Path]) -> bool:
        """Whether a file has another content than when it was read here."""
        wanted = {"", *ids}
        known = {path for _, scanned in self._ids for id_, path in scanned if id_ in wanted}
        return any(file_digest(path) != self._of(path) for path in {*known, *paths})

    def _of(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = file_digest(path)
        return self._digests[path]


def same_tables(tables: Mapping[str, str]) -> bool:
    """Whether table files, by path, still have these digests."""
    return all(file_digest(Path(path)) == digest for path, digest in tables.items())
