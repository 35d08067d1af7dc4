"""Opens an edited workbook: guarded, without macros and links, its sheets by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.tables.problems import os_reason
from policy_engine.tables.xlsx_package import Package, open_package
from policy_engine.tables.xlsx_workbook import SheetEntry, read_workbook
from policy_engine.workbook.labels import STAMP_SHEET
from policy_engine.workbook.sheet_in import Sheet, read_sheet
from policy_engine.workbook.stamp import Stamp, read_stamp

MAX_BOOK_BYTES: Final = 20 * 1024**2
MAX_UNPACKED: Final = 100 * 1024**2
MAX_SHEETS: Final = 1_000


@dataclass(frozen=True)
class EditedBook:
    """``sheets``: by name, without the one that keeps the stamp."""

    path: Path
    stamp: Stamp
    sheets: Mapping[str, Sheet]


def open_book(path: Path) -> EditedBook:
    """Raises InputError: not a workbook of ours (PE7091), not to be opened (PE7092), damaged (PE5012)."""
    try:
        _guard(path)
        with open_package(path, max_unpacked=MAX_UNPACKED) as package:
            return _read(path, package)
    except OSError as error:
        reason = os_reason(error)
        _refuse(path, str(reason["reason"]), str(reason["reason_en"]))


def _guard(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        _refuse(path, "只导入 .xlsx", "only .xlsx is imported")
    if not path.is_file():
        _refuse(path, "没有这个文件", "there is no such file")
    if path.stat().st_size > MAX_BOOK_BYTES:
        _refuse(path, "超过 20 MB", "more than 20 MB")


def _read(path: Path, package: Package) -> EditedBook:
    main = next(
        (p for kind, p in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    relations = dict(package.relations(main).values())
    if package.has_macros:
        _refuse(path, "里面有宏", "it holds macros")
    if "externalLink" in relations:
        _refuse(path, "引用了别的文件", "it links to other files")
    workbook = read_workbook(package)
    if len(workbook.sheets) > MAX_SHEETS:
        _refuse(path, f"工作表超过 {MAX_SHEETS} 张", f"more than {MAX_SHEETS} sheets")

    def sheet(entry: SheetEntry) -> Sheet:
        with package.open(entry.part) as stream:
            return read_sheet(stream, entry.name, workbook)

    hidden = next((entry for entry in workbook.sheets if entry.name == STAMP_SHEET), None)
    texts = [cells[0].text for _, cells in sheet(hidden).rows] if hidden else []
    stamp = read_stamp(texts)
    if stamp is None:
        raise InputError(diagnostic("PE7091", book=path.name))
    sheets = {entry.name: sheet(entry) for entry in workbook.sheets if entry is not hidden}
    return EditedBook(path, stamp, MappingProxyType(sheets))


def _refuse(path: Path, zh: str, en: str) -> NoReturn:
    raise InputError(diagnostic("PE7092", book=path.name, reason=zh, reason_en=en))
