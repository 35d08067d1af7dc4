"""The places of keys and items in a rule file, so that one of them can be taken out."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span
from policy_engine.rulefile.nodes import Entry, Mapping, Node, Sequence
from policy_engine.rulefile.tree import read_tree
from policy_engine.testing.mutants_text import Edit


class Written:
    """The tree of a rule file that can be read, asked by offset."""

    def __init__(self, source: Source) -> None:
        self.source = source
        root = read_tree(source, Diagnostics())
        self._entries = list(_entries(root)) if root is not None else []
        self._sequences = list(_sequences(root)) if root is not None else []

    def without_entry(self, value: Span) -> Edit | None:
        """The key with the value in which ``value`` lies is not there; None when it is the only one."""
        found = self._entry(value)
        if found is None or len(found[0].entries) == 1:
            return None
        mapping, entry = found
        if mapping.flow:
            return self._cut(entry.span, [e.span for e in mapping.entries])
        return self._lines(entry.key.span.start, max(entry.value.span.end, entry.key.span.end))

    def without_section(self, value: Span) -> Edit | None:
        """The same, where it is the only one: with the key above it."""
        found = self._entry(value)
        return self.without_entry(found[0].span) if found is not None else None

    def key(self, value: Span) -> Span | None:
        """Where the key of a value stands."""
        found = self._entry(value)
        return found[1].key.span if found else None

    def values(self, around: Span, key: str) -> Iterator[Span]:
        """Where the values of a key stand that is written directly in the mapping ``around``."""
        for mapping, entry in self._entries:
            if mapping.span.start == around.start and entry.key.text == key:
                yield entry.value.span

    def without_item(self, item: Span) -> Edit | None:
        """An item of a list in brackets is not there; None when it is the only one or in no such list."""
        around = [s for s in self._sequences if s.flow and s.span.start <= item.start < s.span.end]
        if not around:
            return None
        items = [i.span for i in min(around, key=lambda s: s.span.end - s.span.start).items]
        own = next((s for s in items if s.start <= item.start < max(s.end, s.start + 1)), None)
        return self._cut(own, items) if own is not None and len(items) > 1 else None

    def _entry(self, value: Span) -> tuple[Mapping, Entry] | None:
        """The innermost one."""
        around = [(m, e) for m, e in self._entries if e.value.span.start <= value.start <= e.value.span.end]
        return min(around, key=lambda pair: pair[1].value.span.end - pair[1].value.span.start, default=None)

    def _cut(self, own: Span, all_: list[Span]) -> Edit:
        """With the comma before it, or, where it is the first, the one behind."""
        at = [s.start for s in all_].index(own.start)
        if at:
            return Edit(all_[at - 1].end, own.end, "")
        return Edit(own.start, all_[1].start, "")

    def _lines(self, start: int, end: int) -> Edit:
        text = self.source.text
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", max(start, end - 1))
        return Edit(first, len(text) if last < 0 else last + 1, "")


def _entries(node: Node) -> Iterator[tuple[Mapping, Entry]]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield node, entry
            yield from _entries(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _entries(item)


def _sequences(node: Node) -> Iterator[Sequence]:
    if isinstance(node, Sequence):
        yield node
        for item in node.items:
            yield from _sequences(item)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from _sequences(entry.value)
