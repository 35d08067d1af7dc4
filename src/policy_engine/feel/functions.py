"""The closed list of functions: names in both languages, canonical names, how many arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Family(StrEnum):
    """Which checking rule a function follows."""

    EXTREME = "extreme"  # several values of one type
    ROUND = "round"  # (x, places); floor and ceiling also (x)
    ABS = "abs"
    MODULO = "modulo"
    COALESCE = "coalesce"
    AGGREGATE = "aggregate"
    DATE = "date"  # a text literal
    CALENDAR = "calendar"
    SHIFT = "shift"  # a date and a number
    PERIOD = "period"  # a text literal, beside a date only
    WHOLE = "whole"  # whole numbers
    TEXT = "text"
    STRING = "string"  # any value


@dataclass(frozen=True)
class Function:
    """``name``: as it stands in ``typed.Call.function`` (or an aggregate kind).

    ``dmn``: what DMN calls the same function, where that is not ``en``.
    """

    name: str
    zh: str
    en: str
    family: Family
    least: int
    most: int | None  # None: any number
    dmn: str = ""


FUNCTIONS: tuple[Function, ...] = (
    Function("max", "最大值", "max", Family.EXTREME, 2, None),
    Function("min", "最小值", "min", Family.EXTREME, 2, None),
    Function("abs", "绝对值", "abs", Family.ABS, 1, 1),
    Function("modulo", "余数", "modulo", Family.MODULO, 2, 2),
    Function("floor", "向下取整", "floor", Family.ROUND, 1, 2),
    Function("ceiling", "向上取整", "ceiling", Family.ROUND, 1, 2),
    Function("round_half_up", "四舍五入", "round_half_up", Family.ROUND, 2, 2, "round half up"),
    Function("round_half_down", "五舍六入", "round_half_down", Family.ROUND, 2, 2, "round half down"),
    Function("round_half_even", "银行家舍入", "round_half_even", Family.ROUND, 2, 2),
    Function("round_half_even", "", "decimal", Family.ROUND, 2, 2),
    Function("round_down", "向零取整", "round_down", Family.ROUND, 2, 2, "round down"),
    Function("round_up", "远零取整", "round_up", Family.ROUND, 2, 2, "round up"),
    Function("coalesce", "首个有值", "coalesce", Family.COALESCE, 2, None),
    Function("sum", "合计", "sum", Family.AGGREGATE, 1, 1),
    Function("count", "计数", "count", Family.AGGREGATE, 1, 1),
    Function("min", "最小", "min_of", Family.AGGREGATE, 1, 1),
    Function("max", "最大", "max_of", Family.AGGREGATE, 1, 1),
    Function("date", "日期", "date", Family.DATE, 1, 1),
    Function("next_month", "次月", "next_month", Family.CALENDAR, 1, 1),
    Function("previous_month", "上月", "previous_month", Family.CALENDAR, 1, 1),
    Function("month_of", "月份", "month_of", Family.CALENDAR, 1, 1),
    Function("year_of", "年", "year_of", Family.CALENDAR, 1, 1),
    Function("month_number", "月", "month_number", Family.CALENDAR, 1, 1),
    Function("day_of", "日", "day_of", Family.CALENDAR, 1, 1),
    Function("first_day", "首日", "first_day", Family.CALENDAR, 1, 1),
    Function("last_day", "末日", "last_day", Family.CALENDAR, 1, 1),
    Function("days_in_month", "当月天数", "days_in_month", Family.CALENDAR, 1, 1),
    Function("days_between", "相差天数", "days_between", Family.CALENDAR, 2, 2),
    Function("weekday", "星期", "weekday", Family.CALENDAR, 1, 1),
    Function("day_of_year", "年内第几天", "day_of_year", Family.CALENDAR, 1, 1, "day of year"),
    Function("week_of_year", "年内第几周", "week_of_year", Family.CALENDAR, 1, 1, "week of year"),
    Function("add_months", "加月", "add_months", Family.SHIFT, 2, 2),
    Function("add_days", "加天", "add_days", Family.SHIFT, 2, 2),
    Function("duration", "期间", "duration", Family.PERIOD, 1, 1),
    Function("whole_quotient", "整除", "whole_quotient", Family.MODULO, 2, 2),
    Function("is_even", "是偶数", "is_even", Family.WHOLE, 1, 1, "even"),
    Function("is_odd", "是奇数", "is_odd", Family.WHOLE, 1, 1, "odd"),
    Function("string_length", "字数", "string_length", Family.TEXT, 1, 1, "string length"),
    Function("substring", "截取", "substring", Family.TEXT, 2, 3),
    Function("substring_before", "前段", "substring_before", Family.TEXT, 2, 2, "substring before"),
    Function("substring_after", "后段", "substring_after", Family.TEXT, 2, 2, "substring after"),
    Function("upper_case", "大写", "upper_case", Family.TEXT, 1, 1, "upper case"),
    Function("lower_case", "小写", "lower_case", Family.TEXT, 1, 1, "lower case"),
    Function("contains", "包含", "contains", Family.TEXT, 2, 2),
    Function("starts_with", "开头是", "starts_with", Family.TEXT, 2, 2, "starts with"),
    Function("ends_with", "结尾是", "ends_with", Family.TEXT, 2, 2, "ends with"),
    Function("matches", "匹配", "matches", Family.TEXT, 2, 2),
    Function("concat", "拼接", "concat", Family.TEXT, 2, None),
    Function("string", "转文本", "string", Family.STRING, 1, 1),
)

BY_NAME: Mapping[str, Function] = MappingProxyType(
    {name: f for f in FUNCTIONS for name in (f.zh, f.en) if name}
)
BY_DMN: Mapping[str, Function] = MappingProxyType({f.dmn: f for f in FUNCTIONS if f.dmn})
FUNCTION_NAMES: frozenset[str] = frozenset(BY_NAME)
