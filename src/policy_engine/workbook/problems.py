"""Findings about cells, collected so that all of them are told at once."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics, diagnostic
from policy_engine.workbook.content import Cell, Place


class CellProblems(Diagnostics):
    def misfit(self, place: Place | str | None, zh: str, en: str) -> None:
        """The sheet is not as exported."""
        self.add(_at("PE7094", place, zh, en))

    def unusable(self, place: Place | str | None, zh: str, en: str) -> None:
        self.add(_at("PE7093", place, zh, en))

    def unwritable(self, place: Place | str | None, zh: str, en: str) -> None:
        self.add(_at("PE7098", place, zh, en))

    def one_line(self, cell: Cell) -> None:
        """A changed cell must be one line."""
        if "\n" in cell.text or "\r" in cell.text:
            self.unusable(cell.place, "一格里有换行", "it holds a line break")


def _at(code: str, place: Place | str | None, zh: str, en: str) -> Diagnostic:
    return diagnostic(code, place=str(place), reason=zh, reason_en=en)
