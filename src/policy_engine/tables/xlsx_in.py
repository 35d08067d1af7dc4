"""The tables of a workbook, one a visible sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.tables.assemble import Grid, assemble
from policy_engine.tables.header import IsKnown
from policy_engine.tables.model import RawTable
from policy_engine.tables.problems import fail, problem
from policy_engine.tables.xlsx_package import Package, open_package
from policy_engine.tables.xlsx_sheet import SheetReader
from policy_engine.tables.xlsx_workbook import SheetEntry, Workbook, read_workbook

_RANGE_END: Final = re.compile(r"([0-9]+)$")
_SHOWN: Final = 5


def read_xlsx(path: Path, known: Callable[[str], IsKnown | None], max_rows: int) -> tuple[RawTable, ...]:
    """Every visible sheet that is not blank; ``known(sheet)`` recognises the headers of a sheet."""
    tables: list[RawTable] = []
    errors: list[Diagnostic] = []
    with open_package(path) as package:
        workbook = read_workbook(package)
        for entry in workbook.sheets:
            if entry.hidden:
                continue
            try:
                table = _read_sheet(path, package, workbook, entry, known(entry.name.strip()), max_rows)
            except InputError as error:
                errors.extend(error.diagnostics)
                continue
            if table is not None:
                tables.append(table)
    if errors:
        raise InputError(errors)
    if not tables:
        fail("PE5006", file=path)
    return _with_hidden_note(path, tables, [entry.name for entry in workbook.sheets if entry.hidden])


def _read_sheet(
    path: Path, package: Package, workbook: Workbook, entry: SheetEntry, known: IsKnown | None, max_rows: int
) -> RawTable | None:
    name = entry.name.strip()
    source = f"{path}[{name}]"
    with package.open(entry.part) as stream:
        reader = SheetReader(stream, workbook)

        def findings(header_line: int) -> Iterator[Diagnostic]:
            below = [merged for merged in reader.merged if _last_row(merged) > header_line]
            if below:
                yield problem("PE5015", source=source, ranges=_some(below))
            if reader.uncached:
                yield problem("PE5014", source=source, cells=_some(reader.uncached))

        return assemble(Grid(name, source, reader, findings), known, max_rows)


def _last_row(merged: str) -> int:
    match = _RANGE_END.search(merged)
    return int(match[1]) if match else 0


def _some(places: list[str]) -> str:
    text = "、".join(places[:_SHOWN])
    return text if len(places) <= _SHOWN else f"{text}…（{len(places)}）"


def _with_hidden_note(path: Path, tables: list[RawTable], hidden: list[str]) -> tuple[RawTable, ...]:
    if not hidden:
        return tuple(tables)
    first = tables[0]
    note = problem("PE5016", file=path, sheets="、".join(hidden))
    noted = RawTable(
        first.name, first.source, first.header_line, first.header, first.rows, (*first.notes, note)
    )
    return (noted, *tables[1:])
