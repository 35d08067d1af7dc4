"""What the README shows is what happens."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def test_the_python_example_runs_and_says_what_it_claims(capsys):
    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 12
    scope: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), scope)  # our own text
    fee = scope["fee"]
    assert (fee.value, fee.unit) == (Decimal("0.07"), "元")
    told = capsys.readouterr().out
    assert "由 9499.999 变为 9500.000 兆瓦时（差 0.001 兆瓦时，即 1 个最小单位）" in told
    assert "二-4" in told


def test_the_rule_shown_stands_in_the_rule_file():
    (shown,) = blocks("yaml")
    rules = (ROOT / "rules/jibei/deviation.yaml").read_text(encoding="utf-8")
    assert shown in rules


def test_the_first_command_settles_the_example(tmp_path):
    run_main_job, _ = blocks("sh")
    words = run_main_job.strip().split(" && ")[-1].split()
    assert words[0] == ".venv/bin/policy-engine"
    words[words.index("--output") + 1] = str(tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-m", "policy_engine.cli", *words[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "user.csv",
        "retailer.csv",
        "rejected.csv",
        "run.json",
    }
