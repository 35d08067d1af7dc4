"""材料清单 and 填报要求 as bound: what the rows say, what they add to the policy, what makes two of them equal."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from policy_engine.cli.picture import lines
from policy_engine.diagnostics.span import Source
from policy_engine.feel.typed import Const
from policy_engine.feel.types import OptionType
from policy_engine.policy.bind import bind
from policy_engine.policy.checklist_model import (
    PAPER_TERMS,
    CharacterClass,
    Checklist,
    FieldRule,
    FileFormat,
    Form,
    NamedFormat,
    Requirement,
    Seal,
    Uniqueness,
)
from policy_engine.policy.describe import describe
from policy_engine.policy.model import Policy
from policy_engine.rulefile.read import read_policy
from unit.policy.rule_text import codes

FOLDER = Path(__file__).parents[2] / "fixtures" / "checklists"
CHINESE = (FOLDER / "registration-small.yaml").read_text(encoding="utf-8")
ENGLISH = (FOLDER / "registration-small-en.yaml").read_text(encoding="utf-8")
CHILD = """
格式: 1
政策: demo/child
标题: 补充办法
发文机关: 某中心
施行: {自: 2018-04-01, 至: 未定, 按: 办理日}
沿用: demo/registration
"""


def policy_of(*texts: str, options: dict[str, str] | None = None) -> Policy:
    docs = []
    for text in texts:
        doc, problems = read_policy(Source("试.yaml", text))
        assert doc is not None, problems
        docs.append(doc)
    return bind(docs, period=dt.date(2018, 5, 1), options=options)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(CHINESE)


def edited(old: str, new: str, text: str = CHINESE) -> Policy:
    assert old in text, old
    return policy_of(text.replace(old, new))


def item(policy: Policy, checklist: str, name: str) -> Requirement:
    body = policy.checklists[checklist]
    assert isinstance(body, Checklist)
    return next(r for r in body.requirements if r.name == name)


def rule(policy: Policy, form: str, name: str) -> FieldRule:
    body = policy.checklists[form]
    assert isinstance(body, Form)
    return next(r for r in body.fields if r.name == name)


# -- one meaning, one digest -----------------------------------------------------------------------


def test_the_same_rules_in_english_keywords_are_the_same_policy(policy: Policy) -> None:
    assert policy_of(ENGLISH).digest == policy.digest


def columns_turned_round(text: str) -> str:
    """Every checklist and form table with its columns from right to left; rows keep their names."""

    def turned(found: re.Match[str]) -> str:
        lines = found[0].splitlines()
        rows = [line.strip().strip("|").split("|")[::-1] for line in lines]
        return "\n".join(" " * 6 + "|" + "|".join(row) + "|" for row in rows) + "\n"

    start = text.index("材料清单:")
    return text[:start] + re.sub(r"(?:^ {6}\|.*\|\n)+", turned, text[start:], flags=re.MULTILINE)


def test_the_order_of_columns_means_nothing(policy: Policy) -> None:
    turned = columns_turned_round(CHINESE)
    assert turned != CHINESE
    assert policy_of(turned).digest == policy.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("当：许可证豁免", "当: licence_exempt"),
        ("材料：出具日期", "材料 : issued_on"),
        ("不低于 2018-01-01", ">= 2018年1月1日"),
        ("大小上限: 20 MB", "大小上限: 20480KB"),
        ("PDF、JPG", "pdf, jpeg"),
        ("格式: PDF", "格式: [pdf]"),
        ("    代号: enterprise_documents\n", "    结论: [齐全, 不齐全]\n    代号: enterprise_documents\n"),
        ("证件缺失", "-"),
        ("非 许可证豁免  ", "not licence_exempt"),
    ],
)
def test_another_spelling_is_the_same_policy(policy: Policy, old: str, new: str) -> None:
    assert edited(old, new).digest == policy.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[A-Za-z0-9]+", "[A-Za-z0-9_]+"),
        ("[4 .. 20]", "[4 .. 21]"),
        ("字母、数字、特殊符号", "字母、数字"),
        ("不分大小写", "区分大小写"),
        ("身份证号     |", "统一社会信用代码 |"),
        ("| 办理中 ", "| 待定 "),
        ("20 MB", "21 MB"),
        ("PDF、JPG", "PDF"),
        ("核准文件、批文", "核准文件"),
        ("| 代件     | 2.2", "| 是 | 2.2"),
        ("信用代码证 | 三证合一", "信用代码证 | 非 三证合一"),
        ("不低于 2018-01-01", "不低于 2018-01-02"),
        ("由交易中心填", "可空"),
        ("合并范围: 口径.计量点合并", "合并范围: 用电单元"),
        ("合并范围: 口径.计量点合并", "可空: 否"),
        ("[合格, 不合格]", "[合格, 不合格的]"),
    ],
)
def test_another_meaning_is_another_policy(policy: Policy, old: str, new: str) -> None:
    assert edited(old, new).digest != policy.digest


# -- checklists ------------------------------------------------------------------------------------


def test_a_checklist_decides_an_option_of_its_subject(policy: Policy) -> None:
    term = policy.term("发电企业", "enterprise_documents")
    assert term.type == OptionType(("齐全", "不齐全"))
    assert (term.name, term.decided, term.parts) == ("企业附件", True, frozenset({"发电企业"}))
    body = policy.checklists["企业附件"]
    assert isinstance(body, Checklist)
    assert (body.entity, body.papers, body.verdicts) == ("发电企业", "企业材料", ("齐全", "不齐全"))


def test_what_a_row_asks(policy: Policy) -> None:
    licence = item(policy, "企业附件", "许可证")
    assert (licence.slot, licence.kinds, licence.substitutes) == ("许可证", ("许可证",), ("情况说明",))
    assert (licence.seal, licence.substitute_when) == (Seal.SUBSTITUTE, None)
    assert [c.column for c in licence.conditions] == ["许可证豁免", "口径.缺许可证"]
    assert isinstance(licence.required, Const) and licence.required.value is True
    business = item(policy, "企业附件", "营业执照")
    assert business.substitute_when is not None and business.conditions == ()
    proof = item(policy, "企业附件", "豁免证明")
    assert [t.column for t in proof.tests] == ["出具日期"] and proof.seal is Seal.ALL
    assert item(policy, "企业附件", "其他").kinds == ()


def test_limits_of_the_list_hold_for_rows_that_have_none(policy: Policy) -> None:
    approval, picture = item(policy, "机组附件", "核准文件"), item(policy, "机组附件", "照片")
    assert (approval.formats, approval.max_bytes) == ((FileFormat.PDF,), 20 * 1024 * 1024)
    assert (picture.formats, picture.max_bytes) == ((FileFormat.PDF, FileFormat.JPG), 500 * 1024)


def test_rows_without_a_name_are_called_after_slot_and_papers() -> None:
    found = edited("| 照片     | 否   | 照片 ", "| 核准文件 | 否   | 照片 ")
    body = found.checklists["机组附件"]
    assert isinstance(body, Checklist)
    assert [r.name for r in body.requirements] == ["核准文件/核准文件、批文", "核准文件/照片"]


def test_the_only_papers_below_need_not_be_named(policy: Policy) -> None:
    assert edited("    所交: 企业材料\n", "").digest == policy.digest


def test_a_cell_that_is_wrong_is_told_where_it_stands() -> None:
    text = CHINESE.replace("PDF、JPG", "PDF、WORD")
    doc, _ = read_policy(Source("试.yaml", text))
    assert doc is not None
    with pytest.raises(Exception) as caught:
        bind([doc], period=dt.date(2018, 5, 1))
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.text) == ("PE3182", "WORD")


def test_a_name_that_was_refused_is_told_once_however_many_rows_use_it() -> None:
    text = CHINESE.replace("| licence_exempt   | 是否 |", "| licence_exempt   | 是非 |")
    text = text.replace("| 否   | 照片 ", "| 许可证豁免 | 照片 ").replace(
        "| 是   | 核准", "| 许可证豁免 | 核准"
    )
    assert codes(lambda: policy_of(text)) == ["PE1057"]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    text = CHINESE.replace("| 是   | 核准文件、批文 | -        | -     ", "| 缺 | 核准文件、批文 | 图 | 大 ")
    assert text != CHINESE
    assert set(codes(lambda: policy_of(text))) == {"PE2020", "PE3182", "PE3183"}


# -- forms -----------------------------------------------------------------------------------------


def test_fields_become_terms_that_may_be_empty(policy: Policy) -> None:
    login = policy.term("市场主体", "login_name")
    assert (login.kind, login.nullable, login.sensitive, login.decided) == ("text", True, False, False)
    assert login.used and not login.required
    assert policy.term("市场主体", "password").sensitive
    assert policy.term("市场主体", "licence_no").parts == {"发电企业"}


def test_what_a_field_must_be_like(policy: Policy) -> None:
    login = rule(policy, "账号", "登录名")
    assert (login.pattern, login.format, login.unique) == ("[A-Za-z0-9]+", None, Uniqueness.FOLDED)
    assert login.length is not None
    secret = rule(policy, "账号", "密码")
    assert secret.contains == (CharacterClass.LETTER, CharacterClass.DIGIT, CharacterClass.SYMBOL)
    assert rule(policy, "账号", "身份证号").format is NamedFormat.RESIDENT_ID
    licence = rule(policy, "商务信息", "许可证编号")
    assert licence.also == ("办理中",) and licence.needless is not None
    capacity = rule(policy, "商务信息", "装机容量")
    assert capacity.must is not None and not capacity.must.value.type.nullable


def test_forms_of_two_kinds_may_share_a_field() -> None:
    other = """
  用户信息:
    代号: user_information
    对象: 电力用户
    字段: |
      | 字段       | 代号       | 必填 | 条款 |
      | 许可证编号 | licence_no | 否   | 1.3  |
"""
    found = policy_of(CHINESE.rstrip("\n") + other)
    assert found.term("市场主体", "licence_no").parts == {"发电企业", "电力用户"}


def test_a_term_of_one_kind_is_no_field_of_another() -> None:
    text = CHINESE.replace("| 装机容量     | -                   |", "| 地址         | -                   |")
    assert codes(lambda: policy_of(text)) == ["PE3189"]
    text = CHINESE.replace("对象: 发电企业\n    字段", "对象: 电力用户\n    字段")
    assert "PE3061" in codes(lambda: policy_of(text))


@pytest.mark.parametrize(
    "reader",
    [
        "前提: 密码 不为空",
        "不得重复: [法人身份证号]",
        """结果: {待审: {市场主体.登记名称: '首个有值(密码, "")'}}""",
    ],
)
def test_no_process_reads_a_sensitive_field(reader: str) -> None:
    step = "{办理主体: 市场主体, 原状态: 起草, 新状态: 待审, 条款: 1.1}"
    if reader.startswith("前提"):
        step = step.replace("条款:", f"{reader}, 条款:")
        reader = ""
    lines = ["流程:", "  注册:", "    事项: 市场主体", "    起始: 起草"]
    lines += ["    步骤:", f"      送审: {step}", "    办结状态: [待审]"]
    lines += [f"    {reader}"] if reader else []
    found = codes(lambda: policy_of(CHINESE + "\n".join(lines) + "\n"))
    assert found and set(found) <= {"PE3150", "PE3151"}


def test_a_total_of_a_sensitive_field_is_refused() -> None:
    text = CHINESE.replace(
        "  发电企业.可送审:",
        "  发电企业.有密码数: {汇总: {计数: 机组, 仅: 机组.暗号 不为空}, 条款: 3.1}\n  发电企业.可送审:",
    )
    text = text.replace(
        "  | 市场主体 | 类别  ", "  | 发电企业 | 有密码数 | coded_units | 数 | | |\n  | 市场主体 | 类别  ", 1
    )
    text = (
        text.rstrip("\n")
        + """
  机组信息:
    代号: unit_information
    对象: 机组
    字段: |
      | 字段 | 代号 | 必填 | 敏感 | 条款 |
      | 暗号 | code | 是   | 是   | 3.1  |
"""
    )
    assert codes(lambda: policy_of(text)) == ["PE3194"]


# -- papers, merging, who fills in -----------------------------------------------------------------


def test_papers_have_terms_of_their_own(policy: Policy) -> None:
    entity = policy.entities["企业材料"]
    assert entity.papers and entity.key == "member_paper_id"
    own = {t.id: t for t in policy.terms_of("企业材料")}
    assert set(PAPER_TERMS) < set(own)
    assert own["kind"].required and not any(own[i].required for i in set(PAPER_TERMS) - {"kind"})
    assert own["sealed"].default is False
    assert policy.entities["机组材料"].key == "paper_id"


def test_in_an_english_file_papers_have_english_names() -> None:
    start, end = ENGLISH.index("  | 企业材料、机组材料 | 栏目"), ENGLISH.index("\ndecisions:")
    found = policy_of(ENGLISH[:start] + ENGLISH[end:])
    names = {t.id: t.name for t in found.terms_of("企业材料")}
    assert [names[i] for i in PAPER_TERMS] == [
        "slot",
        "kind",
        "sealed",
        "file",
        "file format",
        "file size",
        "file problem",
    ]


def test_usual_verdicts_of_an_english_file() -> None:
    text = ENGLISH.replace("    verdicts: [齐全, 不齐全]\n    format", "    format").replace(
        '"齐全"', '"complete"'
    )
    text = text.replace('企业附件 = "complete"', '企业附件 = "齐全"')
    assert policy_of(text).checklists["机组附件"].verdicts == ("complete", "incomplete")


def test_papers_are_neither_required_nor_keyed_in_the_schema(policy: Policy) -> None:
    schema = policy.input_schema()
    assert "member_paper" not in schema["required"] and "member" in schema["required"]
    row = schema["properties"]["member_paper"]["items"]
    assert row["required"] == ["member_id", "kind"] and "member_paper_id" in row["properties"]


@pytest.mark.parametrize(
    ("chosen", "within"), [("市场主体", "市场主体"), ("用电单元", "用电单元"), ("不合并", None)]
)
def test_a_reading_says_within_what_rows_are_merged(chosen: str, within: str | None) -> None:
    found = policy_of(CHINESE, options={"计量点合并": chosen})
    assert found.entities["计量点"].merged_within == within


@pytest.mark.parametrize(
    ("written", "within"), [("电力用户", "市场主体"), ("site", "用电单元"), ("不合并", None)]
)
def test_an_ancestor_may_be_named_by_id_or_kind(written: str, within: str | None) -> None:
    found = edited("合并范围: 口径.计量点合并", f"合并范围: {written}")
    assert found.entities["计量点"].merged_within == within


@pytest.mark.parametrize("flag", ["由交易中心填", "由 交易中心 填", "由exchange填"])
def test_who_fills_in_a_term(policy: Policy, flag: str) -> None:
    found = edited("由交易中心填", flag)
    assert found.term("市场主体", "registered_name").filled_by == "交易中心"
    assert found.digest == policy.digest


# -- 沿用 and 停用 ----------------------------------------------------------------------------------


def test_a_child_replaces_and_switches_off_entries(policy: Policy) -> None:
    assert policy_of(CHILD, CHINESE).checklists.keys() == policy.checklists.keys()
    fewer = policy_of(
        CHILD + "停用: [填报要求.商务信息, 材料清单.企业附件, 决定.发电企业.可送审]\n",
        "".join(
            line
            for line in CHINESE.splitlines(keepends=True)
            if "| 可送审 " not in line and "| 办理中 " not in line[:20]
        ),
    )
    assert fewer.checklists.keys() == {"机组附件", "账号"}
    assert "licence_no" not in {t.id for t in fewer.terms}
    child = (
        CHILD
        + """
材料清单:
  机组附件:
    代号: unit_documents
    对象: 机组
    材料: |
      | 栏目 | 必交 | 材料 | 条款 |
      | 照片 | 是   | 照片 | 3.1  |
"""
    )
    laid = policy_of(child, CHINESE)
    body = laid.checklists["机组附件"]
    assert isinstance(body, Checklist) and [r.name for r in body.requirements] == ["照片"]
    assert body.requirements[0].formats == ()


def test_a_misspelt_entry_cannot_be_switched_off() -> None:
    assert codes(lambda: policy_of(CHILD + "停用: [填报要求.帐号]\n", CHINESE)) == ["PE3031"]


# -- as shown ---------------------------------------------------------------------------------------


def test_the_picture_of_checklists_and_forms_is_plain_data(policy: Policy) -> None:
    picture = json.loads(json.dumps(describe(policy)))
    ways = {d["key"]: d for d in picture["decisions"] if d["way"] in ("checklist", "form")}
    assert ways.keys() == policy.checklists.keys()
    approval = ways["机组附件"]["items"][0]
    assert (approval["formats"], approval["max_bytes"], approval["clauses"]) == (["PDF"], 20971520, ["3.1"])
    licence = ways["商务信息"]["fields"][0]
    assert (licence["required"], licence["also"], licence["needless"]) == (
        "非 许可证豁免",
        ["办理中"],
        "许可证豁免",
    )
    assert next(e for e in picture["entities"] if e["name"] == "计量点")["merged_within"] == "市场主体"


def test_what_is_shown_of_checklists_and_forms(policy: Policy) -> None:
    shown = "\n".join(lines(describe(policy), "zh"))
    assert (
        "许可证：许可证豁免：否；口径.缺许可证：一律交说明 → 许可证 ← 许可证"
        "（必交；可代：情况说明（证件缺失）；代件加盖公章）　[2.2]" in shown
    )
    assert "照片：- → 照片 ← 照片（可不交；PDF、JPG；不超过 500 KB）　[3.1]" in shown
    assert "密码：- → 密码 password（必填；长度：不低于 8；至少含：字母、数字、特殊符号）　[1.2]" in shown
    assert "市场主体.登记名称 registered_name　可不填，由交易中心填" in shown
    english = "\n".join(lines(describe(policy), "en"))
    assert "at most 20 MB" in english and "the substitute sealed" in english


def test_a_size_of_thousands_of_digits_is_told() -> None:
    """The hint is a size people may have meant; a number that long is none."""
    from policy_engine.policy.checklist_words import size_meant

    assert size_meant("9" * 5000 + " MB") == "20 MB"
    assert size_meant("20M") == "20 MB"
