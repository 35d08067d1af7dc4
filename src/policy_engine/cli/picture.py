"""The picture of a policy as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policy_engine.cli.checklist_picture import checklist_lines, form_lines
from policy_engine.cli.picture_properties import property_lines

SOURCES = {"original": "原文", "secondary": "二手来源", "assumed": "推定"}
WAYS = {
    "formula": "公式",
    "table": "决策表",
    "scale": "阶梯",
    "allocation": "分摊",
    "check": "校验",
    "eligibility": "认定",
    "checklist": "材料清单",
    "form": "填报要求",
}
CONSEQUENCES = {"strike": "剔除该佐证", "pending": "该佐证待补", "refuse": "整份不予认定"}

Picture = Mapping[str, Any]


def lines(picture: Picture, lang: str) -> Iterator[str]:
    """Head, readings, parameters, facts, decisions, checks, clauses."""
    zh = lang != "en"
    yield from _head(picture, zh)
    yield from _readings(picture, zh)
    yield from _parameters(picture, zh)
    yield from _terms(picture, zh)
    yield from _decisions(picture, zh)
    yield from property_lines(picture, zh)
    yield from _clauses(picture, zh)


def _head(picture: Picture, zh: bool) -> Iterator[str]:
    in_force = picture["in_force"]
    open_end = "未定" if zh else "open"
    yield f"{picture['title']}（{picture['policy']}）"
    yield (
        f"  {'发文' if zh else 'issued'}：{picture['issuer']} {picture['number'] or ('文号未载明' if zh else '—')} "
        f"{picture['issued'] or ('日期未载明' if zh else '—')}"
    )
    yield (
        f"  {'施行' if zh else 'in force'}：{in_force['from']} 至 {in_force['to'] or open_end}"
        f"（{'按' if zh else 'by '}{in_force['by']}）　{'知悉' if zh else 'known from'}：{picture['known_from'] or '—'}"
    )
    yield f"  {'办理' if zh else 'period'}：{picture['period']}　{'摘要' if zh else 'digest'}：{picture['digest']}"
    for file in picture["files"]:
        yield f"  {'文件' if zh else 'file'}：{file['path']}（{file['policy']}）"
    for role in picture["not_covered"]:
        yield f"  {'不适用' if zh else 'not covered'}：{role['role']}——{role['reason']}（{role['at']}）"


def _readings(picture: Picture, zh: bool) -> Iterator[str]:
    yield ""
    yield "口径" if zh else "Readings"
    for reading in picture["readings"]:
        mark = "" if reading["chosen"] == reading["default"] else ("（另选）" if zh else " (chosen)")
        others = "、".join(o for o in reading["options"] if o != reading["chosen"])
        yield f"  {reading['name']} = {reading['chosen']}{mark}　[{'、'.join(reading['clauses'])}]　{reading['at']}"
        also = f"{'也可取' if zh else 'or'}：{others}；" if others else ""
        yield f"      {also}{'缘由' if zh else 'why'}：{reading['rationale'] or '—'}"


def _parameters(picture: Picture, zh: bool) -> Iterator[str]:
    yield ""
    yield "参数" if zh else "Parameters"
    for item in picture["parameters"]:
        source = SOURCES[item["source"]] if zh else item["source"]
        until = item["to_day"] or ("未定" if zh else "open")
        review = f"，{'复核' if zh else 'review'} {item['review']}" if item["review"] else ""
        yield (
            f"  {item['name']} = {item['value']}　{item['from_day'] or '—'} 至 {until}{review}　"
            f"{'来源' if zh else 'source'}：{source}　[{'、'.join(item['clauses'])}]　{item['at']}"
        )


def _terms(picture: Picture, zh: bool) -> Iterator[str]:
    yield ""
    yield "输入" if zh else "Inputs"
    for term in picture["terms"]:
        if term["input"]:
            need = ("必填" if zh else "required") if term["required"] else ("可不填" if zh else "optional")
            unit = f"（{term['unit']}）" if term["unit"] else ""
            by = _filled_by(term["filled_by"], zh)
            yield f"  {term['entity']}.{term['name']}{unit} {term['id']}　{need}{by}　{term['at']}"


def _filled_by(entity: str | None, zh: bool) -> str:
    if entity is None:
        return ""
    return f"，由{entity}填" if zh else f", filled by {entity}"


def _decisions(picture: Picture, zh: bool) -> Iterator[str]:
    yield ""
    yield "决定（按计算次序）" if zh else "Decisions, in order"
    for item in picture["decisions"]:
        way = WAYS[item["way"]] if zh else item["way"]
        clauses = f"[{'、'.join(item['clauses'])}]　" if item["clauses"] else ""
        yield f"  {item['entity']}：{item['key']}　{way}　{clauses}{item['at']}"
        yield from (f"      {line}" for line in _body(item, zh))


def _body(item: Picture, zh: bool) -> Iterator[str]:
    if item["way"] == "eligibility":
        yield from _cases(item, zh)
    elif item["way"] == "checklist":
        yield from checklist_lines(item, zh)
    elif item["way"] == "form":
        yield from form_lines(item, zh)
    elif item["way"] in ("formula", "check"):
        yield item["text"]
    elif item["way"] == "allocation":
        yield f"{item['total']} → {item['by']}" + (f"（{item['within']}）" if item["within"] else "")
    elif item["way"] == "scale":
        for bracket in item["brackets"]:
            sign = ">=" if bracket["inclusive"] else ">"
            yield f"{bracket['name']}：{item['of']} {sign} {bracket['threshold']} × {bracket['rate']}"
    else:
        for row in item["rows"]:
            when = "；".join(row["when"]) or "-"
            yield f"{row['name']}：{when} → {'、'.join(row['then'])}　[{'、'.join(row['clauses'])}]　{row['at']}"


def _cases(item: Picture, zh: bool) -> Iterator[str]:
    """Grounds, then exclusions with what follows from them."""
    for case in (*item["grounds"], *item["exclusions"]):
        asked = (
            "；".join([*case["when"], *(f"{item['evidence']}.{cell}" for cell in case["evidence"])]) or "-"
        )
        word = case.get("consequence", "")
        then = f" → {CONSEQUENCES[word] if zh else word}" if word else ""
        yield f"{case['name']}：{asked}{then}　[{'、'.join(case['clauses'])}]　{case['at']}"


def _clauses(picture: Picture, zh: bool) -> Iterator[str]:
    yield ""
    yield "条款" if zh else "Clauses"
    for clause in picture["clauses"]:
        note = "" if clause["testable"] else f"（{'不可检验' if zh else 'not testable'}：{clause['reason']}）"
        yield f"  {clause['id']}　{clause['position']}：{clause['summary']}{note}　{clause['at']}"
