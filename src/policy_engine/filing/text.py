"""Checklists as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.filing.asks import Ask, everything_asked
from policy_engine.filing.shown import ShownItem, ShownReport, shown_reports
from policy_engine.filing.wording import padded, printable, width
from policy_engine.filing.words import Lang, Words, words_of
from policy_engine.policy.model import Policy

if TYPE_CHECKING:
    from policy_engine.filing.submit import Filing

MARKS = {"met": "✓", "not_met": "✗", "not_needed": "–"}
BOX = "□"
WIDEST = 28  # columns of a terminal kept for the names of items
REJECTED_SHOWN = 5


def filing_lines(filing: Filing, lang: Lang = "zh") -> list[str]:
    """Every item with its status; of those not met also why, what to do, and the clause. The last line sums up."""
    words = words_of(lang)
    lines = [printable(words["gap"].join((filing.policy.title, str(filing.policy.period))))]
    subject = None
    for shown in shown_reports(filing, lang):
        if (shown.report.entity, shown.report.key) != subject:
            subject = (shown.report.entity, shown.report.key)
            lines += ["", printable(f"■ {shown.entity} {shown.report.key}".rstrip())]
        lines += _report(shown, words)
    lines += ["", *_rejected(filing, lang, words), summary_line(filing, lang)]
    return lines


def summary_line(filing: Filing, lang: Lang = "zh") -> str:
    """Whether all is there, in one line."""
    words = words_of(lang)
    count = sum(item.status != "not_needed" for report in filing.reports for item in report.items)
    own = sum(r.culprit is None for r in filing.rejected)
    if not filing.reports and not own:
        return words["nothing"]
    open_ = filing.unmet or not all(r.complete for r in filing.reports)
    kind = "incomplete" if open_ or own else "complete"
    line = words[f"summary_{kind}"].format(unmet=filing.unmet, count=count)
    return line + (words["semicolon"] + words["summary_rejected"].format(count=own) if own else "")


def _report(shown: ShownReport, words: Words) -> Iterator[str]:
    report = shown.report
    unmet = words["unmet_of"].format(unmet=shown.unmet) if shown.unmet else ""
    kind = words["aside"].format(text=words[report.kind])
    yield f"  {report.name}{kind}{words['colon']}{report.verdict}{unmet}"
    columns = _columns(item.item.name for item in shown.items)
    for item in shown.items:
        yield f"    {MARKS[item.mark]} {padded(item.item.name, columns)}  {item.status}".rstrip()
        if item.mark == "not_met":
            yield from _reasons(item, words)
    for remark in shown.remarks:
        yield "    " + words["remark"].format(text=remark)


def _reasons(item: ShownItem, words: Words) -> Iterator[str]:
    for problem in item.problems:
        yield f"        {problem}"
    if item.todo:
        yield f"        {words['todo']}{item.todo}"
    yield from _clauses(item.item.clauses, item.item.at, words)


def _clauses(clauses: Iterable[CitedClause], at: str, words: Words) -> Iterator[str]:
    told = [words["clause"].format(id=c.id, position=c.position, summary=c.summary) for c in clauses]
    if told:
        yield f"        {words['by']}{words['semicolon'].join(told)}{words['gap']}{at}"


def _rejected(filing: Filing, lang: Lang, words: Words) -> Iterator[str]:
    own = [r for r in filing.rejected if r.culprit is None]
    for rejection in own[:REJECTED_SHOWN]:
        yield words["rejected"].format(text=printable(rejection.diagnostic.message(lang)))
    if len(own) > REJECTED_SHOWN:
        yield f"… {len(own) - REJECTED_SHOWN}"


def _columns(names: Iterable[str]) -> int:
    return min(WIDEST, max((width(name) for name in names), default=0))


def blank_lines(policy: Policy, lang: Lang = "zh") -> list[str]:
    """Everything the policy may ask, with the conditions in words."""
    words = words_of(lang)
    lines = [words["gap"].join((policy.title, str(policy.period), words["blank_title"]))]
    for asked in everything_asked(policy, lang):
        kind = words["aside"].format(text=words[asked.kind])
        lines += ["", f"■ {asked.entity}{words['gap']}{asked.name}{kind}"]
        columns = _columns(ask.name for ask in asked.asks)
        for ask in asked.asks:
            lines += _ask(ask, columns, words)
    return lines


def _ask(ask: Ask, columns: int, words: Words) -> Iterator[str]:
    yield f"  {BOX} {padded(ask.name, columns)}  {ask.need}"
    if ask.only:
        yield f"        {words['only']}{words['semicolon'].join(ask.only)}"
    if ask.lines:
        yield f"        {words['semicolon'].join(ask.lines)}"
    yield from _clauses(ask.clauses, ask.at, words)
