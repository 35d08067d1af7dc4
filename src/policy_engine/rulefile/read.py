"""Reading one rule file: what is written in it, or everything that is wrong with its writing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.diagnostics.span import Source, Span
from policy_engine.rulefile.bind import Binder, Refused
from policy_engine.rulefile.documents import Doc, PolicyDoc, PolicyHead
from policy_engine.rulefile.encoding import read_source
from policy_engine.rulefile.findings import Findings
from policy_engine.rulefile.header import read_language
from policy_engine.rulefile.keywords import field_of
from policy_engine.rulefile.nodes import Mapping, Node
from policy_engine.rulefile.tree import read_tree

D = TypeVar("D", bound=Doc)
Read = tuple[PolicyDoc | None, tuple[Diagnostic, ...]]


def read_policy(source: Source) -> Read:
    """The document of a rule file and what is to be said about it; None when it cannot be used.

    Reads nothing from disk. All errors of the file are told at once; warnings leave the document usable.
    """
    report = Findings()
    document = _read(source, report)
    return (None if report.errors else document), report.sorted


def read_policy_file(path: Path, shown: str | None = None) -> Read:
    """The same for a file: UTF-8, with or without a byte-order mark, or GB18030 with a warning; at most 2 MB.

    ``shown`` is the name used in messages instead of the path.
    """
    report = Findings()
    source = read_source(path, shown or str(path), report)
    if source is None:
        return None, report.items
    document, found = read_policy(source)
    return document, (*report.items, *found)


def parse_policy_head(source: Source) -> tuple[PolicyHead | None, tuple[Diagnostic, ...]]:
    """The head of a rule file, for listing a library; None when it cannot be used.

    The sections below the head are neither read nor judged.
    """
    report = Findings()
    language = read_language(source, report)
    root = read_tree(source, report)
    if isinstance(root, Mapping):
        entries = tuple(e for e in root.entries if field_of(PolicyHead, e.key.text, language))
        root = replace(root, entries=entries)
    head = _bind(PolicyHead, source, language, root, report)
    return (None if report.errors else head), report.sorted


def _read(source: Source, report: Diagnostics) -> PolicyDoc | None:
    language = read_language(source, report)
    return _bind(PolicyDoc, source, language, read_tree(source, report), report)


def _bind(model: type[D], source: Source, language: str, root: Node | None, report: Diagnostics) -> D | None:
    if root is None:
        return None
    start = Span(source, root.span.start, root.span.start)
    given = {"source": source, "language": language}
    try:
        place = "文件" if language == "zh" else "file"
        return Binder(language, report).document(model, root, place, start, given)
    except Refused:
        return None
