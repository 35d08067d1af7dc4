"""A small registration: rule file, facts and attached files, written out."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from policy_engine.engine.facts import FactTable, tables_from_mapping
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy

Facts = dict[str, object]
RULES = """\
# language: zh-CN
格式: 1
政策: test/papers
标题: 注册材料（试）
发文机关: 某交易中心
文号: 未载明
发文日期: 未载明
施行: {自: 2018-04-01, 至: 未定, 按: 办理日}

条款:
  一: {位置: 第1条, 摘要: 附件都要交}
  二: {位置: 第2条, 摘要: 缺证的交盖章说明}
  三: {位置: 第3条, 摘要: 三证合一的可用信用代码证}
  四: {位置: 第4条, 摘要: 机组附件只收PDF}
  五: {位置: 第5条, 摘要: 账号怎样填}

主体:
  企业:     {代号: company, 主键: company_id}
  企业材料: {代号: company_paper, 主键: paper_id, 属于: 企业, 附件: 是}
  机组:     {代号: unit, 主键: unit_id, 属于: 企业}
  机组材料: {代号: unit_paper, 主键: paper_id, 属于: 机组, 附件: 是}

口径:
  其他一栏: {取: 不列, 可取: [不列, 列出], 条款: 一, 缘由: 原文没有写}

词条: |
  | 主体 | 名称     | 代号         | 类型 | 其他    | 范围 |
  | 企业 | 豁免     | exempt       | 是否 | 默认 否 |      |
  | 企业 | 三证合一 | three_in_one | 是否 | 默认 否 |      |

填报要求:
  账号:
    代号: account
    对象: 企业
    字段: |
      | 字段   | 代号       | 必填 | 格式         | 长度      | 至少含     | 不得重复   | 敏感 | 条款 |
      | 登录名 | login_name | 是   | [A-Za-z0-9]+ | -         | -          | 区分大小写 | 否   | 五   |
      | 密码   | password   | 是   | -            | [8 .. 20] | 字母、数字 | -          | 是   | 五   |

材料清单:
  企业附件:
    代号: company_papers
    对象: 企业
    所交: 企业材料
    材料: |
      | 行名     | 栏目     | 当：豁免 | 当：口径.其他一栏 | 必交 | 材料     | 可代       | 可代条件 | 加盖公章 | 条款 |
      | 营业执照 | 营业执照 | -        | -                 | 是   | 营业执照 | 信用代码证 | 三证合一 | -        | 三   |
      | 税务登记 | 税务登记 | -        | -                 | 是   | 税务登记 | 信用代码证 | 三证合一 | -        | 三   |
      | 豁免证明 | 许可证   | 是       | -                 | 是   | 豁免证明 | -          | -        | -        | 二   |
      | 许可证   | 许可证   | 否       | -                 | 是   | 许可证   | 情况说明   | 证件缺失 | 代件     | 二   |
      | 其他     | 其他     | -        | 列出              | 否   | -        | -          | -        | -        | 一   |
  机组附件:
    代号: unit_papers
    对象: 机组
    所交: 机组材料
    格式: PDF
    大小上限: 1 MB
    材料: |
      | 栏目     | 必交 | 材料     | 条款 |
      | 电价批复 | 是   | 电价批复 | 四   |
"""


@cache
def pdf() -> bytes:
    """A blank page."""
    from pypdf import PdfWriter

    writer, stream = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


@cache
def _written(folder: Path) -> Path:
    path = folder / "papers.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def policy(folder: Path, **options: str) -> Policy:
    """The rule file, written into ``folder``."""
    return load("test/papers", on="2018-05-01", rules=_written(folder), options=options)


def facts(**changes: object) -> Facts:
    """A company whose submission is complete if its files are the ones of ``attach``."""
    return {
        "企业": [
            {"company_id": "A", "三证合一": True, "登录名": "acme1", "密码": "secret4U"},
        ],
        "企业材料": [
            {"企业": "A", "材料": "信用代码证", "文件": "代码证.pdf", "栏目": "营业执照"},
            {"企业": "A", "材料": "信用代码证", "文件": "代码证.pdf", "栏目": "税务登记"},
            {"企业": "A", "材料": "情况说明", "文件": "说明.pdf", "栏目": "许可证", "加盖公章": True},
        ],
        "机组": [{"unit_id": "1", "企业": "A"}],
        "机组材料": [{"机组": "1", "材料": "电价批复", "文件": "机组/电价.pdf"}],
        **changes,
    }


def attach(folder: Path, *names: str) -> Path:
    """A folder of small PDF files."""
    for name in names or ("代码证.pdf", "说明.pdf", "机组/电价.pdf"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf())
    return folder


def tables(policy: Policy, facts: Facts) -> tuple[FactTable, ...]:
    return tables_from_mapping(policy, facts, "事实.json")


def cells(tables: tuple[FactTable, ...], entity: str, column: str) -> list[object]:
    """The cells of a column, by row."""
    table = next(t for t in tables if t.entity == entity)
    return [row.cells[table.header.index(column)] for row in table.rows]
