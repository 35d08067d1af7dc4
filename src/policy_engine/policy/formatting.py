"""Rule files formatted so that they mean what they meant, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.diagnostics.span import Source, Span
from policy_engine.policy.bind import bind
from policy_engine.policy.library import Library
from policy_engine.policy.rules_here import rules_around
from policy_engine.policy.table_files import read_rule_text
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.encoding import read_source
from policy_engine.rulefile.findings import Findings
from policy_engine.rulefile.format_text import format_text
from policy_engine.rulefile.said import said


@dataclass(frozen=True)
class Formatted:
    """``after`` is None when the file cannot be formatted; ``diagnostics`` then say why."""

    path: Path
    before: str
    after: str | None
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.before


def format_file(path: Path, shown: str | None = None) -> Formatted:
    """What the file would be; nothing is written. ``shown`` is its name in messages."""
    report = Findings()
    source = read_source(path, shown or str(path), report)
    if source is None:
        return Formatted(path, "", None, report.items)
    return format_source(source, path)


def format_source(source: Source, path: Path) -> Formatted:
    """The same for a text that is to stand at ``path``.

    A text that cannot be read, even for its tables in other files, is left alone.
    """
    before, found = read_rule_text(source, path)
    report = Findings()
    text = format_text(source, report) if before is not None else None
    if before is None or text is None:
        return Formatted(path, source.text, None, found if before is None else report.items)
    after, _ = read_rule_text(Source(source.name, text), path)
    if after is None or said(after) != said(before) or _digest(after, path) != _digest(before, path):
        detail = "排版会改变规则文件的意思，没有排版"
        told = diagnostic("PE9001", Span(source, 0, 0), detail=detail)
        return Formatted(path, source.text, None, (told,))
    return Formatted(path, source.text, text)


def _digest(doc: PolicyDoc, path: Path) -> str | None:
    """Of the policy as on its first day in force; None where it does not bind."""
    day = doc.in_force.from_.value
    try:
        chain = [doc]
        while chain[-1].extends is not None:
            library = Library(rules_around(path))
            parent = library.resolve(chain[-1].extends.text, day, None).doc
            if parent.policy.text in {d.policy.text for d in chain}:
                return None
            chain.append(parent)
        return bind(chain, period=day).digest
    except PolicyEngineError:
        return None
