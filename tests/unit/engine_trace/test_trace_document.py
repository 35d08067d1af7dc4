"""The trace of a member: versioned, complete, and saying what the rows say."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.engine import trace as trace_module
from policy_engine.engine.publishing import published
from policy_engine.engine.trace_document import DECIDED, NULL
from reference.months import random_month

EXAMPLE = Path(__file__).parents[3] / "examples" / "jibei-2018-06"
STEP = {
    *("entity", "key", "term", "name", "value", "unit", "way", "decision", "row", "clauses", "expression"),
    *("at", "reads", "near_miss", "findings"),
}
READ = {"kind", "entity", "key", "name", "value", "unit", "source", "source_en", "clauses", "count"}


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.fixture(scope="module")
def example(policy):
    return pe.settle(policy, EXAMPLE / "csv", executor="reference").assessment.result


def case(policy, *users, **options):
    facts = {"market": {"average_bilateral_price": "350"}, "user": list(users)}
    return pe.evaluate(policy, facts, executor="reference")


def user(user_id="001", retailer_id="A", contract="10000", metered="9400", **more):
    return {
        "user_id": user_id,
        "retailer_id": retailer_id,
        "contract_energy": contract,
        "metered_energy": metered,
        "catalogue_price": "600",
        **more,
    }


def test_the_document(policy):
    told = pe.trace(case(policy, user(), user("002")), "user", "001").to_dict()
    assert json.loads(json.dumps(told)) == json.loads(json.dumps(told, sort_keys=True))
    assert told["format"] == "policy-engine/trace/1"
    assert (told["policy"], told["period"], told["digest"]) == ("jibei/deviation", "2018-06", policy.digest)
    assert (told["entity"], told["part"], told["key"]) == ("用户", "打包用户", "001")
    assert told["files"] == ("rules/jibei/deviation.yaml", "rules/jing-jin-tang/deviation.yaml")
    assert dict(told["readings"]) == {"负偏差考核部分": "超出幅度的部分", "分配权重": "全部负偏差"}
    for step in told["steps"]:
        assert set(step) == STEP
        assert step["way"] in ("formula", "total", "table", "scale", "allocation")
        for read in step["reads"]:
            assert set(read) == READ
            assert read["kind"] in ("term", "parameter", "reading", "lookup", "total")


def test_known_on_and_another_reading_are_told(policy):
    other = pe.load(
        "jibei/deviation",
        period="2018-06",
        known_on="2018-07-01",
        options={"分配权重": "超出幅度的部分"},
    )
    told = pe.trace(case(other, user()), "user", "001")
    assert told.known_on == "2018-07-01"
    assert ("分配权重", "超出幅度的部分") in told.readings
    reads = [r for s in told.steps for r in s.reads if r.kind == "reading" and r.name == "分配权重"]
    assert {(r.value, r.source, r.source_en) for r in reads} == {("超出幅度的部分", "另选", "chosen")}


def every_member(result):
    return [("售电公司", k) for k in result.keys("售电公司")] + [("用户", k) for k in result.keys("用户")]


def is_what_the_rows_say(result, told):
    """Each step and each read shows the value of its row; a total shows the sum of the rows it counts."""
    policy = result.policy
    for step in told.steps:
        row = result.row(step.entity, step.key)
        term = policy.term(row.entity, step.term)
        assert step.value == (
            published(row.values[term.id], term) if row.values[term.id] is not None else NULL
        )
        assert [c.id for c in step.clauses] == list(result.value(step.entity, step.key, step.term).clauses)
        for read in step.reads:
            if read.kind == "term":
                own = result.term(read.entity, read.name)
                value = result.row(read.entity, read.key).values[own.id]
                assert read.value == (NULL if value is None else published(value, own))
                assert (read.source == DECIDED) == own.decided
            elif read.kind == "parameter":
                assert read.value == policy.parameters[read.name].text
            elif read.kind == "reading":
                assert read.value == policy.readings[read.name].chosen
            else:
                assert read.kind == "total"
                of_another = (step.entity, step.key) != (told.entity, told.key)
                assert of_another or read.count > trace_module.SHOWN_CHILDREN
    return True


def test_a_member_is_told_nothing_of_another_member(example):
    """Package totals and package verdicts, yes; what another user of the package used, no."""
    users = set(example.keys("用户"))
    packaged = [k for k in example.keys("用户") if example.row("用户", k).parent is not None][:25]
    for key in packaged:
        told = pe.trace(example, "用户", key)
        named = {r.key for s in told.steps for r in s.reads if r.entity == "用户" and r.kind == "term"}
        misses = {
            s.near_miss.key for s in told.steps if s.near_miss is not None and s.near_miss.entity == "用户"
        }
        assert (named | misses) & users <= {key}
        assert any(r.kind == "total" for s in told.steps for r in s.reads)


def test_every_trace_of_the_example_is_what_the_rows_say(example):
    for entity, key in every_member(example):
        assert is_what_the_rows_say(example, pe.trace(example, entity, key, near=False))


@pytest.mark.parametrize("seed", range(8))
def test_every_trace_of_a_month_on_the_edges_is_what_the_rows_say(policy, seed):
    month = random_month(seed)

    def cells(row):
        return {k: v for k, v in row.items() if v not in (None, "")}

    facts = {
        "market": {"average_bilateral_price": month.price},
        "retailer": [cells(r) for r in month.retailers],
        "user": [cells(u) for u in month.users],
    }
    result = pe.evaluate(policy, facts, executor="durable")
    for entity, key in every_member(result):
        assert is_what_the_rows_say(result, pe.trace(result, entity, key, near=False))


def test_every_decided_value_of_a_member_has_its_step(example):
    for entity, key in every_member(example)[:60]:
        told = pe.trace(example, entity, key, near=False)
        decided = {id_ for id_ in example.values(entity, key) if example.term(entity, id_).decided}
        assert {s.term for s in told.steps if (s.entity, s.key) == (entity, key)} == decided


def test_what_a_step_read_was_told_before_it(example):
    """Reading from the top, every decided value was explained before it is used."""
    for entity, key in every_member(example)[:60]:
        seen = set()
        for step in pe.trace(example, entity, key, near=False).steps:
            for read in step.reads:
                leads_here = (read.entity, read.key) in {(s, k) for s, k, _ in seen} | {
                    (step.entity, step.key)
                }
                if read.kind == "term" and read.source == DECIDED and leads_here:
                    assert (read.entity, read.key, read.name) in seen
            seen.add((step.entity, step.key, step.name))


def test_many_rows_below_are_told_as_their_sum(example):
    biggest = max(
        example.keys("售电公司"), key=lambda k: len(example.row("售电公司", k).children.get("用户", ()))
    )
    told = pe.trace(example, "售电公司", biggest, near=False)
    step = next(s for s in told.steps if s.term == "contract_energy")
    (total,) = [r for r in step.reads if r.kind == "total"]
    users = example.row("售电公司", biggest).children["用户"]
    assert total.count == len(users)
    assert Fraction(total.value) == sum(u.values["contract_energy"] for u in users)
    assert Decimal(total.value) == Decimal(step.value)


def test_where_inputs_and_parameters_come_from(example):
    told = pe.trace(example, "用户", "001234", near=False)
    reads = [r for s in told.steps for r in s.reads]
    metered = next(r for r in reads if r.name == "实际用电量" and r.key == "001234")
    line = example.row("用户", "001234").line
    assert metered.source.endswith(f"用户.csv 第{line}行）")
    assert metered.source_en.endswith(f"用户.csv line {line}")
    text = (EXAMPLE / "csv" / "用户.csv").read_text(encoding="utf-8-sig").splitlines()[line - 1]
    assert text.startswith("001234,")
    band = next(r for r in reads if r.name == "免予考核幅度")
    place, _, status = band.source.partition("（")
    assert status == "原文）"
    file, _, number = place.partition(":")
    rules = Path(__file__).parents[3] / file
    assert "免予考核幅度" in rules.read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_a_member_that_is_not_there(example):
    for entity, key in (("用户", "1234567"), ("发电企业", "1")):
        with pytest.raises(KeyError):
            pe.trace(example, entity, key)


def test_the_one_row_everybody_shares(example):
    told = pe.trace(example, "market")
    assert [(s.term, s.value) for s in told.steps] == [("billing_month", "2018-07")]
