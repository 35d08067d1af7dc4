"""YAML text to an immutable tree of our own, in which every value keeps its raw text and its place.

Values are never interpreted: ``001234`` stays ``001234``, ``NO`` stays ``NO``. Anchors, aliases, tags and
merge keys are refused, and depth and size are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile.prepared import Prepared
from policy_engine.rulefile.scalars import scalar_fragment

MAX_DEPTH = 20
MAX_NODES = 200_000
_SHOWN = 40  # characters of a key that is none
ALIAS = "*"  # the style of what stands where an alias was


@dataclass(frozen=True)
class Scalar:
    """``style`` is ``|``, ``>``, a quote, or empty for a plain scalar."""

    fragment: Fragment
    style: str
    span: Span

    @property
    def text(self) -> str:
        return self.fragment.text

    @property
    def is_blank(self) -> bool:
        """Nothing was written at all (an empty quoted text is something)."""
        return not self.style and not self.fragment.text


@dataclass(frozen=True)
class Entry:
    key: Scalar
    value: Node

    @property
    def span(self) -> Span:
        return self.key.span.to(self.value.span)


@dataclass(frozen=True)
class Mapping:
    entries: tuple[Entry, ...]
    flow: bool
    span: Span


@dataclass(frozen=True)
class Sequence:
    items: tuple[Node, ...]
    flow: bool
    span: Span


Node = Scalar | Mapping | Sequence


class Unusable(Exception):
    """The tree cannot be built; what is wrong has been reported."""


def compose(prepared: Prepared, report: Diagnostics) -> Node | None:
    """The tree of the one document in the text; None for an empty text.

    Raises ``yaml.MarkedYAMLError`` for text that is not YAML (its marks count prepared characters) and
    ``Unusable`` for YAML that rule files refuse.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(prepared, report, iter(yaml.parse(prepared.text, Loader=loader)))
    return builder.document()


class _Builder:
    def __init__(self, prepared: Prepared, report: Diagnostics, events: Iterator[yaml.Event]) -> None:
        self._prepared = prepared
        self._report = report
        self._events = events
        self._count = 0

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent | yaml.DocumentEndEvent):
                documents += isinstance(event, yaml.DocumentStartEvent)
                if event.explicit or documents > 1:
                    self._report.report("PE1014", self._span(event))
                if documents > 1:
                    raise Unusable
            elif not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
                root = self._node(event, 1)
        if isinstance(root, Scalar) and root.is_blank:
            return None
        return root

    def _span(self, event: yaml.Event) -> Span:
        return self._prepared.span(_start(event), _end(event))

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._count += 1
        if depth > MAX_DEPTH:
            self._refuse_size(event, f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels")
        if self._count > MAX_NODES:
            self._refuse_size(event, f"超过 {MAX_NODES} 项", f"more than {MAX_NODES} values")
        self._refuse_references(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        # An alias stands for a value elsewhere; it has been reported.
        span = self._span(event)
        return Scalar(Fragment("?", span.source, (span.start, span.end)), ALIAS, span)

    def _refuse_size(self, event: yaml.Event, zh: str, en: str) -> None:
        self._report.report("PE1003", self._span(event), limit=zh, limit_en=en)
        raise Unusable

    def _refuse_references(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._report.report("PE1011", self._span(event), name=str(getattr(event, "anchor", "")))
        if getattr(event, "tag", None):
            tag = str(getattr(event, "tag", "")).replace("tag:yaml.org,2002:", "!!")
            self._report.report("PE1012", self._span(event), tag=tag)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = _start(event), _end(event)
        style = event.style or ""
        raw = self._prepared.text[start:end]
        # The C scanner ends a block scalar behind the blank lines and comments that follow it.
        shown_end = start + len(raw.rstrip()) if style in ("|", ">") else end
        fragment = scalar_fragment(self._prepared, start, end, event.value, style)
        return Scalar(fragment, style, self._prepared.span(start, shown_end))

    def _sequence(self, event: yaml.SequenceStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                flow = bool(event.flow_style)
                return Sequence(tuple(items), flow, self._collection_span(event, inner, flow, items))
            items.append(self._node(inner, depth + 1))
        raise Unusable

    def _mapping(self, event: yaml.MappingStartEvent, depth: int) -> Mapping:
        entries: list[Entry] = []
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                flow = bool(event.flow_style)
                span = self._collection_span(event, inner, flow, [e.value for e in entries])
                return Mapping(tuple(entries), flow, span)
            key = self._node(inner, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                place = " ".join(key.span.text.split())[:_SHOWN]
                self._report.report("PE1007", key.span, place=place, wanted="名称", wanted_en="a name")
            elif key.text == "<<":
                self._report.report("PE1013", key.span)
            else:
                entries.append(Entry(key, value))
        raise Unusable

    def _collection_span(self, start: yaml.Event, end: yaml.Event, flow: bool, values: list[Node]) -> Span:
        span = self._prepared.span(_start(start), _end(end))
        # A block collection is said to end where the next one begins; people see it end at its last value.
        return span if flow or not values else Span(span.source, span.start, values[-1].span.end)


def _start(event: yaml.Event) -> int:
    assert event.start_mark
    return event.start_mark.index


def _end(event: yaml.Event) -> int:
    assert event.end_mark
    return event.end_mark.index
