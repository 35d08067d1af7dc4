"""Types and numbers as messages name them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from policy_engine.diagnostics.catalog import Text
from policy_engine.feel.decimals import decimal_places
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

NUMBER = Text("数", "a number")
BOOLEAN = Text("是否", "yes or no")
DATE = Text("日期", "a date")
MONTH = Text("月份", "a month")
_NAMES: Mapping[type[object], Text] = MappingProxyType(
    {
        BooleanType: BOOLEAN,
        TextType: Text("文本", "a text"),
        OptionType: Text("选项", "an option"),
        LevelType: Text("等级", "a level"),
        DateType: DATE,
        MonthType: MONTH,
        DateRangeType: Text("日期区间", "a date range"),
        NullType: Text("空", "null"),
    }
)


def type_name(type_: Type) -> Text:
    """A type in a few words: 数（兆瓦时）, 选项, 日期 …"""
    if not isinstance(type_, NumberType):
        return _NAMES[type(type_)]
    if type_.unit is None or type_.unit.equivalent(DIMENSIONLESS):
        return NUMBER
    name = unit_name(type_.unit)
    return Text(f"数（{name}）", f"a number ({name})")


def decimal_text(value: Fraction) -> str:
    """A fraction as people write it: 0.05, or 1/3 where no decimal is exact."""
    places = decimal_places(value)
    if places is None:
        return str(value)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
