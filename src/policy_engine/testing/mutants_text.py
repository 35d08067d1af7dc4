"""A changed rule file: which text stands where another stood, and what that is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.span import Fragment, Source


@dataclass(frozen=True)
class Mutant:
    """A rule file with one slip in it. ``text`` is the whole file; ``clauses``: of the row that was changed."""

    id: str  # the same from run to run while the row is: 企业附件/营业执照/必交/否
    description: str  # in Chinese: what was changed into what
    path: Path  # of the file it is made from
    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """The characters from ``start`` to ``end`` (offsets in the file) become ``text``."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, written: Fragment, text: str) -> Edit:
        span = written.span()
        return cls(span.start, span.end, text)

    @classmethod
    def no_line(cls, written: Fragment) -> Edit:
        """The line on which something stands is not there."""
        text, span = written.source.text, written.span()
        start = span.start - (span.column - 1)
        end = text.find("\n", start)
        return cls(start, len(text) if end < 0 else end + 1, "")


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """The text with all the edits, which do not overlap."""
    text = source.text
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
