"""What running features costs beside plain pytest-bdd: the same feature files, the same sentences, the same code.

Both suites hold the same 500 scenarios. One is run by the plugin of this package, with all of its steps. The other is
what a programmer would write without it: ``scenarios()`` and the few steps it needs, with ``parsers.parse``, whose
bodies call the same code. Both are whole processes, start included, taken in turns; the best of some runs counts, for
a busy machine only ever adds. The ratio is to stay at 2 or below.

    python benchmarks/bdd_overhead.py [--runs 3] [--scenarios 500] [--limit 2.0]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES = 20

HEAD = """# language: zh-CN
功能: 第{number}个文件

  背景:
    假如 适用政策“jibei/deviation”，结算月为2018-06
    而且 全月的年度双边均价为350元/兆瓦时
"""

SCENARIO = """
  @条款-二-4
  场景: 少用超过5%的，考核5%以外的那一段，第{number}户
    假如 有下列用户：
      | 用户 | 合同电量（兆瓦时） | 实际用电量（兆瓦时） | 目录电价（元/兆瓦时） |
      | 甲   | 10000              | 9200                 | 620                   |
    而且 用户“甲”的实际用电量为{metered}兆瓦时
    当 办理结算
    那么 用户“甲”的考核结论应为“应予考核”
    而且 用户“甲”应适用“二-4”
    而且 应没有退回
"""

# The steps a programmer would write for these features; the bodies are those of the package.
PLAIN = """
import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from policy_engine.testing import check_clauses, check_refusals, check_values
from policy_engine.testing.loading import Loader
from policy_engine.testing.names import the_entity
from policy_engine.testing.world import World


@pytest.fixture(scope="session")
def loader():
    return Loader()


class Line:
    line_number = 0


@pytest.fixture
def world(loader):
    return World(loader, None, "durable", Line)


@given(parsers.parse("适用政策“{policy}”，结算月为{month}"))
def _(world, policy, month):
    world.choose(policy, period=month)


@given(parsers.parse("全月的{term}为{value}"))
def _(world, term, value):
    world.state(lambda draft: draft.set("全月", None, term, value))


@given(parsers.parse("有下列{entity}："))
def _(world, entity, datatable):
    world.state(lambda draft: draft.add(entity, datatable))


@given(parsers.parse("{entity}“{key}”的{term}为{value}"))
def _(world, entity, key, term, value):
    world.state(lambda draft: draft.set(entity, key, term, value))


@when("办理结算")
def _(world):
    world.settle()


@then(parsers.parse("{entity}“{key}”的{term}应为{value}"))
def _(world, entity, key, term, value):
    check_values.check_value(world.assessment, the_entity(world.policy, entity), key, term, value)


@then(parsers.parse("{entity}“{key}”应适用“{clause}”"))
def _(world, entity, key, clause):
    check_clauses.check_clause(world.assessment, the_entity(world.policy, entity), key, clause)


@then("应没有退回")
def _(world):
    check_refusals.check_nothing_rejected(world.assessment)


scenarios("features")
"""


def write_features(folder: Path, scenarios: int) -> None:
    """The same scenarios in ``folder``, spread over files."""
    folder.mkdir(parents=True)
    for number in range(FILES):
        own = range(number, scenarios, FILES)
        text = HEAD.format(number=number) + "".join(SCENARIO.format(number=n, metered=5000 + n) for n in own)
        (folder / f"{number:02d}.feature").write_text(text, encoding="utf-8")


def seconds(folder: Path, plugins: list[str], scenarios: int) -> float:
    """Wall time of a run in a process of its own. Raises SystemExit if not every scenario passed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    chosen = [word for plugin in plugins for word in ("-p", plugin)]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, "."],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    taken = time.perf_counter() - start
    if f"{scenarios} passed" not in done.stdout:
        sys.exit(f"{folder.name}: {done.stdout[-3000:]}{done.stderr[-1000:]}")
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description="features with the plugin against plain pytest-bdd")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scenarios", type=int, default=500)
    parser.add_argument("--limit", type=float, default=2.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as top:
        plain, own = Path(top) / "plain", Path(top) / "own"
        for folder in (plain, own):
            write_features(folder / "features", wanted.scenarios)
        (plain / "test_plain.py").write_text(PLAIN, encoding="utf-8")
        times: dict[str, list[float]] = {"plain": [], "own": []}
        for _ in range(wanted.runs):
            times["plain"].append(seconds(plain, ["pytest_bdd.plugin"], wanted.scenarios))
            times["own"].append(
                seconds(own, ["pytest_bdd.plugin", "policy_engine.testing.plugin"], wanted.scenarios)
            )
    best = {name: min(found) for name, found in times.items()}
    ratio = best["own"] / best["plain"]
    print(f"{wanted.scenarios} scenarios: plain {best['plain']:.2f} s, with the plugin {best['own']:.2f} s")
    print(f"ratio {ratio:.2f} (limit {wanted.limit})")
    return 0 if ratio <= wanted.limit else 1


if __name__ == "__main__":
    sys.exit(main())
