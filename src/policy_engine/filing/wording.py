"""Small pieces of text that lists and pages share."""

from __future__ import annotations

import re
import unicodedata

from policy_engine.feel.typed import Node
from policy_engine.filing.words import Words

_OPERATOR = re.compile(
    r"^(?:[<>=!≠≤≥＜＞＝\[(（【]|不|为空|等于|大于|小于|属于|介于|晚于|早于|not\b|is\b|in\b|between\b)"
)

_RANGE = re.compile(r"^\[\s*([^\s\[\]]+)\s*\.\.\s*([^\s\[\]]+)\s*\]$")


def asked_text(node: Node) -> str:
    """An expression as it stands in the rule file, on one line."""
    return " ".join(node.span.text.split())


def is_operator(cell: str) -> bool:
    """Whether a cell starts with a comparison, and so cannot follow 为."""
    return _OPERATOR.match(cell) is not None


def range_text(text: str, words: Words) -> str:
    """``[8 .. 20]`` as people say it; any other test as it is written."""
    found = _RANGE.match(text)
    return words["range"].format(low=found[1], high=found[2]) if found else text


def size_text(size: int) -> str:
    """Bytes as the rule file writes them: 20 MB, 500 KB."""
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def printable(text: str) -> str:
    """Text of facts and file names without what would steer a terminal or a page."""
    spaced = (" " if ch in "\t\r\n\v\f" else ch for ch in text)
    return "".join(
        "\ufffd" if unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Zl", "Zp") else ch for ch in spaced
    )


def width(text: str) -> int:
    """Columns of a terminal: Chinese takes two, combining marks none."""
    return sum(
        0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        for ch in text
    )


def padded(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))
