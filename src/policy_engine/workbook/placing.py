"""Findings about the new text, told at the cells it was put together from."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostic, Label
from policy_engine.diagnostics.span import Source, Span
from policy_engine.workbook.weave import Woven


def at_cells(found: tuple[Diagnostic, ...], source: Source, new: Woven) -> tuple[Diagnostic, ...]:
    """Spans of ``source`` become spans of cells (``参数!B7``); others stay."""
    placed = (
        replace(item, labels=tuple(_label(label, source, new) for label in item.labels)) for item in found
    )
    return tuple(dict.fromkeys(placed))


def _label(label: Label, source: Source, new: Woven) -> Label:
    span = label.span
    if span.source.name != source.name or span.source.text != source.text:
        return label
    found = new.place_at(span.start)
    if found is None:
        return label
    place, start, end = found
    text = new.text[start:end]
    # A finding between two cells (a key, a bar) is told at the cell before, as a whole.
    inside = start <= span.start <= end
    first = span.start - start if inside else 0
    last = min(max(span.end - start, first), len(text)) if inside else len(text)
    return replace(label, span=Span(Source(str(place), text), first, last))
