"""The sheet 说明: what the file is, how it is edited, what the colours mean."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.documents import PolicyDoc, Spanned

Style = Literal["title", "fact", "plain", "header", "edit", "fixed", "comment"]


@dataclass(frozen=True)
class GuideRow:
    """``fact`` rows repeat what stands in the file and are no place to edit it."""

    left: str
    right: str
    style: Style


def guide_rows(doc: PolicyDoc, sheets: tuple[str, ...], text_sheet: str) -> tuple[GuideRow, ...]:
    english = doc.language == "en"
    title = GuideRow(doc.title.text, "", "title")
    helps = _english(text_sheet, sheets) if english else _chinese(text_sheet, sheets)
    return (title, *_facts(doc), GuideRow("", "", "plain"), *helps)


def _facts(doc: PolicyDoc) -> list[GuideRow]:
    words, lang = kw.FIELDS[PolicyDoc], doc.language
    missing = kw.NOT_STATED.of(lang)
    force = doc.in_force
    span = f"{force.from_.value} {kw.RANGE_TO.of(lang)} {force.to.value if force.to else kw.OPEN.of(lang)}"
    facts = {
        "policy": doc.policy.text,
        "issuer": doc.issuer.text,
        "number": doc.number.text if doc.number else missing,
        "issued": _day(doc.issued, missing),
        "known_from": _day(doc.known_from, ""),
        "in_force": span,
        "extends": doc.extends.text if doc.extends else "",
    }
    return [GuideRow(words[name].of(lang), value, "fact") for name, value in facts.items() if value]


def _day(day: Spanned[dt.date] | None, missing: str) -> str:
    return day.value.isoformat() if day else missing


def _chinese(text: str, sheets: tuple[str, ...]) -> list[GuideRow]:
    return [
        GuideRow("怎样改", "", "title"),
        GuideRow("1", "在白色的格子里改；可以加行、删行、挪动行。格子都是文字，照平常写法写，如 5%、> 0。", "plain"),
        GuideRow("2", f"标题、日期、主体、公式、流程等在“{text}”里一行一行改；灰色的标记行代表别的工作表，不要动。", "plain"),
        GuideRow("3", "数变了：在“参数”里同名再加一行，写新的值和“自”；原来那一行的“至”改成前一天。", "plain"),
        GuideRow("4", "换读法：在“口径”里改“取”，只能从“可取”里选。", "plain"),
        GuideRow("5", "第一格是 # 的行是注释；“备注”是写在行末的注释。都会写回文件。", "plain"),
        GuideRow("6", "不要改工作表的名字和表头；不要写公式；不要用一格里换行。本页只供查看，在这里改不起作用。", "plain"),
        GuideRow("7", "改完存盘，运行 policy-engine import 本文件，先看清差别，再加 --write 写回。", "plain"),
        GuideRow("颜色", "", "title"),
        GuideRow("表头", "不要改；决策表可以加一栏“当：…”", "header"),
        GuideRow("可改", "这里的内容写回规则文件", "edit"),
        GuideRow("# 注释", "给看文件的人读，不影响计算", "comment"),
        GuideRow("勿改", "行号、标记和转列的内容", "fixed"),
        GuideRow("工作表", "、".join(sheets), "plain"),
    ]  # fmt: skip


def _english(text: str, sheets: tuple[str, ...]) -> list[GuideRow]:
    return [
        GuideRow("How to edit", "", "title"),
        GuideRow("1", "Edit the white cells; add, remove and move rows. Cells are text: write 5% or > 0 as it is.", "plain"),
        GuideRow("2", f"Titles, dates, formulas and the like are lines in “{text}”; leave its grey rows alone.", "plain"),
        GuideRow("3", "A new value: add a row of the same name with its “from”, and end the old one the day before.", "plain"),
        GuideRow("4", "Another reading: choose “take” from the choices.", "plain"),
        GuideRow("5", "A row that begins with # is a comment; “note” is the comment at the end of a line.", "plain"),
        GuideRow("6", "Keep sheet names and headers; no formulas, no line breaks. This page is for reading.", "plain"),
        GuideRow("7", "Save, run policy-engine import on this file, read the difference, then add --write.", "plain"),
        GuideRow("Colours", "", "title"),
        GuideRow("header", "leave as is; a decision table may get another “when: …” column", "header"),
        GuideRow("editable", "goes back into the rule file", "edit"),
        GuideRow("# comment", "for readers of the file", "comment"),
        GuideRow("fixed", "line numbers, markers and repeated facts", "fixed"),
        GuideRow("sheets", ", ".join(sheets), "plain"),
    ]  # fmt: skip
