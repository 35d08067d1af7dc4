"""Dates moved, whole quotients and texts: expressions of policies, evaluated."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from policy_engine.diagnostics.span import Fragment
from policy_engine.engine.closures import Compiler
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.feel.check import compile_expression
from policy_engine.feel.values import Month

NO_NAMES: Any = SimpleNamespace(
    entity="x", resolve=lambda path: None, lookup=lambda name: None, names=lambda: ()
)
NO_POLICY: Any = SimpleNamespace(lookups={}, entities={})


def evaluate(text: str) -> object:
    return Compiler(NO_POLICY).compile(compile_expression(Fragment.of(text), NO_NAMES))(Row("x", "", {}))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("加月(2018-01-31, 1)", dt.date(2018, 2, 28)),
        ("加月(2020-03-31, -1)", dt.date(2020, 2, 29)),
        ("加月(2018-11, 3)", Month(2019, 2)),
        ("加天(2018-12-31, 1)", dt.date(2019, 1, 1)),
        ("加天(2018-01-01, -1 天)", dt.date(2017, 12, 31)),
        ('2018-05-31 + 期间("P1M1D")', dt.date(2018, 7, 1)),
        ('2018-05-31 - 期间("P1Y3M")', dt.date(2017, 2, 28)),
        ('2018-05-31 + duration("-P3M")', dt.date(2018, 2, 28)),
        ('2018-05 + 期间("P1Y")', Month(2019, 5)),
        ("整除(17, 5)", Fraction(3)),
        ("整除(-17, 5)", Fraction(-4)),
        ("整除(-17, 5) * 5 + 余数(-17, 5)", Fraction(-17)),
        ("整除(5 万千瓦时, 20 兆瓦时)", Fraction(2)),
        ("是偶数(4) 且 非 是奇数(4)", True),
        ("五舍六入(2.5, 0)", Fraction(2)),
        ("五舍六入(-2.51, 0)", Fraction(-3)),
        ("星期(2018-06-03)", Fraction(7)),
        ("年内第几天(2020-12-31)", Fraction(366)),
        ("年内第几周(2021-01-03)", Fraction(53)),
        ('字数("唐山市")', Fraction(3)),
        ('截取("唐山市", 2)', "山市"),
        ('截取("唐山市", -1)', "市"),
        ('截取("唐山市", 1, 2)', "唐山"),
        ('截取("唐山市", 9)', ""),
        ('前段("冀-2018-01", "-")', "冀"),
        ('后段("冀-2018-01", "-")', "2018-01"),
        ('后段("冀", "-")', ""),
        ('包含("唐山市", "山")', True),
        ('开头是("唐山市", "山")', False),
        ('结尾是("唐山市", "市")', True),
        ('匹配("A-12", "[0-9]+$")', True),
        ('匹配("A-12", "^[0-9]+$")', False),
        ('大写("kWh")', "KWH"),
        (
            '拼接("甲", 小写("B"), 转文本(1.50), 转文本(2018-06-01), 转文本(2018-06))',
            "甲b1.52018-06-012018-06",
        ),
    ],
)
def test_value(text: str, wanted: object) -> None:
    assert evaluate(text) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("加月(9999-12-01, 1)", "PE6030"),
        ("加天(9999-12-31, 1)", "PE6030"),
        ("整除(5, 2 - 2)", "PE6025"),
        ('截取("甲", 0)', "PE6030"),
        ('截取("甲", 1, 0)', "PE6030"),
        ("转文本(1 / 3)", "PE6030"),
    ],
)
def test_fault(text: str, code: str) -> None:
    with pytest.raises(Fault) as caught:
        evaluate(text)
    assert caught.value.code == code
