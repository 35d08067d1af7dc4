"""Functions of texts (DMN 1.5, 10.3.4.3) and of patterns, in linear time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.dmn.notes import DOMAIN, TYPE, Domain
from policy_engine.dmn.values import Value, text
from policy_engine.engine.text_functions import after, before, compiled, substring

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")


def join(parts: list[Value], delimiter: str | None) -> str:
    if not all(isinstance(p, str) or p is None for p in parts):
        raise Domain(TYPE)
    return (delimiter or "").join(p for p in parts if p is not None)


def number(written: str, grouping: str | None, point: str | None) -> Fraction:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        raise Domain(DOMAIN)
    if grouping is not None and grouping == point:
        raise Domain(DOMAIN)
    plain = written.replace(grouping, "") if grouping else written
    plain = plain.replace(point, ".") if point else plain
    if not _NUMBER.fullmatch(plain):
        raise Domain(DOMAIN)
    return Fraction(plain)


def _pattern(pattern: str, flags: str | None) -> Any:
    """A pattern of XPath for re2. Raises Domain for what re2 has not: looking around, referring back."""
    import re2

    flags = flags or ""
    if set(flags) - set("smixq"):
        raise Domain(DOMAIN)
    if "q" in flags:
        pattern = re2.escape(pattern)
    else:
        pattern = _classes(_without_blanks(pattern) if "x" in flags else pattern)
        if any(not _ESCAPE.fullmatch(e) for e in _TOKEN.findall(pattern) if e.startswith("\\")):
            raise Domain(DOMAIN)
    inline = "".join(f for f in "smi" if f in flags)
    if "s" not in flags and "q" not in flags:
        pattern = _dots(pattern)
    try:
        return compiled(pattern, inline)
    except re2.error as error:
        raise Domain(DOMAIN) from error


_ESCAPE = re.compile(r"\\[nrtsSdDwWpP\\|.?*+(){}\-\[\]^$]")
_TOKEN = re.compile(r"\\.|\[|\]|.", re.S)


def _dots(pattern: str) -> str:
    """In XPath a dot matches neither line feed nor carriage return."""
    out, depth = [], 0
    for piece in _TOKEN.findall(pattern):
        depth += {"[": 1, "]": -1}.get(piece, 0)
        out.append(r"[^\n\r]" if piece == "." and depth <= 0 else piece)
    return "".join(out)


def _without_blanks(pattern: str) -> str:
    """Flag x: blanks outside brackets mean nothing, even behind a backslash."""
    out, depth, escaped = [], 0, False
    for char in pattern:
        depth += 0 if escaped else {"[": 1, "]": -1}.get(char, 0)
        if depth > 0 or not char.isspace():
            out.append(char)
            escaped = char == "\\" and not escaped
    return "".join(out)


def _classes(pattern: str) -> str:
    """``[A-Z-[OI]]``, a class less another, spelled out where both are plain."""

    def less(match: re.Match[str]) -> str:
        kept = _members(match[1]) - _members(match[2])
        return "[" + "".join(re.escape(c) for c in sorted(kept)) + "]" if kept else r"[^\x{0}-\x{10FFFF}]"

    return re.sub(r"\[([^\[\]^\\]+)-\[([^\[\]^\\]+)\]\]", less, pattern)


def _members(inside: str) -> set[str]:
    found: set[str] = set()
    for low, high in re.findall(r"(.)(?:-(.))?", inside, re.S):
        if high and ord(high) - ord(low) > 0x1000:
            raise Domain(DOMAIN)
        found |= {chr(c) for c in range(ord(low), ord(high or low) + 1)}
    return found


def matches(whole: str, pattern: str, flags: str | None) -> bool:
    return _pattern(pattern, flags).search(whole) is not None


def replace(whole: str, pattern: str, replacement: str, flags: str | None) -> str:
    ready = _pattern(pattern, flags)
    if ready.search("") is not None:
        raise Domain(DOMAIN)  # XPath refuses patterns that match nothing at all
    if "q" in (flags or ""):
        return str(ready.sub(lambda m: replacement, whole))
    if re.search(r"\\(?![\\$])|(?<!\\)\$(?![0-9])", re.sub(r"\\[\\$]", "", replacement)):
        raise Domain(DOMAIN)

    def filled(match: Any) -> str:
        def group(reference: re.Match[str]) -> str:
            if reference[1]:
                return reference[1]
            digits = reference[2]
            while len(digits) > 1 and int(digits) > ready.groups:
                digits = digits[:-1]
            found = match.group(int(digits)) if int(digits) <= ready.groups else ""
            return (found or "") + reference[2][len(digits) :]

        return re.sub(r"\\([\\$])|\$([0-9]+)", group, replacement)

    return str(ready.sub(filled, whole))


def split(whole: str, delimiter: str) -> list[Value]:
    pieces, at = [], 0
    for match in _pattern(delimiter, None).finditer(whole):
        if match.end() == match.start():
            raise Domain(DOMAIN)
        pieces.append(whole[at : match.start()])
        at = match.end()
    return [*pieces, whole[at:]]


TABLE: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "string": (lambda v: None if v is None else text(v), "from:a"),
        "number": (number, "from:s, grouping separator:s?, decimal separator:s?"),
        "substring": (substring, "string:s, start position:n, length:n?"),
        "string length": (lambda s: Fraction(len(s)), "string:s"),
        "upper case": (lambda s: s.upper(), "string:s"),
        "lower case": (lambda s: s.lower(), "string:s"),
        "substring before": (before, "string:s, match:s"),
        "substring after": (after, "string:s, match:s"),
        "contains": (lambda s, m: m in s, "string:s, match:s"),
        "starts with": (lambda s, m: s.startswith(m), "string:s, match:s"),
        "ends with": (lambda s, m: s.endswith(m), "string:s, match:s"),
        "matches": (matches, "input:s, pattern:s, flags:s?"),
        "replace": (replace, "input:s, pattern:s, replacement:s, flags:s?"),
        "split": (split, "string:s, delimiter:s"),
        "string join": (join, "list:l, delimiter:s?"),
    }
)
