"""``show`` of the shipped policies that are not about settling a month."""

from __future__ import annotations

import pytest

from policy_engine.cli.picture import lines
from policy_engine.policy.describe import describe
from policy_engine.policy.library import builtin_rules, load


def shown(policy_id: str, period: str, lang: str) -> list[str]:
    policy = load(policy_id, period=period, rules=builtin_rules())
    return [line.strip().split("　rules/")[0] for line in lines(describe(policy), lang)]


def test_an_eligibility_is_shown_case_by_case() -> None:
    found = shown("jibei/exemption", "2018-06", "zh")
    for start in (
        "申请：免考资格　认定　[三-1-1]",
        "不可抗力：方向：用电、发电；原因：自然灾害、社会异常事件、其他不可抗力；省级确认：是　[三-1-6]",
        "令在交易前：佐证.令的先后：交易前 → 剔除该佐证　[三-1-7]",
        "自身原因：原因：市场变化、机组非计划停运、自身经营 → 整份不予认定　[三-1-7]",
    ):
        assert any(line.startswith(start) for line in found), start
    english = shown("jibei/exemption", "2018-06", "en")
    assert any(line.startswith("令在交易前：佐证.令的先后：交易前 → strike") for line in english)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_reading_without_a_choice_offers_none(lang: str) -> None:
    found = shown("jing-jin-tang/exempt-quantity-draft", "2018-07", lang)
    assert not any(line.startswith(("也可取：", "or：")) for line in found)
    assert any("推定" in line for line in found)
