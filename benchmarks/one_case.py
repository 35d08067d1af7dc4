"""What one user costs: a Jibei direct user with typed facts, by executor, with and without the trace; and the way there.

    python -m benchmarks.one_case [--repeat 200]

Loading is measured in a process of its own: cold is the first load of a policy with everything imported, warm the
second. Commands are whole processes, start of Python included.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

PERIOD = "2018-06"
SAMPLES = 500  # of what takes microseconds
EXECUTORS = ("durable", "reference", "python")
FACTS: Mapping[str, object] = {
    "market": {"average_bilateral_price": Decimal("352.376")},
    "user": [
        {
            "user_id": "0120417300",
            "retailer_id": None,
            "contract_energy": Decimal("10000"),
            "metered_energy": Decimal("9200"),
            "settled_energy": Decimal("9200"),
            "catalogue_price": Decimal("571.4"),
            "exempt": False,
            "liability_share": Decimal("0"),
            "liability_cap": None,
        }
    ],
}
# What a user waits for, or a service is built on: microseconds or milliseconds.
TARGETS = {
    "python": 25.0,
    "durable": 200.0,
    "load cold": 150.0,
    "load warm": 15.0,
    "--help": 150.0,
    "evaluate": 800.0,
}

# {before}: what is loaded earlier, so that everything loading touches is imported and every grammar is built.
LOAD = """
import json, time
import policy_engine as pe
import policy_engine.policy.library, policy_engine.engine.evaluate
{before}
times = []
for _ in range(2):
    start = time.perf_counter()
    pe.load("jibei/deviation", period="2018-06")
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times))
"""
OTHER = 'pe.load("jing-jin-tang/deviation", period="2018-06")'


def measured(repeat: int = 200) -> list[dict[str, object]]:
    """Rows of name, value, unit and target (None where there is none)."""
    found: list[dict[str, object]] = []

    def add(name: str, value: float | None, unit: str, target: float | None = None, remark: str = "") -> None:
        found.append({"name": name, "value": value, "unit": unit, "target": target, "remark": remark})

    for executor in EXECUTORS:
        try:
            evaluated, traced, near = _cases(executor, max(repeat, SAMPLES))
        except Exception as error:  # an executor that does not exist yet, told in whatever way
            add(f"evaluate, {executor}", None, "µs", TARGETS.get(executor), f"skipped: {error}"[:100])
            continue
        add(f"evaluate, {executor}", evaluated, "µs", TARGETS.get(executor))
        add(f"evaluate + trace, {executor}", traced, "µs")
        add(f"evaluate + trace + near miss, {executor}", near, "µs")
    first = [json.loads(_python("-c", LOAD.format(before=""))[1]) for _ in range(5)]
    runs = [json.loads(_python("-c", LOAD.format(before=OTHER))[1]) for _ in range(5)]
    add("load, first in the process", median(r[0] for r in first), "ms", remark="带出还没有导入的模块")
    add("load, everything imported", median(r[0] for r in runs), "ms", TARGETS["load cold"])
    add("load, again", median(r[1] for r in runs), "ms", TARGETS["load warm"])
    times = [_python("-m", "policy_engine.cli", "--help")[0] for _ in range(5)]
    add("policy-engine --help", median(times) * 1000, "ms", TARGETS["--help"])
    target = TARGETS["evaluate"]
    first, again = (median(_evaluate(kept) for _ in range(5)) * 1000 for kept in (False, True))
    add("policy-engine evaluate", again, "ms", target, "政策此前装载过，取自用户的缓存文件夹")
    add("policy-engine evaluate, nothing kept", first, "ms", target, "缓存关闭：规则文件从头读起")
    add("python -c pass", median(_python("-c", "pass")[0] for _ in range(5)) * 1000, "ms")
    return found


def _cases(executor: str, repeat: int) -> tuple[float, float, float]:
    """Median microseconds: evaluated, with its trace, with near misses as well."""
    import policy_engine as pe

    policy = pe.load("jibei/deviation", period=PERIOD)
    decide = _decider(policy, executor)
    verdict = decide().value("user", "0120417300", "assessment_fee")
    if verdict.text != "21142.56":
        raise ValueError(f"{executor} gives {verdict.text}")

    def traced(near: bool) -> Callable[[], object]:
        return lambda: pe.trace(
            decide().explain() if executor == "python" else decide(), "user", "0120417300", near=near
        )

    return (
        _median(decide, repeat),
        _median(traced(False), repeat),
        _median(traced(True), max(repeat // 5, 10)),
    )


def _decider(policy: Any, executor: str) -> Callable[[], Any]:
    """What decides the case once: ``python`` is the policy compiled, whose traces are the engine's."""
    import policy_engine as pe

    if executor == "python":
        compiled = pe.compiled(policy)
        return lambda: compiled.evaluate(FACTS)
    return lambda: pe.evaluate(policy, FACTS, executor=executor)


def _median(work: Callable[[], object], repeat: int) -> float:
    for _ in range(5):
        work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e6)
    return median(times)


def _evaluate(kept: bool) -> float:
    """Seconds of the command; ``kept``: it was given before, and its policy stands in the cache."""
    with tempfile.TemporaryDirectory() as top:
        cache = {"POLICY_ENGINE_CACHE": top if kept else "off"}
        facts = Path(top, "facts.json")
        facts.write_text(json.dumps(FACTS, default=str), encoding="utf-8")
        words = ("evaluate", "jibei/deviation", "--period", PERIOD, "--facts", str(facts))
        if kept:
            _python("-m", "policy_engine.cli", *words, environment=cache)
        return _python("-m", "policy_engine.cli", *words, environment=cache)[0]


def _python(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[float, str]:
    """Seconds of a whole process, and what it printed. Raises CalledProcessError."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, **(environment or {})},
    )
    return time.perf_counter() - start, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description="what one user costs")
    parser.add_argument("--repeat", type=int, default=200)
    for one in measured(parser.parse_args().repeat):
        value = "—" if one["value"] is None else f"{one['value']:.1f}"
        target = f"(target {one['target']:g})" if one["target"] else ""
        sys.stdout.write(f"{one['name']:<42} {value:>10} {one['unit']} {target} {one['remark']}\n")


if __name__ == "__main__":
    main()
