"""The shipped features reach every clause and every row of the shipped rules, and all the rest of them too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
POLICIES = {
    "hubei/binding",
    "hubei/registration",
    "jibei/agreements",
    "jibei/deviation",
    "jibei/exemption",
    "jibei/publication",
    "jing-jin-tang/deviation",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, Mapping[str, Any]]:
    """The features run by themselves, as anybody would: exit code, what was printed, the counts."""
    path = tmp_path_factory.mktemp("coverage") / "coverage.json"
    words = ["--clause-coverage", "--clause-fail-under", "100", "--rule-fail-under", "100"]
    words += ["--coverage-json", str(path), "-o", "policy_executor=reference", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "features", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTEST_ADDOPTS": ""},
    )
    return run.returncode, run.stdout + run.stderr, json.loads(path.read_text(encoding="utf-8"))


def test_every_clause_and_every_row_is_reached(done: tuple[int, str, Mapping[str, Any]]) -> None:
    code, said, found = done
    assert code == 0, said
    assert {p["policy"] for p in found["policies"]} == POLICIES
    for policy in found["policies"]:
        assert policy["clauses"]["reached"] == policy["clauses"]["total"] > 0
    assert found["unknown_clauses"] == []


def test_branches_parameters_readings_checks_and_steps_are_reached_too(
    done: tuple[int, str, Mapping[str, Any]],
) -> None:
    unseen = [
        f"{item['id']} {side}"
        for policy in done[2]["policies"]
        for item in policy["items"]
        for side, seen in item["sides"].items()
        if not seen
    ]
    assert unseen == []


def test_the_numbers_are_those_of_the_rule_files(done: tuple[int, str, Mapping[str, Any]]) -> None:
    """A count that quietly shrank would still be complete: rows as they stand in the files."""
    rows = {p["policy"]: p["counts"].get("行", {}).get("total", 0) for p in done[2]["policies"]}
    for policy, count in rows.items():
        assert count == _rows_of(ROOT / "rules" / f"{policy}.yaml"), policy


def _rows_of(path: Path) -> int:
    """Lines of tables that are rows: without the headers, and without the terms."""
    total, above, section = 0, False, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        section = line.partition(":")[0] if line[:1].strip() and not line.startswith("#") else section
        bar = line.lstrip().startswith("|")
        if bar and above and section != "词条":
            total += 1
        above = bar
    return total
