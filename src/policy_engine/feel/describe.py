"""Types and numbers as messages name them."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.diagnostics.catalog import Text
from policy_engine.feel.types import (
    BooleanType,
    DateRangeType,
    DateType,
    LevelType,
    MonthType,
    NullType,
    NumberType,
    OptionType,
    TextType,
    Type,
)
from policy_engine.feel.units import DIMENSIONLESS, unit_name

_NAMES: dict[type, tuple[str, str]] = {
    BooleanType: ("是否", "yes/no"),
    TextType: ("文本", "text"),
    OptionType: ("选项", "option"),
    LevelType: ("等级", "level"),
    DateType: ("日期", "date"),
    MonthType: ("月份", "month"),
    DateRangeType: ("日期区间", "date range"),
    NullType: ("空", "null"),
}


def type_name(type_: Type, lang: str = "zh") -> str:
    """A type in a few words: 数（兆瓦时）, 选项, 日期 …"""
    english = lang == "en"
    if isinstance(type_, NumberType):
        if type_.unit is None or type_.unit.equivalent(DIMENSIONLESS):
            return "number" if english else "数"
        name = unit_name(type_.unit)
        return f"number ({name})" if english else f"数（{name}）"
    return _NAMES[type(type_)][english]


def decimal_text(value: Fraction) -> str:
    """A fraction as people write it: 0.05, or 1/3 where no decimal is exact."""
    denominator, places = value.denominator, 0
    while denominator % 10 == 0 or 10**places % value.denominator:
        places += 1
        if places > 40:
            return str(value)
        if 10**places % value.denominator == 0:
            break
    scaled = abs(value.numerator) * 10**places // value.denominator
    digits = str(scaled).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def hint(zh: str, en: str, **values: str) -> Text:
    """A hint with text of the file put in; braces in that text stay braces."""
    safe = {name: value.replace("{", "{{").replace("}", "}}") for name, value in values.items()}
    return Text(zh.format(**safe), en.format(**safe))
