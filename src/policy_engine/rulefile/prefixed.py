"""Headers with prefixes: ``当：免考`` is a column of the kind 当 about 免考, ``条款`` a column of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.columns import report_unknown
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.keywords import Word, column_of, fold

_TWICE = Text(
    "请删去一栏；同一词条的两个条件写在一格里，用“且”连接",
    "remove one; two tests of a term go into one cell, joined by “and”",
)
_About = tuple[tuple[int, Fragment], ...]


@dataclass(frozen=True)
class Header:
    """Column indexes. ``about``: by prefix, each column with what follows its prefix, in the table's order."""

    single: Mapping[str, int]
    about: Mapping[str, _About]


def read_prefixed(
    table: BarTable,
    words: Mapping[str, Word],
    prefixes: frozenset[str],
    language: str,
    report: Diagnostics,
    alone: frozenset[str] = frozenset(),
) -> Header | None:
    """The columns of a table; None when its header cannot be used, which has been reported.

    ``alone``: prefixes that are also columns of their own, such as 材料 beside 材料：出具日期.
    """
    before = report.failures
    single: dict[str, int] = {}
    about: dict[str, list[tuple[int, Fragment]]] = {name: [] for name in prefixes}
    seen: dict[str, Fragment] = {}
    for index, cell in enumerate(table.header):
        earlier = seen.setdefault(_identity(cell), cell)
        if earlier is not cell:
            report.report("PE1055", cell.span(), earlier.span(), hint=_TWICE, name=cell.text)
            continue
        name, rest = _split(cell, words, language)
        if name in prefixes and rest is not None:
            about[name].append((index, rest))
        elif name is not None and (name not in prefixes or name in alone) and rest is None:
            single[name] = index
        else:
            report_unknown(cell, _choices(words, prefixes, alone, language), report)
    if report.failures > before:
        return None
    return Header(single, {name: tuple(columns) for name, columns in about.items()})


def _identity(cell: Fragment) -> str:
    return re.sub(r"\s*:\s*", ":", fold(cell.text))


def _split(cell: Fragment, words: Mapping[str, Word], language: str) -> tuple[str | None, Fragment | None]:
    """``当：免考`` → ("when", 免考); ``条款`` → ("clause", None)."""
    colon = re.search("[:：]", cell.text)
    if colon is None:
        return column_of(words, cell.text, language), None
    name = column_of(words, cell.text[: colon.start()], language)
    rest = cell.slice(colon.end(), len(cell.text)).strip()
    return (name, rest) if rest.text else (None, None)


def _choices(
    words: Mapping[str, Word], prefixes: frozenset[str], alone: frozenset[str], language: str
) -> tuple[str, ...]:
    mark = ": X" if language == "en" else "：X"
    found: list[str] = []
    for name, word in words.items():
        if name not in prefixes or name in alone:
            found.append(word.of(language))
        if name in prefixes:
            found.append(word.of(language) + mark)
    return tuple(found)
