"""What one cell says: headers, numbers, booleans, dates, months. Exact; nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final

from policy_engine.diagnostics.catalog.spec import Text

MAX_EXPONENT: Final = 30

_BRACKETS: Final = str.maketrans("[]{}【】〔〕〖〗「」『』", "()" * 7)
_INVISIBLE: Final = re.compile("[\\s\u200b-\u200d\u2060\ufeff]+")
# NFKC would also turn ² into 2 and ① into 1: in a value only full-width forms and the minus sign are meant.
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_NUMBER: Final = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exp>[-+]?[0-9]+))?"
)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_TRUE: Final = frozenset({"是", "有", "true", "1", "yes", "y", "√"})
_FALSE: Final = frozenset({"否", "无", "false", "0", "no", "n", "×"})
_MIDNIGHT: Final = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?$")
_DATES: Final = (
    re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"),
    re.compile(r"([0-9]{4})(年)([0-9]{1,2})月([0-9]{1,2})日"),
    re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})"),
)
_MONTHS: Final = (
    re.compile(r"([0-9]{4})[-/]([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月"),
    re.compile(r"([0-9]{4})([0-9]{2})"),
)


class CellError(ValueError):
    """A cell that does not say what its column asks for; ``reason`` tells why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.reason = Text(zh, en)
        super().__init__(zh)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.reason.zh, self.reason.en))


def normalise_header(text: str) -> str:
    """A header for comparison: NFKC, no white space at all, brackets unified to ``()``; case is kept."""
    narrow = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", narrow).translate(_BRACKETS)


def split_unit(header: str) -> tuple[str, str | None]:
    """``合同电量（万千瓦时）`` → (``合同电量``, ``万千瓦时``). Only a trailing bracket is a unit."""
    text = normalise_header(header)
    if not text.endswith(")"):
        return text, None
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            name, unit = text[:at], text[at + 1 : -1]
            return (name, unit) if name and unit else (text, None)
    return text, None


def parse_decimal(text: str) -> Decimal:
    """The exact number a cell states.

    Accepts full-width digits, well-placed thousands commas (``1,000.50``), ``%`` (÷ 100), the minus sign
    U+2212, accounting negatives ``(12.5)``, a leading apostrophe, exponents within ±30. Raises ``CellError``
    (a ``ValueError``) otherwise: nothing is guessed, a blank or a dash is not 0.
    """
    if not isinstance(text, str):
        raise CellError("数值只能取自文本", "a number is read from text only")
    body = _narrow(text).removeprefix("'").strip()
    _refuse_non_numbers(body, text)
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1].strip()
    shift = -2 if body.endswith("%") else 0
    if shift:
        body = body[:-1].rstrip()
    match = _NUMBER.fullmatch(body)
    if match is None or (negative and match["sign"]):
        raise CellError(f"“{_brief(text)}”不是数", f"“{_brief(text)}” is not a number")
    exponent = _exponent(match["exp"], text)
    sign = "-" if negative else match["sign"]
    # Built from text: arithmetic would round to the precision of the decimal context.
    return Decimal(f"{sign}{_ungroup(match['digits'], text)}E{exponent + shift}")


def parse_boolean(text: str) -> bool:
    """是/否, 有/无, true/false, 1/0, yes/no, y/n, √/×. Raises ``CellError`` otherwise."""
    word = _narrow(text).removeprefix("'").casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CellError(f"“{_brief(text)}”不是“是”或“否”", f"“{_brief(text)}” is neither yes nor no")


def parse_date(text: str) -> date:
    """2018-06-01, 2018/6/1, 2018.6.1, 2018年6月1日, 20180601; a time of midnight behind it is ignored."""
    body = _MIDNIGHT.sub("", _narrow(text).removeprefix("'"))
    for pattern in _DATES:
        if match := pattern.fullmatch(body):
            try:
                return date(int(match[1]), int(match[3]), int(match[4]))
            except ValueError:
                raise CellError(
                    f"“{_brief(text)}”不是日历上的日期", f"no such day: “{_brief(text)}”"
                ) from None
    raise CellError(
        f"“{_brief(text)}”不是日期，请写成 2018-06-01", f"“{_brief(text)}” is not a date; write 2018-06-01"
    )


def parse_month(text: str) -> tuple[int, int]:
    """(year, month) of 2018-06, 2018/6, 2018年6月, 201806, or a date that is the first of a month.

    ``2018.1`` is refused: Excel shows October typed as ``2018.10`` like that.
    """
    body = _narrow(text).removeprefix("'")
    for pattern in _MONTHS:
        if match := pattern.fullmatch(body):
            year, month = int(match[1]), int(match[2])
            if year and 1 <= month <= 12:
                return year, month
    try:
        day = parse_date(text)
    except CellError:
        raise CellError(
            f"“{_brief(text)}”不是月份，请写成 2018-06", f"“{_brief(text)}” is not a month; write 2018-06"
        ) from None
    if day.day != 1:
        raise CellError(
            f"“{_brief(text)}”是某一天，不是月份，请写成 2018-06", f"“{_brief(text)}” is a day, not a month"
        )
    return day.year, day.month


def _narrow(text: str) -> str:
    return text.translate(_NARROW).strip().strip("\u200b\ufeff").strip()


def _brief(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 40 else shown[:40] + "…"


def _refuse_non_numbers(body: str, text: str) -> None:
    if not body:
        raise CellError("是空白", "is blank")
    if body.startswith("#"):
        raise CellError(f"是 Excel 的错误值 {_brief(text)}", f"is the Excel error {_brief(text)}")
    if body in {"-", "--", "—", "——", "/", "无"}:
        raise CellError(
            f"“{_brief(text)}”不是数；没有数据就留空，是零就写 0",
            f"“{_brief(text)}” is not a number; leave it blank if there is none, write 0 if it is zero",
        )


def _exponent(digits: str | None, text: str) -> int:
    if digits is None:
        return 0
    if len(digits) > 4 or abs(int(digits)) > MAX_EXPONENT:
        raise CellError(
            f"“{_brief(text)}”的指数超出 ±{MAX_EXPONENT}",
            f"the exponent of “{_brief(text)}” exceeds ±{MAX_EXPONENT}",
        )
    return int(digits)


def _ungroup(digits: str, text: str) -> str:
    whole, point, fraction = digits.partition(".")
    if "," in whole and not _GROUPED.fullmatch(whole):
        raise CellError(
            f"“{_brief(text)}”的千位逗号位置不对", f"misplaced thousands comma in “{_brief(text)}”"
        )
    return whole.replace(",", "") + (point + fraction if fraction else "")
