"""Slips seeded into a rule file are told by meaning and, where they have an effect, by a case that really differs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policy_engine import Policy, evaluate, load
from policy_engine.analysis.diff import Diff, diff
from policy_engine.analysis.diff_document import diff_document
from policy_engine.analysis.diff_sides import asked, sides
from policy_engine.analysis.diff_text import diff_lines
from policy_engine.diagnostics.errors import InputError, NotInForce, PolicyEngineError
from policy_engine.engine.near_cases import given

RULES = Path(__file__).parents[3] / "rules"
DEVIATION = (RULES / "jibei/deviation.yaml").read_text("utf-8")
SHIPPED = (
    "jibei/deviation",
    "jibei/exemption",
    "jibei/agreements",
    "jibei/publication",
    "hubei/binding",
    "jing-jin-tang/deviation",
)


def compared(before: str, after: str, cases: int = 0, /, **options: dict[str, str]) -> Diff:
    one = asked(before, None, None, options.get("before", {}))
    other = asked(after, None, None, options.get("after", {}))
    return diff(*sides(one, other), cases)


def edited(folder: Path, old: str, new: str, policy: str = "jibei/deviation") -> str:
    """A rule file with one slip, in a folder of rules of its own."""
    text = (RULES / f"{policy}.yaml").read_text("utf-8")
    assert text.count(old) == 1, old
    shutil.copytree(RULES, folder / "rules")
    path = folder / "rules" / f"{policy}.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    return str(path)


def outcome(policy: Policy, facts: dict[str, list[dict[str, object]]]) -> object:
    try:
        return evaluate(policy, facts, executor="reference").to_dict()
    except PolicyEngineError as error:
        return [d.code for d in error.diagnostics]


def really_differ(found: Diff) -> None:
    """Every case that is shown, evaluated again from the facts as they are shown."""
    assert found.effects is not None and found.effects.shown
    for shown in found.effects.shown:
        sides_ = [
            outcome(side.policy, given(found.effects.common, shown.case, n))
            for n, side in enumerate((found.before, found.after))
        ]
        assert sides_[0] != sides_[1]


OVER = "| 超幅度   | 否       | 超过 免予考核电量             | 应予考核       | 应考核电量       | 二-4   |"
ROUNDING = "取整: {偏差考核电量: 四舍五入 3 位}"
WITH_EFFECT = {
    "parameter": ("{值: 5%, 自", "{值: 3%, 自", "parameter", "value", ("5%", "3%")),
    "comparison": (
        OVER,
        OVER.replace("超过 免予", "不低于 免予"),
        "decision",
        "when",
        ("超过 免予考核电量", "不低于 免予考核电量"),
    ),
    "rounding": (
        ROUNDING,
        ROUNDING.replace("四舍五入", "向下"),
        "decision",
        "rounding",
        ("四舍五入 3 位", "向下 3 位"),
    ),
    "weight": (
        "分摊依据: 偏差电量\n",
        "分摊依据: 实际用电量\n",
        "decision",
        "weight",
        ("偏差电量", "实际用电量"),
    ),
    "reading": (
        "{取: 全部负偏差, 可取",
        "{取: 超出幅度的部分, 可取",
        "reading",
        "chosen",
        ("全部负偏差", "超出幅度的部分"),
    ),
    "range": (
        "兆瓦时    | 3      | 又名 抄表电量 | 0 至 10000000",
        "兆瓦时    | 3      | 又名 抄表电量 | 0 至 1000",
        "term",
        "high",
        ("10000000", "1000"),
    ),
}


@pytest.mark.parametrize("name", WITH_EFFECT)
def test_a_slip_is_told_by_meaning_and_by_a_case_that_differs(name: str, tmp_path: Path) -> None:
    old, new, kind, what, (before, after) = WITH_EFFECT[name]
    found = compared("jibei/deviation", edited(tmp_path, old, new), 200)
    (change,) = found.changes
    cells = [*change.cells, *(cell for row in change.rows for cell in row.cells)]
    assert change.kind == kind
    assert [(c.what, c.before, c.after) for c in cells] == [(what, before, after)]
    assert found.effects is not None and 0 < found.effects.different <= 200
    really_differ(found)


def test_places_are_told_on_both_sides(tmp_path: Path) -> None:
    path = edited(tmp_path, "{值: 5%, 自", "{值: 3%, 自")
    (change,) = compared("jibei/deviation", path).changes
    assert change.before is not None and change.after is not None
    line = next(n for n, text in enumerate(DEVIATION.splitlines(), 1) if "{值: 5%, 自" in text)
    assert change.before.at == f"rules/jibei/deviation.yaml:{line}"
    assert change.after.at == f"{path}:{line}"
    assert change.after.clauses == ("二-3",) and not change.after.inherited


def test_a_verdict_that_turns_is_shown_first(tmp_path: Path) -> None:
    found = compared("jibei/deviation", edited(tmp_path, "{值: 5%, 自", "{值: 3%, 自"), 200)
    assert found.effects is not None
    first = found.effects.shown[0]
    verdicts = [(a[k].text, b[k].text) for k in first.keys if k[2] == "verdict" for a, b in [first.outcomes]]
    assert verdicts == [("免予考核", "应予考核")]
    assert first.facts <= 4
    (amount,) = [a for a in found.effects.amounts if (a.entity, a.term) == ("售电公司", "偏差考核电量")]
    assert amount.sum is not None and amount.mean is not None
    assert amount.sum > 0 and amount.mean * amount.count == amount.sum


def test_a_dropped_row(tmp_path: Path) -> None:
    row = next(line for line in DEVIATION.splitlines() if "| 幅度内" in line)
    found = compared("jibei/deviation", edited(tmp_path, row + "\n", ""), 200)
    (change,) = found.changes
    (dropped,) = change.rows
    assert (dropped.how, dropped.entry.name) == ("removed", "幅度内")
    really_differ(found)


def test_only_a_clause(tmp_path: Path) -> None:
    """No value differs, and that is what is said; the basis of some does."""
    found = compared("jibei/deviation", edited(tmp_path, OVER, OVER.replace("| 二-4   |", "| 二-5   |")), 200)
    (change,) = found.changes
    assert [(c.what, c.before, c.after) for c in change.rows[0].cells] == [("clauses", "二-4", "二-5")]
    assert found.effects is not None and found.effects.different == 0 and found.effects.basis > 0
    text = "\n".join(diff_lines(found, "zh"))
    assert "未发现差别（200 个算例）" in text and "依据的条款不同" in text


def test_a_deadline(tmp_path: Path) -> None:
    step = "原状态: 已上报, 新状态: 已函告, 期限: {月: 次月, 日: 12}"
    path = edited(tmp_path, step, step.replace("日: 12", "日: 15"), "jibei/exemption")
    changes = compared("jibei/exemption", path).changes
    (process,) = changes
    assert process.kind == "process"
    steps = {row.entry.name: row.cells for row in process.rows}
    assert set(steps) == {"函告", "补充函告"}  # the deadline of the latter is that of the former
    assert all([c.what for c in cells] == ["deadline"] for cells in steps.values())
    assert all("12日前" in c.before and "15日前" in c.after for cells in steps.values() for c in cells)


def test_a_new_name_is_told_as_one(tmp_path: Path) -> None:
    """By the id of a term; everything that reads it means the same."""
    text = DEVIATION.replace("出账月份", "记账月份")
    path = edited(tmp_path, "标题: 关于", "标题: 关于")
    Path(path).write_text(text, "utf-8")
    changes = compared("jibei/deviation", path).changes
    assert {(c.kind, c.how) for c in changes} == {("term", "renamed"), ("decision", "renamed")}
    assert all([(cell.what) for cell in c.cells] == ["name"] for c in changes)


def test_spelling_and_comments_are_no_difference(tmp_path: Path) -> None:
    path = edited(tmp_path, "计算公式: 实际用电量 - 合同电量", "计算公式: (实际用电量)-合同电量")
    assert compared("jibei/deviation", path).changes == ()


@pytest.mark.parametrize("policy", SHIPPED)
def test_nothing_differs_from_itself(policy: str) -> None:
    found = compared(policy, policy, 10)
    assert found.changes == ()
    assert found.effects is not None and (found.effects.different, found.effects.basis) == (0, 0)
    assert "按含义没有差别" in "\n".join(diff_lines(found, "zh"))


def test_a_policy_and_its_parent() -> None:
    found = compared("jing-jin-tang/deviation", "jibei/deviation", 200)
    by_kind = {(c.kind, c.entry.label): c for c in found.changes}
    assert by_kind["parameter", "免予考核幅度"].how == "added"
    assert ("decision", "偏差考核电费") not in by_kind  # inherited as it is
    assert by_kind["term", "用户.合同电量"].how == "added"
    assert found.effects is not None and found.effects.cases == 0
    text = "\n".join(diff_lines(found, "zh"))
    assert "待下位决定" in text and "用户.偏差考核电量" in text and "未发现差别" not in text


def test_inherited_things_are_told_as_such() -> None:
    (side, _) = sides(*(asked("jibei/deviation", None, None, {}) for _ in "ab"))
    from policy_engine.analysis.diff_entries import entries
    from policy_engine.analysis.diff_words import Words

    found = {(e.kind, e.label): e for e in entries(side, Words("zh"))}
    factor, width = found["parameter", "考核系数"], found["parameter", "免予考核幅度"]
    assert (factor.origin, factor.inherited) == ("jing-jin-tang/deviation", True)
    assert (width.origin, width.inherited) == ("jibei/deviation", False)


def test_two_months_of_one_policy() -> None:
    """Outputs that follow the month are no difference."""
    found = compared("jibei/deviation@2018-06", "jibei/deviation@2018-07", 30)
    assert found.changes == ()
    assert found.effects is not None and found.effects.different == 0
    with pytest.raises(NotInForce):
        compared("jibei/deviation@2018-05", "jibei/deviation@2018-06")


def test_a_parameter_that_changes_in_time(tmp_path: Path) -> None:
    old = "免予考核幅度: {值: 5%, 自: 2018-06-01, 至: 未定, 复核: 2019-06-01, 来源: 原文, 条款: 二-3}"
    new = """免予考核幅度:
    - {值: 5%, 自: 2018-06-01, 至: 2018-08-31, 来源: 原文, 条款: 二-3}
    - {值: 8%, 自: 2018-09-01, 至: 未定, 来源: 推定, 条款: 二-3}"""
    path = edited(tmp_path, old, new)
    (change,) = compared(f"{path}@2018-06", f"{path}@2018-09").changes
    cells = {c.what: (c.before, c.after) for c in change.cells}
    assert cells["value"] == ("5%", "8%") and cells["source"] == ("原文", "推定")
    (change,) = compared("jibei/deviation", path).changes  # the same value today, another timeline
    assert {c.what for c in change.cells} == {"to", "review"} and [r.how for r in change.rows] == ["added"]


def test_readings_of_hubei() -> None:
    readings = {"before": {"附件份数": "至少一份"}, "after": {"附件份数": "可以没有"}}
    found = compared("hubei/binding", "hubei/binding", 100, **readings)
    (change,) = found.changes
    assert (change.kind, [(c.before, c.after) for c in change.cells]) == (
        "reading",
        [("至少一份", "可以没有")],
    )
    really_differ(found)
    assert found.effects is not None
    (shown,) = found.effects.shown
    assert [b[k].text for k in shown.keys for b in [shown.outcomes[1]]] == ["齐全"]


def test_the_document_says_what_the_text_says(tmp_path: Path) -> None:
    found = compared("jibei/deviation", edited(tmp_path, OVER, OVER.replace("超过 免予", "不低于 免予")), 50)
    document = diff_document(found)
    (change,) = document["changes"]
    assert change["rows"][0]["cells"] == [
        {"what": "when", "of": "负偏差电量", "before": "超过 免予考核电量", "after": "不低于 免予考核电量"}
    ]
    assert document["effect"]["different"] == found.effects.different if found.effects else False
    example = document["effect"]["examples"][0]
    assert outcome(found.before.policy, example["facts"]["before"]) != outcome(
        found.after.policy, example["facts"]["after"]
    )


def test_a_scenario_holds_where_it_was_found(tmp_path: Path) -> None:
    """Before the slip, after it, and not the other way round."""
    found = compared("jibei/deviation", edited(tmp_path / "after", "{值: 5%, 自", "{值: 3%, 自"), 100)
    shutil.copytree(RULES, tmp_path / "before/rules")
    examples = diff_document(found)["effect"]["examples"]
    for place, wanted in (("before", "before"), ("after", "after"), ("before", "after")):
        lines = [f"# language: zh-CN\n功能: {place}"]
        lines += [e["scenario"][wanted].replace("场景:", f"场景: {n}") for n, e in enumerate(examples)]
        feature = tmp_path / place / "features/差别.feature"
        feature.parent.mkdir(exist_ok=True)
        feature.write_text("\n".join(lines), "utf-8")
        words = [sys.executable, "-m", "policy_engine.cli", "test", str(feature.parent)]
        done = subprocess.run(words, cwd=tmp_path / place, capture_output=True, text=True, check=False)
        assert done.returncode == (0 if place == wanted else 1), done.stdout + done.stderr


def test_what_only_one_side_has_is_said(tmp_path: Path) -> None:
    """A new required fact is given to the side that asks for it; what is common is still compared."""
    row = next(line for line in DEVIATION.splitlines() if "| 目录电价 " in line)
    new = row.replace("目录电价    ", "系统备用费  ").replace(
        "catalogue_price           ", "reserve_fee               "
    )
    fee = "用户.超出电费:\n    计算公式: 超出电量 × 目录电价"
    path = edited(tmp_path, row, f"{row}\n{new}")
    text = Path(path).read_text("utf-8")
    assert fee in text
    Path(path).write_text(text.replace(fee, fee.replace("目录电价", "(目录电价 + 系统备用费)")), "utf-8")
    found = compared("jibei/deviation", path, 60)
    text = "\n".join(diff_lines(found, "zh"))
    assert "只有乙要的事实：用户.系统备用费" in text
    assert found.effects is not None and {a.term for a in found.effects.amounts} == {"超出电费"}
    really_differ(found)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError) as raised:
        compared("jibei/deviation", "nowhere/deviation.yaml")
    assert raised.value.code == "PE5001"


def test_the_cases_are_the_same_every_time() -> None:
    readings = {"after": {"分配权重": "超出幅度的部分"}}
    one, other = (diff_document(compared("jibei/deviation", "jibei/deviation", 90, **readings)) for _ in "ab")
    assert one == other
    assert load("jibei/deviation", period="2018-06").digest == one["before"]["digest"]
