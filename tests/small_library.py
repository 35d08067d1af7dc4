"""Two policies and a table: a child, its parent, and what the parent's decision table is read from."""

from pathlib import Path

PARENT = """\
格式: 1
政策: t/parent
标题: 上位
发文机关: 委员会
知悉日: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
主体:
  全月: {代号: market, 单例: 是}
  用户: {代号: user, 主键: user_id}
词条: |
  | 主体 | 名称   | 代号   | 类型 | 单位   | 小数位 | 其他 | 范围   |
  | 全月 | 结算月 | settlement_month | 月份 | | | | |
  | 用户 | 用电量 | energy | 电量 | 兆瓦时 | 3      |      | 0 至 9 |
  | 用户 | 档次   | grade  | 选项 |        |        |      | 低、高 |
决定:
  分档:
    适用: [用户]
    多行命中: 不允许
    决策表: {文件: 档.csv}
"""
CHILD = """\
格式: 1
政策: t/child
标题: 下位
发文机关: 委员会
知悉日: 2018-01-01
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
沿用: t/parent
"""
TABLE = "行名,当：用电量,则：档次\n小,不超过 5,低\n大,超过 5,高\n"


def put(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
