"""A tree of full FEEL in the words policies use, as far as it has them; the checker refuses the rest."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from policy_engine.feel import ast
from policy_engine.feel import full_nodes as f
from policy_engine.feel.functions import BY_DMN

# Functions of DMN that take a list where policies take several values.
_SPREAD = frozenset({"min", "max"})
_PARTS = {"year": "year_of", "month": "month_number", "day": "day_of", "weekday": "weekday"}
E_ = TypeVar("E_", bound=ast.Expr)


def as_policy(expr: E_) -> ast.Expr:
    """The same expression with the functions, lists and tests of policies."""
    expr = _parts(expr)
    match expr:
        case ast.Call():
            return _call(expr)
        case ast.In(target=f.ListLiteral() as listed) if listed.items:
            return replace(expr, target=ast.Items(listed.span, listed.items))
        case f.Path(base=base, name=name) if name in _PARTS:
            return ast.Call(expr.span, ast.Name(expr.span, (_PARTS[name],)), (base,))
        case f.Temporal(text=text) if text.removeprefix("-").startswith("P"):
            return ast.Call(expr.span, ast.Name(expr.span, ("duration",)), (ast.Text(expr.span, text),))
        case _:
            return expr


def _parts(expr: E_) -> E_:
    changed: dict[str, Any] = {}
    for field in fields(expr):
        value = getattr(expr, field.name)
        if isinstance(value, ast.Expr) and field.name != "function":
            changed[field.name] = as_policy(value)
        elif isinstance(value, tuple) and any(isinstance(v, ast.Expr) for v in value):
            changed[field.name] = tuple(as_policy(v) if isinstance(v, ast.Expr) else v for v in value)
    return replace(expr, **changed) if changed else expr


def _call(expr: ast.Call) -> ast.Expr:
    name = expr.function.text
    args = expr.args
    if name in _SPREAD and len(args) == 1 and isinstance(args[0], f.ListLiteral):
        args = args[0].items
    if args and all(isinstance(a, f.Named) for a in args):
        return expr
    known = BY_DMN.get(name)
    function = replace(expr.function, path=(known.en,)) if known is not None else expr.function
    return replace(expr, function=function, args=args)
