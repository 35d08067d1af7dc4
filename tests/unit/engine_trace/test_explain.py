"""A trace as text, in Chinese and in English."""

import pytest

import policy_engine as pe
from unit.policy.rule_text import policy_of, rule_file

WORDS_OF_OURS = (
    "规则文件",
    "摘要",
    "口径：",
    "依据条款",
    "读到",
    "差一点",
    "最小单位",
    "输入（",
    "默认",
    "原文）",
)


@pytest.fixture(scope="module")
def result():
    policy = pe.load("jibei/deviation", period="2018-06", known_on="2018-06-30")
    facts = {
        "market": {"average_bilateral_price": "350"},
        "user": [
            {
                "user_id": f"{i:03}",
                "retailer_id": "A",
                "contract_energy": "10000",
                "metered_energy": "9499.999",
                "catalogue_price": "600",
            }
            for i in range(1, 26)
        ],
    }
    return pe.evaluate(policy, facts, executor="reference")


def explained(result, lang, entity="售电公司", key="A"):
    return pe.explain(pe.trace(result, entity, key), lang)


def test_chinese(result):
    lines = explained(result, "zh").splitlines()
    assert lines[0] == "关于冀北地区电力中长期交易偏差考核有关事宜的补充通知（jibei/deviation，2018-06）"
    assert "按 2018-06-30 所知" in lines
    assert "■ 售电公司 A" in lines
    text = "\n".join(lines)
    assert "  考核结论 = 应予考核\n      决策表“考核判定”第“超幅度”行　见 rules/jibei/deviation.yaml:" in text
    assert "依据条款 二-4（二、第3段第1句）：少用超过5%的，只考核5%以外的那一段" in text
    assert "用户25行 合同电量 合计 250000 兆瓦时" in text
    assert "免予考核幅度 = 5%（rules/jibei/deviation.yaml:" in text
    # 25 units short over the package; one user may use 25 kWh more.
    assert "由 9499.999 变为 9500.024 兆瓦时（差 0.025 兆瓦时），即适用“幅度内”行：免予考核、0" in text
    assert text.count("差一点") == 1


def test_english(result):
    text = explained(result, "en")
    assert text.splitlines()[0].endswith("(jibei/deviation, 2018-06)")
    assert "as known on 2018-06-30" in text
    assert "decision table “考核判定”, row “超幅度”" in text
    assert "合同电量 of 25 rows of 用户, total 250000 兆瓦时" in text
    assert "免予考核幅度 = 5% (rules/jibei/deviation.yaml:" in text and ", original)" in text
    assert "from 9499.999 to 9500.024 兆瓦时 (by 0.025 兆瓦时) fires row “幅度内”: 免予考核, 0" in text
    for word in WORDS_OF_OURS:
        assert word not in text


def test_blank_values_and_sources(result):
    chinese, english = (explained(result, lang, "用户", "001") for lang in ("zh", "en"))
    assert "承担上限 = 空（输入（user 第1行））" in chinese
    assert "承担上限 = null (input, user line 1)" in english
    assert "分配权重 = 全部负偏差（默认）" in chinese
    assert "分配权重 = 全部负偏差 (default)" in english


def test_both_tell_the_same_steps(result):
    chinese, english = (explained(result, lang, "用户", "001").splitlines() for lang in ("zh", "en"))
    assert len(chinese) == len(english)
    assert [line for line in chinese if line.startswith("■")] == [x for x in english if x.startswith("■")]


def test_sensitive_values_are_named_but_not_shown():
    policy = policy_of(
        rule_file(
            "用户.应付: {计算公式: 电量 × 底价}",
            terms="""
            用户 | 电量 | energy | 电量 | 兆瓦时 | 0 | | 0 至 100
            用户 | 底价 | floor | 电价 | 元/兆瓦时 | 0 | 敏感 | 0 至 1000
            用户 | 应付 | due | 金额 | 元 | 0 | 敏感 |
            """,
        )
    )
    row = {"user_id": "1", "energy": "3", "floor": "271"}
    told = pe.trace(pe.evaluate(policy, {"user": [row]}, executor="reference"), "user", "1")
    for lang, hidden in (("zh", "（敏感）"), ("en", "(sensitive)")):
        text = pe.explain(told, lang)
        assert f"应付 = {hidden} 元" in text
        assert f"底价 = {hidden} 元/兆瓦时" in text
        assert "271" not in text.replace(told.digest[:19], "") and "813" not in text.replace(
            told.digest[:19], ""
        )
    assert "271" not in str({k: v for k, v in told.to_dict().items() if k != "digest"})


def test_a_scale_names_its_bracket():
    policy = policy_of(
        rule_file(
            """
            用户.应付:
              阶梯:
                依据: 电量
                方式: 分段
                分档: |
                  | 行名 | 超过 | 费率 |
                  | 一档 | 0    | 1    |
                  | 二档 | 10   | 2    |
            """,
            terms="""
            用户 | 电量 | energy | 电量 | 兆瓦时 | 0 | | 0 至 100
            用户 | 应付 | due | 金额 | 元 | 0 | |
            """,
        )
    )
    row = {"user_id": "1", "energy": "15"}
    told = pe.trace(pe.evaluate(policy, {"user": [row]}, executor="reference"), "user", "1")
    assert told.steps[0].way == "scale"
    assert "阶梯“应付”第“二档”档" in pe.explain(told).replace("用户.", "")
    assert "bracket “二档”" in pe.explain(told, "en")
