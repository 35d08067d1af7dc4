"""Rule files whose tables are moved into files beside them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import xlsxwriter

from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.documents import BarTable, PolicyDoc
from policy_engine.rulefile.read import read_policy

Rows = Sequence[Sequence[str]]
Write = Callable[
    [Path, Rows], str
]  # writes a file of rows beside the path (without suffix), gives the reference


def write_csv(encoding: str) -> Write:
    def write(path: Path, rows: Rows) -> str:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.with_suffix(".csv").write_bytes(text.getvalue().encode(encoding))
        return f"{{文件: {path.name}.csv}}"

    return write


def write_xlsx(path: Path, rows: Rows) -> str:
    write_sheets(path.with_suffix(".xlsx"), {"表": rows})
    return f"{{文件: {path.name}.xlsx, 工作表: 表}}"


def write_sheets(path: Path, sheets: dict[str, Rows]) -> None:
    """A workbook of text cells."""
    workbook = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)
    workbook.close()


def moved(text: str, folder: Path, write: Write) -> str:
    """The rule file with a reference in place of each table, and the tables as files in ``folder``."""
    doc, found = read_policy(Source("原.yaml", text))
    assert doc is not None, found
    for number, table in reversed(list(enumerate(tables_of(doc)))):
        rows = [[cell.text for cell in row] for row in (table.header, *table.rows)]
        reference = write(folder / f"表{number}", rows)
        span = table.span
        text = text[: span.start] + reference + "\n" + text[span.end :]
    return english(text) if doc.language == "en" else text


def english(text: str) -> str:
    return text.replace("{文件: ", "{file: ").replace("工作表: ", "sheet: ")


def tables_of(value: object) -> Iterator[BarTable]:
    """Every table of a document, in the order of the file."""
    found = [*_tables(value)]
    return iter(sorted(found, key=lambda table: table.span.start))


def _tables(value: object) -> Iterator[BarTable]:
    if isinstance(value, BarTable):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _tables(item)
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from _tables(getattr(value, name))


def cells(doc: PolicyDoc) -> list[list[list[str]]]:
    """The cells of every table of a document, sorted."""
    return sorted([[c.text for c in row] for row in (t.header, *t.rows)] for t in _tables(doc))
