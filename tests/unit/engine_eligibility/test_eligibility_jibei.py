"""三-1 of the Jibei notice from the shipped rule file: verdict, the cases it rests on, and what is told."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics.errors import InputError, NotInForce, PolicyEngineError
from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.library import builtin_rules, load
from unit.engine_eligibility.applications import (
    Facts,
    application,
    certificate,
    grid_paper,
    judged,
    order,
    other_paper,
    policy,
    tables,
    told,
    verdict,
)

ORDER = "停限产"
EARLY, UNDATED, OWN = "令在交易前", "令的日期不明", "自身原因"
UNCONFIRMED = application(cause="自然灾害")

# what happens, verdict, cases it rests on, facts
SCENARIOS: list[tuple[str, str, tuple[str, ...], Facts, list[Facts]]] = [
    ("周期内的县级令", "符合", (ORDER,), application(), [order("2018-06-10")]),
    ("交易前的令", "不符合", (EARLY,), application(), [order("2018-05-15")]),
    ("交易当日的令", "不符合", (EARLY,), application(), [order("2018-05-25")]),
    ("交易次日的令", "符合", (ORDER,), application(), [order("2018-05-26")]),
    ("周期外的令", "不符合", (), application(), [order("2018-06-21")]),
    ("乡镇的证明", "不符合", (), application(), [certificate("2018-06-10", "2018-06-01", level="乡镇")]),
    ("没写所证令的日期", "待补", (ORDER, UNDATED), application(), [certificate("2018-06-10", None)]),
    ("所证令在交易前", "不符合", (EARLY,), application(), [certificate("2018-06-10", "2018-05-10")]),
    ("所证令在交易后", "符合", (ORDER,), application(), [certificate("2018-06-10", "2018-06-01")]),
    ("剔除一份另一份可", "符合", (ORDER,), application(), [order("2018-05-22"), order("2018-06-10")]),
    (
        "两份各满足一半",
        "不符合",
        (),
        application(),
        [order("2018-06-10", level="乡镇"), order("2018-06-25")],
    ),
    ("电厂主张停限产令", "不符合", (), application("发电"), [order("2018-06-10")]),
    ("电厂主张有序用电", "不符合", (), application("发电", "有序用电"), [grid_paper()]),
    ("电厂事故停电", "符合", ("停电",), application("发电", "事故停电"), [grid_paper()]),
    ("无关系的电网企业", "不符合", (), application(cause="设备检修"), [grid_paper(relation="无")]),
    ("机组非计划停运", "不符合", (OWN,), application("发电", "机组非计划停运"), [grid_paper()]),
    ("市场变化", "不符合", (OWN,), application(cause="市场变化"), [certificate("2018-06-10", "2018-06-01")]),
    ("台风省未确认", "待补", ("不可抗力",), UNCONFIRMED, [other_paper()]),
    ("台风省已确认", "符合", ("不可抗力",), application(cause="自然灾害", confirmed=True), [other_paper()]),
    ("台风省不确认", "不符合", (), application(cause="自然灾害", confirmed=False), [other_paper()]),
    ("台风没有佐证", "不符合", (), application(cause="自然灾害", confirmed=True), []),
    ("台风没有佐证省未确认", "不符合", (), UNCONFIRMED, []),
    ("未写层级的令", "待补", (ORDER,), application(), [order("2018-06-10", level=None)]),
    ("未写层级又在交易前", "不符合", (EARLY,), application(), [order("2018-05-22", level=None)]),
    ("有序用电", "符合", ("有序用电",), application(cause="有序用电"), [grid_paper(relation="电费结算")]),
    ("未写关系", "待补", ("检修",), application(cause="配合停电"), [grid_paper(relation=None)]),
]


@pytest.mark.parametrize("executor", ["durable", "reference"])
@pytest.mark.parametrize(
    ("name", "want", "cases", "facts", "documents"), SCENARIOS, ids=lambda v: str(v)[:20]
)
def test_scenario(
    name: str, want: str, cases: tuple[str, ...], facts: Facts, documents: list[Facts], executor: str
) -> None:
    result = judged(facts, *documents, executor=executor)
    decided = result.value("application", "A", "免考资格")
    assert (decided.text, decided.row) == (want, "、".join(cases) or None), name
    report = told(result)
    assert report.verdict == want
    met = {g.case for g in report.grounds if g.truth == "yes"}
    open_ = {g.case for g in report.grounds if g.truth == "unknown"}
    applied = {x.case for x in report.exclusions if x.truth == "yes"}
    assert met == (set(cases) if want == "符合" else set())
    if want == "待补":
        assert open_ | applied == set(cases)
        assert report.missing
    if want == "不符合":
        assert not open_
        assert applied == set(cases)
        assert not report.missing
    assert all(finding.clauses for finding in (*report.grounds, *report.exclusions))


def clauses_of(facts: Facts, *documents: Facts) -> tuple[str, ...]:
    return judged(facts, *documents).value("application", "A", "免考资格").clauses


def test_the_verdict_cites_the_clauses_of_the_cases_it_rests_on() -> None:
    assert clauses_of(application(), order("2018-06-10")) == ("三-1-2", "三-1-3")
    assert clauses_of(application(cause="有序用电"), grid_paper()) == ("三-1-4", "三-1-5")
    assert clauses_of(application(cause="市场变化"), other_paper()) == ("三-1-7",)
    assert clauses_of(application(), order("2018-05-15")) == ("三-1-7",)


def test_where_no_case_decides_the_clause_of_the_whole_is_cited() -> None:
    assert clauses_of(application(), order("2018-06-21")) == ("三-1-1",)


def test_both_ends_of_the_cycle_are_inside() -> None:
    cycle = {"交易日": "2018-05-01"}
    for day, want in {
        "2018-05-20": "不符合",
        "2018-05-21": "符合",
        "2018-06-20": "符合",
        "2018-06-21": "不符合",
    }.items():
        assert verdict(judged(application(**cycle), order(day))) == want


def test_a_certificate_outside_the_cycle_is_a_matter_of_reading() -> None:
    late = certificate("2018-06-25", "2018-06-01")
    assert verdict(judged(application(), late)) == "不符合"
    free = (("证明出具日期", "不限"),)
    assert verdict(judged(application(), late, options=free)) == "符合"
    assert verdict(judged(application(), order("2018-06-25"), options=free)) == "不符合"
    early = certificate("2018-06-25", "2018-05-10")
    assert verdict(judged(application(), early, options=free)) == "不符合"


def test_the_day_of_the_trade_is_a_matter_of_reading() -> None:
    after = (("交易当日", "交易后"),)
    assert verdict(judged(application(), order("2018-05-25"), options=after)) == "符合"
    assert verdict(judged(application(), order("2018-05-24"), options=after)) == "不符合"


def test_with_several_trades_the_latest_counts() -> None:
    """An order published between two trades was known when the later one was made."""
    facts = application() | {"交易日": "2018-06-12"}
    assert verdict(judged(facts, order("2018-06-10"))) == "不符合"


def test_one_refusal_stands_against_any_number_of_papers() -> None:
    papers = [grid_paper(), other_paper(), order("2018-06-10")]
    report = told(judged(application("发电", "机组非计划停运", True), *papers))
    assert report.verdict == "不符合"
    (refusal,) = report.exclusions
    assert (refusal.case, refusal.consequence, refusal.document) == (OWN, "refuse", "")


@pytest.mark.parametrize(
    ("city", "authority"),
    [
        ("廊坊", "廊坊市发展改革委"),
        ("张家口", "张家口市发展改革委"),
        ("承德", "承德市发展改革委"),
        ("唐山", "唐山市工信局"),
        ("秦皇岛", "秦皇岛市工信局"),
    ],
)
def test_who_reviews(city: str, authority: str) -> None:
    result = judged(application(所在市=city), order("2018-06-10"))
    assert result.value("application", "A", "审核部门").text == authority


def test_a_city_of_another_grid_is_refused() -> None:
    with pytest.raises(PolicyEngineError) as error:
        judged(application(所在市="保定"), order("2018-06-10"))
    assert error.value.code == "PE6026"


def test_an_application_for_another_month_is_refused() -> None:
    with pytest.raises(InputError) as error:
        judged(application(结算月="2018-05"), order("2018-06-10"))
    assert error.value.code == "PE6060"


def test_the_notice_does_not_reach_back_before_june() -> None:
    with pytest.raises(NotInForce):
        load("jibei/exemption", period="2018-05", rules=builtin_rules())


def test_the_verdict_stands_in_the_output_schema() -> None:
    schema = policy().output_schema()["properties"]["application"]["additionalProperties"]
    assert schema["properties"]["exemption"]["enum"] == ["符合", "待补", "不符合"]


def test_many_applications_are_decided_in_one_run() -> None:
    cases = {str(number): (facts, papers) for number, (_, _, _, facts, papers) in enumerate(SCENARIOS)}
    result = evaluate(policy(), tables(cases))
    assert [verdict(result, key) for key in cases] == [want for _, want, _, _, _ in SCENARIOS]
