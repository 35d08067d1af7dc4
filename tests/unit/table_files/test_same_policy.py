"""A table says the same wherever it stands: in the rule file, in a csv, in a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.policy.checking import check_rules
from policy_engine.policy.library import builtin_rules, load
from policy_engine.policy.model import Policy
from unit.table_files.moved_tables import Write, moved, write_csv, write_xlsx

ENGLISH = Path(__file__).parents[2] / "fixtures" / "jibei-en"
BUILTIN = sorted(builtin_rules().rglob("*.yaml"))
WAYS = {
    "utf-8": write_csv("utf-8"),
    "utf-8-sig": write_csv("utf-8-sig"),
    "gbk": write_csv("gb18030"),
    "xlsx": write_xlsx,
}


def loaded(policy: str, on: str, rules: Path | None) -> Policy:
    return load(policy, on=on, rules=rules)


@pytest.mark.parametrize("write", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("file", BUILTIN, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_policy_is_the_same_with_its_tables_in_files(file: Path, write: Write, tmp_path: Path) -> None:
    text = file.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(moved(text, tmp_path, write), encoding="utf-8")
    (checked,) = check_rules(tmp_path)
    assert not [d for d in checked.diagnostics if d.severity == "error"]
    (before,) = check_rules(file)
    assert [d.code for d in checked.diagnostics] == [d.code for d in before.diagnostics]
    day = next(line for line in text.splitlines() if line.startswith("施行"))[:40].split("自: ")[1][:10]
    here, there = loaded(checked.policy, day, None), loaded(checked.policy, day, tmp_path)
    assert there.digest == here.digest
    tables = len(list(tmp_path.iterdir())) - 1
    own = [f for f in there.files if f.path.startswith(str(tmp_path))]
    assert len(own) == 1 + tables
    assert tables >= 1


def test_an_english_file_too(tmp_path: Path) -> None:
    text = (ENGLISH / "jibei" / "deviation.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(moved(text, tmp_path, write_xlsx), encoding="utf-8")
    assert load("jibei/deviation", period="2018-06", rules=tmp_path) == load(
        "jibei/deviation", period="2018-06"
    )
