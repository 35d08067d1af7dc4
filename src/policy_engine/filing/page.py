"""One self-contained page for printing and ticking off: no script, nothing loaded, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.filing.asks import Ask, AskedOf, everything_asked
from policy_engine.filing.page_style import STYLE
from policy_engine.filing.shown import ShownItem, ShownReport, shown_reports
from policy_engine.filing.text import summary_line
from policy_engine.filing.wording import printable
from policy_engine.filing.words import Lang, words_of
from policy_engine.policy.model import Policy

if TYPE_CHECKING:
    from policy_engine.filing.submit import Filing

GENERATOR = "policy-engine checklist"  # by this we know a page of ours again
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def filing_page(filing: Filing, lang: Lang = "zh") -> str:
    """What became of each item of each subject, as one HTML document."""
    return _Page(filing.policy, lang).held(filing)


def blank_page(policy: Policy, lang: Lang = "zh") -> str:
    """Everything the policy may ask of each kind of subject, with boxes to tick."""
    return _Page(policy, lang).blank()


class _Page:
    def __init__(self, policy: Policy, lang: Lang) -> None:
        self.policy, self.lang, self.words = policy, lang, words_of(lang)

    # -- the two pages ---------------------------------------------------------------------------

    def held(self, filing: Filing) -> str:
        kind = "ok" if filing.complete else "open"
        body = [f'<p class="summary {kind}">{_text(summary_line(filing, self.lang))}</p>']
        subject = None
        for shown in shown_reports(filing, self.lang):
            report = shown.report
            if (report.entity, report.key) != subject:
                subject = (report.entity, report.key)
                body.append(f"<h2>{_text(f'{shown.entity} {report.key}'.rstrip())}</h2>")
            body += self._report(shown)
        rejected = [r.diagnostic.message(self.lang) for r in filing.rejected if r.culprit is None]
        body += self._list("rejections", rejected)
        body += self._list("notes", [note.message(self.lang) for note in filing.notes])
        return self._document(self.words["title"], body, everything_asked(self.policy, self.lang))

    def blank(self) -> str:
        body: list[str] = []
        asked = everything_asked(self.policy, self.lang)
        entity = None
        for one in asked:
            if one.entity != entity:
                entity = one.entity
                body.append(f"<h2>{_text(entity)}</h2>")
            body += self._blank_table(one)
        return self._document(self.words["blank_title"], body, asked)

    # -- tables ----------------------------------------------------------------------------------

    def _report(self, shown: ShownReport) -> Iterator[str]:
        report, words = shown.report, self.words
        unmet = words["unmet_of"].format(unmet=shown.unmet) if shown.unmet else ""
        kind = "ok" if report.complete else "open"
        verdict = f'<span class="verdict {kind}">{_text(report.verdict + unmet)}</span>'
        widths = (("item", 17), ("asked", 25), ("status", 17), ("todo", 19), ("clause", 22))
        # On paper the header is repeated on every page, so it says whose table it is.
        who = f'<span class="who">{_text(f"{shown.entity} {report.key}".rstrip())}</span>'
        rows = (self._item(item) for item in shown.items)
        yield from self._table(report.name, report.kind, verdict + who, widths, rows)
        yield from self._list("remarks", shown.remarks)

    def _blank_table(self, asked: AskedOf) -> Iterator[str]:
        widths = (("item", 22), ("only", 22), ("asked", 32), ("clause", 24))
        yield from self._table(asked.name, asked.kind, "", widths, (self._ask(a) for a in asked.asks))

    def _table(
        self, name: str, kind: str, aside: str, widths: Sequence[tuple[str, int]], rows: Iterable[str]
    ) -> Iterator[str]:
        yield "<table><colgroup>" + "".join(f'<col style="width:{w}%">' for _, w in widths) + "</colgroup>"
        soft = f'<span class="soft">{_text(self.words[kind])}</span>'
        title = f'<th class="name" colspan="{len(widths)}"><h3>{_text(name)}</h3> {soft}{aside}</th>'
        columns = "".join(f'<th scope="col">{_text(self._label(column))}</th>' for column, _ in widths)
        yield f"<thead><tr>{title}</tr><tr>{columns}</tr></thead><tbody>"
        yield from rows
        yield "</tbody></table>"

    def _item(self, shown: ShownItem) -> str:
        state = {"met": "on", "not_met": "off", "not_needed": "none"}[shown.mark]
        label = _attribute(self.words[shown.mark])
        box = f'<span class="box {state}" role="img" aria-label="{label}"></span>'
        asked = self._asked(shown)
        colour = "open" if shown.mark == "not_met" else ""
        status = f'<p class="{colour}">{_text(shown.status)}</p>' + _paragraphs(shown.problems)
        return (
            f'<tr class="{shown.mark}">{_head(box, shown.item.name)}'
            + self._cell("asked", _paragraphs(asked))
            + self._cell("status", status)
            + self._cell("todo", _paragraphs([shown.todo] if shown.todo else []))
            + self._cell("clause", self._clauses(shown.item.clauses))
            + "</tr>"
        )

    def _asked(self, shown: ShownItem) -> tuple[str, ...]:
        """What is asked; of an item that does not concern the subject, also whom it does concern."""
        ask = shown.ask
        if ask is None:
            return ()
        if shown.item.status == "not_needed" and ask.only:
            only = self.words["only"] + self.words["semicolon"].join(ask.only)
            return (only, *ask.lines)
        return (ask.need, *ask.lines)

    def _ask(self, ask: Ask) -> str:
        box = f'<input class="box" type="checkbox" aria-label="{_attribute(ask.name)}">'
        return (
            f"<tr>{_head(box, ask.name)}"
            + self._cell("only", _paragraphs([*ask.only, ask.need]))
            + self._cell("asked", _paragraphs(ask.lines))
            + self._cell("clause", self._clauses(ask.clauses))
            + "</tr>"
        )

    def _cell(self, column: str, inside: str) -> str:
        body = f"<div>{inside}</div>" if inside else ""
        return f'<td class="{column}" data-label="{_attribute(self._label(column))}">{body}</td>'

    def _label(self, column: str) -> str:
        return self.words[f"column_{column}"]

    def _clauses(self, clauses: Iterable[CitedClause]) -> str:
        """Identity, place in the notice and what it says, in our words."""
        return "".join(
            f"<p><b>{_text(c.id)}</b> {_text(c.position)}<br>{_text(c.summary)}</p>" for c in clauses
        )

    def _list(self, title: str, items: Sequence[str]) -> Iterator[str]:
        if items:
            told = "".join(f"<li>{_text(item)}</li>" for item in items)
            yield f"<p><b>{_text(self.words[title])}</b></p><ul>{told}</ul>"

    # -- around them -----------------------------------------------------------------------------

    def _document(self, title: str, body: Iterable[str], asked: Sequence[AskedOf]) -> str:
        lang = "en" if self.lang == "en" else "zh-CN"
        sign = "".join(f"<span>{_text(word)}</span>" for word in self.words["signature"].split("|"))
        parts = [
            "<!DOCTYPE html>",
            f'<html lang="{lang}">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_attribute(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="{GENERATOR}">',
            f"<title>{_text(title)} · {_text(self.policy.title)}</title>",
            f"<style>{STYLE}</style></head>",
            "<body><header>",
            f"<h1>{_text(self.policy.title)}</h1>",
            f"<p>{_text(title)}</p>",
            self._meta(),
            "</header><main>",
            *body,
            "</main><footer>",
            *self._list("readings", self._readings(asked)),
            f'<div class="sign">{sign}</div>',
            "</footer></body></html>",
        ]
        return "\n".join(parts) + "\n"

    def _meta(self) -> str:
        policy, words = self.policy, self.words
        told = [
            ("policy", policy.id),
            ("period", str(policy.period)),
            ("digest", policy.digest.rpartition(":")[2][:12]),
        ]
        spans = (f"<span>{_text(words[k] + words['colon'] + value)}</span>" for k, value in told)
        return f'<div class="meta">{"".join(spans)}</div>'

    def _readings(self, asked: Sequence[AskedOf]) -> list[str]:
        """The readings of those clauses that the page cites."""
        cited = {clause.id for one in asked for ask in one.asks for clause in ask.clauses}
        colon = self.words["colon"]
        return [
            f"{r.name}{colon}{r.chosen}"
            for r in self.policy.readings.values()
            if cited.intersection(r.clauses)
        ]


def _head(box: str, name: str) -> str:
    return f'<th scope="row"><div class="item">{box}<span>{_text(name)}</span></div></th>'


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{_text(line)}</p>" for line in lines)


def _text(text: str) -> str:
    return escape(printable(text), quote=False)


def _attribute(text: str) -> str:
    return escape(printable(text), quote=True)
