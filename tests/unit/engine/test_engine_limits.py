"""What an embedder leans on: colliding ids, many threads, thousands of cases, no lasting memory."""

from __future__ import annotations

import gc
import resource
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from policy_engine.engine import durable
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.plan import plan_for
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy

pytestmark = pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed")

# Equal under the 32-bit hash by which durable_rules tells ids apart.
COLLIDING = ("1304178633618", "1304589688689")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load("jibei/deviation", period="2018-06")


def user(key: str, metered: str, retailer: str = "") -> dict[str, str]:
    return {
        "user_id": key,
        "retailer_id": retailer,
        "contract_energy": "1000",
        "metered_energy": metered,
        "catalogue_price": "500",
    }


def case(*users: dict[str, str]) -> dict[str, object]:
    return {"market": {"average_bilateral_price": "350"}, "user": list(users)}


def test_ids_that_collide_in_the_core_are_both_settled(policy: Policy) -> None:
    users = [user(COLLIDING[0], "900"), user(COLLIDING[1], "960"), user("001234", "0"), user("1234", "1001")]
    for order in (users, users[::-1]):
        result = evaluate(policy, case(*order))
        found = {u["user_id"]: result.value("user", u["user_id"], "assessed_energy").text for u in users}
        assert found == {COLLIDING[0]: "50.000", COLLIDING[1]: "0.000", "001234": "950.000", "1234": "0.000"}
        rows = {k: result.value("user", k, "verdict").row for k in found}
        assert rows == {
            COLLIDING[0]: "超幅度",
            COLLIDING[1]: "幅度内",
            "001234": "超幅度",
            "1234": "无负偏差",
        }


def test_colliding_ids_of_retailers(policy: Policy) -> None:
    users = [user("1", "900", COLLIDING[0]), user("2", "960", COLLIDING[1])]
    result = evaluate(policy, case(*users))
    assert [result.value("retailer", k, "考核结论").value for k in COLLIDING] == ["应予考核", "免予考核"]


def test_eight_threads_evaluate_one_policy(policy: Policy) -> None:
    start = Barrier(8)

    def work(number: int) -> list[str]:
        start.wait()
        mine = []
        for turn in range(25):
            metered = str(700 + number * 30 + turn)
            result = evaluate(policy, case(user("1", metered), user("2", "0", "S"), user("3", "2000", "S")))
            mine.append(result.value("user", "1", "assessed_energy").text)
        return mine

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    expected = [[f"{max(1000 - (700 + n * 30 + t) - 50, 0)}.000" for t in range(25)] for n in range(8)]
    assert found == expected


def test_eight_threads_with_policies_of_their_own() -> None:
    """Each thread loads, compiles and evaluates; the core is shared by all of them."""

    def work(number: int) -> str:
        policy = load("jibei/deviation", period=f"2018-{number + 6:02d}" if number < 7 else "2019-01")
        result = evaluate(policy, case(user("1", "900")))
        return f"{policy.period} {result.value('user', '1', 'user_fee').text}"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, [*range(8), *range(8)]))
    assert found[:8] == found[8:]
    assert {f.split()[1] for f in found} == {"3500.00"}


def test_thousands_of_cases_leave_no_memory_behind(policy: Policy) -> None:
    def many(count: int) -> None:
        for number in range(count):
            evaluate(
                policy, case(user("1", str(number % 1100)), user("2", "900", "S"), user("3", "800", "S"))
            )

    many(200)
    gc.collect()
    before = _resident()
    many(2_000)
    gc.collect()
    assert _resident() - before < 8_000_000
    tracemalloc.start()
    many(20)
    objects, _ = tracemalloc.get_traced_memory()
    many(200)
    gc.collect()
    assert tracemalloc.get_traced_memory()[0] - objects < 100_000
    tracemalloc.stop()


def test_a_failing_case_leaves_the_next_one_alone(policy: Policy) -> None:
    for _ in range(50):
        with pytest.raises(Exception, match="PE6033"):
            evaluate(policy, case(user("1", "-5")))
        assert evaluate(policy, case(user("1", "900"))).value("user", "1", "assessed_energy").text == "50.000"


def test_a_reloaded_policy_finds_its_plan_again() -> None:
    first, second = (load("jibei/deviation", period="2018-06") for _ in range(2))
    assert plan_for(first, "durable") is plan_for(second, "durable")
    other = load("jibei/deviation", period="2018-06", options={"分配权重": "超出幅度的部分"})
    assert plan_for(first, "durable") is not plan_for(other, "durable")


def test_a_case_of_two_thousand_users(policy: Policy) -> None:
    """Many more facts than the core could hold at once; each verdict is that of the user alone."""
    users = [user(f"{n:06d}", str(900 + n % 120)) for n in range(2_000)]
    result = evaluate(policy, case(*users))
    for number, row in enumerate(result.dataset.rows["用户"]):
        short = 100 - number % 120
        expected = "无负偏差" if short <= 0 else "幅度内" if short <= 50 else "超幅度"
        assert result.value("user", row.key, "verdict").row == expected if number % 97 == 0 else True
        assert row.values["assessed_energy"] == max(short - 50, 0)


def _resident() -> int:
    """Resident memory in bytes, or the peak where the system does not tell."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
