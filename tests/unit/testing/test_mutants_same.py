"""A mutant is called the same only where random cases do not tell it apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.engine.near_cases import Cases, given
from policy_engine.engine.near_common import common
from policy_engine.policy.library import Library, load
from policy_engine.testing.mutants_policy import policy_mutants
from policy_engine.testing.mutants_same import SAME, compared
from policy_engine.testing.mutants_text import Mutant

RULES = Path(__file__).parents[3] / "rules"
DEVIATION = frozenset({"jibei/deviation"})


@pytest.fixture(scope="module")
def mutants() -> tuple[Mutant, ...]:
    return policy_mutants(RULES / "jibei" / "deviation.yaml", Library(RULES))


def the(mutants: tuple[Mutant, ...], id_: str) -> Mutant:
    return next(m for m in mutants if m.id == id_)


def test_ids_and_texts_are_distinct(mutants: tuple[Mutant, ...]) -> None:
    assert len({m.id for m in mutants}) == len({m.text for m in mutants}) == len(mutants)


def test_rows_that_exclude_each_other_may_be_tried_in_order(mutants: tuple[Mutant, ...]) -> None:
    found = compared(the(mutants, "决定“打包用户判定”/hit：不允许→取首行"), RULES, DEVIATION)
    assert found.same == SAME == "等价（200 个随机算例无差别）"


@pytest.mark.parametrize(
    "id_",
    [
        "决定“考核判定”的“超幅度”的“负偏差电量”/compare：超过→不低于",
        "决定“打包用户.偏差考核电量”/compare：>→>=",
        "决定“用户.超出电费”/rounding：四舍五入 2 位→向上 2 位",
        "决定“应考核电量”/clause：二-4→二-5",
        "口径“分配权重”/reading：全部负偏差→超出幅度的部分",
    ],
)
def test_what_differs_on_a_bound_a_digit_or_a_clause_is_found(mutants: tuple[Mutant, ...], id_: str) -> None:
    found = compared(the(mutants, id_), RULES, DEVIATION)
    assert not found.same
    assert "场景: " in found.differs
    assert "  当 办理结算" in found.differs


def test_a_statement_without_a_column_is_not_the_same(mutants: tuple[Mutant, ...]) -> None:
    found = compared(the(mutants, "明细“用户”/statement：结算电量→"), RULES, DEVIATION)
    assert not found.same


def test_cases_fall_on_the_bounds() -> None:
    """Contracts of which exactly 95 % are used, and none at all."""
    policy = load("jibei/deviation", period="2018-06")
    cases = Cases(common(policy, policy))
    rows = [row for n in range(200) for row in given(cases.common, cases.make(n), 0).get("user", [])]
    pairs = [(float(str(r["contract_energy"])), float(str(r["metered_energy"]))) for r in rows]
    assert any(contract and abs(metered - contract * 0.95) < 1e-9 for contract, metered in pairs)
    assert any(not contract for contract, _ in pairs)
