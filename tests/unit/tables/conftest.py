from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture
def refused() -> Callable[..., tuple[Diagnostic, ...]]:
    """Calls something that must raise InputError; gives its diagnostics, whose messages must be complete."""

    def call(function: Callable[..., object], *args: object, **kwargs: object) -> tuple[Diagnostic, ...]:
        with pytest.raises(InputError) as caught:
            function(*args, **kwargs)
        for item in caught.value.diagnostics:
            for lang in ("zh", "en"):
                assert "{" not in item.message(lang)
        return caught.value.diagnostics

    return call


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """A workbook made by ``fill(workbook, worksheet)``."""

    def make(
        fill: Callable[..., None], name: str = "表.xlsx", sheet: str = "用户", **options: object
    ) -> Path:
        path = tmp_path / name
        workbook = xlsxwriter.Workbook(str(path), options)
        fill(workbook, workbook.add_worksheet(sheet))
        workbook.close()
        return path

    return make


@pytest.fixture
def raw_book(tmp_path: Path) -> Callable[..., Path]:
    """A workbook from the bare XML of its only sheet, as other programs may write it."""

    def make(sheet: str, *, extra: dict[str, bytes] | None = None, name: str = "raw.xlsx") -> Path:
        path = tmp_path / name
        parts = {
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="用户" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet,
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, text in parts.items():
                archive.writestr(part, text)
            for part, data in (extra or {}).items():
                archive.writestr(part, data)
        return path

    return make
