"""Conditions in words: exact, and as people say them."""

import pytest

from policy_engine.filing.asks import everything_asked
from policy_engine.filing.wording import padded, printable, range_text, size_text, width
from policy_engine.filing.words import words_of
from unit.filing import submissions as given

TERMS = """\
  | 主体 | 名称     | 代号         | 类型 | 其他    | 范围 |
  | 企业 | 许可证号 | licence      | 文本 | 可空    |      |
  | 企业 | 办证     | applied      | 是否 | 可空    |      |
  | 企业 | 人数     | staff        | 数   |         | 0 至 100 |
"""
HEADER = TERMS.splitlines(keepends=True)[0]
FORM = """\
  商务:
    代号: commercial
    对象: 企业
    字段: |
      | 字段 | 代号 | 当：首个有值(办证, 否) | 必填 | 须 | 不必填 | 也可填 | 条款 |
      | 编号 | number | {when} | {required} | {must} | {needless} | {also} | 五 |
材料清单:
"""


@pytest.fixture
def ask(tmp_path, monkeypatch):
    def call(when="-", required="否", must="-", needless="-", also="-", lang="zh"):
        form = FORM.format(when=when, required=required, must=must, needless=needless, also=also)
        text = given.RULES.replace(HEADER, TERMS).replace("材料清单:\n", form)
        monkeypatch.setattr(given, "RULES", text)
        given._written.cache_clear()
        asked = everything_asked(given.policy(tmp_path), lang)
        given._written.cache_clear()
        return next(a for one in asked if one.name == "商务" for a in one.asks)

    return call


@pytest.mark.parametrize(
    "condition, words",
    [
        ("豁免", "豁免为是"),
        ("非 豁免", "豁免为否"),
        ("办证 不为空 且 办证", "办证为是"),
        ("许可证号 不为空 且 许可证号 = “办理中”", "许可证号为“办理中”"),
        ("许可证号 不为空 且 豁免", "许可证号已填且豁免为是"),
        ("许可证号 为空 或 豁免", "许可证号没有填或豁免为是"),
        ("首个有值(办证, 否)", "办证为是"),
        ("非 首个有值(办证, 否)", "办证为否或没有填"),
        ("人数 >= 10 且 (豁免 或 三证合一)", "人数不小于10且（豁免为是或三证合一为是）"),
        ("人数 + 1 > 10", "人数 + 1大于10"),
    ],
)
def test_conditions(ask, condition, words):
    assert ask(required=condition).need == f"{words}时必填"


@pytest.mark.parametrize(
    "condition, words",
    [
        ("办证 不为空 且 办证", "办证 is yes"),
        ("许可证号 为空 或 非 豁免", "许可证号 is blank or 豁免 is no"),
    ],
)
def test_conditions_in_english(ask, condition, words):
    assert ask(required=condition, lang="en").need == f"required if {words}"


@pytest.mark.parametrize("reading, need", [("不列", "必填"), ("列出", "可不填")])
def test_a_condition_on_readings_is_settled(ask, reading, need):
    assert ask(required=f"口径.其他一栏 = “{reading}”").need == need


@pytest.mark.parametrize("cell, words", [("是", "办证为是"), ("否", "办证为否或没有填")])
def test_whom_a_row_concerns(ask, cell, words):
    assert ask(when=cell).only == (words,)


@pytest.mark.parametrize(
    "cell, words",
    [
        ("等于 首个有值(许可证号, “”)", "须与许可证号一致"),
        ("“甲”、“乙”", "须为“甲”、“乙”"),
    ],
)
def test_what_a_field_must_be(ask, cell, words):
    assert words in ask(must=cell).lines


def test_other_rules_of_a_field(ask):
    lines = ask(needless="豁免", also="办理中、无").lines
    assert "豁免为是时不必填" in lines
    assert "也可填“办理中”或“无”" in lines


def test_both_languages_have_the_same_words():
    zh, en = words_of("zh"), words_of("en")
    assert set(zh) <= set(en)
    assert all(k.startswith(("format_", "class_")) for k in set(en) - set(zh))


def test_pieces():
    assert range_text("[8 .. 20]", words_of("zh")) == "8 至 20"
    assert range_text("> 8", words_of("zh")) == "> 8"
    assert [size_text(n) for n in (20 << 20, 500 << 10, 1000, 0)] == ["20 MB", "500 KB", "1000 B", "0 B"]
    assert width("登录a") == 5
    assert padded("登", 4) == "登  "
    assert printable("a\x1b[2J\u202eb\tc") == "a\ufffd[2J\ufffdb c"
