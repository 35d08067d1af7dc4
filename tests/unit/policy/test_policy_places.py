"""How many decimal places a formula can have: whole numbers are whole, a floor has the places it is given."""

from __future__ import annotations

import pytest

from unit.policy.rule_text import codes, policy_of, rule_file

TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用户 | 结果 | outcome | {kind} | {unit} | {places} | |
"""
DAYS = ("数", "天")
ENERGY = ("电量", "兆瓦时")


@pytest.mark.parametrize(
    ("formula", "kind", "places", "fits"),
    [
        ("当月天数(上月(全月.结算月))", DAYS, 0, True),
        ("相差天数(首日(全月.结算月), 末日(全月.结算月))", DAYS, 0, True),
        ("向下取整(电量)", ENERGY, 0, True),
        ("向下取整(电量, 2)", ENERGY, 2, True),
        ("向下取整(电量, 2)", ENERGY, 1, False),
        ("向上取整(电量, 2)", ENERGY, 0, False),
    ],
)
def test_places(formula: str, kind: tuple[str, str], places: int, fits: bool) -> None:
    terms = TERMS.format(kind=kind[0], unit=kind[1], places=places)
    text = rule_file(f"用户.结果: {{计算公式: '{formula}'}}", terms=terms)
    assert codes(lambda: policy_of(text)) == ([] if fits else ["PE3069"])
