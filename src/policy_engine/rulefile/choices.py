"""The closed words of a rule file: what may be chosen where nothing else may stand.

They go on into the policy as they are, and so need nothing but Python.
"""

from __future__ import annotations

from enum import StrEnum


class SourceStatus(StrEnum):
    ORIGINAL = "original"  # 原文
    SECONDARY = "secondary"  # 二手来源
    ASSUMED = "assumed"  # 推定


class HitPolicy(StrEnum):
    UNIQUE = "unique"  # 不允许
    ANY = "any"  # 结果须相同
    FIRST = "first"  # 取首行
    COLLECT = "collect"  # 汇集


class Collect(StrEnum):
    LIST = "list"  # 列表
    SUM = "sum"  # 求和
    MIN = "min"  # 最小
    MAX = "max"  # 最大
    COUNT = "count"  # 计数


class RoundingMode(StrEnum):
    HALF_UP = "half_up"  # 四舍五入: half away from zero
    HALF_EVEN = "half_even"  # 银行家
    FLOOR = "floor"  # 向下: to minus infinity
    TRUNCATE = "truncate"  # 向零
    CEILING = "ceiling"  # 向上: to plus infinity
    GRID = "grid"  # "N 位" alone: the grid of an allocation


class Consequence(StrEnum):
    STRIKE = "strike"  # 剔除该佐证
    PENDING = "pending"  # 该佐证待补
    REFUSE = "refuse"  # 整份不予认定


class ScaleMethod(StrEnum):
    MARGINAL = "marginal"  # 分段: each part at its own rate
    WHOLE = "whole"  # 全额: the whole at the last bracket's rate


class Direction(StrEnum):
    NOT_FALLING = "not_falling"  # 不减
    NOT_RISING = "not_rising"  # 不增


class LatenessWord(StrEnum):
    RECORD = "record"  # 记录
    REFUSE = "refuse"  # 不受理
    DEEMED_REFUSED = "deemed_refused"  # 视为拒绝
    DEEMED_AGREED = "deemed_agreed"  # 视为同意


class MonthWord(StrEnum):
    SAME = "same"  # 本月
    NEXT = "next"  # 次月
