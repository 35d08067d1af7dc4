"""Delimited text that Excel opens as UTF-8, and that nobody's text can turn into a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from policy_engine.tables.columns import Column, DoesNotFit, Value, cell_text, numbered, refuse

# What a spreadsheet takes for the start of a formula; the full-width forms too in East Asian versions.
_FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_QUOTED: Final = frozenset(',"\n\r')


def write_csv(target: Path, path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    """Write ``target`` (``path`` is the name in messages): UTF-8 with mark, comma, line feed."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(_line(guarded(column.name) for column in columns))
        for line, row in numbered(columns, rows):
            cells: list[str] = []
            for column, value in zip(columns, row, strict=True):
                try:
                    text = cell_text(column, value)
                except DoesNotFit as error:
                    refuse(path, line, column, value, error)
                cells.append(guarded(text) if column.kind == "text" else text)
            file.write(_line(cells))


def guarded(text: str) -> str:
    """An apostrophe before text that would start a formula; reading takes exactly that one off again."""
    return f"'{text}" if text.lstrip("'")[:1] in _FORMULA_STARTS else text


def _line(cells: Iterable[str]) -> str:
    return ",".join(_quoted(cell) for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    if _QUOTED.isdisjoint(cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'
