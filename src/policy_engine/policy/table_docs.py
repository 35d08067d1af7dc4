"""The tables of a document that stand in files: find them, and put what was read in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.rulefile.documents import BarTable, Doc, PolicyDoc, TableFileDoc

D = TypeVar("D", bound=Doc)


def replaced(doc: D, read: Callable[[TableFileDoc], BarTable]) -> D:
    """The document with ``read(table)`` in place of every table in a file; the same one if it has none."""
    changed: dict[str, Any] = {}
    for name in type(doc).model_fields:
        value = getattr(doc, name)
        found = _replaced(value, read)
        if found is not value:
            changed[name] = found
    return doc.model_copy(update=changed) if changed else doc


def _replaced(value: Any, read: Callable[[TableFileDoc], BarTable]) -> Any:
    if isinstance(value, TableFileDoc):
        return read(value)
    if isinstance(value, BarTable):
        return value
    if isinstance(value, Doc):
        return replaced(value, read)
    if isinstance(value, tuple) and value and isinstance(value[0], Doc):
        found = tuple(_replaced(item, read) for item in value)
        return found if any(a is not b for a, b in zip(found, value, strict=True)) else value
    return value


def unread(doc: PolicyDoc) -> tuple[TableFileDoc, ...]:
    """The tables whose files nobody has read."""
    found: list[TableFileDoc] = []

    def note(table: TableFileDoc) -> BarTable:
        found.append(table)
        return table

    replaced(doc, note)
    return tuple(found)


def refuse_unread(docs: Sequence[PolicyDoc]) -> None:
    """A text that came without a folder cannot have tables in files. Raises LoadError."""
    found = [table for doc in docs for table in unread(doc)]
    if found:
        raise LoadError(diagnostic("PE1079", table.file.span(), file=table.file.text) for table in found)
