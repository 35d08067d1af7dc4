"""Values with one fixed meaning whatever the policy says: dates, yes and no, roundings, lists of names."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.choices import RoundingMode

MAX_PLACES = 12
_DATE = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号]|(\d{4})(\d{2})(\d{2})", re.ASCII
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_CLAUSE_ID = re.compile(r"[\w.-]+")
_NAME_SEPARATOR = re.compile(r"[、，,；;]")


def normal(text: str) -> str:
    """Full-width digits and signs as half-width ones, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def read_date(text: str) -> dt.date | None:
    """``2018-06-01``, ``2018年6月1日``, ``2018/6/1``, ``2018.6.1``, ``20180601``: the year first.

    None for anything else, also for a day that does not exist.
    """
    found = _DATE.fullmatch(_DASHES.sub("-", re.sub(r"\s+", "", normal(text))))
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None and part not in "-/.")
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def read_yes_no(text: str, language: str) -> bool | None:
    if kw.is_word(text, kw.YES, language):
        return True
    return False if kw.is_word(text, kw.NO, language) else None


def read_places(text: str) -> int | None:
    """A whole number of decimal places, 0 to 12."""
    digits = normal(text)
    if not re.fullmatch(r"\d{1,2}", digits, re.ASCII) or int(digits) > MAX_PLACES:
        return None
    return int(digits)


def read_rounding(text: str, language: str) -> tuple[RoundingMode, int] | None:
    """``四舍五入 2 位``, ``half up 2 places``, ``half up 2``, or ``3 位`` for the grid of an allocation."""
    unit = kw.PLACES.of(language)
    found = re.fullmatch(rf"(\D*?)\s*(\d+)\s*(?:{unit}|{unit[:-1]})?", kw.fold(text), re.ASCII)
    if found is None:
        return None
    places = read_places(found[2])
    mode = RoundingMode.GRID if not found[1] else kw.word_of(RoundingMode, found[1], language)
    if places is None or not isinstance(mode, RoundingMode):
        return None
    return mode, places


def is_clause_id(text: str) -> bool:
    return _CLAUSE_ID.fullmatch(text) is not None


def split(fragment: Fragment, separator: re.Pattern[str]) -> tuple[Fragment, ...]:
    """The stripped, non-empty parts of a fragment between separators."""
    parts: list[Fragment] = []
    start = 0
    for found in [*separator.finditer(fragment.text), None]:
        end = found.start() if found else len(fragment.text)
        part = fragment.slice(start, end).strip()
        if part.text:
            parts.append(part)
        start = found.end() if found else end
    return tuple(parts)


def split_names(fragment: Fragment) -> tuple[Fragment, ...]:
    """Names joined by ``、``, a comma or a semicolon of either width."""
    return split(fragment, _NAME_SEPARATOR)
