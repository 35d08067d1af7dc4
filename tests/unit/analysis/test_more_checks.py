"""Sub-entities, ranges, overlays, timelines, names, processes: what is not told, and why what is told is so.

What each code tells of a slip is recorded in tests/bad; here is the other side, where nothing may be said.
"""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.analysis import solver
from policy_engine.analysis.cached import told_rules
from policy_engine.analysis.names import skeleton
from policy_engine.analysis.slips import _one_apart
from policy_engine.analysis.timelines import _uncovered

TODAY = dt.date(2018, 6, 1)
HEAD = """\
格式: 1
政策: {id}
标题: 示例
发文机关: 委员会
知悉日: 2018-01-01
施行: {{自: {from_}, 至: {to}, 按: 结算月}}
"""
TERMS = """\
词条: |
  | 主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围 |
"""
USER = "主体:\n  用户: {代号: user, 主键: user_id}\n" + TERMS


def codes(folder, *bodies, ids=("t/x", "t/y"), spans=(("2018-06-01", "未定"),) * 2):
    """What is told of the first policy."""
    for number, (body, id_, (from_, to)) in enumerate(zip(bodies, ids, spans, strict=False)):
        text = HEAD.format(id=id_, from_=from_, to=to) + body
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    found = {
        d.code for t in told_rules(folder / "0.yaml", TODAY) if t.policy == ids[0] for d in t.diagnostics
    }
    assert not {c for c in found if c.startswith(("PE1", "PE2", "PE30", "PE4"))}, "it does not even load"
    return found


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The rest of the rules is found as from a folder of the environment."""
    monkeypatch.setenv("POLICY_ENGINE_RULES", str(tmp_path))
    return lambda *bodies, **more: codes(tmp_path, *bodies, **more)


# -- sub-entities ---------------------------------------------------------------------------------

PARTS = (
    """\
主体:
  用户: {{代号: user, 主键: user_id}}
{parts}
"""
    + TERMS.replace("{", "{{")
    + """\
  | 用户 | 甲 | a | 电量 | 兆瓦时 | 3 |      | 0 至 9 |
  | 用户 | 乙 | b | 电量 | 兆瓦时 | 3 | 可空 | 0 至 9 |
  | 用户 | 免 | c | 是否 |        |   |      |        |
  | 用户 | 果 | r | 电量 | 兆瓦时 | 3 |      |        |
决定:
  果: {{适用: [用户], 计算公式: 甲}}
"""
)


def parts(*conditions):
    named = (f"  类{n}: {{即: 用户, 当: {c}}}" for n, c in enumerate(conditions))
    return PARTS.format(parts="\n".join(named))


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (("免", "非 免"), None),
        (("免 且 甲 > 5 兆瓦时", "免 且 甲 不超过 5 兆瓦时", "非 免"), None),
        (("甲 不超过 3 兆瓦时", "甲 > 3 兆瓦时 且 甲 < 6 兆瓦时", "甲 不低于 6 兆瓦时"), None),
        (("甲 不超过 3 兆瓦时", "甲 不低于 3.001 兆瓦时"), None),  # nothing lies between on the grid
        (("甲 不超过 3 兆瓦时", "甲 不低于 3.002 兆瓦时"), "PE3313"),
        (("甲 < 0 兆瓦时", "甲 不低于 0 兆瓦时"), None),  # idle, but not wrong
        (("乙 为空", "乙 不为空"), None),
        (("乙 为空", "乙 不为空 且 乙 > 甲", "乙 不为空 且 乙 不超过 甲"), None),
        (("乙 为空", "乙 不为空 且 乙 > 甲", "乙 不为空 且 乙 < 甲"), "PE3313"),
        (("免",), "PE3313"),
        (("免", "非 免", "甲 > 5 兆瓦时"), "PE3314"),
        (("免 或 甲 > 5 兆瓦时", "非 免"), "PE3314"),
    ],
)
def test_sub_entities(conditions, code, told):
    found = told(parts(*conditions))
    assert found & {"PE3313", "PE3314", "PE3315"} == ({code} if code else set())


def test_sub_entities_that_compare_terms_need_the_solver(told, monkeypatch):
    monkeypatch.setattr(solver, "available", lambda: False)
    assert "PE3315" in told(parts("乙 为空", "乙 不为空 且 乙 > 甲", "乙 不为空 且 乙 < 甲"))
    assert "PE3313" in told(parts("甲 > 5 兆瓦时", "甲 < 5 兆瓦时"))


def test_a_parent_that_leaves_something_open_may_leave_rows_to_its_child(told):
    body = parts("甲 > 5 兆瓦时", "甲 < 5 兆瓦时").replace(
        "| 果 | r | 电量 | 兆瓦时 | 3 |      |", "| 果 | r | 电量 | 兆瓦时 | 3 | 待下位决定 |"
    )
    assert not told(body.partition("决定:")[0]) & {"PE3313", "PE3315"}


# -- ranges ---------------------------------------------------------------------------------------

CARRIED = (
    USER
    + """\
  | 用户 | 前 | p | 电量 | 兆瓦时 | 3 | 默认 0 | 0 至 100 |
  | 用户 | 增 | q | 电量 | 兆瓦时 | 3 |        | 0 至 100 |
  | 用户 | 后 | n | 电量 | 兆瓦时 | 3 |        |          |
"""
)


@pytest.mark.parametrize(
    ("rest", "leaves"),
    [
        ("决定:\n  用户.后: {计算公式: 前 + 增}\n", True),
        ("决定:\n  用户.后: {计算公式: '最小值(前 + 增, 100 兆瓦时)'}\n", False),
        ("决定:\n  用户.后: {计算公式: '最大值(前 - 增, 0 兆瓦时)'}\n", False),
        ("决定:\n  用户.后: {计算公式: 前 - 增}\n", True),
        ("决定:\n  用户.后: {计算公式: 如果 前 + 增 > 100 兆瓦时 那么 100 兆瓦时 否则 前 + 增}\n", False),
        ("校验:\n  用户.上限:\n    须: 前 + 增 不超过 100 兆瓦时\n    否则: 同包全部退回\n"
         "决定:\n  用户.后: {计算公式: 前 + 增}\n", False),
        ("决定:\n  用户.后: {计算公式: 前 × 增 ÷ 1 兆瓦时, 取整: 四舍五入 3 位}\n", False),  # may, but nothing shows it
        ("决定:\n  用户.后: {计算公式: 前 × 1.000001, 取整: 四舍五入 3 位}\n", False),  # rounding brings it back
        ("决定:\n  用户.后: {计算公式: 前 × 1.00009, 取整: 四舍五入 3 位}\n", True),
    ],
)  # fmt: skip
def test_what_is_carried_over_stays_in_the_range_of_the_input(rest, leaves, told):
    found = told(CARRIED + rest + "结转:\n  用户.后: 用户.前\n")
    assert ("PE3316" in found) is leaves


def test_nothing_is_told_of_ranges_without_the_solver(told, monkeypatch):
    monkeypatch.setattr(solver, "available", lambda: False)
    body = CARRIED + "决定:\n  用户.后: {计算公式: 前 + 增}\n结转:\n  用户.后: 用户.前\n"
    assert "PE3316" not in told(body)


TABLE = (
    USER
    + """\
  | 用户 | 前 | p | 数   |        | 0 | 默认 1 | 1 至 3 |
  | 用户 | 量 | q | 电量 | 兆瓦时 | 3 |        | 0 至 9 |
  | 用户 | 后 | n | 数   |        | 0 |        |        |
决定:
  分级:
    适用: [用户]
    多行命中: 取首行
    决策表: |
      | 行名 | 当：量 | 则：后 |
{rows}
    默认: {{后: {default}}}
结转:
  用户.后: 用户.前
"""
)


@pytest.mark.parametrize(
    ("rows", "default", "leaves"),
    [
        (("| 低 | 小于 5 | 1 |",), 3, False),
        (("| 低 | 小于 5 | 1 |",), 4, True),
        (("| 低 | 小于 5 | 1 |", "| 高 | 不低于 5 | 2 |"), 4, False),  # never the default
        (("| 低 | 小于 5 | 1 |", "| 再低 | 小于 3 | 4 |"), 3, False),  # never reached
        (("| 低 | 小于 5 | 1 |", "| 中 | 小于 6 | 0 |"), 3, True),
    ],
)
def test_a_row_counts_where_it_can_hit(rows, default, leaves, told):
    lines = "\n".join(f"      {row}" for row in rows)
    found = told(
        TABLE.replace("代号: user, 主键: user_id", "{代号: user, 主键: user_id}").format(
            rows=lines, default=default
        )
    )
    assert ("PE3316" in found) is leaves


# -- overlays -------------------------------------------------------------------------------------

PARENT = (
    USER
    + """\
  | 用户 | 量 | q | 电量 | 兆瓦时 | 3 | | 0 至 9 |
  | 用户 | 果 | r | 电量 | 兆瓦时 | 3 | |        |
参数:
  考核系数: {值: 20%, 自: 2018-01-01, 至: 未定, 来源: 推定}
决定:
  用户.果: {计算公式: 量 × 考核系数, 取整: 四舍五入 3 位}
"""
)


@pytest.mark.parametrize(
    ("child", "code"),
    [
        ("参数:\n  考核系数: {值: 30%, 自: 2018-01-01, 至: 未定, 来源: 推定}\n", None),
        ("参数:\n  考核糸数: {值: 30%, 自: 2018-01-01, 至: 未定, 来源: 推定}\n", "PE3331"),
        ("参数:\n  考核系数值: {值: 30%, 自: 2018-01-01, 至: 未定, 来源: 推定}\n", "PE3331"),
        ("参数:\n  另一系数: {值: 30%, 自: 2018-01-01, 至: 未定, 来源: 推定}\n", "PE3321"),
        ("参数:\n  考核糸数: {值: 30%, 自: 2018-01-01, 至: 未定, 来源: 推定}\n"
         "决定:\n  用户.果: {计算公式: 量 × 考核糸数, 取整: 四舍五入 3 位}\n", None),  # its own rules read it
        ("参数:\n  考核系数: {值: 20%, 自: 2018-01-01, 至: 未定, 来源: 推定}\n", "PE3330"),
    ],
)  # fmt: skip
def test_what_was_meant_for_the_parent(child, code, told):
    found = told(f"沿用: t/y\n{child}", PARENT)
    assert found == ({code} if code else set())


@given(st.text("甲乙丙", max_size=4), st.text("甲乙丙", max_size=4))
def test_one_character_apart(one, other):
    around = {
        one[:i] + ch + one[j:] for i in range(len(one) + 1) for j in (i, i + 1) for ch in ("", *"甲乙丙")
    }
    assert _one_apart(one, other) == (other in around)


# -- timelines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("child", "parent", "told_of"),
    [
        (("2018-06-01", "未定"), ("2018-01-01", "未定"), False),
        (("2018-06-01", "2018-12-31"), ("2018-01-01", "2018-12-31"), False),
        (("2018-06-01", "2019-01-01"), ("2018-01-01", "2018-12-31"), True),
        (("2018-06-01", "未定"), ("2018-06-01", "2018-12-31"), True),
    ],
)
def test_a_child_while_its_parent_is_in_force(child, parent, told_of, told):
    found = told("沿用: t/y\n", PARENT, spans=(child, parent))
    assert ("PE3344" in found) is told_of


def test_two_versions_of_a_parent_that_meet(told):
    spans = (("2018-06-01", "未定"), ("2018-01-01", "2018-12-31"), ("2019-01-01", "未定"))
    assert "PE3344" not in told("沿用: t/y\n", PARENT, PARENT, ids=("t/x", "t/y", "t/y"), spans=spans)


DAYS = st.integers(0, 12).map(lambda n: dt.date(2018, 1, 1) + dt.timedelta(days=n))


@given(DAYS, DAYS, st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=4))
def test_the_first_days_nobody_covers(begin, end, spans):
    spans = [(a, b) for a, b in spans if b is None or a <= b]
    versions = tuple(
        SimpleNamespace(
            in_force=SimpleNamespace(from_=SimpleNamespace(value=a), to=b and SimpleNamespace(value=b))
        )
        for a, b in spans
    )
    days = [begin + dt.timedelta(days=n) for n in range((end - begin).days + 1)]
    free = [d for d in days if not any(a <= d and (b is None or d <= b) for a, b in spans)]
    found = _uncovered(begin, end, versions) if days else None
    assert (found is None) == (not free)
    if found is not None:
        first, last = found
        assert first == free[0] and last in free
        assert last == end or last + dt.timedelta(days=1) not in free


@pytest.mark.parametrize(
    ("to", "end", "told_of"),
    [
        ("未定", "未定", False),
        ("2018-12-31", "2018-12-31", False),
        ("2018-12-31", "未定", True),
        ("2019-12-31", "2018-12-31", False),
    ],
)
def test_a_parameter_as_long_as_the_policy(to, end, told_of, told):
    body = PARENT.replace("2018-01-01, 至: 未定", f"2018-01-01, 至: {to}")
    assert ("PE3345" in told(body, spans=(("2018-06-01", end),))) is told_of


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("A类电量", False), ("А类电量", True), ("α系数", False), ("峰段1", False), ("峰段１", False),
        ("A１档", True), ("Ａ类1", True), ("第86号电量", False), ("Вид", False), ("ВB", True), ("Οk", True),
    ],
)  # fmt: skip
def test_characters_from_another_keyboard(name, odd, told):
    rows = f"  | 用户 | {name} | q | 比例 | | 3 | | 0 至 9 |\n  | 用户 | 果 | r | 比例 | | 3 | | |\n"
    found = told(USER + rows + f"决定:\n  用户.果: {{计算公式: {name}}}\n")
    assert ("PE3352" in found) is odd


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("自己", "自已"),
        ("期末", "期未"),
        ("o档", "о档"),
        ("0档", "O档"),
        ("二〇", "二○"),
        ("Ａ档", "A档"),
        ("免考", "兔考"),
        ("A", "Α"),
    ],
)
def test_look_alikes(one, other):
    assert one != other and skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("甲类", "乙类"), ("合同电量", "合同电费"), ("1档", "2档")])
def test_no_look_alikes(one, other):
    assert skeleton(one) != skeleton(other)


# -- processes ------------------------------------------------------------------------------------

MATTER = (
    """\
主体:
  用户: {代号: user, 主键: user_id}
  申请: {代号: application, 主键: application_id, 属于: 用户}
  中心: {代号: centre, 单例: 是}
"""
    + TERMS
    + """\
  | 申请 | 结算月 | month    | 月份 | | | |              |
  | 申请 | 所在市 | city     | 选项 | | | | 唐山、张家口 |
  | 申请 | 容量   | capacity | 数   | | 0 | | 0 至 50    |
对照表:
  审核部门:
    表: |
      | 所在市 | 审核部门 |
      | 唐山   | 工信局   |
      | 张家口 | 发改委   |
流程:
  申请流程:
    事项: 申请
    起始: 起草
    步骤:
      提交: {办理主体: 用户, 原状态: 起草, 新状态: 待审, 前提: 容量 > 49}
      退回: {办理主体: 审核部门(所在市), 原状态: 待审, 新状态: 起草}
      通过: {办理主体: 审核部门(所在市), 原状态: 待审, 新状态: 已通过, 期限: {月: 本月, 日: 10, 逾期: {视为: 退回}}}
    办结状态: [已通过]
"""
)


def test_a_process_without_faults(told):
    assert not {c for c in told(MATTER) if c.startswith("PE338")}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("容量 > 49", "容量 > 50", "PE3381"),
        ("容量 > 49", "容量 > 10 且 容量 < 5", "PE3381"),
        ("      | 张家口 | 发改委   |\n", "", "PE3382"),
        ("办结状态: [已通过]", "办结状态: [已归档]", "PE3141"),
    ],
)
def test_a_process_with_one(old, new, code, told):
    assert code in told(MATTER.replace(old, new))
