"""Diagnostics for a terminal, for programs, and for the annotations of a GitHub workflow.

Text of files is never printed raw: control characters (and with them terminal escapes), invisible and
direction-changing characters are shown as visible stand-ins.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic, Label, Severity
from policy_engine.diagnostics.span import Source, Span

MAX_WIDTH = 160
_TITLES = {
    Severity.ERROR: ("错误", "error", "\x1b[1;31m"),
    Severity.WARNING: ("警告", "warning", "\x1b[1;33m"),
    Severity.INFO: ("提示", "note", "\x1b[1;36m"),
}
_FAINT, _BOLD, _RESET = "\x1b[34m", "\x1b[1m", "\x1b[0m"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def visible(text: str) -> str:
    """The text with every character that does not show replaced by one that does."""
    return "".join(_visible(ch) for ch in text)


def _visible(ch: str) -> str:
    if ch == "\t":
        return " "
    if ord(ch) < 0x20:
        return chr(0x2400 + ord(ch))
    if ch == "\x7f":
        return "\u2421"
    if unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"<{ord(ch):04X}>"
    return ch


def width(text: str) -> int:
    """Columns the text takes in a terminal, where East Asian wide characters take two."""
    return sum(_columns(ch) for ch in visible(text))


def _columns(ch: str) -> int:
    if unicodedata.category(ch) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in ("W", "F") else 1


def render_text(diagnostics: Iterable[Diagnostic], lang: str = "zh", color: bool = False) -> str:
    """Every finding with its lines of the file and carets below them; findings are a blank line apart."""
    return "\n".join(_Page(lang, color).finding(item) for item in diagnostics)


def render_json(diagnostics: Iterable[Diagnostic], lang: str = "zh") -> str:
    """A JSON list; lines and columns count from 1, columns in characters, ends exclusive."""
    items = [_as_data(item, lang) for item in diagnostics]
    return json.dumps(items, ensure_ascii=False, indent=2)


def render_github(diagnostics: Iterable[Diagnostic], lang: str = "zh") -> str:
    """One workflow command a finding, shown by GitHub beside the line of a pull request."""
    return "\n".join(_as_command(item, lang) for item in diagnostics)


def _as_data(item: Diagnostic, lang: str) -> dict[str, object]:
    return {
        "code": item.code,
        "severity": item.severity.value,
        "message": item.message(lang),
        "hint": item.hint_text(lang),
        "clause": item.clause,
        "counter_example": item.counter_example,
        "labels": [_label_data(item, label, lang) for label in item.labels],
    }


def _label_data(item: Diagnostic, label: Label, lang: str) -> dict[str, object]:
    span = label.span
    end_line, end_column = span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
        "message": _label_text(item, label, lang) or None,
    }


def _as_command(item: Diagnostic, lang: str) -> str:
    fields = {}
    if item.span is not None:
        end_line, end_column = item.span.source.position(item.span.end)
        fields = {
            "file": item.span.source.name,
            "line": str(item.span.line),
            "col": str(item.span.column),
            "endLine": str(end_line),
            "endColumn": str(end_column),
        }
    fields["title"] = item.code
    hint = item.hint_text(lang)
    text = item.message(lang) + (f"\n{hint}" if hint else "")
    listed = ",".join(f"{key}={_escape(value, ':,')}" for key, value in fields.items())
    return f"::{_GITHUB[item.severity]} {listed}::{_escape(text, '')}"


def _escape(text: str, more: str) -> str:
    lines = "\n".join(visible(line) for line in text.split("\n"))
    for ch in "%\r\n" + more:
        lines = lines.replace(ch, f"%{ord(ch):02X}")
    return lines


def _label_text(item: Diagnostic, label: Label, lang: str) -> str:
    return label.message.render(lang, dict(item.params)) if label.message else ""


@dataclass(frozen=True)
class _Page:
    """Lays out one finding."""

    lang: str
    color: bool

    def finding(self, item: Diagnostic) -> str:
        blocks = _blocks([label for label in item.labels if label.span.source.text])
        margin = max((len(str(block[0].span.line)) for block in blocks), default=1)
        lines = [self._title(item)]
        if not blocks and item.span is not None:
            lines.append(self._faint(" " * margin + " ┌─ ") + visible(item.span.source.name))
        for block in blocks:
            lines.extend(self._excerpt(item, block, margin))
        lines.extend(self._faint(" " * margin + " = ") + note for note in self._notes(item))
        return "\n".join(lines) + "\n"

    def _title(self, item: Diagnostic) -> str:
        zh, en, style = _TITLES[item.severity]
        head = f"{en if self.lang == 'en' else zh}[{item.code}]"
        message = visible(item.message(self.lang))
        return f"{style}{head}{_RESET} {_BOLD}{message}{_RESET}" if self.color else f"{head} {message}"

    def _notes(self, item: Diagnostic) -> list[str]:
        notes = (item.hint_text(self.lang) or "").split("\n")
        english = self.lang == "en"
        if item.clause:
            notes.append(("clause: " if english else "条款：") + item.clause)
        if item.counter_example:
            notes.append(("counter-example: " if english else "反例：") + item.counter_example)
        return [visible(note) for note in notes if note]

    def _excerpt(self, item: Diagnostic, block: list[Label], margin: int) -> list[str]:
        first = block[0].span
        number = str(first.line).rjust(margin)
        text, dropped = _window(first)
        lines = [
            self._faint(" " * margin + " ┌─ ") + visible(str(first)),
            self._faint(f"{number} │ ") + visible(text),
        ]
        for label in block:
            mark = "^" if label is item.labels[0] else "-"
            style = _TITLES[item.severity][2] if mark == "^" else _FAINT
            marks = _underline(label.span, text, dropped, mark)
            note = visible(_label_text(item, label, self.lang))
            under = f"{marks.rstrip()} {note}" if note else marks.rstrip()
            lines.append(
                self._faint(" " * margin + " │ ") + (style + under + _RESET if self.color else under)
            )
        return lines

    def _faint(self, text: str) -> str:
        return f"{_FAINT}{text}{_RESET}" if self.color else text


def _blocks(labels: list[Label]) -> list[list[Label]]:
    """Labels that share a line of a file share an excerpt; otherwise their order stays."""
    blocks: dict[tuple[Source, int], list[Label]] = {}
    for label in labels:
        blocks.setdefault((label.span.source, label.span.line), []).append(label)
    return list(blocks.values())


def _window(span: Span) -> tuple[str, int]:
    """The line of the span, cut around it when very long, and how many characters were cut in front."""
    line = span.source.line(span.line)
    if len(line) <= MAX_WIDTH:
        return line, 0
    start = max(0, min(span.column - 1 - MAX_WIDTH // 4, len(line) - MAX_WIDTH))
    return line[start : start + MAX_WIDTH], start


def _underline(span: Span, shown: str, dropped: int, mark: str) -> str:
    """Blanks and marks below the shown line; a span of several lines is marked to the end of its first."""
    start = min(max(span.column - 1 - dropped, 0), len(shown))
    end = min(max(start, start + span.end - span.start), len(shown))
    marked = width(shown[start:end].rstrip() or shown[start:end])
    return " " * width(shown[:start]) + mark * max(marked, 1)
