"""Checklists and forms of the picture of a policy as lines of text, one row a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Picture = Mapping[str, Any]
_SEALED = {
    "all": ("加盖公章", "sealed"),
    "paper": ("材料加盖公章", "the paper sealed"),
    "substitute": ("代件加盖公章", "the substitute sealed"),
}
_UNIQUE = {
    "exact": ("不得重复（区分大小写）", "unique (case-sensitive)"),
    "folded": ("不得重复（不分大小写）", "unique (any case)"),
}
_KB = 1024


def checklist_lines(item: Picture, zh: bool) -> Iterator[str]:
    for row in item["items"]:
        papers = "、".join(row["papers"]) or ("任何材料" if zh else "any paper")
        asked = [
            *(f"{item['papers']}.{cell}" for cell in row["tests"]),
            _substitutes(row, zh),
            _SEALED[row["sealed"]][not zh] if row["sealed"] in _SEALED else "",
            "、".join(row["formats"]),
            _size(row["max_bytes"], zh),
        ]
        yield _line(row, f"{row['slot']} ← {papers}", "交" if zh else "", asked, zh)


def form_lines(item: Picture, zh: bool) -> Iterator[str]:
    for row in item["fields"]:
        asked = [
            _said(row["format"], "格式", "format", zh),
            _said("、".join(row["also"]), "也可填", "or", zh),
            _said(row["length"], "长度", "length", zh),
            _said("、".join(row["contains"]), "至少含", "contains", zh),
            _said(row["must"], "须", "must be", zh),
            _UNIQUE[row["unique"]][not zh] if row["unique"] in _UNIQUE else "",
            _said(row["needless"], "不必填", "needless", zh),
        ]
        yield _line(row, f"{row['field']} {row['id']}", "填" if zh else "", asked, zh)


def _line(row: Picture, what: str, verb: str, asked: list[str], zh: bool) -> str:
    when = "；".join(row["when"]) or "-"
    said = "；".join([_required(row["required"], verb, zh), *(a for a in asked if a)])
    return f"{row['name']}：{when} → {what}（{said}）　[{'、'.join(row['clauses'])}]　{row['at']}"


def _required(required: bool | str, verb: str, zh: bool) -> str:
    if isinstance(required, str):
        return f"必{verb}：{required}" if zh else f"required: {required}"
    if zh:
        return f"必{verb}" if required else f"可不{verb}"
    return "required" if required else "optional"


def _substitutes(row: Picture, zh: bool) -> str:
    if not row["substitutes"]:
        return ""
    names = "、".join(row["substitutes"])
    missing = "证件缺失" if zh else "missing"
    return f"{'可代' if zh else 'or'}：{names}（{row['substitute_if'] or missing}）"


def _said(value: str | None, zh_word: str, en_word: str, zh: bool) -> str:
    return f"{zh_word if zh else en_word}：{value}" if value else ""


def _size(size: int | None, zh: bool) -> str:
    if size is None:
        return ""
    shown = f"{size // _KB**2} MB" if size % _KB**2 == 0 else f"{size // _KB} KB"
    return f"{'不超过' if zh else 'at most'} {shown}"
