"""The words of the language in Chinese and English, one to one. Both are always understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.diagnostics.catalog import Text


@dataclass(frozen=True)
class Keyword:
    """A word of the grammar: its terminal, its spellings, and the sign it stands for (comparisons)."""

    terminal: str
    zh: str
    en: str
    sign: str = ""


KEYWORDS: tuple[Keyword, ...] = (
    Keyword("AND", "且", "and"),
    Keyword("OR", "或", "or"),
    Keyword("NOT", "非", "not"),
    Keyword("IF", "如果", "if"),
    Keyword("THEN", "那么", "then"),
    Keyword("ELSE", "否则", "else"),
    Keyword("ISNULL", "为空", "is null"),
    Keyword("NOTNULL", "不为空", "is not null"),
    Keyword("IN", "属于", "in"),
    Keyword("NOTIN", "不属于", "not in"),
    Keyword("BETWEEN", "介于", "between"),
    Keyword("WITH", "和", ""),  # English: the AND of between … and …
    Keyword("YES", "是", "true"),
    Keyword("YES", "", "yes"),
    Keyword("NO", "否", "false"),
    Keyword("NO", "", "no"),
    Keyword("NULL", "空", "null"),
    Keyword("ONLY", "仅", "only"),
    Keyword("SKIP", "不计", "skip"),
    # People say 大于 as well; the printer writes the last word of a sign, which is how notices put it.
    Keyword("COMPARE", "大于", "", ">"),
    Keyword("COMPARE", "小于", "", "<"),
    Keyword("COMPARE", "大于等于", "", ">="),
    Keyword("COMPARE", "小于等于", "", "<="),
    Keyword("COMPARE", "不大于", "", "<="),
    Keyword("COMPARE", "不小于", "", ">="),
    Keyword("COMPARE", "等于", "", "="),
    Keyword("COMPARE", "不等于", "", "!="),
    Keyword("COMPARE", "超过", "", ">"),
    Keyword("COMPARE", "不超过", "", "<="),
    Keyword("COMPARE", "不低于", "", ">="),
    Keyword("COMPARE", "低于", "", "<"),
)

BY_WORD: Mapping[str, Keyword] = MappingProxyType(
    {word: k for k in KEYWORDS for word in (k.zh, k.en) if word and " " not in word}
)

# No term, parameter or option may be called one of these.
RESERVED: frozenset[str] = frozenset(BY_WORD) | {"is"}

# What people write for a word of the language; a hint names the word.
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "并且": "且",
        "而且": "且",
        "同时": "且",
        "以及": "且",
        "或者": "或",
        "不是": "不等于",
        "高于": "超过",
        "多于": "超过",
        "少于": "低于",
        "x": "×",
        "X": "×",
    }
)

_PIECES = re.compile(
    "|".join(sorted((re.escape(k.zh) for k in KEYWORDS if k.zh), key=len, reverse=True)) + r"|\d+(?:\.\d+)?"
)


def instead_of(word: str) -> Text | None:
    """What to write for a word that is meant as a keyword: 并且 → 且, TRUE → 是."""
    meant = _INSTEAD.get(word)
    if meant is None and word.casefold() in ("true", "yes", "false", "no") and word not in BY_WORD:
        meant = "是" if word.casefold() in ("true", "yes") else "否"
    return Text(f"这里写 `{meant}`", f"write `{meant}` here") if meant else None


def split_keywords(word: str) -> tuple[str, ...]:
    """A word cut at the Chinese keywords in it: 非免考 → 非, 免考. One piece: there are none."""
    pieces: list[str] = []
    at = 0
    for match in _PIECES.finditer(word):
        after_keyword = match.start() == at and bool(pieces) and pieces[-1] in BY_WORD
        if match.group() not in BY_WORD and not after_keyword:
            continue  # a digit inside a name
        if word[at : match.start()]:
            pieces.append(word[at : match.start()])
        pieces.append(match.group())
        at = match.end()
    if word[at:]:
        pieces.append(word[at:])
    return tuple(pieces)
