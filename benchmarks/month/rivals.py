"""General rule engines on one step of the job: a user's shortfall, tolerance, verdict, assessed energy and fee.

    python -m benchmarks.month.rivals [--users AT_MOST] [--repeat 5]

None of them shares out a package or reads a million rows; so each gets this one step, on users already in memory, in
the way its makers recommend, and is scored in two ways: microseconds of processor time a user, and how many verdicts,
energies and fees differ from exact fractions. A slow one gets fewer users and a fast one more; times are per user, so
that is fair.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial
from importlib import metadata
from itertools import pairwise
from math import floor
from typing import Any

from benchmarks.month.generate import PRICE, make_users

FREE, NONE, TOLERATED, ASSESSED = "免考", "无偏差考核电量", "免予考核", "应予考核"


@dataclass(frozen=True)
class User:
    """Energies in kWh."""

    contract: int
    metered: int
    exempt: bool


Answer = tuple[str, Decimal, Decimal]
"""Verdict, assessed energy in MWh, fee in yuan."""


@dataclass(frozen=True)
class Score:
    name: str
    version: str
    users: int
    microseconds: float  # processor time a user, of all threads
    wall: float  # microseconds a user that went by
    wrong_verdicts: int
    wrong_energies: int
    wrong_fees: int
    remark: str
    cpus: tuple[float, ...] = ()  # the same, round by round
    walls: tuple[float, ...] = ()


@dataclass(frozen=True)
class InColumns:
    """A way whose result is columns: those are timed; turning them into answers is ours."""

    timed: Callable[[], Any]
    answers: Callable[[Any], list[Answer]]

    def __call__(self) -> list[Answer]:
        return self.answers(self.timed())


def sample(count: int) -> list[User]:
    made = make_users(max(count, 2000), 1)
    columns = (made.contract.tolist(), made.metered.tolist(), made.exempt.tolist())
    return [User(c, m, e) for c, m, e in zip(*columns, strict=True)][:count]


def exact(user: User) -> Answer:
    """What is right, in fractions."""
    short = Fraction(max(user.contract - user.metered, 0), 1000)
    tolerance = Fraction(user.contract, 1000) * Fraction(5, 100)
    verdict = FREE if user.exempt else NONE if short == 0 else TOLERATED if short <= tolerance else ASSESSED
    energy = _half_up(short - tolerance, 3) if verdict == ASSESSED else Fraction(0)
    fee = _half_up(energy * Fraction(PRICE, 1000) * Fraction(20, 100), 2)
    return verdict, _decimal(energy, 3), _decimal(fee, 2)


def _half_up(value: Fraction, places: int) -> Fraction:
    return Fraction(floor(value * 10**places + Fraction(1, 2)), 10**places)


def _decimal(value: Fraction, places: int) -> Decimal:
    return Decimal(int(value * 10**places)).scaleb(-places)


# -- plain Python -------------------------------------------------------------------------------------

PRICE_YUAN = Decimal(PRICE).scaleb(-3)
MWH, CENT = Decimal("0.001"), Decimal("0.01")


def plain_decimal(users: Sequence[User]) -> Callable[[], list[Answer]]:
    facts = [(Decimal(u.contract).scaleb(-3), Decimal(u.metered).scaleb(-3), u.exempt) for u in users]
    five, twenty, zero = Decimal("0.05"), Decimal("0.20"), Decimal(0)

    def decide(contract: Decimal, metered: Decimal, exempt: bool) -> Answer:
        short = max(contract - metered, zero)
        tolerance = contract * five
        if exempt:
            return FREE, zero, zero
        if short == 0:
            return NONE, zero, zero
        if short <= tolerance:
            return TOLERATED, zero, zero
        energy = (short - tolerance).quantize(MWH, ROUND_HALF_UP)
        return ASSESSED, energy, (energy * PRICE_YUAN * twenty).quantize(CENT, ROUND_HALF_UP)

    return lambda: [decide(*f) for f in facts]


# -- zen-engine ---------------------------------------------------------------------------------------


def _zen_graph() -> dict[str, object]:
    def node(id_: str, kind: str, content: object = None) -> dict[str, object]:
        found: dict[str, object] = {
            "id": id_,
            "name": id_,
            "type": kind,
            "position": {"x": 0, "y": 0},
        }
        return found if content is None else {**found, "content": content}

    def expression(id_: str, **formulas: str) -> dict[str, object]:
        rows = [{"id": f"{id_}-{k}", "key": k, "value": v} for k, v in formulas.items()]
        return node(id_, "expressionNode", {"expressions": rows, "passThrough": True})

    table = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [
            {"id": "i1", "name": "exempt", "field": "exempt"},
            {"id": "i2", "name": "short", "field": "short"},
            {"id": "i3", "name": "past", "field": "past"},
        ],
        "outputs": [
            {"id": "o1", "name": "verdict", "field": "verdict"},
            {"id": "o2", "name": "energy", "field": "energy"},
        ],
        "rules": [
            {"_id": "r1", "i1": "true", "i2": "", "i3": "", "o1": f'"{FREE}"', "o2": "0"},
            {"_id": "r2", "i1": "", "i2": "0", "i3": "", "o1": f'"{NONE}"', "o2": "0"},
            {"_id": "r3", "i1": "", "i2": "", "i3": "<= 0", "o1": f'"{TOLERATED}"', "o2": "0"},
            {"_id": "r4", "i1": "", "i2": "", "i3": "> 0", "o1": f'"{ASSESSED}"', "o2": "round(past, 3)"},
        ],
    }
    nodes = [
        node("in", "inputNode"),
        expression(
            "deviation",
            short="max([contract - metered, 0])",
            past="max([contract - metered, 0]) - contract * 0.05",
        ),
        node("judge", "decisionTableNode", table),
        expression("price", fee=f"round(energy * {PRICE_YUAN} * 0.20, 2)"),
        node("out", "outputNode"),
    ]
    ids = [str(n["id"]) for n in nodes]
    edges = [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in pairwise(ids)]
    return {"nodes": nodes, "edges": edges}


def zen_engine(users: Sequence[User], *, batch: bool = False) -> Callable[[], list[Answer]]:
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"deviation": _zen_graph()}}})
    facts = [{"contract": u.contract / 1000, "metered": u.metered / 1000, "exempt": u.exempt} for u in users]

    def answer(result: dict[str, object]) -> Answer:
        energy, fee = Decimal(str(result["energy"])), Decimal(str(result["fee"]))
        return str(result["verdict"]), energy.quantize(MWH), fee.quantize(CENT)

    def one_by_one() -> list[Answer]:
        return [answer(engine.evaluate("deviation", f)["result"]) for f in facts]

    def together() -> list[Answer]:
        found = engine.evaluate_batch([{"key": "deviation", "context": f} for f in facts])
        return [answer(f["data"]["result"]) for f in found]

    return together if batch else one_by_one


# -- OpenFisca ----------------------------------------------------------------------------------------


def openfisca(users: Sequence[User]) -> Callable[[], list[Answer]]:
    """Vectorised, as it is meant to be used; its amounts are 32-bit floats."""
    import numpy as np
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    month = periods.DateUnit.MONTH
    cases = (FREE, NONE, TOLERATED, ASSESSED)

    def define(name: str, kind: type, formula: Callable[..., object] | None = None) -> None:
        body = {"value_type": kind, "entity": person, "definition_period": month, "label": name}
        system.add_variable(
            type(name, (variables.Variable,), body | ({"formula": formula} if formula else {}))
        )

    def verdict(p: Callable[..., object], period: object) -> object:
        short, tolerance = p("short", period), p("tolerance", period)
        return np.select([p("exempt", period), short == 0, short <= tolerance], [0, 1, 2], 3)

    def energy(p: Callable[..., object], period: object) -> object:
        past = p("short", period) - p("tolerance", period)
        return np.where(p("verdict", period) == 3, np.floor(past * 1000 + 0.5) / 1000, 0)

    define("contract", float)
    define("metered", float)
    define("exempt", bool)
    define("short", float, lambda p, t: np.maximum(p("contract", t) - p("metered", t), 0))
    define("tolerance", float, lambda p, t: p("contract", t) * 0.05)
    define("verdict", int, verdict)
    define("energy", float, energy)
    define("fee", float, lambda p, t: np.floor(p("energy", t) * float(PRICE_YUAN) * 0.20 * 100 + 0.5) / 100)
    when = periods.period("2018-07")
    contract = np.array([u.contract for u in users]) / 1000
    metered = np.array([u.metered for u in users]) / 1000
    exempt = np.array([u.exempt for u in users])

    def run() -> list[Any]:
        simulation = simulations.SimulationBuilder().build_default_simulation(system, len(users))
        simulation.set_input("contract", when, contract)
        simulation.set_input("metered", when, metered)
        simulation.set_input("exempt", when, exempt)
        return [simulation.calculate(name, when) for name in ("verdict", "energy", "fee")]

    def answers(columns: list[Any]) -> list[Answer]:
        return [
            (
                cases[v],
                Decimal(str(float(e))).quantize(MWH, ROUND_HALF_UP),
                Decimal(str(float(f))).quantize(CENT, ROUND_HALF_UP),
            )
            for v, e, f in zip(*columns, strict=True)
        ]

    return InColumns(run, answers)


# -- durable_rules as it is documented ----------------------------------------------------------------


def durable_rules(users: Sequence[User]) -> Callable[[], list[Answer]]:
    """``post`` with conditions over whole numbers; money is worked out in the action, which it cannot do itself."""
    from durable.lang import m, post, ruleset, when_all

    found: list[Answer] = []
    zero = Decimal(0)
    with ruleset("deviation"):

        @when_all(m.exempt == 1)
        def free(c: Any) -> None:
            found.append((FREE, zero, zero))

        @when_all((m.exempt == 0) & (m.short == 0))
        def none(c: Any) -> None:
            found.append((NONE, zero, zero))

        @when_all((m.exempt == 0) & (m.short > 0) & (m.past <= 0))
        def tolerated(c: Any) -> None:
            found.append((TOLERATED, zero, zero))

        @when_all((m.exempt == 0) & (m.short > 0) & (m.past > 0))
        def assessed(c: Any) -> None:
            energy = (Decimal(c.m.past) / 20_000).quantize(MWH, ROUND_HALF_UP)
            fee = (energy * PRICE_YUAN * Decimal("0.20")).quantize(CENT, ROUND_HALF_UP)
            found.append((ASSESSED, energy, fee))

    facts = []
    for u in users:
        short = max(u.contract - u.metered, 0)
        facts.append({"exempt": int(u.exempt), "short": short, "past": 20 * short - u.contract})

    def run() -> list[Answer]:
        found.clear()
        for fact in facts:
            post("deviation", dict(fact))
        return list(found)

    return run


# -- rule-engine --------------------------------------------------------------------------------------


def rule_engine(users: Sequence[User]) -> Callable[[], list[Answer]]:
    """Its numbers are decimals; expressions are compiled once. It has no rounding: that is Python's."""
    from rule_engine import Rule

    verdicts = [
        (Rule("exempt"), FREE),
        (Rule("contract <= metered"), NONE),
        (Rule("contract - metered <= contract * 0.05"), TOLERATED),
    ]
    past = Rule("contract - metered - contract * 0.05")
    fee = Rule(f"energy * {PRICE_YUAN} * 0.20")
    facts = [
        {
            "contract": Decimal(u.contract).scaleb(-3),
            "metered": Decimal(u.metered).scaleb(-3),
            "exempt": u.exempt,
        }
        for u in users
    ]

    def decide(fact: dict[str, object]) -> Answer:
        for test, verdict in verdicts:
            if test.matches(fact):
                return verdict, Decimal(0), Decimal(0)
        energy = past.evaluate(fact).quantize(MWH, ROUND_HALF_UP)
        return ASSESSED, energy, fee.evaluate({"energy": energy}).quantize(CENT, ROUND_HALF_UP)

    return lambda: [decide(f) for f in facts]


# -- the engine in columns ----------------------------------------------------------------------------


def step_in_columns(users: Sequence[User]) -> Callable[[], list[Answer]]:
    from benchmarks.month import deviation_step as step

    policy = step.policy()
    facts = step.facts([u.contract for u in users], [u.metered for u in users], [u.exempt for u in users])
    return InColumns(partial(step.settled, policy, facts), partial(step.answers, facts))


# -- the engine, row by row ---------------------------------------------------------------------------


def engine_by_rows(users: Sequence[User], *, executor: str) -> Callable[[], list[Answer]]:
    """Not this step alone: every decision of the policy, from columns of text, ready to be explained."""
    import policy_engine as pe
    from policy_engine.engine.facts import FactRow, FactTable

    policy = pe.load("jibei/deviation", period="2018-07")
    header = ("user_id", "retailer_id", "contract_energy", "metered_energy", "catalogue_price", "exempt")
    rows = tuple(
        FactRow(
            (
                f"{n:08d}",
                None,
                str(u.contract / Decimal(1000)),
                str(u.metered / Decimal(1000)),
                "571.4",
                u.exempt,
            ),
            n,
        )
        for n, u in enumerate(users, start=1)
    )
    tables = [
        FactTable("用户", header, rows),
        FactTable("全月", ("average_bilateral_price",), (FactRow((str(PRICE_YUAN),), 1),)),
    ]

    def run() -> list[Answer]:
        result = pe.assess(policy, tables, executor=executor).result
        found = [row.values for row in result.dataset.rows["用户"]]
        return [
            (str(v["verdict"]), _decimal(v["assessed_energy"], 3), _decimal(v["assessment_fee"], 2))  # type: ignore[arg-type]  # numbers
            for v in found
        ]

    return run


IN_COLUMNS, IN_COLUMNS_SMALL = "policy_engine，按列", "policy_engine，按列（样本小）"

Way = Callable[[], list[Answer]]
Maker = Callable[[Sequence[User]], Way]
CONTENDERS: tuple[tuple[str, str, Maker, int, str], ...] = (
    ("Python Decimal", "", plain_decimal, 20_000, "手写，只有这一步"),
    ("zen-engine", "zen-engine", zen_engine, 20_000, "决策图编译一次，逐户求值"),
    ("zen-engine（成批）", "zen-engine", partial(zen_engine, batch=True), 20_000, "evaluate_batch"),
    ("rule-engine", "rule-engine", rule_engine, 20_000, "表达式编译一次；取整由 Python 做"),
    ("durable_rules", "durable_rules", durable_rules, 2_000, "逐户 post；金额由 Python 做"),
    ("OpenFisca", "openfisca-core", openfisca, 20_000, "整列计算，32 位浮点"),
    (
        IN_COLUMNS,
        "policy-engine",
        step_in_columns,
        1_000_000,
        "只有这一步；含逐格核对、判定、合计和运行记录，结果是内存中的 Arrow 表",
    ),
    (
        IN_COLUMNS_SMALL,
        "policy-engine",
        step_in_columns,
        20_000,
        "同上；固定开销只由两万户分摊，不宜推算",
    ),
    (
        "policy_engine，逐户（durable）",
        "policy-engine",
        partial(engine_by_rows, executor="durable"),
        2_000,
        "全部决定，不只这一步；每户可解释",
    ),
    (
        "policy_engine，逐户（reference）",
        "policy-engine",
        partial(engine_by_rows, executor="reference"),
        2_000,
        "同上",
    ),
)


class Contender:
    """One way of deciding the step, found right or wrong once and ready to be timed round by round."""

    def __init__(self, name: str, version: str, users: list[User], run: Way, remark: str) -> None:
        expected = [exact(u) for u in users]
        found = run()
        if len(found) != len(expected):
            raise ValueError(f"{name}: {len(found)} answers for {len(expected)} users")
        self.wrong = [sum(f[i] != e[i] for f, e in zip(found, expected, strict=True)) for i in range(3)]
        self.name, self.version, self.remark, self.users = name, version, remark, len(users)
        self.timed = run.timed if isinstance(run, InColumns) else run
        self.cpus: list[float] = []
        self.walls: list[float] = []

    def round(self) -> float:
        """Time it once more; microseconds a user that went by."""
        cpu, wall = (seconds / self.users * 1e6 for seconds in _once(self.timed))
        self.cpus.append(cpu)
        self.walls.append(wall)
        return wall

    def score(self) -> Score:
        times = (tuple(self.cpus), tuple(self.walls))
        return Score(
            self.name,
            self.version,
            self.users,
            min(self.cpus),
            min(self.walls),
            *self.wrong,
            self.remark,
            *times,
        )


def contender(name: str, package: str, maker: Maker, count: int, remark: str) -> Contender | None:
    """None where the package is not installed."""
    users = sample(count)
    try:
        version = metadata.version(package) if package else platform.python_version()
        run = maker(users)
    except (ImportError, metadata.PackageNotFoundError):
        return None
    return Contender(name, version, users, run, remark)


def score(name: str, package: str, maker: Maker, count: int, remark: str, repeat: int) -> Score | None:
    """The best of some rounds; None where the package is not installed."""
    found = contender(name, package, maker, count, remark)
    for _ in range(repeat if found is not None else 0):
        assert found is not None
        found.round()
    return found.score() if found is not None else None


def zen() -> Callable[[], float]:
    """What times zen-engine on the step, the faster of its ways: microseconds a user that went by."""
    ready = [c for row in CONTENDERS if row[1] == "zen-engine" and (c := contender(*row)) is not None]
    return lambda: min(one.round() for one in ready)


def _once(timed: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor time, and seconds that went by."""
    cpu, wall = time.process_time(), time.perf_counter()
    timed()
    return time.process_time() - cpu, time.perf_counter() - wall


def scores(repeat: int = 5, most: int | None = None) -> list[Score]:
    """``most``: users that nobody gets more of."""
    ready = [contender(n, p, m, min(c, most or c), r) for n, p, m, c, r in CONTENDERS]
    found = [one for one in ready if one is not None]
    for _ in range(
        repeat
    ):  # taking turns: what is set against each other was measured at about the same time
        for one in found:
            one.round()
    return [one.score() for one in found]


def main() -> None:
    parser = argparse.ArgumentParser(description="general rule engines on one step")
    parser.add_argument("--users", type=int, help="at most so many")
    parser.add_argument("--repeat", type=int, default=5)
    wanted = parser.parse_args()
    for one in scores(wanted.repeat, wanted.users):
        sys.stdout.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
