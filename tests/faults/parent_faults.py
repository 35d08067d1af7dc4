"""Faults of the parent of the rules of deviations: the price, the factor, who is who."""
# ruff: noqa: E501 - what stands in the rule file is quoted as it stands there

from __future__ import annotations

from fault import Fault

_FILE = "jing-jin-tang/deviation.yaml"


def _is(what: str, old: str, new: str, *clauses: str) -> Fault:
    return Fault(what, _FILE, old, new, clauses)


PARENT = (
    _is("考核系数写成2%", "{值: 20%", "{值: 2%", "二-5"),
    _is("考核系数写成20", "{值: 20%", "{值: 20", "二-5"),
    _is("考核系数晚半年起用", "20%, 自: 2018-01-01", "20%, 自: 2018-07-01", "二-5"),
    _is("考核系数没有写来源", "来源: 二手来源, 条款: 电费", "条款: 电费", "二-5"),
    _is("漏乘考核系数", " × 考核系数", "", "二-5"),
    _is("漏乘均价", "× 全月.年度双边均价 × 考核系数", "× 考核系数", "二-5"),
    _is("除以考核系数", "× 考核系数\n", "/ 考核系数\n", "二-5"),
    _is("均价的单位写成元每千瓦时", "average_bilateral_price | 电价 | 元/兆瓦时", "average_bilateral_price | 电价 | 元/千瓦时", "二-5"),
    _is("考核电费取整到元", "取整: 四舍五入 2 位", "取整: 四舍五入 0 位", "二-5"),
    _is("考核电费向零取整", "取整: 四舍五入 2 位", "取整: 向零 2 位", "二-5"),
    _is("考核电费五成双", "取整: 四舍五入 2 位", "取整: 银行家 2 位", "二-5"),
    _is("直接交易用户没有考核电费", "决定:\n  偏差考核电费:\n    适用: [售电公司, 直接交易用户]",
        "决定:\n  偏差考核电费:\n    适用: [售电公司]", "二-5"),
    _is("打包与直接交易的条件写反了", "{即: 用户, 当: 所属售电公司 不为空}", "{即: 用户, 当: 所属售电公司 为空}", "二-5"),
    _is("用户必须有售电公司", "属于: 售电公司, 可空: 是", "属于: 售电公司", "二-5"),
    _is("考核电费引了没有的条款", "取整: 四舍五入 2 位\n    条款: 电费", "取整: 四舍五入 2 位\n    条款: 电价", "二-5"),
    _is("施行晚了五个月", "施行: {自: 2018-01-01", "施行: {自: 2018-06-01", "五-1"),
)  # fmt: skip
