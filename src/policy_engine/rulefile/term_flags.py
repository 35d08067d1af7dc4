"""Read the 其他 cell of a term: ``默认 否；可空；又名 抄表电量``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.keywords import FILLED_BY, FLAGS, is_word, spellings
from policy_engine.rulefile.words import split, split_names

_SEPARATOR = re.compile("[;；]")
_WITH_TEXT = ("default", "alias")


@dataclass(frozen=True)
class Flags:
    default: Fragment | None = None
    aliases: tuple[Fragment, ...] = ()
    nullable: bool = False
    sensitive: bool = False
    decided_below: bool = False
    filled_by: Fragment | None = None  # 由…填: the entity named in between


def read_flags(cell: Fragment, language: str, report: Diagnostics) -> Flags:
    flags = Flags()
    for part in split(cell, _SEPARATOR):
        found = _read(flags, part, language)
        if found is None:
            choices = "、".join(_example(name, language) for name in FLAGS)
            report.report("PE1058", part.span(), value=part.text, choices=choices)
        else:
            flags = found
    return flags


def _read(flags: Flags, part: Fragment, language: str) -> Flags | None:
    if is_word(part.text, FLAGS["nullable"], language):
        return replace(flags, nullable=True)
    if is_word(part.text, FLAGS["sensitive"], language):
        return replace(flags, sensitive=True)
    if is_word(part.text, FLAGS["decided_below"], language):
        return replace(flags, decided_below=True)
    by = _filled_by(part, language)
    if by is not None:
        return None if flags.filled_by else replace(flags, filled_by=by)
    for name in _WITH_TEXT:
        text = _after(part, FLAGS[name].of(language))
        if text is None:
            continue
        if name == "default":
            return None if flags.default else replace(flags, default=text)
        return replace(flags, aliases=(*flags.aliases, *split_names(text)))
    return None


def _after(part: Fragment, word: str) -> Fragment | None:
    """What follows the word; Chinese needs no blank between."""
    gap = r"[\s:：]+" if word.isascii() else r"[\s:：]*"
    found = re.match(rf"{word}{gap}(?=\S)", part.text, re.IGNORECASE)
    return part.slice(found.end(), len(part.text)) if found else None


def _filled_by(part: Fragment, language: str) -> Fragment | None:
    """由交易中心填, ``filled by 交易中心``: the entity."""
    before, after = (word.of(language) for word in FILLED_BY)
    found = re.fullmatch(rf"{before}(?P<entity>.+?){after}", part.text, re.IGNORECASE | re.DOTALL)
    if found is None:
        return None
    entity = part.slice(*found.span("entity")).strip()
    return entity if entity.text else None


def _example(name: str, language: str) -> str:
    word = spellings({name: FLAGS[name]}, language)[0]
    return f"{word} X" if name in _WITH_TEXT else word
