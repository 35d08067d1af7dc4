"""Near misses: the other row that the fewest grid units of one input would have fired."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

import policy_engine as pe
from policy_engine.engine import near_miss as near_miss_module
from reference.jibei import judge
from unit.policy.rule_text import policy_of, rule_file

UNIT = Fraction(1, 1000)


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


def user(user_id, retailer_id, contract, metered, exempt="否"):
    return {
        "user_id": user_id,
        "retailer_id": retailer_id,
        "contract_energy": contract,
        "metered_energy": metered,
        "catalogue_price": "600",
        "exempt": exempt,
    }


def miss_of(policy, entity, key, *users, term="verdict"):
    facts = {"market": {"average_bilateral_price": "350"}, "user": list(users)}
    told = pe.trace(pe.evaluate(policy, facts, executor="reference"), entity, key)
    return next(s.near_miss for s in told.steps if (s.entity, s.key, s.term) == (entity, key, term))


def said(miss):
    return miss and (miss.entity, miss.key, miss.name, miss.before, miss.after, miss.grid_units, miss.row)


@pytest.mark.parametrize(
    "metered, after, units, row",
    [
        ("9499.999", "9500.000", 1, "幅度内"),
        ("9490", "9500.000", 10_000, "幅度内"),
        ("9000", "9500.000", 500_000, "幅度内"),
    ],
)
def test_a_direct_user_beyond_the_band(policy, metered, after, units, row):
    miss = miss_of(policy, "用户", "D", user("D", "", "10000", metered))
    before = f"{Decimal(metered):.3f}"
    assert said(miss) == ("用户", "D", "实际用电量", before, after, units, row)
    assert miss.unit == "兆瓦时"


@pytest.mark.parametrize(
    "metered, units, row",
    [
        ("9500", 1, "超幅度"),
        ("9500.001", 2, "超幅度"),
        ("9999.999", 1, "无负偏差"),
        ("10000", 1, "幅度内"),
        ("10000.002", 3, "幅度内"),
        ("9900", 100_000, "无负偏差"),
        ("9600", 100_001, "超幅度"),
    ],
)
def test_a_direct_user_on_either_side_of_an_edge(policy, metered, units, row):
    """Contract and meter are equally near here: either may be named, the distance may not differ."""
    miss = miss_of(policy, "用户", "D", user("D", "", "10000", metered))
    assert (miss.grid_units, miss.row) == (units, row)
    assert abs(Decimal(miss.after) - Decimal(miss.before)) == units * Decimal("0.001")


def test_what_the_other_row_would_have_concluded(policy):
    miss = miss_of(policy, "用户", "D", user("D", "", "10000", "9499.999"))
    assert miss.outputs == ("免予考核", "0")
    assert miss_of(policy, "用户", "D", user("D", "", "10000", "9500")).outputs == ("应予考核", "应考核电量")


def test_a_table_with_two_conclusions_has_one_near_miss(policy):
    users = [user("D", "", "10000", "9499.999")]
    assert miss_of(policy, "用户", "D", *users) == miss_of(
        policy, "用户", "D", *users, term="assessed_energy"
    )


@pytest.mark.parametrize(
    "users",
    [
        [user("D", "", "10000", "9000", "是")],  # exempt whatever it uses
        [user("D", "", "0", "0.000", "是")],
    ],
    ids=["exempt", "nothing at all"],
)
def test_no_number_changes_an_exemption(policy, users):
    assert miss_of(policy, "用户", "D", *users) is None


def test_being_judged_with_the_package_has_no_near_miss(policy):
    assert miss_of(policy, "用户", "001", user("001", "A", "10000", "9000")) is None


def nearest_by_hand(contract, metered):
    """The fewest units of either input that change the verdict, by trying them all with the reference."""
    now = judge(contract, metered)[0]
    for units in range(1, 3_000):
        for step in (units * UNIT, -units * UNIT):
            if metered + step >= 0 and judge(contract, metered + step)[0] != now:
                return units
            if contract + step >= 0 and judge(contract + step, metered)[0] != now:
                return units
    return None


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_nearest(policy, seed):
    rng = random.Random(seed)
    contract = rng.choice([0, 1, 19, 20, 999, 1000, rng.randrange(2000)])
    metered = rng.choice(
        [
            0,
            contract,
            contract * 97 // 100,
            contract * 98 // 100,
            contract * 99 // 100,
            contract * 95 // 100,
            max(contract * 95 // 100 - 1, 0),
            rng.randrange(2000),
        ]
    )
    contract, metered = contract * UNIT, metered * UNIT
    miss = miss_of(policy, "用户", "D", user("D", "", contract, metered))
    by_hand = nearest_by_hand(contract, metered)
    assert (miss and miss.grid_units) == by_hand
    if miss is not None:
        changed = {"实际用电量": "metered_energy", "合同电量": "contract_energy"}[miss.name]
        given = user("D", "", contract, metered) | {changed: miss.after}
        result = pe.evaluate(
            policy, {"market": {"average_bilateral_price": "350"}, "user": [given]}, executor="reference"
        )
        assert result.value("用户", "D", "verdict").row == miss.row


ONE_INPUT = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 0 | | 0 至 1000
    用户 | 档 | band | 选项 | | | | 低、中、高
"""
THREE_ROWS = """
    用户.档:
      多行命中: 不允许
      决策表: |
        | 行名 | 当：电量              | 则：档 |
        | 低   | 不超过 10             | 低     |
        | 中   | 超过 10 且 不超过 100 | 中     |
        | 高   | 超过 100              | 高     |
"""


@pytest.mark.parametrize(
    "energy, after, units, row",
    [("20", "10", 10, "低"), ("95", "101", 6, "高"), ("0", "11", 11, "中"), ("1000", "100", 900, "中")],
)
def test_up_and_down_are_both_tried(energy, after, units, row):
    policy = policy_of(rule_file(THREE_ROWS, terms=ONE_INPUT))
    facts = {"user": [{"user_id": "1", "energy": energy}]}
    told = pe.trace(pe.evaluate(policy, facts, executor="reference"), "user", "1")
    assert said(told.steps[0].near_miss) == ("用户", "1", "电量", energy, after, units, row)


# -- packages ---------------------------------------------------------------------------------------


def test_a_package_one_kwh_beyond(policy):
    miss = miss_of(
        policy, "售电公司", "A", user("001", "A", "6000", "5699.999"), user("002", "A", "4000", "3800")
    )
    assert (miss.name, miss.grid_units, miss.row) == ("实际用电量", 1, "幅度内")
    assert miss.entity == "用户"


def test_a_package_at_the_band(policy):
    users = [user("001", "A", "6000", "5700"), user("002", "A", "4000", "3800")]
    miss = miss_of(policy, "售电公司", "A", *users)
    assert (miss.entity, miss.grid_units, miss.row) == ("用户", 1, "超幅度")


def test_a_user_at_zero_has_no_room_below(policy):
    """Some other user of the package can use less; through the contracts it would be 190 units."""
    users = [user("000", "A", "0", "0"), user("001", "A", "10000", "9500.180")]
    for given in (users, users[::-1]):
        miss = miss_of(policy, "售电公司", "A", *given)
        assert said(miss) == ("用户", "001", "实际用电量", "9500.180", "9499.999", 181, "超幅度")


def test_exempt_users_are_not_part_of_it(policy):
    users = [
        user("001", "A", "10000", "9499.998"),
        user("002", "A", "90000", "10", exempt="是"),
    ]
    miss = miss_of(policy, "售电公司", "A", *users)
    assert said(miss) == ("用户", "001", "实际用电量", "9499.998", "9500.000", 2, "幅度内")


def test_a_package_of_exempt_users_has_none(policy):
    assert miss_of(policy, "售电公司", "A", user("001", "A", "10000", "9000", "是")) is None


def test_other_packages_do_not_matter(policy):
    mine = [user("001", "A", "10000", "9400")]
    others = [user("002", "B", "10000", "9499.999"), user("003", "", "10000", "9499.999")]
    assert miss_of(policy, "售电公司", "A", *mine) == miss_of(policy, "售电公司", "A", *mine, *others)


def test_the_order_of_users_does_not_matter(policy):
    users = [user(f"{i:03}", "A", "10000", str(9000 + 13 * i)) for i in range(12)]
    turned = users[::-1]
    assert miss_of(policy, "售电公司", "A", *users) == miss_of(policy, "售电公司", "A", *turned)


def test_the_results_are_left_as_they_were(policy):
    facts = {
        "market": {"average_bilateral_price": "350"},
        "user": [user("001", "A", "10000", "9499.999"), user("D", "", "10000", "9499.999")],
    }
    result = pe.evaluate(policy, facts, executor="reference")
    before = result.to_dict()
    for entity, key in (("用户", "001"), ("售电公司", "A"), ("用户", "D")):
        pe.trace(result, entity, key)
    assert result.to_dict() == before


def test_a_very_large_package_gets_none(policy, monkeypatch):
    monkeypatch.setattr(near_miss_module, "MAX_ROWS", 2)
    users = [user("001", "A", "10000", "9499.999"), user("002", "A", "10000", "9500")]
    assert miss_of(policy, "售电公司", "A", *users) is None


def test_it_can_be_left_out(policy):
    facts = {"market": {"average_bilateral_price": "350"}, "user": [user("D", "", "10000", "9499.999")]}
    told = pe.trace(pe.evaluate(policy, facts, executor="reference"), "用户", "D", near=False)
    assert all(step.near_miss is None for step in told.steps)


# -- sensitive --------------------------------------------------------------------------------------

TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 0 | | 0 至 1000
    用户 | 底价 | floor | 电价 | 元/兆瓦时 | 0 | {floor} | 0 至 1000
    用户 | 等次 | grade | 选项 | | | {grade} | 甲、乙
    用户 | 档 | band | 选项 | | | | 高、低
    用户 | 系数 | factor | 数 | | 0 | |
"""
DECISIONS = """
    用户.系数: {计算公式: 等值(等次)}
    用户.档:
      多行命中: 不允许
      决策表: |
        | 行名 | 当：底价    | 当：电量 | 则：档 |
        | 高   | 超过 500   | -        | 高     |
        | 低   | 不超过 500 | 超过 10   | 低     |
        | 无   | 不超过 500 | 不超过 10 | 低     |
"""
LOOKUP = """
对照表:
  等值:
    表: |
      | 等次 | 系数 |
      | 甲 | 17 |
      | 乙 | 23 |
"""


def secret_policy(floor="", grade=""):
    return policy_of(rule_file(DECISIONS, terms=TERMS.format(floor=floor, grade=grade), more=LOOKUP))


ROW = {"user_id": "1", "energy": "100", "floor": "499", "grade": "甲"}


def told_of(policy):
    return pe.trace(pe.evaluate(policy, {"user": [ROW]}, executor="reference"), "user", "1")


def test_a_sensitive_input_is_no_near_miss():
    """One unit from a limit everybody knows would be the value itself."""
    open_miss = next(s.near_miss for s in told_of(secret_policy()).steps if s.term == "band")
    assert said(open_miss) == ("用户", "1", "底价", "499", "501", 2, "高")
    hidden = next(s.near_miss for s in told_of(secret_policy(floor="敏感")).steps if s.term == "band")
    assert said(hidden) == ("用户", "1", "电量", "100", "10", 90, "无")


def test_a_sensitive_key_of_a_lookup_is_hidden_with_its_value():
    def lookup(policy):
        (read,) = [r for s in told_of(policy).steps for r in s.reads if r.kind == "lookup"]
        return read.key, read.value

    assert lookup(secret_policy()) == ("甲", "17")
    assert lookup(secret_policy(grade="敏感")) == ("（敏感）", "（敏感）")
