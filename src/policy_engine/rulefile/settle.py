"""After composing: values that a comma split inside braces are joined again, and keys are made distinct.

Both are told. Only then do keys count as written twice: the ends of two split values are often alike.
"""

from __future__ import annotations

import re
from dataclasses import replace

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics, Label
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.nodes import Entry, Mapping, Node, Scalar, Sequence
from policy_engine.rulefile.traps import excess, unbalanced

_NUMBER = re.compile(r"[-+]?\d+([,，]\s*\d+)+\s*[%‰]?", re.ASCII)
_GROUPED = re.compile(r"[-+]?\d{1,3}([,，]\s*\d{3})+\s*[%‰]?", re.ASCII)
_POINT = Text("小数点用“.”：{point}", "the decimal sign is a point: {point}")
_NO_COMMAS = Text("数里不写千分号：{fixed}", "write numbers without commas: {fixed}")
_FIRST_PLACE = Text("先写在这里", "first written here")


def settled(node: Node, report: Diagnostics) -> Node:
    """The tree with split values joined and no key twice in a mapping; what was wrong is reported."""
    if isinstance(node, Mapping):
        entries = _rejoined(node.entries, report) if node.flow else node.entries
        entries = tuple(replace(e, value=settled(e.value, report)) for e in entries)
        return replace(node, entries=_distinct(entries, report))
    if isinstance(node, Sequence):
        items = _rejoined_items(node.items, report) if node.flow else node.items
        return replace(node, items=tuple(settled(item, report) for item in items))
    return node


def _rejoined(entries: tuple[Entry, ...], report: Diagnostics) -> tuple[Entry, ...]:
    found: list[Entry] = []
    group: list[Scalar] = []  # a value and the bare keys that a comma made of its rest
    for entry in (*entries, None):
        if entry is not None and found and _is_bare(entry) and isinstance(found[-1].value, Scalar):
            group = group or [found[-1].value]
            group.append(entry.key)
            continue
        if group:
            found[-1] = replace(found[-1], value=_joined(found[-1].key.text, group, report))
            group = []
        if entry is not None:
            found.append(entry)
    return tuple(found)


def _is_bare(entry: Entry) -> bool:
    """A key with neither a colon nor a value."""
    if not isinstance(entry.value, Scalar) or not entry.value.is_blank:
        return False
    key = entry.key.span
    return key.source.text[key.end : key.end + 80].lstrip(" \t")[:1] not in (":", "：")


def _rejoined_items(items: tuple[Node, ...], report: Diagnostics) -> tuple[Node, ...]:
    found: list[Node] = []
    group: list[Scalar] = []
    opened = 0
    for item in items:
        if isinstance(item, Scalar) and (group or (not item.style and unbalanced(item.text))):
            group.append(item)
            opened += excess(item.text)
            if opened > 0 and item is not items[-1]:
                continue
        else:
            found.extend(group)
            found.append(item)
            group, opened = [], 0
            continue
        whole = _merge(group[0], group[-1])
        found.append(whole)
        if len(group) > 1:
            report.report("PE1020", whole.span, value=whole.text, fixed="- " + whole.text)
        group, opened = [], 0
    return tuple(found)


def _joined(key: str, group: list[Scalar], report: Diagnostics) -> Scalar:
    whole = _merge(group[0], group[-1])
    value, rest = group[0].text, "，".join(part.text for part in group[1:])
    if unbalanced(value):
        report.report("PE1020", whole.span, value=whole.text, fixed=f"{key}: {whole.text}")
    elif _NUMBER.fullmatch(whole.text):
        hint = _POINT if len(group) == 2 and not _GROUPED.fullmatch(whole.text) else _NO_COMMAS
        plain, point = re.sub("[,，]\\s*", "", whole.text), re.sub("[,，]\\s*", ".", whole.text)
        report.report(
            "PE1025", group[1].span, hint=hint, value=rest, fixed=f"{key}: {plain}", point=f"{key}: {point}"
        )
    else:
        report.report("PE1025", group[1].span, value=rest, fixed=f"{key}: {whole.text}")
    return whole


def _merge(one: Scalar, other: Scalar) -> Scalar:
    """The text of the file from the start of one to the end of the other."""
    span = one.span.to(other.span)
    fragment = Fragment(span.text, span.source, tuple(range(span.start, span.end + 1)))
    return Scalar(fragment, "", span)


def _distinct(entries: tuple[Entry, ...], report: Diagnostics) -> tuple[Entry, ...]:
    first: dict[str, Entry] = {}
    for entry in entries:
        name = entry.key.text.strip()
        earlier = first.setdefault(name, entry)
        if earlier is not entry:
            report.report("PE1006", Label(entry.key.span), Label(earlier.key.span, _FIRST_PLACE), name=name)
    return tuple(first.values())
