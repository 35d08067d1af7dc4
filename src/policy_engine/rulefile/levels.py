"""Which level a line of a rule file belongs to, and which one was meant when it stands between two."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policy_engine.diagnostics.suggest import nearest
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.keywords import FIELDS, LANGUAGES, canonical, is_key, spellings

STEP = 2  # spaces a level
_ENTRY = re.compile(r"([^\s:：\"'{}\[\],#|｜]+)[ ]*(?::(?=\s|$)|：)(.*)")
_NEXT = re.compile(r"(?:[ ]*(?:#.*)?\n)+([ ]*)([^\s#].*)")


@dataclass
class Levels:
    """The open mappings: column, key and where the text behind the key's colon begins."""

    open: list[tuple[int, str, int]] = field(default_factory=list)
    awaits: bool = True  # the last key has nothing behind its colon yet

    def meant(self, column: int, line: str, following: int | None) -> int:
        """The column at which the entry should stand; ``column`` itself when that is right, or unclear.

        ``following`` is the column of the next entry of the file.
        """
        columns = [c for c, _, _ in self.open]
        entry = _ENTRY.match(line)
        if not columns or entry is None:
            return column
        if column > columns[-1]:
            return self._first(column, columns[-1], following) if self.awaits else columns[-1]
        if column in columns:
            return self._below_a_section(column, columns, entry)
        return self._nearest(column, columns, entry[1], following)

    def _first(self, column: int, above: int, following: int | None) -> int:
        """The first entry below a key: when the next one stands as usual and it does not, it is the one to move."""
        usual = above + STEP
        return usual if following == usual != column and abs(column - usual) < STEP else column

    def _nearest(self, column: int, columns: list[int], key: str, following: int | None) -> int:
        """Fields belong to the inner of two levels, names to the outer one; only sections to the outermost."""
        if not _is_section(key):
            columns = columns[1:] or columns
        if following in columns and 0 < following - column < STEP:
            return following
        inner = is_key(key) and column > columns[0] + 1
        return min(columns, key=lambda c: (abs(c - column), -c if inner else c))

    def _below_a_section(self, column: int, columns: list[int], entry: re.Match[str]) -> int:
        """A name that stands at the left edge, as only sections do."""
        structured = entry[2].strip()[:1] in ("", "{", "｛", "#")
        inside = column == columns[0] and _is_section(self.open[0][1])
        if not inside or not structured or _is_section(entry[1]) or _nearly_section(entry[1]):
            return column
        if len(columns) > 1:
            return columns[1]
        return column + STEP if self.awaits else column

    def continues(self, line: str) -> bool:
        """Whether a line below a plain value goes on with it: a known key with its colon does not."""
        entry = _ENTRY.match(line)
        return entry is None or not is_key(entry[1])


def next_column(text: str, at: int) -> int | None:
    """The column of the next line with content, if it is an entry."""
    line = _NEXT.match(text, at)
    return len(line[1]) if line and _ENTRY.match(line[2]) else None


def _is_section(key: str) -> bool:
    return any(canonical(key, language) for language in LANGUAGES)


def _nearly_section(key: str) -> bool:
    return any(nearest(key, spellings(FIELDS[PolicyDoc], language)) for language in LANGUAGES)
