"""Edits of a workbook as staff make them, with openpyxl in the place of Excel or WPS."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from policy_engine.workbook.exporting import export_book
from policy_engine.workbook.importing import Imported, import_book

RULES = Path(__file__).parents[3] / "rules"


def edited(
    file: Path, edit: Callable[[Any], object], to: Path | None = None, rules: Path | None = None
) -> Imported:
    """Export ``file``, hand the open workbook to ``edit``, save, import."""
    book = file.with_suffix(".xlsx")
    export_book(file, book, force=True)
    change(book, edit)
    return import_book(book, to or file, rules)


def change(book: Path, edit: Callable[[Any], object]) -> None:
    workbook = openpyxl.load_workbook(book)
    edit(workbook)
    workbook.save(book)


def cell(workbook: Any, sheet: str, text: str, column: str = "") -> Any:
    """The cell that holds a text; with ``column``, the cell of its row below that header."""
    rows = list(workbook[sheet].iter_rows())
    found = next(c for row in rows for c in row if c.value == text)
    if not column:
        return found
    header = next(c for row in rows for c in row if c.value == column)
    return workbook[sheet].cell(found.row, header.column)


def line(workbook: Any, text: str) -> Any:
    """The cell of 原文 whose line contains a text."""
    return next(row[1] for row in workbook["原文"].iter_rows() if row[1].value and text in row[1].value)


def text_of(imported: Imported) -> str:
    return imported.data.decode("utf-8")
