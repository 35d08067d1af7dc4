"""Where each character of a YAML scalar stands.

The YAML library gives a scalar's value and the outer range it came from. Between the two lie quotes,
escapes, folded lines and block indentation; here they are walked again to place every character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.prepared import Prepared

_Placed = list[tuple[str, int]]
_BLANK = " \t\n"
_ESCAPE = re.compile(
    r"\\(?:(?P<fold>[ \t]*\n[ \t]*)"
    r"|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<one>.))"
)
_ONE = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
        "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}  # fmt: skip


def scalar_fragment(prepared: Prepared, start: int, end: int, value: str, style: str) -> Fragment:
    """The value of a scalar written at ``start:end`` of the prepared text, each character placed."""
    indices = _places(prepared.text[start:end], start, end, value, style)
    return prepared.fragment(value, indices)


def _places(raw: str, start: int, end: int, value: str, style: str) -> Sequence[int]:
    if not style and raw == value:
        return range(start, end + 1)
    if style in ("'", '"') and raw[1:-1] == value:
        return range(start + 1, end)
    if style == "|":
        found = _literal(raw, start, value)
    elif style == "'":
        found = _aligned(_unquoted(raw, start), value)
    elif style == '"':
        found = _aligned(_unescaped(raw, start), value)
    else:
        header = raw.find("\n") + 1 if style == ">" else 0
        found = _aligned([(ch, start + header + i) for i, ch in enumerate(raw[header:])], value)
    if found is None:  # stay inside the scalar even if its writing was not understood
        found = [min(start + i, max(start, end - 1)) for i in range(len(value))]
    return [*found, found[-1] + 1 if found else start]


def _literal(raw: str, start: int, value: str) -> list[int] | None:
    """Lines of a ``|`` block: the value's line is the file's line less the block's indentation."""
    lines = raw.split("\n")[1:]
    wanted = value.split("\n")
    indent = _indentation(lines, wanted)
    position = start + raw.find("\n") + 1
    found: list[int] = []
    for number, text in enumerate(wanted):
        line = lines[number] if number < len(lines) else ""
        if text and line[indent:] != text:
            return None
        found.extend(range(position + indent, position + indent + len(text)))
        position += len(line) + 1
        if number < len(wanted) - 1:
            found.append(position - 1)
    return found


def _indentation(lines: list[str], wanted: list[str]) -> int:
    for line, text in zip(lines, wanted, strict=False):
        if text.strip():
            return len(line) - len(text)
    return 0


def _unquoted(raw: str, start: int) -> _Placed:
    """Inside single quotes, two quotes stand for one."""
    placed: _Placed = []
    i = 1
    while i < len(raw) - 1:
        placed.append((raw[i], start + i))
        i += 2 if raw[i] == "'" else 1
    return placed


def _unescaped(raw: str, start: int) -> _Placed:
    placed: _Placed = []
    i = 1
    while i < len(raw) - 1:
        escape = _ESCAPE.match(raw, i)
        if escape is None:
            placed.append((raw[i], start + i))
            i += 1
            continue
        if escape["fold"] is None:
            placed.append((_meaning(escape), start + i))
        i = escape.end()
    return placed


def _meaning(escape: re.Match[str]) -> str:
    digits = escape["x"] or escape["u"] or escape["U"]
    return chr(int(digits, 16)) if digits else _ONE.get(escape["one"], escape["one"])


def _aligned(placed: _Placed, value: str) -> list[int] | None:
    """Match runs of visible characters one by one; runs of blanks may have been folded or dropped."""
    found: list[int] = []
    i = j = 0
    while i < len(value):
        run = _blank_run(value, i)
        if run:
            width = 0
            while j + width < len(placed) and placed[j + width][0] in _BLANK:
                width += 1
            if not width:
                return None
            found.extend(placed[j + min(k, width - 1)][1] for k in range(run))
            i, j = i + run, j + width
            continue
        while j < len(placed) and placed[j][0] in _BLANK:
            j += 1
        if j == len(placed) or placed[j][0] != value[i]:
            return None
        found.append(placed[j][1])
        i, j = i + 1, j + 1
    return found


def _blank_run(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] in _BLANK:
        end += 1
    return end - start
