"""The closed words in the cells of 材料清单 and 填报要求, in Chinese and English, and sizes of files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

from policy_engine.policy.checklist_model import CharacterClass, FileFormat, NamedFormat, Seal, Uniqueness
from policy_engine.rulefile.keywords import Word, fold
from policy_engine.rulefile.words import normal

W = TypeVar("W", bound=StrEnum)
Words = Mapping[W, Word]

SEALS: Words[Seal] = MappingProxyType(
    {
        Seal.NONE: Word("否", "no"),
        Seal.ALL: Word("是", "yes"),
        Seal.PAPER: Word("材料", "paper"),
        Seal.SUBSTITUTE: Word("代件", "substitute"),
    }
)
UNIQUENESS: Words[Uniqueness] = MappingProxyType(
    {
        Uniqueness.FREE: Word("否", "no"),
        Uniqueness.EXACT: Word("区分大小写", "case-sensitive"),
        Uniqueness.FOLDED: Word("不分大小写", "any case"),
    }
)
NAMED_FORMATS: Words[NamedFormat] = MappingProxyType(
    {
        NamedFormat.RESIDENT_ID: Word("身份证号", "resident id"),
        NamedFormat.CREDIT_CODE: Word("统一社会信用代码", "credit code"),
        NamedFormat.MOBILE: Word("手机号", "mobile"),
        NamedFormat.PHONE: Word("电话", "phone"),
        NamedFormat.EMAIL: Word("邮箱", "email"),
        NamedFormat.DATE: Word("日期", "date"),
        NamedFormat.INTEGER: Word("整数", "integer"),
        NamedFormat.NUMBER: Word("数字", "number"),
    }
)
CHARACTERS: Words[CharacterClass] = MappingProxyType(
    {
        CharacterClass.LETTER: Word("字母", "letter"),
        CharacterClass.UPPER: Word("大写字母", "upper"),
        CharacterClass.LOWER: Word("小写字母", "lower"),
        CharacterClass.DIGIT: Word("数字", "digit"),
        CharacterClass.SYMBOL: Word("特殊符号", "symbol"),
        CharacterClass.HAN: Word("汉字", "han"),
    }
)
FILE_FORMATS: Words[FileFormat] = MappingProxyType(
    {f: Word(f.value, "other" if f is FileFormat.OTHER else f.value) for f in FileFormat}
)
_FILE_SYNONYMS = MappingProxyType({"jpeg": FileFormat.JPG, "tif": FileFormat.TIFF})

_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*(KB|MB)", re.ASCII | re.IGNORECASE)
_BYTES = MappingProxyType({"KB": 1024, "MB": 1024 * 1024})


def member(words: Words[W], text: str, language: str) -> W | None:
    """The member a word of the file's language stands for."""
    wanted = fold(text)
    return next((m for m, w in words.items() if fold(w.of(language)) == wanted), None)


def written(words: Words[W], language: str) -> tuple[str, ...]:
    """All words of a table, in one language and in its order."""
    return tuple(word.of(language) for word in words.values())


def file_format(text: str, language: str) -> FileFormat | None:
    """``PDF``, ``jpg``, and what people call the same: ``jpeg``, ``tif``."""
    return member(FILE_FORMATS, text, language) or _FILE_SYNONYMS.get(fold(text))


def size_in_bytes(text: str) -> int | None:
    """``20 MB`` in bytes, 1 MB = 1024 × 1024; None for anything else, also for no bytes at all."""
    found = _SIZE.fullmatch(normal(text))
    if found is None:
        return None
    size = Fraction(found[1]) * _BYTES[found[2].upper()]
    return int(size) if size >= 1 else None


def size_meant(text: str) -> str:
    """How a size that was not understood should probably have been written."""
    found = re.match(r"\D*(\d{1,9}(?:\.\d{1,3})?)(?!\d)\s*(.?)", normal(text), re.ASCII)
    if found is None or not Fraction(found[1]):
        return "20 MB"
    return f"{found[1]} {'KB' if found[2].upper() in ('K', '千') else 'MB'}"
