"""Every way a field can be met, everything that can be wrong with it, and what is never told."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from policy_engine.engine.sensitive import WITHHELD
from unit.engine_checklists.submissions import (
    codes,
    filled_in,
    fired,
    form,
    item,
    remarks,
    statuses,
    told,
)

HEAD = (
    "| 字段 | 代号 | 当：豁免 | 必填 | 格式 | 也可填 | 长度 | 至少含 | 须 | 不得重复 | 不必填 | 敏感 | 条款 |"
)
NAMES = (
    "when",
    "required",
    "format",
    "also",
    "length",
    "contains",
    "must",
    "unique",
    "needless",
    "sensitive",
)


def one(**cells: str) -> str:
    """A form of one field, 甲."""
    values = dict.fromkeys(NAMES, "-") | {"required": "是", "sensitive": "否"} | cells
    return f"{HEAD}\n| 甲 | field | {' | '.join(values[n] for n in NAMES)} | 一 |"


def judged(rows: str, *values: object, **facts: object):
    """The report of the first of several enterprises that fill in 甲."""
    result = filled_in(form(rows), *({"甲": value, **facts} for value in values))
    return told(result, "账号", "1")


def test_a_field_that_is_filled_in() -> None:
    result = filled_in(form(one()), {"甲": "值"})
    report = told(result, "账号", "1")
    assert (report.kind, report.verdict, report.complete) == ("form", "齐全", True)
    found = item(report, "甲")
    assert (found.slot, found.status, found.status_text) == ("甲", "submitted", "已填")
    assert (found.required, found.todo, found.papers, found.problems) == (True, "", (), ())
    assert fired(result, "账号", "1") == ("甲",)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_field_that_is_not(blank: object) -> None:
    report = judged(one(), blank)
    found = item(report, "甲")
    assert (found.status, found.status_text, found.todo) == ("missing", "缺", "填写“甲”")
    assert (found.status_text_en, found.todo_en) == ("missing", "fill in “甲”")
    assert (report.verdict, report.complete) == ("不齐全", False)


def test_a_blank_that_is_allowed() -> None:
    report = judged(one(required="否"), None)
    assert (item(report, "甲").status, item(report, "甲").status_text) == ("optional", "可不填")
    assert report.complete


def test_a_value_that_is_not_required_has_to_be_right_all_the_same() -> None:
    report = judged(one(required="否", format="整数"), "x")
    assert statuses(report) == {"甲": "unfit"} and not report.complete


def test_a_row_that_does_not_apply() -> None:
    report = judged(one(when="是"), None, 豁免="否")
    assert (item(report, "甲").status, item(report, "甲").status_text) == ("not_needed", "不涉及")
    assert report.complete
    assert judged(one(when="是"), None, 豁免="是").complete is False


def test_what_must_be_filled_in_may_be_a_condition() -> None:
    assert judged(one(required="非 豁免"), None, 豁免="否").complete is False
    assert judged(one(required="非 豁免"), None, 豁免="是").complete is True


@pytest.mark.parametrize(
    ("cells", "value", "code", "text"),
    [
        ({"format": "[A-Za-z0-9]+"}, "user_1", "pattern", "写法不合要求：[A-Za-z0-9]+"),
        ({"format": "[a-z]+"}, "abc1", "pattern", "写法不合要求：[a-z]+"),
        ({"format": "手机号"}, "123", "format", "应为11位手机号，以13至19开头"),
        ({"length": "[8 .. 20]"}, "七个字符的名字", "length", "字符数须满足：[8 .. 20]，实为7个"),
        ({"length": ">= 3"}, "ab", "length", "字符数须满足：>= 3，实为2个"),
        ({"contains": "字母、数字"}, "abc", "contains", "没有数字"),
        ({"contains": "特殊符号"}, "abc！", "contains", "没有特殊符号"),
        ({"must": "等于 执照名称"}, "别的公司", "must", "须满足：等于 执照名称"),
    ],
)
def test_what_is_wrong_with_a_value(cells: dict[str, str], value: str, code: str, text: str) -> None:
    report = judged(one(**cells), value)
    found = item(report, "甲")
    assert (found.status, found.status_text, codes(found)) == ("unfit", "不合格", [code])
    assert found.problems[0].text == text
    assert found.problems[0].text_en and found.problems[0].text_en != text
    assert (found.todo, found.todo_en) == ("改正“甲”", "correct “甲”")
    assert not report.complete


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"format": "[A-Za-z0-9]+"}, "user1"),
        ({"format": "手机号"}, "13812345678"),
        ({"length": "[8 .. 20]"}, "八个字符的公司名"),
        ({"contains": "字母、数字、特殊符号"}, "abc123!"),
        ({"contains": "汉字"}, "X公司"),
        ({"must": "等于 执照名称"}, "某公司"),
    ],
)
def test_a_value_that_is_right(cells: dict[str, str], value: str) -> None:
    assert judged(one(**cells), value).complete


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = item(judged(one(format="[a-z]+", length=">= 5", contains="数字", must='"x"'), "A"), "甲")
    assert codes(found) == ["pattern", "contains", "length", "must"]


def test_a_text_that_is_always_right() -> None:
    rows = one(format="整数", length=">= 9", contains="特殊符号", also="办理中、无")
    assert judged(rows, "办理中").complete and judged(rows, "无").complete
    assert not judged(rows, "办理").complete


def test_a_value_that_need_not_be_there_draws_a_remark_and_no_more() -> None:
    rows = one(required="非 豁免", format="整数", needless="豁免")
    report = judged(rows, "x", 豁免="是")
    assert report.complete and statuses(report) == {"甲": "submitted"}
    assert remarks(report) == ["needless"]
    assert report.remarks[0].text == "“甲”不必填（豁免），填了的不计"
    assert judged(rows, None, 豁免="是").remarks == ()
    assert not judged(rows, "x", 豁免="否").complete


@pytest.mark.parametrize(
    ("unique", "other", "free"),
    [
        ("区分大小写", "abc", False),
        ("区分大小写", "ABC", True),
        ("不分大小写", "ABC", False),
        ("不分大小写", "abd", True),
        ("-", "abc", True),
        ("否", "abc", True),
    ],
)
def test_two_may_not_have_the_same(unique: str, other: str, free: bool) -> None:
    result = filled_in(form(one(unique=unique)), {"甲": "abc"}, {"甲": other})
    both = [told(result, "账号", key) for key in ("1", "2")]
    assert [r.complete for r in both] == [free, free]
    if not free:
        assert [codes(item(r, "甲")) for r in both] == [["duplicate"], ["duplicate"]]
        assert item(both[0], "甲").problems[0].text == "与企业 2（firm 第2行）重复"


def test_folding_is_more_than_lower_case() -> None:
    result = filled_in(form(one(unique="不分大小写")), {"甲": "STRASSE"}, {"甲": "straße"})
    assert not told(result, "账号", "1").complete


def test_many_with_the_same_are_not_all_listed() -> None:
    result = filled_in(form(one(unique="区分大小写")), *({"甲": "x"} for _ in range(6)))
    text = item(told(result, "账号", "1"), "甲").problems[0].text
    assert text == "与企业 2（firm 第2行）、企业 3（firm 第3行）、企业 4（firm 第4行）等共5行重复"


def test_blanks_are_not_the_same() -> None:
    result = filled_in(form(one(required="否", unique="区分大小写")), {}, {})
    assert told(result, "账号", "1").complete


def test_texts_that_are_always_right_may_be_shared() -> None:
    result = filled_in(form(one(also="无", unique="区分大小写")), {"甲": "无"}, {"甲": "无"})
    assert told(result, "账号", "1").complete


def test_several_rows_speak_of_one_field() -> None:
    rows = """
    | 行名 | 字段 | 代号 | 当：豁免 | 必填 | 格式 | 长度 | 条款 |
    | 总要 | 甲 | field | - | 是 | [a-z0-9]+ | - | 一 |
    | 豁免的 | 甲 | - | 是 | 否 | [a-z]+ | - | 二 |
    | 不豁免的 | 甲 | - | 否 | 否 | - | >= 3 | 二 |
    """
    exempt = filled_in(form(rows), {"甲": "ab1", "豁免": "是"})
    assert statuses(told(exempt, "账号", "1")) == {
        "总要": "submitted",
        "豁免的": "unfit",
        "不豁免的": "not_needed",
    }
    assert fired(exempt, "账号", "1") == ("豁免的",)
    assert told(filled_in(form(rows), {"甲": "ab1", "豁免": "否"}), "账号", "1").complete


# -- what is never told ---------------------------------------------------------------------------

SECRET = "Zq7#"


def test_a_sensitive_value_is_never_quoted() -> None:
    rows = one(format="整数", length=">= 9", contains="汉字", sensitive="是")
    report = judged(rows, SECRET)
    assert codes(item(report, "甲")) == ["format", "contains", "length"]
    said = json.dumps(asdict(report), ensure_ascii=False)
    assert SECRET not in said
    assert "实为" not in said  # nor how long it is


def test_a_value_that_is_kept_elsewhere_is_filled_in_and_fit() -> None:
    rows = one(format="整数", length=">= 9", contains="汉字", sensitive="是")
    report = judged(rows, WITHHELD)
    assert report.complete and statuses(report) == {"甲": "submitted"}
    assert repr(WITHHELD) not in repr(report)


def test_a_value_of_a_plain_field_is_not_quoted_either() -> None:
    report = judged(one(format="整数", length=">= 99", must='"另一个"'), "Zq7x")
    assert "Zq7x" not in json.dumps(asdict(report), ensure_ascii=False)


# -- fields that are no texts ----------------------------------------------------------------------


def test_a_declared_field_of_another_type() -> None:
    from unit.engine_checklists import submissions as s
    from unit.policy.rule_text import policy_of, rule_file

    terms = s.TERMS + "企业 | 容量 | capacity | 数 | | 1 | 可空 | 0 至 1000\n"
    more = s.CLAUSES + (
        "\n填报要求:\n  账号:\n    对象: 企业\n    字段: |\n"
        "      | 字段 | 必填 | 须 | 条款 |\n      | 容量 | 是 | >= 5.5 | 一 |\n"
    )
    policy = policy_of(rule_file(terms=terms, entities=s.ENTITIES, more=more))
    verdicts = {
        value: told(filled_in(policy, {"容量": value}), "账号", "1").complete
        for value in ("5.5", "5.4", None)
    }
    assert verdicts == {"5.5": True, "5.4": False, None: False}
