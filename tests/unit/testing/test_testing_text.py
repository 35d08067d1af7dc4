"""Feature files as people save and type them become plain Gherkin with the same lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.testing.document import parse_feature
from policy_engine.testing.problems import FeatureError
from policy_engine.testing.text import normalise, read_feature

FEATURE = """功能: 一
  场景: 甲
    假如 适用政策“x/y”，结算月为2018-06
    那么 应没有退回
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.feature"
    path.write_bytes(FEATURE.encode(encoding))
    assert read_feature(path, "a.feature") == FEATURE


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_bytes(b"PK\x03\x04\x00\x00\xff\xff")
    with pytest.raises(FeatureError, match=r"a\.feature:1: 不是文本文件"):
        read_feature(path, "a.feature")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("功能：甲", "功能:甲"),
        ("  场景大纲 ： 甲：乙", "  场景大纲: 甲：乙"),
        ("\u3000\u3000例子：", "    例子:"),
        ("｜ 用户 ｜ 电量 ｜", "| 用户 | 电量 |"),
        ("| 用户 | 电量 ｜", "| 用户 | 电量 |"),
        ("| 甲｜乙 |", "| 甲|乙 |"),
        ("＠条款-二-2　＠边界", "@条款-二-2 @边界"),
        ("＃ language： zh-CN", "# language: zh-CN"),
        ("  那么，免予考核", "  那么 免予考核"),
        ("  那么： 免予考核", "  那么 免予考核"),
        ("  假如 有下列用户：", "  假如 有下列用户："),
        ("  当办理结算", "  当办理结算"),
        ("  那么 用户”甲”免考", "  那么 用户“甲”免考"),
        ("  那么 用户‘甲’免考", "  那么 用户“甲”免考"),
        ("  那么 理由为“缺‘甲’”", "  那么 理由为“缺‘甲’”"),
        ("  那么 用户”甲免考", "  那么 用户”甲免考"),
        ("  那么 结算月为＜结算月＞", "  那么 结算月为<结算月>"),
        ("  # ＜结算月＞", "  # ＜结算月＞"),
        ("  那么 用⼾“甲”", "  那么 用户“甲”"),
    ],
)
def test_full_width_punctuation(written: str, plain: str) -> None:
    assert normalise(written) == plain


def test_doc_strings_and_line_ends_are_left_alone() -> None:
    text = '场景：甲\r\n  """\r\n  功能：乙\r\n  """\r\n规则：丙'
    assert normalise(text).split("\n") == ["场景:甲", '  """', "  功能：乙", '  """', "规则:丙"]


def test_keywords_are_those_of_the_language_named() -> None:
    assert normalise("# language: zh-TW\n背景：\n功能：甲") == "# language: zh-TW\n背景:\n功能:甲"
    assert normalise("# language: en\nFeature：a\n功能：甲") == "# language: en\nFeature:a\n功能：甲"


def test_a_feature_is_read_with_its_tags_lines_and_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text(
        "＠地区\n功能：一\n  ＠条款-甲\n  规则：二\n    ＠边界\n    场景：三\n"
        "      假如 子\n      而且 丑\n      当 寅\n      那么 卯\n      但是 辰\n",
        encoding="utf-8",
    )
    (scenario,) = parse_feature(path).scenarios
    assert scenario.tags == {"地区", "条款-甲", "边界"}
    assert scenario.line == 6
    assert [s.kind for s in scenario.steps] == ["given", "given", "when", "then", "then"]
    assert [s.line for s in scenario.steps] == [7, 8, 9, 10, 11]


STEPS = "\n    假如 甲\n    那么 乙\n"

PROBLEMS = {
    "功能: 一\n  场景: 甲" + STEPS + "  场景: 甲" + STEPS: "5: 场景名称“甲”与第2行重复",
    "功能: 一\n  场景: 甲[1]" + STEPS + "  规则: 二\n  场景: 甲_1_" + STEPS: "6: 场景名称“甲_1_”与第2行重复",
    "功能: 一\n  场景:" + STEPS: "2: 场景没有名称",
    "功能: 一\n  场景: 甲\n    假如 乙\n": "2: 场景“甲”没有“那么”",
    "功能: 一\n  场景: 甲\n    而且 乙\n    那么 丙\n": "3: 第一步不能用“而且”",
    "功能: 一\n  场景: 甲\n    如果 乙\n    那么 丙\n": "3: “如果”不是步骤的开头",
    "功能: 一\n  背景:\n    但是 乙\n  场景: 甲" + STEPS: "3: 第一步不能用“但是”",
    "功能: 一\n  场景大纲: 甲\n    那么 <乙>\n": "2: 场景大纲“甲”没有“例子”",
    "功能: 一\n  场景大纲: 甲\n    那么 <乙>\n    例子:\n      | 乙 |\n": "4: “例子”没有数据行",
    "功能: 一\n  场景大纲: 甲\n    那么 <乙>\n    例子:\n      | 丙 |\n      | 1 |\n": "4: 步骤里的 <乙> 不在“例子”的表头里",
    "功能: 一\n  场景大纲: 甲\n    那么 子\n      | <乙> |\n    例子:\n      | 丙 |\n      | 1 |\n": "5: 步骤里的 <乙>",
    "功能: 一\n  场景大纲: 甲\n    那么 <丙>\n    例子:\n      | 丙 | 丙 |\n      | 1 | 2 |\n": "表头“丙”出现了不止一次",
    "功能: 一\n  @a:b\n  场景: 甲" + STEPS: "2: 标签“@a:b”里不能有冒号",
    "功能: 一\n  @_a\n  场景: 甲" + STEPS: "2: 标签“@_a”",
    "功能: 一\n  场景: 甲\n    假如 乙\n      | 子 | 丑 |\n      | 寅 |\n    那么 丙\n": "5: 这一行的格数与表头不同",
    "功能: 一\n  场景: 甲\n    假如 乙\n    则 丙\n": "4: 看不懂“则 丙”；这里可以写：",
    "功能: 一\n  场景: 甲\n    假如 乙\n    则 丙\n ": "步骤（假如、当、那么、而且、但是）",
    "场景: 甲" + STEPS: "1: 这一行的上面少了“功能: …”一行",
    "# language: xx\n功能: 一\n": "1: 不认识的语言“xx”",
    "": "1: 文件里没有“功能：”",
    "功能: 一\n  @甲\n": "文件没有写完",
}


@pytest.mark.parametrize(("text", "message"), PROBLEMS.items())
def test_what_would_silently_test_nothing_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.feature"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FeatureError) as caught:
        parse_feature(path, "a.feature")
    assert any(message in line for line in str(caught.value).splitlines()), str(caught.value)
    assert all(line.startswith("a.feature:") for line in str(caught.value).splitlines())


def test_all_problems_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text("功能: 一\n  场景: 甲\n    而且 乙\n  场景: 甲\n    那么 乙\n", encoding="utf-8")
    with pytest.raises(FeatureError) as caught:
        parse_feature(path)
    assert [p.line for p in caught.value.problems] == [2, 3, 4]


LOST = "功能: 一\n  说明\n\n{lost}\n  场景: 甲\n    当 办理结算\n    那么 应没有退回\n"


@pytest.mark.parametrize(
    ("lost", "line", "message"),
    [
        (
            "  场景 乙\n    当 办理结算\n    那么 应没有退回\n",
            4,
            "“场景”后面要有冒号，否则成了说明文字：场景: 乙",
        ),
        ("  背景；\n    假如 适用政策“x/y”\n", 4, "“背景”后面要有冒号"),
        ("    假如 适用政策“x/y”，结算月为2018-06\n", 4, "“假如”这一步写在了说明文字里，不会执行"),
    ],
)
def test_what_is_lost_in_a_description_is_refused(tmp_path: Path, lost: str, line: int, message: str) -> None:
    """Gherkin takes it for a remark, and the scenario would pass without it."""
    path = tmp_path / "a.feature"
    path.write_text(LOST.format(lost=lost), encoding="utf-8")
    with pytest.raises(FeatureError) as error:
        parse_feature(path, "a.feature")
    assert [p.line for p in error.value.problems] == [line]
    assert message in error.value.problems[0].message


@pytest.mark.parametrize(
    "remark", ["  当月的考核电费在次月结清。", "  规则二-2讲的是多用。", "  场景见附件。"]
)
def test_a_description_may_begin_like_a_keyword(tmp_path: Path, remark: str) -> None:
    path = tmp_path / "a.feature"
    path.write_text(LOST.format(lost=remark), encoding="utf-8")
    assert len(parse_feature(path, "a.feature").scenarios) == 1


def test_one_slip_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text(FEATURE.replace("场景:", "场景"), encoding="utf-8")
    with pytest.raises(FeatureError) as error:
        parse_feature(path, "a.feature")
    assert len(error.value.problems) == 1
    assert "场景: 甲" in str(error.value)


def test_what_cannot_be_seen_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text(FEATURE.replace("退回", "退\u200b回"), encoding="utf-8")
    with pytest.raises(FeatureError, match=r"a\.feature:4: 有看不见的字符（U\+200B"):
        parse_feature(path, "a.feature")
