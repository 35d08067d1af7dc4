"""Full-width punctuation and digits, and the plain characters they stand for."""

from __future__ import annotations

import datetime as dt
import re

from policy_engine.feel.values import Month

# Character for character, so that offsets stay what they are. U+2013 and U+2212 are dashes that text
# programs put for a minus sign; 。 is the full stop of a Chinese keyboard, ≧ and ⩾ are on its list of signs.
PLAIN = str.maketrans(
    "：，（）％＞＜＝！＋．。＊×／÷［］？＠＆｜≧⩾≦⩽０１２３４５６７８９－\u2013\u2212\u3000",
    ":,()%><=!+..**//[]?@&|≥≥≤≤0123456789--- ",
)

DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"
MONTH = r"([0-9]{4})-([0-9]{2})|([0-9]{4})年([0-9]{1,2})月"


_LOOSE_DATE = re.compile(
    r"([0-9]{4})([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})号"
)


def read_loose_date(text: str) -> dt.date | Month | None:
    """The same where only a date or month can stand: also 2018/6/1, 2018.6.1, 2018-6, 2018年6月1号."""
    found = _LOOSE_DATE.fullmatch(text.translate(PLAIN).strip())
    if found is None:
        return read_date(text)
    year, month, *day = (int(part) for part in found.groups() if part and part not in "-/.")
    try:
        return dt.date(year, month, *day) if day else Month(year, month)
    except ValueError:
        return None


def read_date(text: str) -> dt.date | Month | None:
    """The date or month a text stands for: 2018-06-01, 2018年6月1日, 2018-06, 2018年6月."""
    plain = text.translate(PLAIN).strip()
    day, month = re.fullmatch(DATE, plain), re.fullmatch(MONTH, plain)
    try:
        if day:
            return dt.date(*(int(part) for part in day.groups() if part))
        if month:
            return Month(*(int(part) for part in month.groups() if part))
    except ValueError:
        return None
    return None
