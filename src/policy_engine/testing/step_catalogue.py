"""The catalogue of steps as people look things up in it: by words, and in the words of their policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy_engine.policy.model import Policy
from policy_engine.testing.catalogue_words import MEANINGS
from policy_engine.testing.filled import Example, examples
from policy_engine.testing.grammar import Pattern
from policy_engine.testing.patterns import PATTERNS

KEYWORDS = {"given": "假如", "when": "当", "then": "那么"}


@dataclass(frozen=True)
class Entry:
    """A step with what it does, in the reader's language, and examples, each a sentence with its keyword."""

    pattern: Pattern
    meaning: str
    examples: tuple[Example, ...]

    @property
    def keyword(self) -> str:
        return KEYWORDS[self.pattern.kind]


def entries(words: Iterable[str] = (), policy: Policy | None = None, lang: str = "zh") -> tuple[Entry, ...]:
    """The steps in which all of the words occur, in the order of the documentation.

    With a policy, only steps it has a use for, with examples in its words.
    """
    wanted = [word.lower() for word in words]
    found = []
    for pattern in PATTERNS:
        shown = tuple(map(Example, pattern.examples)) if policy is None else examples(pattern, policy)
        meaning = MEANINGS.get(pattern.id, pattern.meaning) if lang == "en" else pattern.meaning
        entry = Entry(pattern, meaning, shown)
        if shown and all(word in _searched(entry) for word in wanted):
            found.append(entry)
    return tuple(found)


def _searched(entry: Entry) -> str:
    pattern = entry.pattern
    parts = (pattern.template, re.sub(r"[{}]", "", pattern.template), pattern.meaning, entry.meaning)
    lines = (line for e in entry.examples for line in (e.text, *e.table))
    return "\n".join((entry.keyword, *parts, *lines)).lower()


def lines(found: Iterable[Entry], words: dict[str, str]) -> Iterator[str]:
    """The entries to read. ``words``: headings by kind, and what a table and an example are called."""
    kind = ""
    for entry in found:
        if entry.pattern.kind != kind:
            kind = entry.pattern.kind
            yield from (words[kind], "")
        yield f"{entry.keyword} {entry.pattern.template}"
        yield f"    {entry.meaning}"
        for example in entry.examples:
            yield f"    {words['example']}{entry.keyword} {example.text}"
            yield from (f"      {line}" for line in example.table)
        if entry.pattern.table and not any(e.table for e in entry.examples):
            yield f"    {words['table']}"
        yield ""
