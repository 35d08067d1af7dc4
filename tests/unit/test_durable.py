"""Row matching by durable_rules: limits, faults of the C core, hash collisions, threads and memory."""

from __future__ import annotations

import gc
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine import durable, durable_plan
from policy_engine.engine.durable import DurableMatcher
from policy_engine.engine.matching import Fact, Matcher, ReferenceMatcher, TableRules, differences

needs_core = pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed")

GRID = TableRules(
    "档位", (frozenset({0}), frozenset({0, 1}), frozenset(), frozenset({2, 1}), frozenset({0, 1})), 3
)
ALL_GRID_FACTS: list[Fact] = [
    ("档位", frozenset(i for i in range(3) if number >> i & 1)) for number in range(8)
]


@pytest.fixture(params=[ReferenceMatcher, pytest.param(DurableMatcher, marks=needs_core)])
def make(request: pytest.FixtureRequest) -> Iterator[Callable[..., Matcher]]:
    made: list[Matcher] = []

    def build(*tables: TableRules) -> Matcher:
        made.append(request.param(tables))
        return made[-1]

    yield build
    for matcher in made:
        matcher.close()


def table(name: str, rows: int, tests: int, widest: int, seed: int) -> TableRules:
    """A table with random rows of 0 to ``widest`` tests."""
    dice = random.Random(seed)
    return TableRules(
        name,
        tuple(frozenset(dice.sample(range(tests), dice.randint(0, widest))) for _ in range(rows)),
        tests,
    )


def facts_about(rules: TableRules, count: int, seed: int) -> list[Fact]:
    dice = random.Random(seed)
    return [
        (rules.name, frozenset(i for i in range(rules.tests) if dice.random() < 0.6)) for _ in range(count)
    ]


# What both matchers promise


def test_rows_fire_when_all_their_tests_are_true(make: Callable[..., Matcher]) -> None:
    assert make(GRID).match(ALL_GRID_FACTS) == [
        (2,),
        (0, 2),
        (2,),
        (0, 1, 2, 4),
        (2,),
        (0, 2),
        (2, 3),
        (0, 1, 2, 3, 4),
    ]


def test_no_facts_no_answers(make: Callable[..., Matcher]) -> None:
    assert make(GRID).match([]) == []


def test_a_table_without_rows_or_tests(make: Callable[..., Matcher]) -> None:
    matcher = make(TableRules("空", (), 0), TableRules("恒真", (frozenset(),), 0))
    assert matcher.match([("空", frozenset()), ("恒真", frozenset())]) == [(), (0,)]


def test_answers_keep_the_order_of_facts_over_tables(make: Callable[..., Matcher]) -> None:
    matcher = make(GRID, TableRules("x\0\"{}' 表", (frozenset({0}),), 1))
    other = "x\0\"{}' 表"
    assert matcher.match(
        [(other, frozenset({0})), ("档位", frozenset({0})), (other, frozenset()), ("档位", frozenset())]
    ) == [(0,), (0, 2), (), (2,)]


@pytest.mark.parametrize("true", [frozenset({3}), frozenset({-1, 0})])
def test_an_unknown_test_is_refused(make: Callable[..., Matcher], true: frozenset[int]) -> None:
    with pytest.raises(EngineError, match=r"PE9001.*档位"):
        make(GRID).match([("档位", true)])


def test_an_unknown_table_is_refused(make: Callable[..., Matcher]) -> None:
    with pytest.raises(EngineError, match=r"PE9001.*没有"):
        make(GRID).match([("没有", frozenset())])


def test_a_repeated_name_is_refused(make: Callable[..., Matcher]) -> None:
    with pytest.raises(EngineError, match="PE9001"):
        make(GRID, GRID)


def test_a_row_that_reads_an_unknown_test_is_refused(make: Callable[..., Matcher]) -> None:
    with pytest.raises(EngineError, match="PE9001"):
        make(TableRules("错", (frozenset({1}),), 1))


# Limits of the C core


@needs_core
@pytest.mark.parametrize(
    ("rows", "tests", "widest"),
    [
        (59, 40, 4),
        (60, 40, 4),
        (61, 40, 4),
        (130, 40, 4),
        (300, 60, 5),
        (50, 200, 8),
        (50, 201, 8),
        (60, 600, 20),
        (300, 600, 20),
        (6, 200, 200),
    ],
)
def test_large_tables(rows: int, tests: int, widest: int) -> None:
    rules = table("大表", rows, tests, widest, seed=rows * tests)
    # Every test is read by some row, so that the size of the table is what it says.
    rules = TableRules(
        rules.name,
        (*(row | {i % tests} for i, row in enumerate(rules.rows[:-1])), frozenset()),
        tests,
    )
    facts = [*facts_about(rules, 40, seed=1), ("大表", frozenset(range(tests))), ("大表", frozenset())]
    matcher = DurableMatcher([rules])
    assert differences(matcher, ReferenceMatcher([rules]), facts) == ()
    assert matcher.match(facts)[-2:] == [tuple(range(rows)), (rows - 1,)]
    matcher.close()


@needs_core
@pytest.mark.parametrize("tests", [201, 600])
def test_tables_of_many_single_tests(tests: int) -> None:
    rules = TableRules("选项", tuple(frozenset({i}) for i in range(tests)), tests)
    facts: list[Fact] = [("选项", frozenset({i})) for i in range(tests)]
    matcher = DurableMatcher([rules])
    assert matcher.match(facts) == [(i,) for i in range(tests)]
    matcher.close()


def test_parts_stay_inside_the_limits() -> None:
    rules = table("大表", 300, 600, 20, seed=3)
    parts = durable_plan.split(rules, 7)
    assert [row for part in parts for row in part.rows] == list(range(300))
    assert [part.guard for part in parts] == list(range(7, 7 + len(parts)))
    for part in parts:
        assert len(part.rows) <= 60
        assert len(part.tests) <= 200
        assert len(json.loads(part.rules)) == len(part.rows) + 1


@needs_core
@pytest.mark.parametrize("width", [20, 31, 32, 33, 64, 65, 200])
def test_wide_rows_need_every_one_of_their_tests(width: int) -> None:
    rules = TableRules("宽行", (frozenset(range(width)),), width)
    whole = frozenset(range(width))
    matcher = DurableMatcher([rules])
    facts: list[Fact] = [("宽行", whole), *(("宽行", whole - {i}) for i in range(width))]
    assert matcher.match(facts) == [(0,), *[()] * width]
    matcher.close()


@needs_core
def test_a_row_of_more_than_200_tests_is_refused() -> None:
    with pytest.raises(EngineError, match=r"PE9001.*宽行.*201"):
        DurableMatcher([TableRules("宽行", (frozenset(range(201)),), 201)])


@needs_core
def test_sixty_rows_of_the_same_tests_fire_together() -> None:
    rules = TableRules("同", (frozenset({0}),) * 60, 1)
    assert DurableMatcher([rules]).match([("同", frozenset({0})), ("同", frozenset())]) == [
        tuple(range(60)),
        (),
    ]


@needs_core
def test_more_facts_than_a_chunk() -> None:
    facts = facts_about(GRID, 2 * durable_plan.CHUNK + 1, seed=4)
    assert differences(DurableMatcher([GRID]), ReferenceMatcher([GRID]), facts) == ()


@needs_core
def test_matchers_with_equal_names_do_not_meet() -> None:
    one = DurableMatcher([TableRules("表", (frozenset({0}),), 2)])
    two = DurableMatcher([TableRules("表", (frozenset({1}),), 2)])
    for _ in range(3):
        assert one.match([("表", frozenset({0}))]) == [(0,)]
        assert two.match([("表", frozenset({0}))]) == [()]
    one.close()
    assert two.match([("表", frozenset({1}))]) == [(0,)]


# Names and ids by hash


def test_the_hash_is_fnv_1a() -> None:
    # The published vectors of FNV-1a, 32 bits.
    assert durable_plan.fnv1a_32("") == 0x811C9DC5
    assert durable_plan.fnv1a_32("a") == 0xE40C292C
    assert durable_plan.fnv1a_32("foobar") == 0xBF9CF968
    assert durable_plan.fnv1a_32("p2039599") == durable_plan.fnv1a_32("p2222382")


def test_a_vocabulary_that_collides_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    durable_plan.check_vocabulary()
    monkeypatch.setattr(durable_plan, "GUARD", "7")
    with pytest.raises(EngineError, match="PE9001"):
        durable_plan.check_vocabulary()


# Two numbers of the usual form of a 户号, with one 32-bit hash.
ACCOUNTS = ("1304178633618", "1304589688689")


@needs_core
def test_raw_durable_rules_takes_two_accounts_for_one() -> None:
    import durable_rules_engine as core

    handle = core.create_ruleset("p", json.dumps({"r": {"all": [{"m": {"$ex": {"k": 1}}}]}}))
    codes = [core.assert_fact(handle, json.dumps({"id": account, "k": 1}))[0] for account in ACCOUNTS]
    assert codes == [0, 2]  # 2: already known; the second member would vanish
    core.delete_ruleset(handle)


@needs_core
def test_accounts_with_one_hash_both_get_their_answer() -> None:
    assert len({durable_plan.fnv1a_32(account) for account in ACCOUNTS}) == 1
    true = {ACCOUNTS[0]: frozenset({0}), ACCOUNTS[1]: frozenset({1, 2})}
    answers = DurableMatcher([GRID]).match([("档位", true[account]) for account in ACCOUNTS])
    assert dict(zip(ACCOUNTS, answers, strict=True)) == {ACCOUNTS[0]: (0, 2), ACCOUNTS[1]: (2, 3)}


# Faults of the C core


class FaultyCore(ModuleType):
    """The C core, except that one call of one function does something else once it is armed."""

    def __init__(self, real: ModuleType) -> None:
        super().__init__("durable_rules_engine")
        self._real = real
        self._armed: dict[str, tuple[int, Callable[[], object]]] = {}
        self.error = real.error
        self.rulesets = 0

    def arm(self, function: str, call: int, effect: Callable[[], object]) -> None:
        self._armed = {function: (call, effect)}

    def __getattr__(self, name: str) -> object:
        real = getattr(self._real, name)

        def call(*args: object) -> object:
            self.rulesets += name == "create_ruleset"
            if name in self._armed:
                left, effect = self._armed.pop(name)
                if left == 0:
                    return effect()
                self._armed[name] = (left - 1, effect)
            return real(*args)

        return call


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> FaultyCore:
    faulty = FaultyCore(pytest.importorskip("durable_rules_engine"))
    monkeypatch.setitem(sys.modules, "durable_rules_engine", faulty)
    return faulty


def raising(error: BaseException) -> Callable[[], object]:
    def effect() -> object:
        raise error

    return effect


def giving(value: object) -> Callable[[], object]:
    return lambda: value


@pytest.mark.parametrize("call", [0, 3, 7])
@pytest.mark.parametrize(
    ("function", "effect"),
    [
        ("assert_fact", giving((1, 1))),
        ("assert_fact", giving((2, 1))),
        ("assert_fact", giving((0, 99))),
        ("assert_fact", giving((0, 1))),  # the fact is lost without a word
        ("assert_fact", raising(MemoryError())),
        ("retract_fact", giving((1, 1))),
        ("complete_and_start_action", giving(None)),  # the dispatch loop ends early
        ("complete_and_start_action", giving('{"2":{"m":{"id":0,')),  # one match comes twice
        ("complete_and_start_action", giving('{"999":{"m":{"id":0,')),
        ("complete_and_start_action", giving('{"0":{"m":{"id":999,')),
        ("complete_and_start_action", giving("{}")),
        ("complete_and_start_action", raising(MemoryError())),
    ],
)
def test_a_fault_is_told_and_overcome(
    core: FaultyCore, function: str, effect: Callable[[], object], call: int
) -> None:
    matcher = DurableMatcher([GRID])
    expected = ReferenceMatcher([GRID]).match(ALL_GRID_FACTS)
    assert matcher.match(ALL_GRID_FACTS) == expected
    core.arm(function, call, effect)
    with pytest.raises(EngineError, match="PE9001"):
        matcher.match(ALL_GRID_FACTS)
    for _ in range(3):
        assert matcher.match(ALL_GRID_FACTS) == expected
    matcher.close()


@pytest.mark.parametrize("function", ["assert_fact", "complete_and_start_action", "retract_fact"])
def test_an_error_of_the_core_becomes_ours(core: FaultyCore, function: str) -> None:
    matcher = DurableMatcher([GRID])
    for call in range(8):
        core.arm(function, call, raising(core.error("error code: 303")))
        with pytest.raises(EngineError, match=r"PE9001.*303"):
            matcher.match(ALL_GRID_FACTS)
        assert differences(matcher, ReferenceMatcher([GRID]), ALL_GRID_FACTS) == ()


def test_an_interrupt_in_the_middle_is_overcome(core: FaultyCore) -> None:
    matcher = DurableMatcher([GRID])
    functions = ["create_ruleset", "start_action_for_state", "complete_and_start_action", "assert_fact"]
    for function in functions:
        core.arm(function, 0, raising(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            matcher.match(ALL_GRID_FACTS)
        assert differences(matcher, ReferenceMatcher([GRID]), ALL_GRID_FACTS) == ()


def test_errors_while_asserting_do_not_cost_a_rule_set(core: FaultyCore) -> None:
    matcher = DurableMatcher([GRID])
    matcher.match(ALL_GRID_FACTS)
    for round_ in range(200):
        core.arm("assert_fact", round_ % 8, raising(core.error("error code: 303")))
        with pytest.raises(EngineError):
            matcher.match(ALL_GRID_FACTS)
        assert differences(matcher, ReferenceMatcher([GRID]), ALL_GRID_FACTS) == ()
    assert core.rulesets == 1


def test_a_runaway_is_stopped(core: FaultyCore) -> None:
    matcher = DurableMatcher([GRID])
    matcher.match(ALL_GRID_FACTS)
    calls = 0

    def again() -> object:
        nonlocal calls
        calls += 1
        core.arm("complete_and_start_action", 0, again)
        return '{"0":{"m":{"id":0,'

    core.arm("complete_and_start_action", 0, again)
    with pytest.raises(EngineError, match=r"PE9001.*limit"):
        matcher.match(ALL_GRID_FACTS)
    assert calls == 4 * len(ALL_GRID_FACTS) * 6 + 1_000
    core.arm("none", 0, again)
    assert differences(matcher, ReferenceMatcher([GRID]), ALL_GRID_FACTS) == ()


def test_a_machine_without_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert not durable.available()
    with pytest.raises(EngineError, match=r"PE9001.*durable_rules_engine"):
        DurableMatcher([GRID])


# What the comparison finds


class Lossy:
    """A matcher that loses the fact at one position, in one of the ways a fact can be lost."""

    def __init__(self, matcher: Matcher, position: int, *, shifts: bool) -> None:
        self._matcher, self._position, self._shifts = matcher, position, shifts

    def match(self, facts: list[Fact]) -> list[tuple[int, ...]]:
        answers = self._matcher.match([*facts[: self._position], *facts[self._position + 1 :]])
        return answers if self._shifts else [*answers[: self._position], (), *answers[self._position :]]

    def close(self) -> None:
        self._matcher.close()


@needs_core
def test_a_dropped_cell_is_found() -> None:
    rules = table("表", 20, 12, 4, seed=5)
    facts = facts_about(rules, 400, seed=6)
    found = 0
    for number, row in enumerate(rules.rows):
        for cell in row:
            faulty = TableRules(
                "表", (*rules.rows[:number], row - {cell}, *rules.rows[number + 1 :]), rules.tests
            )
            found += 1
            assert differences(DurableMatcher([faulty]), ReferenceMatcher([rules]), facts), (number, cell)
    assert found > 20


@needs_core
def test_a_swapped_row_is_found() -> None:
    rules = table("表", 20, 12, 4, seed=5)
    facts = facts_about(rules, 400, seed=6)
    found = 0
    for number in range(len(rules.rows) - 1):
        rows = list(rules.rows)
        rows[number], rows[number + 1] = rows[number + 1], rows[number]
        if rows[number] == rows[number + 1]:
            continue
        found += 1
        faulty = TableRules("表", tuple(rows), rules.tests)
        assert differences(DurableMatcher([faulty]), ReferenceMatcher([rules]), facts), number
    assert found > 10


@needs_core
@pytest.mark.parametrize("shifts", [False, True])
@pytest.mark.parametrize("position", [0, 4, 7])
def test_a_lost_fact_is_found(position: int, shifts: bool) -> None:
    lossy = Lossy(DurableMatcher([GRID]), position, shifts=shifts)
    assert differences(lossy, ReferenceMatcher([GRID]), ALL_GRID_FACTS)


def test_an_answer_that_neither_gives_is_a_difference() -> None:
    one, two = (Lossy(ReferenceMatcher([GRID]), 7, shifts=True) for _ in range(2))
    assert [found.position for found in differences(one, two, ALL_GRID_FACTS)] == [7]


# Threads and memory


@needs_core
def test_eight_threads_share_a_matcher() -> None:
    tables = [table(f"表{i}", 10 + i, 12, 4, seed=i) for i in range(4)]
    oracle = ReferenceMatcher(tables)
    matcher = DurableMatcher(tables)

    def work(worker: int) -> int:
        wrong = 0
        for round_ in range(60):
            facts = facts_about(tables[(worker + round_) % 4], 1 + round_ % 7, seed=worker * 1_000 + round_)
            facts += facts_about(tables[worker % 4], 2, seed=round_)
            wrong += matcher.match(facts) != oracle.match(facts)
        return wrong

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(8))) == [0] * 8
    finally:
        sys.setswitchinterval(interval)
        matcher.close()


@needs_core
def test_a_closed_matcher_says_so() -> None:
    matcher = DurableMatcher([GRID])
    matcher.match(ALL_GRID_FACTS)
    matcher.close()
    matcher.close()
    with pytest.raises(EngineError, match=r"PE9001.*closed"):
        matcher.match(ALL_GRID_FACTS)


def resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc")


@needs_core
@needs_proc
def test_memory_does_not_grow_over_100_000_evaluations() -> None:
    rules = table("表", 20, 20, 4, seed=8)
    facts = facts_about(rules, 1_000, seed=9)
    matcher = DurableMatcher([rules])
    for _ in range(5):
        matcher.match(facts)
    gc.collect()
    before = resident()
    for _ in range(100):
        matcher.match(facts)
    gc.collect()
    assert resident() - before < 8
    matcher.close()


@needs_core
@needs_proc
@pytest.mark.parametrize("explicitly", [True, False])
def test_closing_or_dropping_a_matcher_gives_its_memory_back(explicitly: bool) -> None:
    rules = table("表", 20, 20, 4, seed=8)
    facts = facts_about(rules, 50, seed=9)

    def use_one() -> None:
        matcher = DurableMatcher([rules])
        matcher.match(facts)
        if explicitly:
            matcher.close()

    for _ in range(20):
        use_one()
    gc.collect()
    before = resident()
    for _ in range(100):
        use_one()
    gc.collect()
    assert resident() - before < 4  # a session of 20 rows alone holds 0.3 MB
