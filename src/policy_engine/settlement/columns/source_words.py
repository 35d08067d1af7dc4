"""Names and texts inside SQL: what people wrote never becomes part of the statement itself."""

from __future__ import annotations

from pathlib import Path


def name(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def text(content: str) -> str:
    """A literal in single quotes."""
    return "'" + content.replace("'", "''") + "'"


def file(path: Path) -> str:
    """A path as a literal that stands for this file alone: DuckDB takes ``*``, ``?`` and ``[`` for patterns."""
    return text("".join(f"[{ch}]" if ch in "*?[" else ch for ch in str(path)))


def places(count: int) -> str:
    """The columns of a source, by their place: ``c0, c1, …``. Their own names may differ only in case."""
    return ", ".join(f"c{i}" for i in range(count))
