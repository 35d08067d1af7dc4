"""Values of a rule file that stand in a cell, and how a new value is written in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from policy_engine.rulefile.nodes import Node, Scalar, Sequence
from policy_engine.rulefile.text_lines import end_of

Kind = Literal["plain", "names", "raw"]
_PLAIN_START = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`:?\-|｜<，：]|-(?=[^\s-])")
_UNSAFE = re.compile(r"[\[\]{},\"'#\n\t\\：]|:(?=\s|$)")
_NAMES = re.compile(r"[、，,]")


@dataclass(frozen=True)
class Field:
    """``start:end`` of the text holds the value; ``text`` is what the cell shows."""

    start: int
    end: int
    text: str
    kind: Kind = "plain"
    quoted: bool = False


def field_of_node(node: Node) -> Field:
    if isinstance(node, Scalar):
        text = node.fragment.text.rstrip("\n") if node.style in ("|", ">") else node.fragment.text
        return Field(node.span.start, end_of(node), text, "plain", node.style in ("'", '"'))
    start, end = node.span.start, end_of(node)
    if isinstance(node, Sequence) and all(
        isinstance(i, Scalar) and not _NAMES.search(i.text) for i in node.items
    ):
        return Field(start, end, "、".join(i.text for i in node.items if isinstance(i, Scalar)), "names")
    return Field(start, end, node.span.source.text[start:end], "raw")


def written(text: str, field: Field) -> str:
    """A new value in the way the old one was written."""
    if field.kind == "raw":
        return text
    if field.kind == "names":
        return names(text)
    return quoted(text) if field.quoted else scalar(text)


def scalar(text: str) -> str:
    """A text as a YAML scalar that is the same inside braces and outside."""
    plain = _PLAIN_START.match(text) and not _UNSAFE.search(text) and text == text.strip()
    return text if plain else quoted(text)


def quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{body}"'


def names(text: str) -> str:
    """``[a, b]``."""
    parts = [part.strip() for part in _NAMES.split(text) if part.strip()]
    return "[" + ", ".join(scalar(part) for part in parts) + "]"
