"""The features of Hubei notice a slip in any row of its checklists and forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_engine.filing.looking import looking_once
from policy_engine.testing.direct import Case, run, scenarios
from policy_engine.testing.loading import Loader
from policy_engine.testing.mutants import examine
from policy_engine.testing.mutants_requirements import requirement_mutants

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
FILES = ("registration", "binding")
FEATURES = sorted((ROOT / "features" / "hubei").glob("*.feature"))


@pytest.fixture(scope="module", autouse=True)
def files_looked_at_once() -> Iterator[None]:
    with looking_once():
        yield


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    """The cases that pass with the rules as they are; the others could not notice anything."""
    loader = Loader()
    found = [case for path in FEATURES for case in scenarios(path)]
    passing = tuple(case for case in found if run(case, executor="reference", loader=loader).passed)
    assert len(passing) >= 0.95 * len(found)
    return passing


@pytest.mark.parametrize("file", FILES)
def test_every_slip_is_noticed(cases: tuple[Case, ...], file: str) -> None:
    concerned = [case for case in cases if f"hubei/{file}" in case.policies]
    mutants = requirement_mutants(RULES / "hubei" / f"{file}.yaml")
    survivors = [m for m in mutants if examine(m, concerned, RULES).by is None]
    assert not survivors, "没有场景发现：\n" + "\n".join(
        f"  {'、'.join(m.clauses)}　{m.description}" for m in survivors
    )


def test_scenarios_about_something_else_do_not_notice(cases: tuple[Case, ...]) -> None:
    """So the first test can fail, and tells which row has no scenario."""
    of_accounts = [case for case in cases if case.path.name.startswith("4.1")]
    seal = "企业附件/建设核准文件/加盖公章：代件→否"
    [mutant] = [m for m in requirement_mutants(RULES / "hubei" / "registration.yaml") if m.id == seal]
    assert examine(mutant, of_accounts, RULES).by is None
    assert mutant.description == "材料清单“企业附件”的“建设核准文件”，加盖公章“代件”改成“否”"
