"""From the bytes of a file to the sheet that a rule file means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.diagnostics.errors import InputError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.policy.table_place import Content
from policy_engine.policy.table_view import View, view
from policy_engine.rulefile.documents import TableFileDoc
from policy_engine.rulefile.keywords import NO, YES
from policy_engine.tables.csv_sheet import read_csv_sheet
from policy_engine.tables.sheet import NoSuchSheet, Sheet, TooMuch
from policy_engine.tables.xlsx_noted import read_xlsx_sheet

_NEAR = Text("是否想写“{near}”？有：{sheets}", "did you mean “{near}”? There are: {sheets}")
_PASSED_ON = Text("{advice}", "{advice_en}")


@dataclass(frozen=True)
class Shown:
    """A sheet, how it is shown, and whether the workbook hides it."""

    sheet: Sheet
    view: View
    hidden: bool = False


def read_sheet(doc: TableFileDoc, content: Content, language: str, report: Diagnostics) -> Shown | None:
    """The sheet; None when there is none or it cannot be read, which has been reported."""
    path = Path(content.shown)
    try:
        if content.suffix == ".csv":
            if doc.sheet is not None:
                report.report("PE1075", doc.sheet.span(), file=content.shown)
                return None
            sheet = read_csv_sheet(path, content.data)
            return Shown(sheet, view(sheet, content.shown, None))
        wanted = doc.sheet.text if doc.sheet is not None else None
        truth = (YES.of(language), NO.of(language))
        name, hidden, sheet = read_xlsx_sheet(path, content.data, wanted, truth)
        return Shown(sheet, view(sheet, content.shown, name.strip()), hidden)
    except NoSuchSheet as error:
        _report_sheets(doc, error.names, report)
    except TooMuch as error:
        report.report("PE1077", doc.file.span(), file=content.shown, limit=error.zh, limit_en=error.en)
    except InputError as error:
        for item in error.diagnostics:
            _pass_on(doc, item, report)
    return None


def _report_sheets(doc: TableFileDoc, names: tuple[str, ...], report: Diagnostics) -> None:
    listed = "、".join(names)
    if doc.sheet is None:
        report.report("PE1074", doc.file.span(), file=doc.file.text, sheets=listed)
        return
    near = nearest(doc.sheet.text, names)
    hint = _NEAR if near else None
    report.report(
        "PE1073",
        doc.sheet.span(),
        hint=hint,
        file=doc.file.text,
        sheet=doc.sheet.text,
        near=near[0] if near else "",
        sheets=listed,
    )


def _pass_on(doc: TableFileDoc, item: Diagnostic, report: Diagnostics) -> None:
    """What the reader of tables says, at the place where the rule file names the file."""
    report.report(
        "PE1076",
        doc.file.span(),
        hint=_PASSED_ON if item.hint_text() else None,
        reason=item.message("zh"),
        reason_en=item.message("en"),
        advice=item.hint_text("zh") or "",
        advice_en=item.hint_text("en") or "",
    )
