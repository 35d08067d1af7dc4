"""Names of sheets that every program takes: at most 31 characters, unique, without ``[ ] : * ? / \\``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"


def units(text: str) -> int:
    """Length as Excel counts it: characters beyond the basic plane count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def unique_name(wanted: str, taken: Iterable[str]) -> str:
    """A safe name like ``wanted``; ``taken`` are the names given so far."""
    used = {name.casefold() for name in taken}
    base = _FORBIDDEN.sub("·", wanted).strip().strip("'") or "表"
    if base.casefold() == _RESERVED:
        base += "_"
    name, number = _cut(base, _LONGEST), 1
    while name.casefold() in used:
        number += 1
        tail = f"~{number}"
        name = _cut(base, _LONGEST - len(tail)) + tail
    return name


def _cut(text: str, length: int) -> str:
    while units(text) > length:
        text = text[:-1]
    return text.rstrip().rstrip("'") or "表"
