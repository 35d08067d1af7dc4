"""What the rest of the house asks of the language: check trees, cells, conclusions and constants."""

from __future__ import annotations

from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import ast, typed
from policy_engine.feel.aggregates import aggregate
from policy_engine.feel.alike import choices
from policy_engine.feel.bare_names import bare_names
from policy_engine.feel.cells import tests
from policy_engine.feel.constants import constant, unquoted
from policy_engine.feel.fit import fit
from policy_engine.feel.infer import context
from policy_engine.feel.parser import parse_expression, parse_unary_tests
from policy_engine.feel.refuse import refusal
from policy_engine.feel.scope import Scope
from policy_engine.feel.types import Type, with_nullable

__all__ = [
    "check_cell",
    "check_expression",
    "check_output",
    "check_total",
    "compile_expression",
    "constant",
    "unquoted",
]


def check_expression(expr: ast.Expr, scope: Scope, expected: Type | None = None) -> typed.Node:
    """The typed tree of an expression, in the unit of ``expected``. Raises LoadError (PE202x-PE204x)."""
    return fit(context(scope).infer(expr, expected), expected)


def compile_expression(text: Fragment, scope: Scope, expected: Type | None = None) -> typed.Node:
    """Parse and check."""
    return check_expression(parse_expression(text), scope, expected)


def check_cell(text: Fragment, column: typed.Node, scope: Scope) -> typed.Node | None:
    """A condition cell as a yes/no tree over ``CellInput``; None for ``-`` (any value).

    On a nullable column every test but 为空 also demands that the value is there. Raises LoadError.
    """
    text = text.strip()
    if not text.text:
        raise refusal("PE2051", text.span())
    known = choices(column.type)
    expr = bare_names(text, known) if known else None
    if expr is None:
        expr = parse_unary_tests(text)
    if isinstance(expr, ast.Any):
        return None
    cell = typed.CellInput(column.type, text.span())
    return tests(cell, expr, context(scope, column.type))


def check_output(text: Fragment, expected: Type, scope: Scope) -> typed.Node:
    """A conclusion cell: a bare option or level name if it is one, else an expression. Raises LoadError."""
    text = text.strip()
    known = choices(expected)
    if known and text.text in known:
        return typed.Const(with_nullable(expected, False), text.span(), text.text)
    if not text.text:
        raise refusal("PE2051", text.span())
    return compile_expression(text, scope, expected)


def check_total(
    kind: typed.AggregateKind,
    value: Fragment,
    only: Fragment | None,
    skip: Fragment | None,
    scope: Scope,
    expected: Type | None = None,
) -> typed.Node:
    """A 汇总: ``value`` (for a count the child's name) totalled over rows below. Raises LoadError."""
    node = aggregate(
        kind,
        parse_expression(value),
        parse_expression(only) if only else None,
        parse_expression(skip) if skip else None,
        context(scope),
        value.span(),
    )
    return fit(node, expected)
