"""Headers of bar tables: which column is which, whatever their order."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.keywords import Word, column_of, spellings

_NEAR = Text("是否想写“{near}”？", "did you mean “{near}”?")
BLANKS = frozenset({"", "-", "－", "—"})


def read_header(
    table: BarTable, words: Mapping[str, Word], language: str, report: Diagnostics
) -> dict[str, int]:
    """Canonical column name → its index. Unknown and repeated columns are reported."""
    found: dict[str, int] = {}
    unsure: dict[str, int] = {}
    for index, cell in enumerate(table.header):
        name = column_of(words, cell.text, language)
        if name is None:
            near = report_unknown(cell, spellings(words, language), report)
            meant = column_of(words, near, language) if near else None
            if meant is not None:
                unsure.setdefault(meant, index)
        elif name in found:
            report.report("PE1055", cell.span(), table.header[found[name]].span(), name=cell.text)
        else:
            found[name] = index
    return unsure | found  # a column that was probably meant is not missed as well


def report_unknown(cell: Fragment, choices: tuple[str, ...], report: Diagnostics) -> str | None:
    """Report a header nobody knows; returns the one that was probably meant."""
    near = nearest(cell.text, choices)
    report.report(
        "PE1053",
        cell.span(),
        hint=_NEAR if near else None,
        name=cell.text,
        near=near[0] if near else "",
        choices="、".join(choices),
    )
    return near[0] if near else None


def is_blank(cell: Fragment | None) -> bool:
    return cell is None or cell.text.strip() in BLANKS
