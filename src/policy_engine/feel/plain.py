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
