"""A name nobody knows: what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel import ast
from policy_engine.feel.alike import choices
from policy_engine.feel.functions import FUNCTION_NAMES
from policy_engine.feel.keywords import BY_WORD, instead_of, split_keywords
from policy_engine.feel.refuse import ANY_OR_NONE, hint, meant, refusal
from policy_engine.feel.scope import Scope
from policy_engine.feel.types import TextType, Type
from policy_engine.feel.units import BASE_UNITS

_ANYTHING = ("无", "不限", "任意", "均可", "全部", "所有")
_IN_WORDS = re.compile("(百分之|千分之)?[零〇一二两三四五六七八九十百千万亿点]+")


def unknown_name(expr: ast.Name, scope: Scope, want: Type | None) -> LoadError:
    """PE2020 with the best advice there is."""
    return refusal("PE2020", expr.span, advice=_advice(expr, scope, want), name=expr.text)


def _advice(expr: ast.Name, scope: Scope, want: Type | None) -> Text | None:
    name = expr.text
    known = (choices(want) or ()) if want is not None else ()
    if name in known:
        return hint('选项和等级要加引号：`"{x}"`', 'quote names of options and levels: `"{x}"`', x=name)
    spaced = missing_spaces(expr, lambda piece: scope.resolve((piece,)) is not None)
    if spaced is not None:
        return spaced
    if instead := instead_of(name):
        return instead
    if name in _ANYTHING:
        return ANY_OR_NONE
    if _IN_WORDS.fullmatch(name):
        return hint("数用数字写，如 `5%`", "write numbers in digits, such as `5%`")
    if (qualified := _same_owner(expr, scope)) is not None:
        return qualified
    if near := nearest(name, (*scope.names(), *known)):
        return meant(near)
    return _other_advice(expr, want)


def _same_owner(expr: ast.Name, scope: Scope) -> Text | None:
    """电量分割.己完成 → 电量分割.已完成: a near name that the same owner has."""
    owner, last = expr.path[:-1], expr.path[-1]
    known = {name.split(".")[-1] for name in scope.names()}
    near = next(
        (n for n in nearest(last, known, 3) if owner and scope.resolve((*owner, n)) is not None), None
    )
    return meant((".".join((*owner, near)),)) if near else None


def _other_advice(expr: ast.Name, want: Type | None) -> Text | None:
    name = expr.text
    if name in FUNCTION_NAMES:
        return hint("这是函数，要带括号：`{x}(…)`", "this is a function: `{x}(…)`", x=name)
    if name in BASE_UNITS:
        return hint(
            "单位要紧跟在数后面，“/”两边不留空格：`0.3 元/兆瓦时`",
            "a unit follows its number, without spaces around `/`: `0.3 元/兆瓦时`",
        )
    if isinstance(want, TextType):
        return hint('文本要加引号：`"{x}"`', 'quote a text: `"{x}"`', x=name)
    return missing_spaces(expr, lambda piece: True)


def missing_spaces(expr: ast.Name, understood: Callable[[str], bool]) -> Text | None:
    """非免考 → 非 免考, if every piece but keywords and numbers is ``understood``."""
    pieces = split_keywords(expr.path[0])
    plain = [p for p in pieces if p not in BY_WORD and not p[0].isdigit()]
    if len(pieces) < 2 or not all(understood(p) for p in plain):
        return None
    spaced = ".".join((" ".join(pieces), *expr.path[1:]))
    return hint("关键词两边要有空格：`{x}`", "keywords need spaces around them: `{x}`", x=spaced)
