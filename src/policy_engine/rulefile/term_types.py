"""What kind of value a term holds, as written in the 类型 column."""

from __future__ import annotations

from enum import StrEnum


class TermTypeWord(StrEnum):
    ENERGY = "energy"  # 电量
    PRICE = "price"  # 电价
    MONEY = "money"  # 金额
    RATIO = "ratio"  # 比例
    NUMBER = "number"  # 数
    BOOLEAN = "boolean"  # 是否
    OPTION = "option"  # 选项
    LEVEL = "level"  # 等级
    DATE = "date"  # 日期
    MONTH = "month"  # 月份
    DATE_RANGE = "date_range"  # 日期区间
    TEXT = "text"  # 文本


NUMERIC_TYPES = frozenset(
    {
        TermTypeWord.ENERGY,
        TermTypeWord.PRICE,
        TermTypeWord.MONEY,
        TermTypeWord.RATIO,
        TermTypeWord.NUMBER,
    }
)
