"""Cells where only some words are taken: lists to choose from."""

from __future__ import annotations

from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.workbook.layout import Layout, ListPart

_WORDS = (
    (d.ParameterValueDoc, "source", choices.SourceStatus),
    (d.DecisionDoc, "hit_policy", choices.HitPolicy),
    (d.DecisionDoc, "collect", choices.Collect),
    (d.ScaleDoc, "method", choices.ScaleMethod),
)


def closed_words(key: str, language: str) -> tuple[str, ...]:
    """What may be written for a key (of a path, the last one), if that is a closed list."""
    last = key.rpartition("›")[2].strip()
    if last == kw.FIELDS[d.ClauseDoc]["testable"].of(language):
        return kw.YES.of(language), kw.NO.of(language)
    for model, field, kind in _WORDS:
        if last == kw.FIELDS[model][field].of(language):
            return kw.spellings(kw.WORDS[kind], language)
    return ()


def readings(layout: Layout) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """可取 of each reading, by sheet, header (取) and name."""
    sheet = next((p.sheet for p in layout.parts if isinstance(p, ListPart) and p.field == "readings"), "")
    head = kw.FIELDS[d.ReadingDoc]["chosen"].of(layout.language)
    return {(sheet, head, n.name.text): tuple(o.text for o in n.value.options) for n in layout.doc.readings}
