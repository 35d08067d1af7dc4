"""A name nobody knows: what was probably meant."""

from __future__ import annotations

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel import ast
from policy_engine.feel.alike import choices
from policy_engine.feel.describe import hint
from policy_engine.feel.functions import FUNCTION_NAMES
from policy_engine.feel.keywords import BY_WORD, split_keywords
from policy_engine.feel.scope import Scope
from policy_engine.feel.types import Type
from policy_engine.feel.units import BASE_UNITS


def unknown_name(expr: ast.Name, scope: Scope, want: Type | None) -> LoadError:
    """PE2020 with the best advice there is."""
    return LoadError(diagnostic("PE2020", expr.span, hint=_advice(expr, scope, want), name=expr.text))


def _advice(expr: ast.Name, scope: Scope, want: Type | None) -> Text | None:
    name = expr.text
    known = (choices(want) or ()) if want is not None else ()
    if name in known:
        return hint('选项和等级要加引号：`"{x}"`', 'quote names of options and levels: `"{x}"`', x=name)
    pieces = split_keywords(expr.path[0])
    if len(pieces) > 1 and all(_understood(p, scope) for p in pieces):
        return _spaced((*pieces[:-1], ".".join((pieces[-1], *expr.path[1:]))))
    if near := nearest(name, (*scope.names(), *known)):
        return hint("是否想写“{near}”？", "did you mean `{near}`?", near=near[0])
    if len(pieces) > 1:
        return _spaced(pieces)
    if name in FUNCTION_NAMES:
        return hint("这是函数，要带括号：`{x}(…)`", "this is a function: `{x}(…)`", x=name)
    if name in BASE_UNITS:
        return hint(
            "单位要紧跟在数后面，中间的“/”两边不留空格：`0.3 元/兆瓦时`",
            "a unit follows its number, without spaces around `/`: `0.3 元/兆瓦时`",
        )
    return None


def _spaced(pieces: tuple[str, ...]) -> Text:
    spaced = " ".join(pieces)
    return hint("关键词两边要有空格：`{x}`", "keywords need spaces around them: `{x}`", x=spaced)


def _understood(piece: str, scope: Scope) -> bool:
    return piece in BY_WORD or piece[0].isdigit() or scope.resolve((piece,)) is not None
