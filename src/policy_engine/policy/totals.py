"""Bind 汇总: a total over the rows below."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.check import compile_expression
from policy_engine.feel.parser import parse_expression
from policy_engine.feel.scope import ChildTermSymbol, Scope
from policy_engine.feel.typed import (
    Aggregate,
    AggregateKind,
    Arith,
    ArithOp,
    Node,
    Scale,
    TermRef,
    Where,
)
from policy_engine.feel.types import BooleanType, NumberType, Type
from policy_engine.feel.units import DIMENSIONLESS
from policy_engine.policy.suggestions import DID_YOU_MEAN
from policy_engine.rulefile.documents import TotalDoc

_KINDS = (
    ("sum", AggregateKind.SUM),
    ("min", AggregateKind.MIN),
    ("max", AggregateKind.MAX),
    ("count", AggregateKind.COUNT),
)


def bind_total(doc: TotalDoc, scope: Scope, expected: Type) -> Node:
    """The total as an expression over the row that decides it. Raises LoadError."""
    if doc.weighted_mean is not None:
        return _weighted_mean(doc, scope, expected)
    written = [(text, kind) for name, kind in _KINDS if (text := getattr(doc, name)) is not None]
    if len(written) != 1:
        raise LoadError(diagnostic("PE3080", doc.span))
    text, kind = written[0]
    if kind is AggregateKind.COUNT:
        below = _below(text, text.text, scope)
        filters = _filters(doc, below)
        return Aggregate(
            NumberType(DIMENSIONLESS, 0), text.span(), kind, _base(below), below.entity, None, *filters
        )
    child, below = _child_term(text, scope)
    value = TermRef(child.type, text.span(), Where.OWN, child.entity, child.part, child.term)
    total = Aggregate(child.type, text.span(), kind, child.entity, child.part, value, *_filters(doc, below))
    return _convert(total, expected, text)


def _weighted_mean(doc: TotalDoc, scope: Scope, expected: Type) -> Node:
    """Σ value × weight ÷ Σ weight: a quotient, which the decision has to round."""
    if doc.weight is None or doc.weighted_mean is None:
        raise LoadError(diagnostic("PE3081", doc.span))
    value, below = _child_term(doc.weighted_mean, scope)
    weight, _ = _child_term(doc.weight, scope)
    if value.part != weight.part:
        raise LoadError(diagnostic("PE3082", doc.weight.span()))
    if not (isinstance(value.type, NumberType) and isinstance(weight.type, NumberType)):
        raise LoadError(diagnostic("PE3083", doc.weighted_mean.span(), text=doc.weighted_mean.text))
    span = doc.weighted_mean.span()
    x = TermRef(value.type, span, Where.OWN, value.entity, value.part, value.term)
    w = TermRef(weight.type, doc.weight.span(), Where.OWN, weight.entity, weight.part, weight.term)
    unit = (value.type.unit or DIMENSIONLESS).times(weight.type.unit or DIMENSIONLESS)
    product = Arith(NumberType(unit), span, ArithOp.MUL, x, w)
    filters = _filters(doc, below)
    above = Aggregate(product.type, span, AggregateKind.SUM, value.entity, value.part, product, *filters)
    under = Aggregate(weight.type, span, AggregateKind.SUM, value.entity, value.part, w, *filters)
    mean = Arith(NumberType(value.type.unit), span, ArithOp.DIV, above, under)
    return _convert(mean, expected, doc.weighted_mean)


def _child_term(text: Fragment, scope: Scope) -> tuple[ChildTermSymbol, Scope]:
    path = tuple(part.strip() for part in text.text.split("."))
    parse_expression(text)  # a malformed name gets the language's own message
    symbol = scope.resolve(path)
    if not isinstance(symbol, ChildTermSymbol):
        near = "".join(nearest(text.text, (n for n in scope.names() if "." in n)))
        raise LoadError(
            diagnostic("PE3084", text.span(), hint=DID_YOU_MEAN if near else None, text=text.text, near=near)
        )
    return symbol, _below(text, path[0], scope)


def _below(text: Fragment, name: str, scope: Scope) -> Scope:
    below = scope.below(name)
    if below is None:
        raise LoadError(diagnostic("PE3084", text.span(), text=text.text))
    return below


def _base(scope: Scope) -> str:
    table = getattr(scope, "table", None)
    return str(table.entities[scope.entity].base) if table is not None else scope.entity


def _filters(doc: TotalDoc, below: Scope) -> tuple[Node | None, Node | None]:
    only = compile_expression(doc.only, below, BooleanType()) if doc.only else None
    skip = compile_expression(doc.skip, below, BooleanType()) if doc.skip else None
    return only, skip


def _convert(node: Node, expected: Type, text: Fragment) -> Node:
    have, want = node.type, expected
    if not (isinstance(have, NumberType) and isinstance(want, NumberType)):
        raise LoadError(diagnostic("PE3083", text.span(), text=text.text))
    if have.unit is None or want.unit is None or have.unit.equivalent(want.unit):
        return node
    if not have.unit.same_dimension(want.unit):
        raise LoadError(
            diagnostic("PE3085", text.span(), have=have.unit.name or "?", want=want.unit.name or "?")
        )
    return Scale(want, node.span, node, have.unit.factor / want.unit.factor)
