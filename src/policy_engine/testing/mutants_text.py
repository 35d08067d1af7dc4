"""A changed rule file: which text stands where another stood, and what that is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.span import Fragment, Source, Span
from policy_engine.testing.mutants_kinds import Kind


@dataclass(frozen=True)
class Mutant:
    """A rule file with one slip in it. ``text`` is the whole file; ``clauses``: of the row that was changed."""

    id: str  # the same from run to run while the row is: 企业附件/营业执照/必交/否
    description: str  # in Chinese: what was changed into what
    path: Path  # of the file it is made from
    text: str
    clauses: tuple[str, ...]
    kind: Kind = Kind.REQUIREMENT
    line: int = 1  # on which it begins
    place: str = ""  # what was changed, without the change: 决定“应考核电量”
    before: str = ""
    after: str = ""
    row: str = ""  # the row of a table that was changed

    @property
    def advice(self) -> str:
        """The scenario that would notice it, in Chinese."""
        return self.kind.advice.format(
            place=self.place or "这一处", before=self.before or "这一项", after=self.after or "没有它"
        )


@dataclass(frozen=True)
class Edit:
    """The characters from ``start`` to ``end`` (offsets in the file) become ``text``."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, written: Fragment, text: str) -> Edit:
        return cls.at(written.span(), text)

    @classmethod
    def at(cls, span: Span, text: str) -> Edit:
        return cls(span.start, span.end, text)

    @classmethod
    def no_line(cls, written: Fragment) -> Edit:
        """The line on which something stands is not there."""
        text, span = written.source.text, written.span()
        start = span.start - (span.column - 1)
        end = text.find("\n", start)
        return cls(start, len(text) if end < 0 else end + 1, "")


@dataclass(frozen=True)
class Slip:
    """One change: ``before`` becomes ``after``; without ``after`` it is lost."""

    kind: Kind
    before: str
    after: str
    edits: tuple[Edit, ...]
    clauses: tuple[str, ...] | None = None  # where the slip concerns others than its place
    where: str = ""  # within its place
    row: str = ""  # the row of a table


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """The text with all the edits, which do not overlap."""
    text = source.text
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def exchanged(kind: Kind, span: Span, text: str, **more: str) -> Slip:
    """What stands at a span becomes another text."""
    return Slip(kind, span.text, text, (Edit.at(span, text),), **more)  # type: ignore[arg-type]  # ``where`` and ``row``
