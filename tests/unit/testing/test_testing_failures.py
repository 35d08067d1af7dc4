"""Every step can fail, and says why in the words of the feature's author."""

from __future__ import annotations

import fnmatch
import re
import shutil
from pathlib import Path

import hypothesis  # noqa: F401 - stays loaded from one inner run of pytest to the next
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect  # noqa: F401 - stays loaded from one inner run of pytest to the next
from policy_engine.testing import catalogue

pytest_plugins = "pytester"

RULES = Path(__file__).parents[2] / "fixtures" / "steps" / "rules"

BACKGROUND = """功能: 试
  背景:
    假如 适用政策“jibei/deviation”，结算月为2018-06
    而且 全月的年度双边均价为350元/兆瓦时
    而且 有下列用户：
      | 用户 | 售电公司 | 合同电量（兆瓦时） | 实际用电量（兆瓦时） | 目录电价（元/兆瓦时） |
      | 甲   |          | 10000              | 9200                 | 620                   |
      | U1   | S        | 4000               | 3400                 | 620                   |
      | U2   | S        | 1000               | 1000                 | 620                   |
"""

# Then-steps that do not hold on these facts, and what is said.
WRONG = {
    "用户“甲”的考核结论应为“免予考核”": "用户“甲”的考核结论是“应予考核”，不是“免予考核”（依据 二-4）",
    "用户“甲”的偏差考核电量应为300.00兆瓦时": "用户“甲”的偏差考核电量公布的是300.000，小数位数与“300.00”不同（依据 二-4）",
    "用户“甲”的偏差考核电量应为300.001兆瓦时": "用户“甲”的偏差考核电量是300.000兆瓦时，不是300.001兆瓦时（依据 二-4）",
    "用户“甲”的偏差考核电量应为300.000": "请写明“偏差考核电量”的单位：兆瓦时",
    "用户“甲”的考核结伦应为“免考”": "主体“用户”没有词条“考核结伦”。已有的：考核结论*",
    "用户“丁”的考核结论应为“免考”": "没有用户“丁”。已有的：*",
    "用户的考核结论应为“免考”": "请写明是哪一个：用户“…”",
    "用电户“甲”的考核结论应为“免考”": "政策“jibei/deviation”没有主体“用电户”。已有的：用户*",
    "打包用户“甲”的考核结论应为“免考”": "“甲”是直接交易用户，不是打包用户",
    "全月“甲”的出账月份应为2018-07": "全月只有一行，不写编号",
    "全月的出账月份应为2018-08": "全月的出账月份是“2018-07”，不是“2018-08”（依据 一-5）",
    "用户“甲”应适用“二-3”": "用户“甲”适用的是 考核判定：超幅度（二-4），没有“二-3”",
    "用户“甲”应适用“二-9”": "政策没有条款“二-9”。已有的：*",
    "用户“甲”的偏差考核电费应依据“二-5”": "用户“甲”的偏差考核电费（21000.00元）依据的是 电费，没有“二-5”",
    "对用户“甲”，等式“偏差考核电量 = 负偏差电量”应成立": "对用户“甲”不成立：左边是 300，右边是 800",
    "对用户，等式“非 免考 且 偏差考核电量 = 0”应成立": "对用户“甲”不成立",
    "对用户“甲”，等式“偏差考核电亮 = 0”应成立": "等式看不懂：",
    "对用户“甲”，等式“偏差电量”应成立": "等式看不懂：",
    "对用户“甲”，等式“承担上限 + 1 元 > 0”应成立": "*",
    "用户“甲”应退回，理由为“PE6016”": "用户“甲”没有退回",
    "用户应退回，理由为“PE6016”": "请写明是哪一个：用户“…”",
    "应报错“PE4002”": "办理成功了，没有报错",
    "应报错，提示含“施行”": "办理成功了，没有报错",
    "用户“甲”的明细应由“北京电力交易中心”出具": "用户“甲”的明细由“冀北电力交易中心”出具，不是“北京电力交易中心”",
    "全月的明细应由“北京电力交易中心”出具": "政策没有写全月的明细",
    "用户的明细应列出“偏差电量、目录电价”": "用户的明细没有“目录电价”；已有的：*",
    "对照表“出具机构”中“用户”应为“北京电力交易中心”": "对照表“出具机构”中“用户”是“冀北电力交易中心”*",
    "对照表“出具机构”中“储能”应为“北京电力交易中心”": "对照表“出具机构”没有“储能”",
    "对照表“机构”中“用户”应为“北京电力交易中心”": "政策没有对照表“机构”。已有的：出具机构",
}

TABLES = {
    "| 用户 | 考核结论 |\n| 甲 | 应予考核 |\n| U1 | 按打包考核 |": "表里没有列出：U2",
    "| 用户 | 考核结论 |\n| 甲 | 免考 |\n| U1 | 免考 |\n| U2 | - |": "用户“甲”的考核结论是“应予考核”，不是“免考”",
    "| 考核结论 |\n| 应予考核 |": "表里要有一栏写编号，表头为“用户”",
    "| 用户 | 偏差考核电量（元） |\n| 甲 | 300.000 |": "“偏差考核电量”公布的单位是兆瓦时，不是元",
    "| 用户 | 考核结仑 |\n| 甲 | 免考 |": "主体“用户”没有词条“考核结仑”*",
    "| 用户 | 承担上限（元） |\n| 甲 | 0 |\n| U1 | |\n| U2 | |": "用户“甲”的承担上限是空的，不是0",
}

# Whole scenarios: given-steps that are wrong, and errors nobody expects.
SCENARIOS = {
    "假如 用户“甲”的免烤为是\n当 办理结算\n那么 应没有退回": "第*行：主体“用户”没有词条“免烤”*",
    "假如 用户“丙”的免考为是\n当 办理结算\n那么 应没有退回": "第*行：没有用户“丙”*",
    "假如 售电公司“T”的打包合同电量为1兆瓦时\n当 办理结算\n那么 应没有退回": "第*行：没有售电公司“T”。已有的：S",
    "假如 用户“甲”的偏差电量为1兆瓦时\n当 办理结算\n那么 应没有退回": "第*行：用户的“偏差电量”由规则得出，不能作为事实给出",
    "假如 用户的免考为是\n当 办理结算\n那么 应没有退回": "第*行：请写明是哪一个：用户“…”",
    "假如 全月“甲”的年度双边均价为1元/兆瓦时\n当 办理结算\n那么 应没有退回": "第*行：全月只有一行，不写编号",
    "假如 口径“分配权重”取“平均”\n当 办理结算\n那么 应没有退回": "*PE4014*",
    "假如 参数“免考幅度”改为8%\n当 办理结算\n那么 应没有退回": "政策“jibei/deviation”没有参数“免考幅度”*",
    "假如 参数“免予考核幅度”改为8元\n当 办理结算\n那么 应没有退回": "办理没有成功：",
    "假如 知悉日为2018-06-31\n当 办理结算\n那么 应没有退回": "*不是日历上的日期",
    "假如 知悉日为2018-06-01\n当 办理结算\n那么 应没有退回": "办理没有成功：",
    "假如 适用政策“jibei/deviation”，结算月为六月\n当 办理结算\n那么 应没有退回": "*不是月份*",
    "假如 适用政策“jibei/deviation”，结算月为2018-05\n那么 应没有退回": "还没有办理*",
    "假如 适用政策“jibei/deviation”，结算月为2018-05\n当 办理结算\n那么 应报错“PE4003”": "报的错不是“PE4003”，而是：",
    "假如 适用政策“jibei/deviation”，结算月为2018-05\n那么 应报错“PE4002”\n当 办理结算": "还没有办理*",
    "假如 适用政策“jibei/deviation”，结算月为2018-05\n当 办理结算\n那么 应报错“PE4002”\n当 办理结算": "办理没有成功：",
    "假如 用户“甲”的合同电量为空\n当 办理结算\n那么 应没有退回": "有1行退回：",
    "假如 用户“甲”的合同电量为空\n当 办理结算\n那么 用户“甲”的免考应为否": "用户“甲”已退回：*",
    "假如 用户“甲”的合同电量为空\n当 办理结算\n那么 用户“甲”应退回，理由为“PE6033”": "用户“甲”退回的理由不是“PE6033”，而是：",
    "假如 用户“甲”的免考为是\n  | 用户 |\n当 办理结算\n那么 应没有退回": "这一步下面不能有表",
    "假如 有下列用户：\n当 办理结算\n那么 应没有退回": "这一步下面要有一张表*",
    "假如 下列用户的免考改为：\n  | 用户 | 合同电量 |\n  | 甲 | 1 |\n当 办理结算\n那么 应没有退回": (
        "第*行：表里应有两栏：用户、免考"
    ),
    "假如 下列用户的合同电量改为：\n  | 用户 | 合同电量 |\n  | 丁 | 1 |\n当 办理结算\n那么 应没有退回": "第*行：没有用户“丁”*",
    "当 办理结算\n那么 应没有退回\n假如 用户“甲”的免考为是\n那么 应没有退回": "还没有办理；请先写“当 办理结算”*",
    "假如 适用政策“jibei/deviation”，结算月为2018-05\n当 办理结算\n假如 知悉日为2018-06-05\n那么 应没有退回": (
        "办理没有成功："
    ),
}


MATTERS = """假如 适用政策“jibei/exemption”，结算月为2018-06
当 市场主体“U3”于2018-07-02为免考申请“A-1”填报：
  | 市场主体 | 结算月  | 所在市 | 方向 | 原因         | 抄表周期                 | 交易日     |
  | U3       | 2018-06 | 唐山   | 用电 | 临时停限产令 | 2018-05-21 至 2018-06-20 | 2018-05-25 |
而且 免考申请“A-1”附佐证：
  | 佐证 | 种类     | 出具单位 | 出具层级 | 出具日期   |
  | D1   | 停限产令 | 政府部门 | 县       | 2018-06-10 |
而且 市场主体“U3”于2018-07-02对免考申请“A-1”办理“提交”
而且 唐山市工信局于2018-07-03为汇总批次“B-1”填报：
  | 所在市 | 结算月  |
  | 唐山   | 2018-06 |
"""
# Steps about these matters that do not hold, and what is said.
WRONG_MATTERS = {
    "那么 应不予受理，因为“PE8004”": "办理成功了，没有报错",
    "当 市场主体“U3”于2018-07-03对免考申请“A-1”办理“提交”\n那么 应不予受理，因为“PE8004”": (
        "不予受理的缘由不是“PE8004”，而是："
    ),
    "当 市场主体“U3”于2018-07-03对免考申请“A-1”办理“提交”\n那么 2018-07-03应没有催办": "办理没有成功：",
    "当 市场主体“U3”于2018-07-03对免考申请“A-2”办理“提交”\n那么 应不予受理，因为“PE8001”": "没有事项“A-2”。已有的：A-1*",
    "当 市场主体“U3”于2018-07-03对汇总批次“A-1”办理“上报”\n那么 应不予受理，因为“PE8002”": "“A-1”办的是免考申请，不是汇总批次",
    "当 市场主体“U3”于2018-07-03 25:00对免考申请“A-1”办理“提交”\n那么 应不予受理，因为“PE8003”": "“25:00”不是时刻；写成 23:59",
    "当 市场主体“U3”于2018-07-03为免考“A-3”填报：\n  | 结算月 |\n  | 2018-06 |\n那么 应不予受理，因为“PE8019”": (
        "政策“jibei/exemption”没有流程“免考”。已有的：免考申请*"
    ),
    "当 市场主体“U3”于2018-07-03为免考申请“A-3”填报：\n  | 结算月 |\n那么 应不予受理，因为“PE”": "一件事项填一行",
    "那么 免考申请“A-1”在2018-07-02的状态应为“起草”": "免考申请“A-1”的状态是“待市级审核”，不是“起草”",
    "那么 免考申请“A-1”在2018-07-01的状态应为“起草”": "*PE8001*",
    "那么 免考申请“A-1”的“提交”应记为逾期": "免考申请“A-1”的“提交”记为按期（2018-07-02 办理，没有期限）",
    "那么 免考申请“A-1”的“市级通过”应记为按期": "免考申请“A-1”没有办理过“市级通过”",
    "那么 免考申请“A-1”在2018-07-03接下来应由“承德市发展改革委”办理“市级通过”": (
        "免考申请“A-1”是“待市级审核”，接下来可以办理：*“市级通过”（由“唐山市工信局”办理）*"
    ),
    "那么 汇总批次“B-1”在2018-07-03接下来应由“唐山市工信局”办理“上报”": "*“上报”（由“唐山市工信局”办理，至迟2018-07-08）",
    "那么 汇总批次“B-1”在2018-07-03接下来应由“唐山市工信局”办理“上报”，至迟2018-07-09": "*至迟2018-07-08）",
    "那么 2018-07-03应没有催办": "2018-07-03催办的是：汇总批次“B-1”的“上报”（唐山市工信局，2018-07-08）",
    "那么 2018-07-03应催办：\n  | 事项 | 期限 |\n  | B-1 | 2018-07-09 |": "  B-1  2018-07-08",
    "那么 2018-07-03应催办：\n  | 事项 | 何人 |\n  | B-1 | 唐山 |": "催办表没有“何人”这一栏；可以写：*",
}

CASES = """假如 适用政策“jibei/exemption”，结算月为2018-06
而且 有下列申请：
  | 申请 | 市场主体 | 结算月  | 所在市 | 方向 | 原因         | 抄表周期                 | 交易日     |
  | A    | U3       | 2018-06 | 唐山   | 用电 | 临时停限产令 | 2018-05-21 至 2018-06-20 | 2018-05-25 |
而且 有下列佐证：
  | 佐证 | 申请 | 种类     | 出具单位 | 出具层级 | 出具日期   |
  | D1   | A    | 停限产令 | 政府部门 | <层级>   | 2018-06-10 |
当 办理认定
"""
WRONG_CASES = {
    ("县", "申请“A”的免考资格，依据应含“停电”"): "申请“A”的免考资格是“符合”，依据是：停限产",
    ("县", "申请“A”的佐证份数，依据应含“停电”"): "申请“A”没有认定“佐证份数”。已有的：免考资格",
    ("", "申请“A”的免考资格，应缺少“出具关系”"): "申请“A”的免考资格是“待补”，缺少的是：出具层级",
    (
        "乡镇",
        "申请“A”的免考资格，若“出具层级”为“乡镇”即“停限产”",
    ): "申请“A”的免考资格是“不符合”，会改变结论的是：",
}
CHECKLISTS = """功能: 试
  背景:
    假如 适用政策“south-isle/operators”，日期为2024-07-15
    而且 有下列运营商：
      | 运营商 | 口令       | 传真 | 代办 |
      | 甲     | Nanyu2024a | 1    | 是   |
    而且 有下列递件：
      | 运营商 | 栏目   | 材料     | 加盖公章 | 文件格式 |
      | 甲     | 执照   | 遗失说明 | 否       | PDF      |
      | 甲     | 委托书 | 委托书   | 是       |          |
"""
WRONG_LISTS = {
    "运营商“甲”的登记附件中“执照”应为“已交”": "“执照”是“不合格”，不是“已交”。运营商“甲”的登记附件是“不齐全”，各项是：",
    "运营商“甲”的登记附件中“执照”应为“缺”": "  委托书：已交",
    "运营商“甲”的登记附件中“执造”应为“缺”": "登记附件没有“执造”这一项。已有的：执照*",
    "运营商“甲”的登记附见中“执照”应为“缺”": "运营商“甲”没有材料清单或填报要求“登记附见”。已有的：登记附件*",
    "运营商“丙”的登记附件中“执照”应为“缺”": "没有运营商“丙”。已有的：甲",
    "运营商的登记附件中“执照”应为“缺”": "请写明是哪一个：运营商“…”",
    "运营商“甲”的登记附件中“执照”应为“不合格”，提示含“过期”": "“执照”的提示里没有“过期”。*",
    "运营商“甲”的登记附件应逐项为：\n  | 项 |\n  | 执照 |": "表里没有列出：委托书、其他",
    "运营商“甲”的登记附件应逐项为：\n  | 项 | 结果 |\n  | 执照 | 不合格 |\n  | 委托书 | 缺 |\n  | 其他 | 可不交 |": (
        "“委托书”是“已交”，不是“缺”"
    ),
    "运营商“甲”的登记附件应逐项为：\n  | 项 | 条款 |\n  | 执照 | N2 |\n  | 委托书 | N2 |\n  | 其他 | - |": (
        "“执照”依据的是 N1，不是“N2”"
    ),
    "运营商“甲”的登记附件应逐项为：\n  | 项 | 状况 |\n  | 执照 | 缺 |": "逐项的表没有“状况”这一栏；可以写：*",
    "运营商“甲”的登记附件应有提醒，含“过期”": "没有含“过期”的提醒。*",
    "运营商“甲”的账户应没有提醒": "运营商“甲”的账户的提醒是：",
    "运营商“甲”的登记附件应为“齐全”": "运营商“甲”的登记附件是“不齐全”，不是“齐全”（依据 N1）",
    "运营商“甲”的登记附件应依据“N2”": "运营商“甲”的登记附件（“不齐全”）依据的是 N1，没有“N2”",
    "运营商“甲”应适用“N5”": "运营商“甲”适用的是 *登记附件：执照（N1）*，没有“N5”",
    "办理的记录里不应出现“不齐全”": "前面的步骤里没有写过“不齐全”，什么也没有检查",
    "办理的记录里不应出现“遗失说明”": "“遗失说明”出现在：",
    "运营商“甲”的口令应为“Nanyu2024a”": "“口令”是敏感的，不显示，也不能检查它的值；请检查由它得出的结果",
    "运营商的结果应为：\n  | 运营商 | 口令 |\n  | 甲 | - |\n  | 甲 | x |": "“口令”是敏感的，*",
    "对运营商“甲”，等式“口令 为空”应成立": "等式读到敏感的词条，不能检查；请检查由它得出的结果",
}
WRONG_FILES = {
    "假如 附件存放在“附见”\n当 核对材料\n那么 应没有退回": "没有文件夹“附见”。特性文件旁边有：*",
    "假如 附件存放在“..”\n当 核对材料\n那么 应没有退回": "“..”不在“*”文件夹里；附件要与特性文件放在一起",
    "假如 附件存放在“/tmp”\n当 核对材料\n那么 应没有退回": "“/tmp”是绝对路径；写相对于特性文件的文件夹",
    "那么 办理的记录里不应出现“Nanyu2024a”": "还没有办理；请先办理",
    "当 运营商“丙”于2024-07-15为登记“丙”填报：\n  | 代办 |\n  | 否 |\n"
    "当 登记处于2024-07-15为登记“丁”填报站点：\n  | 站点 |\n  | 1 |\n那么 应没有退回": "没有事项“丁”。已有的：丙",
}
DIFFERENCES = {
    "与按2018-07-15所知的事项结算相比，用户“甲”的偏差考核电费差额应为1.00元": "用户“甲”的偏差考核电费差额是0.00元，不是1.00元",
    "与按2018-07-15所知的事项结算相比，用户“甲”的考核结论差额应为1.00元": "考核结论不是数，没有差额",
}


@pytest.fixture
def isle(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with the rules of a place nobody has heard of."""
    shutil.copytree(RULES, pytester.path / "rules")
    pytester.makeini("[pytest]\npolicy_rules = rules\n")
    return pytester


def outcomes(pytester: pytest.Pytester, scenarios: list[str], background: str = BACKGROUND) -> list[str]:
    """What is said of each scenario: ``passed``, or why it failed."""
    text = background
    for number, scenario in enumerate(scenarios):
        body = "\n".join("    " + line for line in scenario.splitlines())
        text += f"\n  场景: {number:03d}\n{body}\n"
    (pytester.path / "a.feature").write_text(text, encoding="utf-8")
    recorded = pytester.inline_run("-q", "-p", "no:cacheprovider")
    reports = [r for r in recorded.getreports("pytest_runtest_logreport") if r.when == "call"]
    assert [r.nodeid for r in reports] == [f"a.feature::{n:03d}" for n in range(len(scenarios))]
    return ["passed" if r.passed else str(r.longrepr) for r in reports]


def check(pytester: pytest.Pytester, scenarios: dict[str, str], background: str = BACKGROUND) -> None:
    """Each scenario fails, with the line of the feature file and the message."""
    wrong = []
    for (scenario, message), said in zip(
        scenarios.items(), outcomes(pytester, list(scenarios), background), strict=True
    ):
        first, *lines = said.splitlines()
        told = any(fnmatch.fnmatchcase(line, message.replace("[", "[[]")) for line in lines)
        if not (re.match(r"a\.feature:\d+: (假如|当|那么) ", first) and told):
            wrong.append(f"{scenario}\n  wanted: {message}\n  said: {said}")
    assert not wrong, "\n".join(wrong)


def test_a_then_step_that_does_not_hold(pytester: pytest.Pytester) -> None:
    check(pytester, {f"当 办理结算\n那么 {step}": message for step, message in WRONG.items()})


def test_a_table_that_does_not_hold(pytester: pytest.Pytester) -> None:
    check(pytester, {f"当 办理结算\n那么 用户的结果应为：\n{t}": message for t, message in TABLES.items()})


def test_a_given_step_that_makes_no_sense(pytester: pytest.Pytester) -> None:
    check(pytester, SCENARIOS)


def test_a_step_about_matters_that_does_not_hold(pytester: pytest.Pytester) -> None:
    check(pytester, {MATTERS + step: message for step, message in WRONG_MATTERS.items()})


def test_a_step_about_an_eligibility_that_does_not_hold(pytester: pytest.Pytester) -> None:
    texts = {
        CASES.replace("<层级>", level) + f"那么 {step}": message
        for (level, step), message in WRONG_CASES.items()
    }
    check(pytester, texts, "功能: 试\n")


def test_a_step_about_a_checklist_that_does_not_hold(isle: pytest.Pytester) -> None:
    check(isle, {f"当 核对材料\n那么 {step}": m for step, m in WRONG_LISTS.items()}, CHECKLISTS)


def test_a_step_about_files_that_makes_no_sense(isle: pytest.Pytester) -> None:
    check(isle, WRONG_FILES, CHECKLISTS)


def test_a_difference_that_does_not_hold(pytester: pytest.Pytester) -> None:
    check(pytester, {f"当 按2018-07-15所知的事项办理结算\n那么 {s}": m for s, m in DIFFERENCES.items()})


def test_every_then_step_is_proved_to_fail() -> None:
    failing = [
        *WRONG,
        *DIFFERENCES,
        *(step.partition("\n")[0] for step in WRONG_LISTS),
        *(step for _, step in WRONG_CASES),
        "用户的结果应为：",
        "应没有退回",
    ]
    failing += [line.removeprefix("那么 ") for step in WRONG_MATTERS for line in step.splitlines()]
    for pattern in catalogue():
        if pattern.kind == "then":
            assert any(pattern.match(step) is not None for step in failing), pattern.template


def test_the_line_is_that_of_the_step(pytester: pytest.Pytester) -> None:
    (said,) = outcomes(pytester, ["当 办理结算\n那么 全月的出账月份应为2018-07\n而且 用户“甲”的免考应为是"])
    assert said == "a.feature:14: 而且 用户“甲”的免考应为是\n用户“甲”的免考是“否”，不是“是”"


def test_a_policy_must_be_named_first(pytester: pytest.Pytester) -> None:
    (pytester.path / "a.feature").write_text(
        "功能: 一\n  场景: 乙\n    当 办理结算\n    那么 应没有退回\n", "utf-8"
    )
    result = pytester.runpytest("-q")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["a.feature:3: 当 办理结算", "请先写明政策：*"])


def test_scenarios_do_not_share_facts(pytester: pytest.Pytester) -> None:
    first = (
        "假如 用户“甲”的免考为是\n而且 口径“分配权重”取“超出幅度的部分”\n而且 参数“免予考核幅度”改为1%\n"
        "当 办理结算\n那么 用户“甲”的考核结论应为“免考”"
    )
    second = "当 办理结算\n那么 用户“甲”的偏差考核电量应为300.000兆瓦时"
    assert outcomes(pytester, [first, second, first]) == ["passed"] * 3


def test_facts_may_change_and_be_settled_again(pytester: pytest.Pytester) -> None:
    scenario = (
        "当 办理结算\n那么 用户“甲”的偏差考核电量应为300.000兆瓦时\n"
        "假如 用户“甲”的实际用电量为950万千瓦时\n当 办理结算\n那么 用户“甲”的考核结论应为“免予考核”"
    )
    assert outcomes(pytester, [scenario]) == ["passed"]


def test_an_expected_error_may_be_followed_by_another_try(pytester: pytest.Pytester) -> None:
    scenario = (
        "假如 知悉日为2018-06-04\n当 办理结算\n那么 应报错“PE4003”\n而且 应报错，提示含“尚未知悉”\n"
        "假如 知悉日为2018-06-05\n当 办理结算\n那么 应没有退回"
    )
    assert outcomes(pytester, [scenario]) == ["passed"]
