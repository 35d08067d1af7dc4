"""Which part of a rule file stands on which sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile import documents as d
from policy_engine.rulefile.keywords import field_of
from policy_engine.rulefile.nodes import Entry, Mapping, Scalar
from policy_engine.rulefile.read import read_policy
from policy_engine.rulefile.text_lines import Lines
from policy_engine.rulefile.tree import read_tree
from policy_engine.workbook.bars import Bars, bars_of
from policy_engine.workbook.labels import STAMP_SHEET, label, section
from policy_engine.workbook.layout_entries import EntryPart, TablePart, entry_parts
from policy_engine.workbook.layout_sections import LISTED, ListPart, list_part
from policy_engine.workbook.sheet_names import unique_name

_ENTRIES: tuple[tuple[str, type[d.Doc]], ...] = (
    ("decisions", d.DecisionDoc),
    ("eligibilities", d.EligibilityDoc),
    ("checklists", d.ChecklistDoc),
    ("forms", d.FormDoc),
    ("lookups", d.LookupDoc),
)


@dataclass(frozen=True)
class TablePage:
    """词条, or 参数 written as one: a section that is one table."""

    sheet: str
    bars: Bars

    @property
    def start(self) -> int:
        return self.bars.start

    @property
    def end(self) -> int:
        return self.bars.end


Part = TablePage | ListPart | EntryPart


@dataclass(frozen=True)
class Layout:
    """``parts`` own whole lines and follow each other; all other lines stand in 原文."""

    doc: d.PolicyDoc
    lines: Lines
    parts: tuple[Part, ...]

    @property
    def language(self) -> str:
        return self.doc.language

    @property
    def text(self) -> str:
        return self.lines.text

    @property
    def sheets(self) -> tuple[str, ...]:
        """Every sheet that shows a part of the file; an entry with two tables has two."""
        names: list[str] = []
        for part in self.parts:
            names += [t.sheet for t in part.tables] if isinstance(part, EntryPart) else [part.sheet]
        return tuple(names)


def lay_out(source: Source) -> Layout:
    """Raises LoadError when the file cannot be read."""
    doc, found = read_policy(source)
    root = read_tree(source, Diagnostics()) if doc else None
    if doc is None or root is None:
        raise LoadError(found)
    lines = Lines(source.text, root)
    parts: list[Part] = []
    if isinstance(root, Mapping) and not root.flow:
        names = [label("guide", doc.language), label("text", doc.language), STAMP_SHEET]
        for entry in root.entries:
            parts.extend(_section(entry, doc.language, lines, names))
    return Layout(doc, lines, tuple(parts))


def _section(entry: Entry, language: str, lines: Lines, names: list[str]) -> list[Part]:
    field = field_of(d.PolicyDoc, entry.key.text, language)
    value = entry.value
    if field in ("terms", "parameters") and isinstance(value, Scalar):
        bars = bars_of(value, lines)
        return [TablePage(_name(section(field, language), names), bars)] if bars else []
    if not isinstance(value, Mapping) or value.flow or not _below(entry, lines):
        return []
    if field is not None and field in LISTED:
        part = list_part(section(field, language), field, value, entry, language, lines)
        return [replace(part, sheet=_name(part.sheet, names))] if part else []
    model = dict(_ENTRIES).get(field or "")
    if model is None:
        return []
    found: list[Part] = []
    for inner in value.entries:
        if isinstance(inner.value, Mapping) and not inner.value.flow and _below(inner, lines):
            part_ = entry_parts(inner, model, language, lines, lambda wanted: _name(wanted, names))
            found += [part_] if part_ else []
    return found


def _below(entry: Entry, lines: Lines) -> bool:
    """Whether the value begins on a later line than its key."""
    return lines.start(entry.key.span.start) < lines.start(entry.value.span.start)


def _name(wanted: str, names: list[str]) -> str:
    name = unique_name(wanted, names)
    names.append(name)
    return name


__all__ = ["EntryPart", "Layout", "ListPart", "Part", "TablePage", "TablePart", "lay_out"]
