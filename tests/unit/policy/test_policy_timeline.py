"""Parameters on a timeline, versions of a policy, and what was known on a day."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import NotInForce
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy
from unit.policy.rule_text import codes, policy_of, rule_file


def with_parameter(timeline: str, period: str = "2018-06") -> Policy:
    return policy_of(rule_file(more=f"参数:\n  幅度: {timeline}"), period=period)


CHANGE_AT_NEW_YEAR = """
    - {值: 5%, 自: 2018-01-01, 至: 2018-12-31, 来源: 原文}
    - {值: 3%, 自: 2019-01-01, 至: 未定, 来源: 原文}"""


@pytest.mark.parametrize(
    ("period", "value"), [("2018-12", 5), ("2019-01", 3), ("2018-01", 5), ("2031-07", 3)]
)
def test_a_parameter_changes_at_the_turn_of_the_year(period: str, value: int) -> None:
    policy = with_parameter(CHANGE_AT_NEW_YEAR, period)
    assert policy.parameters["幅度"].value == Fraction(value, 100)


def test_the_last_day_belongs_to_the_value() -> None:
    text = rule_file(more="参数:\n  幅度:\n    - {值: 5%, 自: 2018-06-01, 至: 2018-07-01, 来源: 原文}")
    assert policy_of(text, period="2018-07").parameters["幅度"].value == Fraction(5, 100)
    assert codes(lambda: policy_of(text, period="2018-08")) == ["PE3041"]


def test_a_gap_is_an_error_only_for_the_months_in_it() -> None:
    timeline = """
    - {值: 5%, 自: 2018-01-01, 至: 2018-05-31, 来源: 原文}
    - {值: 3%, 自: 2018-07-01, 至: 未定, 来源: 原文}"""
    assert codes(lambda: with_parameter(timeline, "2018-06")) == ["PE3041"]
    assert with_parameter(timeline, "2018-05").parameters["幅度"].value == Fraction(1, 20)
    assert with_parameter(timeline, "2018-07").parameters["幅度"].value == Fraction(3, 100)


@pytest.mark.parametrize(
    ("timeline", "expected"),
    [
        (
            "\n    - {值: 5%, 自: 2018-01-01, 至: 2018-06-30}\n    - {值: 3%, 自: 2018-06-30, 至: 未定}",
            "PE3042",
        ),
        ("\n    - {值: 5%, 自: 2018-01-01, 至: 未定}\n    - {值: 3%, 自: 2019-01-01, 至: 未定}", "PE3042"),
        (
            "\n    - {值: 3%, 自: 2019-01-01, 至: 未定}\n    - {值: 5%, 自: 2018-01-01, 至: 2019-01-01}",
            "PE3042",
        ),
        ("\n    - {值: 3%, 自: 2018-06-01, 至: 2018-05-31}", "PE3043"),
    ],
)
def test_slices_that_overlap_or_end_before_they_begin(timeline: str, expected: str) -> None:
    # Reported whatever month is asked for, also where only one of the slices is in force.
    assert expected in codes(lambda: with_parameter(timeline, "2018-02"))
    assert expected in codes(lambda: with_parameter(timeline, "2020-02"))


def test_slices_may_be_written_in_any_order() -> None:
    later_first = "\n    - {值: 3%, 自: 2019-01-01, 至: 未定}\n    - {值: 5%, 自: 2018-01-01, 至: 2018-12-31}"
    assert (
        with_parameter(later_first).digest
        == with_parameter(CHANGE_AT_NEW_YEAR.replace(", 来源: 原文", "")).digest
    )


def test_past_its_review_a_parameter_is_a_warning() -> None:
    timeline = "{值: 5%, 自: 2018-01-01, 至: 未定, 复核: 2018-07-01, 来源: 原文}"
    assert [d.code for d in with_parameter(timeline, "2018-06").warnings] == []
    assert [d.code for d in with_parameter(timeline, "2018-07").warnings] == ["PE3046"]


# -- versions of a policy --------------------------------------------------------------------------


def write(folder: Path, name: str, in_force: str, issued: str = "2018-01-01", known: str = "") -> None:
    text = rule_file(policy="t/v", in_force=in_force).replace("发文日期: 2018-01-01", f"发文日期: {issued}")
    text = text.replace("标题: 试行办法", f"标题: {name}")
    (folder / f"{name}.yaml").write_text(text + (f"知悉日: {known}\n" if known else ""), encoding="utf-8")


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    write(tmp_path, "第一版", "{自: 2018-01-01, 至: 2018-12-31, 按: 结算月}")
    write(
        tmp_path, "第二版", "{自: 2019-01-01, 至: 未定, 按: 结算月}", issued="2018-12-20", known="2019-03-01"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("on", "title"),
    [("2018-01-01", "第一版"), ("2018-12-31", "第一版"), ("2019-01-01", "第二版"), ("2040-01-01", "第二版")],
)
def test_the_version_in_force_on_a_day(versions: Path, on: str, title: str) -> None:
    assert load("t/v", on=on, rules=versions).title == title


def test_before_the_first_version_there_is_none(versions: Path) -> None:
    with pytest.raises(NotInForce) as error:
        load("t/v", on="2017-12-31", rules=versions)
    assert error.value.code == "PE4002"
    assert "2018-01-01 至 2018-12-31；2019-01-01 至 未定" in str(error.value.diagnostics[0].hint_text())


def test_a_month_is_settled_by_the_version_in_force_on_its_first_day(versions: Path) -> None:
    assert load("t/v", period="2018-12", rules=versions).title == "第一版"
    assert load("t/v", period="2019-01", rules=versions).title == "第二版"


def test_as_known_on_a_day(versions: Path) -> None:
    assert codes(lambda: load("t/v", period="2019-01", known_on="2019-02-28", rules=versions)) == ["PE4003"]
    assert load("t/v", period="2019-01", known_on="2019-03-01", rules=versions).title == "第二版"
    assert load("t/v", period="2018-06", known_on="2018-01-01", rules=versions).title == "第一版"
    assert codes(lambda: load("t/v", period="2018-06", known_on="2017-12-31", rules=versions)) == ["PE4003"]


def test_a_correction_with_effect_back_in_time_is_seen_once_it_is_known(tmp_path: Path) -> None:
    """Issued in March for January on: as known in February the old text decides January, later two do."""
    write(tmp_path, "原版", "{自: 2018-01-01, 至: 未定, 按: 结算月}")
    write(tmp_path, "更正", "{自: 2019-01-01, 至: 未定, 按: 结算月}", issued="2019-03-01")
    assert load("t/v", period="2019-01", known_on="2019-02-01", rules=tmp_path).title == "原版"
    error = codes(lambda: load("t/v", period="2019-01", known_on="2019-03-01", rules=tmp_path))
    assert error == ["PE4004"]
    assert codes(lambda: load("t/v", period="2019-01", rules=tmp_path)) == ["PE4004"]


def test_two_versions_in_force_name_both_files(tmp_path: Path) -> None:
    write(tmp_path, "甲", "{自: 2018-01-01, 至: 2018-06-30, 按: 结算月}")
    write(tmp_path, "乙", "{自: 2018-06-30, 至: 未定, 按: 结算月}")
    with pytest.raises(NotInForce) as error:
        load("t/v", on="2018-06-30", rules=tmp_path)
    assert error.value.code == "PE4004"
    assert [Path(label.span.source.name).name for label in error.value.diagnostics[0].labels] == [
        "乙.yaml",
        "甲.yaml",
    ]
    assert load("t/v", on="2018-06-29", rules=tmp_path).title == "甲"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "PE4010"),
        ({"period": "2018-06", "on": "2018-06-01"}, "PE4010"),
        ({"period": "2018-13"}, "PE4011"),
        ({"period": "201806"}, "PE4011"),
        ({"on": "2018-06-31"}, "PE4012"),
        ({"on": 20180601}, "PE4012"),
        ({"period": "2018-06", "known_on": "昨天"}, "PE4012"),
    ],
)
def test_questions_that_make_no_sense(versions: Path, asked: dict[str, str], code: str) -> None:
    assert codes(lambda: load("t/v", rules=versions, **asked)) == [code]


def test_a_time_of_day_does_not_matter(versions: Path) -> None:
    assert load("t/v", on=dt.datetime(2018, 12, 31, 23, 59), rules=versions).title == "第一版"
