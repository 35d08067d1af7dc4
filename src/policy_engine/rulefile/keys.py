"""Which field a key means, and what to say when it means none."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.documents import Doc
from policy_engine.rulefile.nodes import Scalar

_NEAR = Text("是否想写“{near}”？", "did you mean “{near}”?")
_MAYBE = Text("是否想写“{near}”？这里可写：{choices}", "did you mean “{near}”? Here you may write: {choices}")
_SURE = 0.6
# Characters of keywords as they are written in Hong Kong and Taiwan.
_SIMPLE = str.maketrans(
    "為爲僅體價則辦動區單參發號復複對屬帶並併當錄徑總報據數時機權條來標欄檢匯彙狀稱類級細結絕緣補視計認記許論證詞該費轉過適選銀鍵間階須項題額驗驟決關電種從與",
    "为为仅体价则办动区单参发号复复对属带并并当录径总报据数时机权条来标栏检汇汇状称类级细结绝缘补视计认记许论证词该费转过适选银键间阶须项题额验骤决关电种从与",
)
_TRADITIONAL = Text("应写作“{near}”：关键字用简体字", "write “{near}”: keywords are in simplified characters")
_OTHER_LANGUAGE = Text(
    "这是另一种语言的关键字，本文件应写“{near}”；换语言请改第一行的 # language:",
    "this is a keyword of the other language; here it is “{near}”, or change “# language:” on line 1",
)
_ELSEWHERE = Text(
    "“{name}”是别处的字段，这里可写：{choices}",
    "“{name}” belongs elsewhere; here you may write: {choices}",
)
_CHOICES = Text("这里可写：{choices}", "here you may write: {choices}")


@dataclass(frozen=True)
class Found:
    """``covers``: fields that need not be reported as missing, because this key was meant as one of them."""

    field: str | None
    covers: frozenset[str]


def find_field(model: type[Doc], key: Scalar, language: str, report: Diagnostics) -> Found:
    name = key.text.strip()
    field = kw.field_of(model, name, language)
    if field is not None:
        return Found(field, frozenset({field}))
    words = kw.FIELDS[model]
    choices = kw.spellings(words, language)
    hint, near, meant = _CHOICES, "", frozenset[str]()
    known = tuple(kw.places_of_key(name))
    translated = [f for m, f, _ in known if m is model]
    close = nearest(name, choices)
    simple = kw.field_of(model, name.translate(_SIMPLE), language)
    if simple is not None:
        hint, near, meant = _TRADITIONAL, words[simple].of(language), frozenset({simple})
    elif translated:
        hint, near, meant = _OTHER_LANGUAGE, words[translated[0]].of(language), frozenset(translated)
    elif known:
        hint = _ELSEWHERE
    elif close:
        # Two-character words are alike too easily: also say what else may stand here.
        hint, near = (_NEAR if nearest(name, choices, cutoff=_SURE) else _MAYBE), close[0]
        meant = frozenset(f for f, w in words.items() if w.of(language) == near)
    report.report("PE1004", key.span, hint=hint, name=name, near=near, choices="、".join(choices))
    return Found(None, meant)


def report_missing(
    model: type[Doc], field: str, place: str, at: Span, language: str, report: Diagnostics
) -> None:
    report.report("PE1005", at, place=place, name=kw.FIELDS[model][field].of(language))
