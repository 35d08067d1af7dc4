"""Whether a new text of a rule file can be read and bound, before it takes the place of the old one."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, Severity
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.diagnostics.span import Source
from policy_engine.policy.bind import bind
from policy_engine.policy.library import MAX_PARENTS, Library
from policy_engine.policy.table_docs import unread
from policy_engine.policy.table_files import read_rule_file
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.read import Read, read_policy

_MAX_DAYS = 24


def check_text(source: Source, path: Path, rules: Path | None) -> tuple[Diagnostic, ...]:
    """Everything to be said about a text that is to stand at ``path``.

    It is read, and bound with its parents on its first day and wherever a value of a parameter begins; of the
    later days only errors are told. ``rules`` is where parents are looked for first.
    """
    doc, found = _read(source, path)
    if doc is None:
        return found
    first, *later = _days(doc)
    told = [*found, *_bound(doc, first, rules)]
    for day in later:
        if not _errors(told):
            told += _errors(_bound(doc, day, rules))
    return tuple(dict.fromkeys(told))


def _errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [item for item in found if item.severity is Severity.ERROR]


def _read(source: Source, path: Path) -> Read:
    doc, found = read_policy(source)
    if doc is None or not unread(doc):
        return doc, found
    # Tables in files are found beside the rule file, so the text has to stand there for a moment.
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        beside.write_text(source.text, encoding="utf-8", newline="")
        return read_rule_file(beside, source.name)
    finally:
        beside.unlink(missing_ok=True)


def _days(doc: PolicyDoc) -> list[dt.date]:
    first, last = doc.in_force.from_.value, doc.in_force.to.value if doc.in_force.to else dt.date.max
    begins = {
        value.from_.value
        for named in doc.parameters
        for value in named.value.values
        if value.from_ is not None
    }
    later = sorted(day for day in begins if first < day <= last)
    return [first, *later][:_MAX_DAYS]


def _bound(doc: PolicyDoc, day: dt.date, rules: Path | None) -> tuple[Diagnostic, ...]:
    try:
        return bind([doc, *_parents(doc, day, rules)], period=day).warnings
    except PolicyEngineError as error:
        return error.diagnostics


def _parents(doc: PolicyDoc, day: dt.date, rules: Path | None) -> Iterator[PolicyDoc]:
    library = Library(rules)
    seen = {doc.policy.text}
    while doc.extends is not None and len(seen) <= MAX_PARENTS and doc.extends.text not in seen:
        seen.add(doc.extends.text)
        doc = library.resolve(doc.extends.text, day, None).doc
        yield doc
