"""Workbooks: text as text, numbers as numbers where a double holds them exactly, never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from policy_engine.tables.columns import Column, DoesNotFit, Value, cell_text, numbered, refuse
from policy_engine.tables.limits import EXACT_DIGITS, XLSX_MAX_ROWS
from policy_engine.tables.problems import fail

Sheet = tuple[str, Sequence[Column], Iterable[Sequence[Value]]]
_BAD_NAME_CHARS: Final = frozenset("[]:*?/\\")
_NAME_LENGTH: Final = 31
_WIDTH: Final = 16


def write_xlsx(target: Path, path: Path, sheets: Sequence[Sheet]) -> None:
    """Write ``target`` (``path`` is the name in messages), a sheet for each (name, columns, rows)."""
    import xlsxwriter  # type: ignore[import-untyped]  # it has no type hints
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # it has no type hints

    _check_names(path, [name for name, _, _ in sheets])
    with TemporaryDirectory(prefix=".", dir=target.parent, ignore_cleanup_errors=True) as scratch:
        options = {"constant_memory": True, "tmpdir": scratch}
        workbook = xlsxwriter.Workbook(str(target), options)
        # The same rows make the same bytes.
        workbook.set_properties({"created": datetime(2000, 1, 1)})
        formats = _Formats(workbook)
        for name, columns, rows in sheets:
            _write_sheet(workbook.add_worksheet(name), path, name, columns, rows, formats)
        try:
            workbook.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error


class _Formats:
    """The cell formats of a workbook, made once each."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}
        self.heading = workbook.add_format({"bold": True, "num_format": "@", "text_wrap": True})

    def of(self, column: Column) -> Any:
        code = _number_format(column)
        if code not in self._made:
            self._made[code] = self._workbook.add_format({"num_format": code})
        return self._made[code]


def _number_format(column: Column) -> str:
    if column.kind in ("text", "boolean"):
        return "@"
    if column.kind == "integer" or column.places == 0:
        return "0"
    return "General" if column.places is None else "0." + "0" * column.places


def _write_sheet(
    sheet: Any,
    path: Path,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    formats: _Formats,
) -> None:
    styles = [formats.of(column) for column in columns]
    for i, column in enumerate(columns):
        sheet.set_column(i, i, _WIDTH, styles[i])
        sheet.write_string(0, i, column.name, formats.heading)
    sheet.freeze_panes(1, 0)
    for line, row in numbered(columns, rows):
        if line > XLSX_MAX_ROWS:
            fail("PE5033", file=path, sheet=name, limit=XLSX_MAX_ROWS)
        for i, (column, value) in enumerate(zip(columns, row, strict=True)):
            try:
                text = cell_text(column, value)
            except DoesNotFit as error:
                refuse(path, line, column, value, error)
            if text and column.kind in ("number", "integer") and fits_double(text):
                sheet.write_number(line - 1, i, float(text), styles[i])
            elif text:
                sheet.write_string(line - 1, i, text, styles[i])


def fits_double(text: str) -> bool:
    """Whether a double keeps every digit of a plain decimal: at most 15, in all and before the point."""
    _, digits, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    significant = "".join(map(str, digits)).strip("0")
    return len(significant) <= EXACT_DIGITS and len(digits) + exponent <= EXACT_DIGITS


def _check_names(path: Path, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name.strip() or len(name) > _NAME_LENGTH:
            zh, en = f"须为 1 到 {_NAME_LENGTH} 个字", f"it needs 1 to {_NAME_LENGTH} characters"
        elif not _BAD_NAME_CHARS.isdisjoint(name) or name[0] == "'" or name[-1] == "'":
            zh, en = (
                "含有 [ ] : * ? / \\ 或首尾有单引号",
                "it has one of [ ] : * ? / \\ or an outer apostrophe",
            )
        elif name.casefold() in seen:
            zh, en = "与另一张工作表同名", "another sheet has it"
        else:
            seen.add(name.casefold())
            continue
        fail("PE5032", file=path, sheet=name, reason=zh, reason_en=en)
