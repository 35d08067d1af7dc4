"""Which number formats make an Excel number a date, and what date it is.

The format ids are those of ECMA-376 part 1, 18.8.30, with the Chinese ones 27 to 36 and 50 to 58.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import MappingProxyType
from typing import Final


class NumberKind(Enum):
    NUMBER = "number"
    DATE = "date"
    ELAPSED = "elapsed"  # hours beyond 24, as in [h]:mm
    PERCENT = "percent"  # 0.05 is shown as 5%


_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_ELAPSED_ID: Final = 46
_PERCENT_IDS: Final = frozenset({9, 10})
# Decimal places that the built-in formats show; General shows all.
_BUILT_IN_PLACES: Final = MappingProxyType(
    {1: 0, 2: 2, 3: 0, 4: 2, 9: 0, 10: 2, 37: 0, 38: 0, 39: 2, 40: 2, 41: 0, 42: 0, 43: 2, 44: 2}
)
_PLACES: Final = re.compile(r"[0#?](?:\.([0#?]*))?")
_LITERALS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_DATE_LETTER: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
_MS_PER_DAY: Final = 86_400_000
_LAST_SERIAL: Final = 2_958_466  # the day after 9999-12-31


def kind_of(format_id: int, code: str | None) -> NumberKind:
    """What a number with this format is; ``code`` is the workbook's own text of the format, if it has one."""
    if code is None:
        if format_id == _ELAPSED_ID:
            return NumberKind.ELAPSED
        if format_id in _PERCENT_IDS:
            return NumberKind.PERCENT
        return NumberKind.DATE if format_id in _BUILT_IN_DATES else NumberKind.NUMBER
    bare = _LITERALS.sub("", code).split(";")[0]
    if _ELAPSED.search(bare):
        return NumberKind.ELAPSED
    bare = _BRACKETED.sub("", bare).replace("General", "").replace("AM/PM", "")
    if _DATE_LETTER.search(bare):
        return NumberKind.DATE
    return NumberKind.PERCENT if "%" in bare else NumberKind.NUMBER


def shown_places(format_id: int, code: str | None) -> int | None:
    """How many decimal places a number with this format shows; None where it shows what there is."""
    if code is None:
        return _BUILT_IN_PLACES.get(format_id)
    bare = _BRACKETED.sub("", _LITERALS.sub("", code).split(";")[0])
    if "General" in bare or "E" in bare or "/" in bare:
        return None
    found = None
    for found in _PLACES.finditer(bare):
        if found[1] is not None:
            break
    return len(found[1] or "") if found else None


def serial_text(raw: str, kind: NumberKind, epoch_1904: bool) -> str | None:
    """ISO text of a serial day: a date, date and time, or time of day; None if Excel shows no day for it."""
    try:
        serial = Decimal(raw)
        days, rest = divmod(round(serial * _MS_PER_DAY), _MS_PER_DAY)
    except (InvalidOperation, OverflowError, ValueError):
        return None
    if serial < 0 or days >= _LAST_SERIAL:
        return None
    time = timedelta(milliseconds=rest)
    if kind is NumberKind.ELAPSED:
        hours, seconds = divmod(round(time.total_seconds()), 3600)
        return f"{days * 24 + hours}:{seconds // 60:02}:{seconds % 60:02}"
    if days == 0:
        return (datetime(1900, 1, 1) + time).time().isoformat()
    moment = _day_zero(days, epoch_1904) + timedelta(days=days) + time
    return moment.date().isoformat() if not rest else moment.isoformat()


def _day_zero(days: int, epoch_1904: bool) -> datetime:
    if epoch_1904:
        return datetime(1904, 1, 1)
    # Excel believes that 1900-02-29 (serial 60) existed.
    return datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)
