"""The score on the kit does not fall, skips are needed, and the checker of policies is never wrong."""

from __future__ import annotations

import json
import os
import re
from fractions import Fraction
from pathlib import Path

import pytest

from policy_engine.dmn.temporal import read_time

from .tck_errors import GROUPS, TYPE, listed
from .tck_files import Case, Exact, Expected
from .tck_run import NEAR, Outcome, same
from .tck_score import SCORE, WAYS, dropped, outcomes, passes, score, skips, stale, totals

FOLDER = os.environ.get("DMN_TCK", "")
needs_kit = pytest.mark.skipif(not FOLDER, reason="DMN_TCK names no folder with the DMN TCK")


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    return outcomes(Path(FOLDER))


@needs_kit
def test_the_score_does_not_fall(found: list[Outcome]) -> None:
    assert dropped(json.loads(SCORE.read_text(encoding="utf-8")), score(found)) == []


@needs_kit
def test_no_skip_is_stale(found: list[Outcome]) -> None:
    assert stale(found) == []


@needs_kit
def test_what_the_checker_of_policies_lets_pass_is_right(found: list[Outcome]) -> None:
    assert [f"{o.case.name}: {o.why}" for o in found if o.wrong] == []


@needs_kit
def test_the_targets(found: list[Outcome]) -> None:
    table = score(found)
    two, three = totals(table, "2"), totals(table, "3")
    assert passes(two) >= 0.95 * two["cases"]
    assert passes(three, "value") >= 600


def test_reasons_are_given() -> None:
    reasons = skips()
    assert all(len(r) > 20 for r in (*reasons.not_scored.values(), *reasons.near.values()))


def test_the_page_states_this_score() -> None:
    page = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
    table = json.loads(SCORE.read_text(encoding="utf-8"))
    for level in ("2", "3"):
        counts = totals(table, level)
        for kind, words in (("value", "应得值"), ("null", "应得空"), ("error", "应报错")):
            ways = [counts.get(f"{kind} {way}", 0) for way in WAYS]
            if any(ways):
                row = rf"\| 第 {level} 级，{words} \| \d+ \| {ways[0]} \| {ways[1]} \| {ways[2]} \| \d+ \|"
                assert re.search(row, page), row


# The ruler itself


@pytest.mark.parametrize(
    ("wanted", "got", "right"),
    [
        (Exact(Fraction(1, 10), 1), Fraction(1, 10), True),
        (Exact(Fraction(1, 10), 1), Fraction(11, 100), False),
        (Exact(Fraction(33, 100), 2), Fraction(1, 3), True),
        (Exact(Fraction(34, 100), 2), Fraction(1, 3), False),
        (Exact(Fraction(1), 0), True, False),
        (None, None, True),
        (None, False, False),
        ("a", "a", True),
        ([Exact(Fraction(1), 0)], [Fraction(1)], True),
        ([], [Fraction(1)], False),
        ({"a": None}, {"a": None, "b": None}, False),
        (read_time("10:00:00Z"), read_time("11:00:00+01:00"), False),
    ],
)
def test_equal_is_strict(wanted: object, got: object, right: bool) -> None:
    assert same(wanted, got) is right


def test_near_is_only_for_numbers() -> None:
    assert same(Exact(Fraction(1), 0), 1 + NEAR, NEAR)
    assert not same(Exact(Fraction(1), 0), 1 + 2 * NEAR, NEAR)
    assert not same("a", "b", NEAR)


def _error_case(folder: str) -> Case:
    return Case(
        "compliance-level-3",
        folder,
        "x-test-01.xml",
        "",
        "1",
        "decision",
        None,
        {},
        (Expected("d", None, True),),
    )


def test_a_slip_of_syntax_is_no_error_the_kit_asks_for() -> None:
    case = _error_case("0050-feel-abs-function")
    assert listed(case, ["PE2032"])
    assert not listed(case, ["PE2009"])
    assert not listed(case, ["PE2020"])
    assert not listed(case, [])
    assert GROUPS["0076-"] == TYPE


def test_a_score_that_falls_is_told() -> None:
    before = {"3/a": {"cases": 3, "value strict": 2, "error dynamic": 1}}
    assert dropped(before, {"3/a": {"cases": 3, "value dynamic": 2, "error dynamic": 1}}) == [
        "3/a: value strict 2 → 0"
    ]
    assert dropped(before, {"3/a": {"cases": 4, "value strict": 2, "failed": 1}}) == ["3/a: error 1 → 0"]
    assert dropped(before, {}) == []
