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
    for index, cell in enumerate(table.header):
        name = column_of(words, cell.text, language)
        if name is None:
            report_unknown(cell, spellings(words, language), report)
        elif name in found:
            report.report("PE1055", cell.span(), table.header[found[name]].span(), name=cell.text)
        else:
            found[name] = index
    return found


def report_unknown(cell: Fragment, choices: tuple[str, ...], report: Diagnostics) -> None:
    near = nearest(cell.text, choices)
    report.report(
        "PE1053",
        cell.span(),
        hint=_NEAR if near else None,
        name=cell.text,
        near=near[0] if near else "",
        choices="、".join(choices),
    )


def is_blank(cell: Fragment | None) -> bool:
    return cell is None or cell.text.strip() in BLANKS
