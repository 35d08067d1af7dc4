"""What the rules of full FEEL build, on top of those it shares with policies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from policy_engine.feel import ast
from policy_engine.feel import full_nodes as f
from policy_engine.feel.tree import Builder, exprs, span_of, text_of, whole

if TYPE_CHECKING:
    from lark import Token


class FullBuilder(Builder):
    def name(self, *tokens: Token) -> ast.Expr:
        return ast.Name(span_of(tokens[0]), (text_of(tokens[0]),))

    def temporal(self, token: Token) -> ast.Expr:
        return f.Temporal(span_of(token), text_of(token))

    def instance_of(self, operand: ast.Expr, word: Token, type_: Token) -> ast.Expr:
        return f.InstanceOf(whole(operand, type_), operand, text_of(type_))

    def list_(self, *items: Any) -> ast.Expr:
        return f.ListLiteral(whole(*items), exprs(items))

    def context(self, *items: Any) -> ast.Expr:
        return f.ContextLiteral(whole(*items), tuple(i for i in items if isinstance(i, f.Entry)))

    def entry(self, key: Token, colon: Token, value: ast.Expr) -> ast.Expr:
        return f.Entry(whole(key, value), text_of(key), value)

    def iterator(self, name: Token, *items: Any) -> ast.Expr:
        source, *end = exprs(items)
        return f.Iterator(whole(name, *items), text_of(name), source, end[0] if end else None)

    def for_(self, *items: Any) -> ast.Expr:
        *iterators, body = exprs(items)
        return f.For(whole(*items), tuple(i for i in iterators if isinstance(i, f.Iterator)), body)

    def some(self, *items: Any) -> ast.Expr:
        return self._quantified(False, items)

    def every(self, *items: Any) -> ast.Expr:
        return self._quantified(True, items)

    def _quantified(self, every: bool, items: tuple[Any, ...]) -> ast.Expr:
        *iterators, condition = exprs(items)
        found = tuple(i for i in iterators if isinstance(i, f.Iterator))
        return f.Quantified(whole(*items), every, found, condition)

    def param(self, name: Token, *typed: Any) -> ast.Expr:
        return f.Param(whole(name, *typed), text_of(name), text_of(typed[-1]) if typed else None)

    def body(self, *items: Any) -> ast.Expr:
        inner = exprs(items)[-1]
        return f.Function(whole(*items), (), inner, external=len(items) > 1)

    def function(self, *items: Any) -> ast.Expr:
        params = tuple(i for i in items if isinstance(i, f.Param))
        body: f.Function = items[-1]
        return replace(body, span=whole(*items), params=params)

    def path(self, base: ast.Expr, dot: Token, name: Token) -> ast.Expr:
        span = whole(base, name)
        if isinstance(base, ast.Name) and not base.span.text.startswith("("):
            return ast.Name(span, (*base.path, text_of(name)))
        return f.Path(span, base, text_of(name))

    def pick(self, base: ast.Expr, opening: Token, condition: ast.Expr, closing: Token) -> ast.Expr:
        return f.Pick(whole(base, closing), base, condition)

    def named(self, name: Token, colon: Token, value: ast.Expr) -> ast.Expr:
        return f.Named(whole(name, value), text_of(name), value)

    def invoke(self, function: ast.Expr, *items: Any) -> ast.Expr:
        span, args = whole(function, items[-1]), exprs(items)
        if not isinstance(function, ast.Name):
            return f.Invoke(span, function, args)
        if function.path == ("not",) and len(args) == 1 and not isinstance(args[0], f.Named):
            return ast.Not(span, args[0])
        return ast.Call(span, function, args)
