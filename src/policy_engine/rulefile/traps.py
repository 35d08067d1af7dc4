"""What the scanners of lines and of braces share: quotes, comments, separators and what looks cut off."""

from __future__ import annotations

import re

from policy_engine.rulefile.prepared import Edit

ANCHOR_OR_TAG = re.compile(r"[&*](?P<name>[\w-]+)(?=\s|$)|!!?[A-Za-z][\w/.:-]*(?=\s|$)")
LEADING = re.compile(r"[>*&!%@`,\]}|｜]|[-?:](?=\s|$)")
WITHOUT_COLON = re.compile(r"([^\s，、；;=＝:：]+)(?:[ ]*[；;，、=＝][ ]*|[ ]+)(\S.*)")  # a key and its value
_COMMENT = re.compile(r"[ \t]#")
_SEPARATOR = re.compile(r":(?=[ \t]|$)")
_DANGLING = re.compile(r"(?:[-+*/×÷=<>≥≤≠＝＜＞(（,，]|(?:^|\s)(?:且|或|非|and|or|not|in|属于))$")


def latin_name(anchor: re.Match[str]) -> Edit | None:
    """YAML takes only Latin names of anchors; any will do, for they are refused anyway."""
    name = anchor["name"]
    if name is None or name.isascii():
        return None
    return Edit(anchor.start("name"), anchor.end("name"), "x")


def comment_start(text: str, at: int, end: int) -> int:
    """Where a plain value that begins at ``at`` ends: before a comment, or at the end of the line."""
    found = _COMMENT.search(text, at, end)
    stop = found.start() if found else end
    return at + len(text[at:stop].rstrip())


def ascii_separator(text: str, at: int, end: int) -> int | None:
    """The first colon that YAML takes for the end of a key."""
    found = _SEPARATOR.search(text, at, end)
    return found.start() if found else None


def closing_quote(text: str, at: int, end: int) -> int | None:
    """Where the quote that opens at ``at`` closes, before ``end``."""
    mark = text[at]
    i = at + 1
    while i < end:
        if text[i] == "\\" and mark == '"':
            i += 1
        elif text[i] == mark:
            if mark == "'" and text[i + 1 : i + 2] == "'":
                i += 1
            else:
                return i
        i += 1
    return None


def is_cut(value: str, comment: str) -> bool:
    """Whether a comment behind a plain value is more likely a part of the value.

    It is when the value is visibly unfinished, or when a number follows the mark (``甲厂 #1``).
    """
    comment = comment.strip()
    if not comment.startswith("#"):
        return False
    unfinished = value.count('"') % 2 or value.count("“") != value.count("”") or unbalanced(value)
    return bool(unfinished or _DANGLING.search(value.rstrip()) or re.match(r"#\d", comment))


def unbalanced(text: str) -> bool:
    """More round brackets open than close."""
    return excess(text) > 0


def excess(text: str) -> int:
    """How many more round brackets open than close."""
    return text.count("(") + text.count("（") - text.count(")") - text.count("）")


def quoted(text: str) -> str:
    """A text as a single-quoted YAML value."""
    return "'" + text.replace("'", "''") + "'"
