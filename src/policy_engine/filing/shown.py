"""A held submission as lists and pages show it: each item beside what was asked, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.engine.checklist_document import MET, ChecklistReport, ItemFinding, ItemProblem
from policy_engine.filing.asks import Ask, asked_of
from policy_engine.filing.wording import printable
from policy_engine.filing.words import Lang, words_of

if TYPE_CHECKING:
    from policy_engine.filing.submit import Filing


_NOTHING_THERE = frozenset({"not_needed", "optional"})  # met, but not by anything that was handed in


@dataclass(frozen=True)
class ShownItem:
    """``mark``: met, not_met or not_needed. ``problems``: of the value, or of each paper that does not do."""

    item: ItemFinding
    ask: Ask | None
    mark: str
    status: str
    problems: tuple[str, ...]
    todo: str


@dataclass(frozen=True)
class ShownReport:
    """``entity`` is the (sub-)entity the checklist is for."""

    report: ChecklistReport
    entity: str
    items: tuple[ShownItem, ...]
    remarks: tuple[str, ...]

    @property
    def unmet(self) -> int:
        return sum(shown.mark == "not_met" for shown in self.items)


def shown_reports(filing: Filing, lang: Lang = "zh") -> Iterator[ShownReport]:
    """The reports of a filing, ready to be written out."""
    checklists = filing.policy.checklists
    asked = {name: asked_of(filing.policy, body, lang) for name, body in checklists.items()}
    for report in filing.reports:
        asks = {ask.name: ask for ask in asked[report.name].asks}
        yield ShownReport(
            report,
            asked[report.name].entity,
            tuple(_shown(item, asks.get(item.name), lang) for item in report.items if _concerns(item, asks)),
            tuple(printable(r.text_en if lang == "en" else r.text) for r in report.remarks),
        )


def _concerns(item: ItemFinding, asks: Mapping[str, Ask]) -> bool:
    """An item that a reading switches off is not listed at all."""
    return item.name in asks or item.status != "not_needed"


def _shown(item: ItemFinding, ask: Ask | None, lang: Lang) -> ShownItem:
    en = lang == "en"
    met = item.status in MET
    return ShownItem(
        item,
        ask,
        "not_needed" if item.status in _NOTHING_THERE else "met" if met else "not_met",
        printable(item.status_text_en if en else item.status_text),
        () if met else tuple(_problems(item, lang)),
        printable(item.todo_en if en else item.todo),
    )


def _problems(item: ItemFinding, lang: Lang) -> Iterator[str]:
    words = words_of(lang)
    for problem in item.problems:
        yield _text(problem, lang)
    for paper in item.papers:
        if paper.problems:
            name = paper.kind + (words["aside"].format(text=paper.file) if paper.file else "")
            told = words["semicolon"].join(_text(p, lang) for p in paper.problems)
            yield printable(name) + words["colon"] + told


def _text(problem: ItemProblem, lang: Lang) -> str:
    return printable(problem.text_en if lang == "en" else problem.text)
