"""结转 and 退补: what one period hands on, and what a new run settles differently."""

import csv
import io
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import policy_engine as pe

MONTH = Path(__file__).parents[3] / "examples/jibei-2018-06/csv"
CARRY = """# language: zh-CN
格式: 1
政策: demo/carry
标题: 结转示例
发文机关: 示例
文号: 未载明
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
条款:
  一: {位置: 第一条, 摘要: 余量滚动}
主体:
  全月: {代号: market, 单例: 是}
  用户: {代号: user, 主键: user_id}
词条: |
  | 主体 | 名称     | 代号             | 类型 | 单位   | 小数位 | 其他   | 范围          |
  | 全月 | 结算月   | settlement_month | 月份 |        |        |        |               |
  | 用户 | 期初余量 | opening          | 电量 | 兆瓦时 | 3      | 默认 0 | -1000 至 1000 |
  | 用户 | 用电量   | used             | 电量 | 兆瓦时 | 3      |        | 0 至 1000     |
  | 用户 | 期末余量 | closing          | 电量 | 兆瓦时 | 3      |        |               |
决定:
  用户.期末余量: {计算公式: 期初余量 - 用电量, 条款: 一}
结转:
  用户.期末余量: 用户.期初余量
明细:
  用户: {栏目: [期初余量, 用电量, 期末余量]}
"""


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def month(folder, users):
    folder.mkdir()
    (folder / "用户.csv").write_text("用户编号,期初余量,用电量\n" + users, encoding="utf-8")
    return folder


def test_what_a_month_hands_on_is_the_next_months_input(tmp_path):
    rules = tmp_path / "carry.yaml"
    rules.write_text(CARRY, encoding="utf-8")
    june = pe.load("demo/carry", period="2018-06", rules=rules)
    pe.settle(june, month(tmp_path / "june", "001,5,1.5\n"), tmp_path / "out")
    assert rows(tmp_path / "out/carry_over_user.csv") == [{"user_id": "001", "opening": "3.500"}]
    july = pe.load("demo/carry", period="2018-07", rules=rules)
    handed_on = rows(tmp_path / "out/carry_over_user.csv")
    result = pe.evaluate(july, {"user": [{**handed_on[0], "used": "4"}]})
    assert result.value("user", "001", "closing").value == Decimal("-0.500")


@pytest.fixture
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("headers", ["id", "name"])
def test_the_same_month_again_differs_in_nothing(policy, tmp_path, format, headers):
    pe.settle(policy, MONTH, tmp_path / "old", format=format, headers=headers)
    again = pe.settle(policy, MONTH, tmp_path / "new", against=tmp_path / "old")
    assert again.tables[-1].name == "difference"
    assert again.tables[-1].rows == ()


def test_a_revoked_exemption_states_what_is_owed(policy, tmp_path):
    pe.settle(policy, MONTH, tmp_path / "old")
    changed = tmp_path / "month"
    shutil.copytree(MONTH, changed)
    users = rows(changed / "用户.csv")
    revoked = next(u for u in users if u["免考"] == "是" and not u["售电公司"])
    revoked["免考"] = "否"
    with (changed / "用户.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(users[0]))
        writer.writeheader()
        writer.writerows(users)
    new = pe.settle(policy, changed, tmp_path / "new", against=tmp_path / "old")
    stated = rows(tmp_path / "new/difference.csv")
    assert stated, "revoking an exemption changes at least the verdict"
    assert {r["id"] for r in stated} == {revoked["用户编号"]}
    (verdict,) = [r for r in stated if r["item"] == "verdict"]
    assert verdict["before"] == "免考" and verdict["after"] != "免考" and verdict["difference"] == ""
    for r in stated:
        if r["difference"]:
            assert Decimal(r["after"] or 0) - Decimal(r["before"] or 0) == Decimal(r["difference"])
    assert new.rejected == ()


def test_a_member_that_came_is_stated_from_nothing(policy, tmp_path):
    pe.settle(policy, MONTH, tmp_path / "old")
    more = tmp_path / "month"
    shutil.copytree(MONTH, more)
    with (more / "用户.csv").open("a", encoding="utf-8", newline="") as stream:
        width = len(rows(MONTH / "用户.csv")[0])
        cells = dict.fromkeys(range(width), "")
        header = list(rows(MONTH / "用户.csv")[0])
        for name, value in (
            ("用户编号", "新户"),
            ("合同电量", "100"),
            ("实际用电量", "90"),
            ("目录电价", "600"),
        ):
            cells[next(i for i, h in enumerate(header) if h.startswith(name))] = value
        csv.writer(stream).writerow(list(cells.values()))
    pe.settle(policy, more, tmp_path / "new", against=tmp_path / "old")
    stated = rows(tmp_path / "new/difference.csv")
    assert {r["id"] for r in stated} == {"新户"}
    (energy,) = [r for r in stated if r["item"] == "assessed_energy"]
    assert (energy["before"], energy["after"], energy["difference"]) == ("", "5.000", "5.000")


def test_only_an_untouched_run_of_the_same_month_is_compared(policy, tmp_path):
    pe.settle(policy, MONTH, tmp_path / "old")
    with pytest.raises(pe.InputError) as not_a_run:
        pe.settle(policy, MONTH, against=MONTH)
    assert not_a_run.value.code == "PE7020"
    july = pe.load("jibei/deviation", period="2018-07")
    with pytest.raises(pe.InputError) as other_month:
        pe.settle(july, MONTH, against=tmp_path / "old")
    assert other_month.value.code == "PE7021"
    with (tmp_path / "old/user.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    with pytest.raises(pe.InputError) as touched:
        pe.settle(policy, MONTH, against=tmp_path / "old")
    assert touched.value.code == "PE7022"
