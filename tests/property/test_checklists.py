"""Random checklists, forms and submissions: two matchers and an oracle, one verdict; what may not change it.

``holds(case)`` is everything that must hold of a case; ``run_checklists.py`` runs it on many more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics.span import Source
from policy_engine.engine import durable
from policy_engine.engine.checklist_document import MET, ChecklistReport
from policy_engine.engine.checklists import Reports
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.model import Policy
from policy_engine.rulefile.read import read_policy
from property.generate_checklists import Case, Subject, cases, random_case, random_paper

NAMES = ("附件", "账号")
EXECUTORS = ("durable", "reference") if durable.available() else ("reference",)


def policy_of(case: Case) -> Policy:
    document, diagnostics = read_policy(Source("随机.yaml", case.text))
    assert document is not None, diagnostics
    return bind([document], period=Month(2018, 6))


def reports_of(result: Result) -> dict[tuple[str, str], ChecklistReport]:
    """Every report by key and name."""
    reports = Reports(result)
    return {
        (key, report.name): report
        for key in result.keys("firm")
        for report in reports.of(result.row("firm", key))
    }


def picture(result: Result) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Verdict and fired rows of every subject."""
    stages = {s.key: s for s in result.policy.stages}
    return {
        (row.key, name): (str(row.values[stage.outputs[0]]), result.run.fired[stage.id, id(row)])
        for name, stage in stages.items()
        for row in result.dataset.rows["企业"]
    }


def statuses(report: ChecklistReport) -> dict[str, tuple[str, bool]]:
    return {item.name: (item.status, item.required) for item in report.items}


def holds(case: Case, dice: Random) -> Counter[str]:
    """All that must hold. Returns how often each status and verdict came up."""
    policy, tables = policy_of(case), case.tables()
    results = [evaluate(policy, tables, executor=executor) for executor in EXECUTORS]
    told = [reports_of(result) for result in results]
    assert all(picture(result) == picture(results[0]) for result in results)
    assert all(report == told[0] for report in told)
    for subject in case.subjects:
        _as_worked_out(case, subject, told[0])
    for report in told[0].values():
        _consistent(report, results[0])
    _order_does_not_matter(case, told[0], dice)
    _more_papers_do_no_harm(case, policy, told[0], dice)
    found = Counter(item.status for report in told[0].values() for item in report.items)
    found.update(f"{r.kind} {'complete' if r.complete else 'incomplete'}" for r in told[0].values())
    found.update(f"remark {remark.code}" for r in told[0].values() for remark in r.remarks)
    found.update(
        f"problem {problem.code}"
        for r in told[0].values()
        for item in r.items
        for problem in (*item.problems, *(p for paper in item.papers for p in paper.problems))
    )
    return found


def _as_worked_out(case: Case, subject: Subject, told: dict[tuple[str, str], ChecklistReport]) -> None:
    """The generator's own meaning of the rows, which shares no code with the product."""
    papers, form = told[subject.key, "附件"], told[subject.key, "账号"]
    assert tuple(i.status in MET for i in papers.items) == case.met_items(subject), (case, subject)
    assert tuple(i.status in MET for i in form.items) == case.met_fields(subject), (case, subject)
    assert papers.complete is all(case.met_items(subject))
    assert form.complete is all(case.met_fields(subject))
    for item, found in zip(case.items, papers.items, strict=True):
        applies = item.applies(subject.facts)
        assert (found.status != "not_needed") is applies
        assert found.required is (applies and item.required.holds(subject.facts))
        ways = {item.fills(subject.facts, paper) for paper in subject.papers} if applies else set()
        assert {p.fills for p in found.papers} - {""} == ways - {""}
        assert (found.status == "submitted") is ("paper" in ways)
        assert (found.status == "substituted") is (ways - {""} == {"substitute"})


def _consistent(report: ChecklistReport, result: Result) -> None:
    """The items, the verdict, the problems, what is to be done, and the papers fit together."""
    assert report.complete is all(item.status in MET for item in report.items)
    for item in report.items:
        met = item.status in MET
        assert bool(item.todo) is bool(item.todo_en) is (not met)
        assert met or item.required or report.kind == "form"
        assert all(bool(paper.fills) is (not paper.problems) for paper in item.papers)
        if item.status == "unfit":
            assert item.problems or item.papers
            assert all(not paper.fills for paper in item.papers)
        if item.status in ("missing", "substitutable", "not_needed"):
            assert not item.papers and not item.problems
    if report.kind == "checklist":
        _nothing_is_passed_over(report, result)


def _nothing_is_passed_over(report: ChecklistReport, result: Result) -> None:
    """Every paper stands at an item or in a remark."""
    shown = {paper.key for item in report.items for paper in item.papers}
    remarks = "".join(remark.text for remark in report.remarks)
    for paper in result.row("firm", report.key).children.get("企业材料", ()):
        assert paper.key in shown or f"企业材料 {paper.key}“" in remarks


def _order_does_not_matter(case: Case, told: dict[tuple[str, str], ChecklistReport], dice: Random) -> None:
    turned = case.shuffled(dice)
    other = reports_of(evaluate(policy_of(turned), turned.tables(), executor=EXECUTORS[-1]))
    assert {k: (r.verdict, statuses(r)) for k, r in other.items()} == {
        k: (r.verdict, statuses(r)) for k, r in told.items()
    }


def _more_papers_do_no_harm(
    case: Case, policy: Policy, told: dict[tuple[str, str], ChecklistReport], dice: Random
) -> None:
    subjects = tuple(replace(s, papers=(*s.papers, random_paper(dice))) for s in case.subjects)
    more = replace(case, subjects=subjects)
    after = reports_of(evaluate(policy, more.tables(), executor=EXECUTORS[0]))
    for key, report in told.items():
        better = {i.name for i in after[key].items if i.status in MET}
        assert {i.name for i in report.items if i.status in MET} <= better
        assert after[key].complete or not report.complete


@settings(max_examples=60)
@given(cases(), st.randoms(use_true_random=False))
def test_what_must_hold_of_every_case(case: Case, dice: Random) -> None:
    holds(case, dice)


def test_every_outcome_comes_up() -> None:
    """The cases are worth something only if they reach everything there is."""
    found: Counter[str] = Counter()
    for seed in range(40):
        dice = Random(seed)
        found += holds(random_case(dice, subjects=20), dice)
    wanted = {
        *("submitted", "substituted", "missing", "substitutable", "unfit", "optional", "not_needed"),
        *("checklist complete", "checklist incomplete", "form complete", "form incomplete"),
        *(f"remark {c}" for c in ("unknown_slot", "unknown_kind", "unused", "unfit_optional", "needless")),
        *(f"problem {c}" for c in ("kind", "substitute", "unsealed", "file", "format", "unchecked", "size")),
        *(f"problem {c}" for c in ("size_unchecked", "test", "pattern", "length", "contains", "must")),
        "problem duplicate",
    }
    assert wanted <= set(found), wanted - set(found)


@pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed")
def test_a_checklist_of_two_hundred_rows_is_split_and_still_one_verdict() -> None:
    """More rows and tests than one rule set holds; the verdict rests on two hundred tests."""
    dice = Random(11)
    items = tuple(
        replace(random_case(dice).items[0], name=f"行{n}", slot=f"栏{n}", kinds=(f"材{n}",), substitutes=())
        for n in range(200)
    )
    items = tuple(replace(i, may=None, seal="-" if i.seal == "代件" else i.seal) for i in items)
    case = replace(random_case(dice, subjects=3), items=items)
    papers = tuple({**random_paper(dice), "栏": None, "种类": f"材{n}"} for n in range(0, 200, 2))
    case = replace(case, subjects=tuple(replace(s, papers=papers) for s in case.subjects))
    holds(case, dice)
