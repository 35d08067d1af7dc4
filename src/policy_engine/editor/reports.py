"""Diagnostics as clients show them: in which file, where, with the page of the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from lsprotocol import types as lsp

from policy_engine.diagnostics.diagnostic import Diagnostic, Label, Severity
from policy_engine.diagnostics.render import visible
from policy_engine.diagnostics.span import Span
from policy_engine.editor.positions import Lines
from policy_engine.editor.repairs import repair
from policy_engine.editor.shelf import extends_place
from policy_engine.policy.table_place import SUFFIXES
from policy_engine.policy.table_view import file_of

SOURCE = "policy-engine"
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
_ABOVE = {"zh": "上位文件有错，见下面的位置：", "en": "the file this one extends has an error: "}


class Reports:
    """Turns the findings of one open file into diagnostics by the URI of the file they belong to."""

    def __init__(self, encoding: str, lang: str, page: Callable[[str], str | None]) -> None:
        self._encoding, self._lang, self._page = encoding, lang, page

    def by_uri(
        self, uri: str, path: Path | None, text: str, found: Iterable[Diagnostic]
    ) -> dict[str, list[lsp.Diagnostic]]:
        """Findings in tables beside the file go to those; what is in another rule file is told in that one.

        An error in a parent is also told where the file names it, since the file cannot be read without.
        """
        reports: dict[str, list[lsp.Diagnostic]] = {uri: []}
        for item in found:
            place = self.place_of(item.span, uri, path, text)
            if place is None:
                if item.severity is Severity.ERROR:
                    reports[uri].append(self._above(item, text, uri, path))
            else:
                reports.setdefault(place.uri, []).append(self._report(item, place.range, uri, path, text))
        return reports

    def place_of(self, span: Span | None, uri: str, path: Path | None, text: str) -> lsp.Location | None:
        """None: in another rule file."""
        if span is None:
            return lsp.Location(uri, self.range(Lines(text, self._encoding), 0, 0))
        file = Path(file_of(span.source))
        if file.suffix.lower() in SUFFIXES and path is not None and file.is_relative_to(path.parent):
            return self.location(span)
        if span.source.name == (str(path) if path is not None else ""):
            return lsp.Location(uri, self.range(Lines(text, self._encoding), span.start, span.end))
        return None

    def location(self, span: Span) -> lsp.Location:
        """Of a span of a file on disk."""
        lines = Lines(span.source.text, self._encoding)
        return lsp.Location(Path(file_of(span.source)).as_uri(), self.range(lines, span.start, span.end))

    @staticmethod
    def range(lines: Lines, start: int, end: int) -> lsp.Range:
        first, last = lines.place(start), lines.place(max(start, end))
        return lsp.Range(lsp.Position(*first), lsp.Position(*last))

    def _report(
        self, item: Diagnostic, where: lsp.Range, uri: str, path: Path | None, text: str
    ) -> lsp.Diagnostic:
        page = self._page(item.code)
        fixed = repair(item)
        return lsp.Diagnostic(
            range=where,
            message=self._message(item),
            severity=_SEVERITIES[item.severity],
            code=item.code,
            code_description=lsp.CodeDescription(page) if page else None,
            source=SOURCE,
            related_information=[
                r for label in item.labels[1:] if (r := self._related(label, item, uri, path, text))
            ]
            or None,
            data={"repair": fixed.text} if fixed is not None else None,
        )

    def _message(self, item: Diagnostic) -> str:
        parts = [item.message(self._lang), item.hint_text(self._lang), item.counter_example]
        if item.clause:
            parts.insert(1, item.clause)
        return "\n".join(visible(line) for part in parts if part for line in part.split("\n"))

    def _related(
        self, label: Label, item: Diagnostic, uri: str, path: Path | None, text: str
    ) -> lsp.DiagnosticRelatedInformation | None:
        place = self.place_of(label.span, uri, path, text)
        if place is None:
            if not Path(label.span.source.name).is_absolute():
                return None
            place = self.location(label.span)
        message = label.message.render(self._lang, dict(item.params)) if label.message else ""
        return lsp.DiagnosticRelatedInformation(place, visible(message or str(label.span.line)))

    def _above(self, item: Diagnostic, text: str, uri: str, path: Path | None) -> lsp.Diagnostic:
        """An error of another file, told at 沿用."""
        start, end = extends_place(text)
        report = self._report(item, self.range(Lines(text, self._encoding), start, end), uri, path, text)
        report.data = None  # a correction of that file, not of this one
        report.message = _ABOVE[self._lang] + report.message
        span = item.span
        if span is not None and Path(span.source.name).is_absolute():
            report.related_information = [
                lsp.DiagnosticRelatedInformation(self.location(span), visible(item.message(self._lang)))
            ]
        return report
