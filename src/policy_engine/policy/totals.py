"""Bind 汇总: a total over the rows below."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.check import check_total
from policy_engine.feel.parser import parse_expression
from policy_engine.feel.scope import ChildTermSymbol, Scope
from policy_engine.feel.typed import (
    Aggregate,
    AggregateKind,
    Arith,
    ArithOp,
    Node,
    Scale,
)
from policy_engine.feel.types import NumberType, Type, with_nullable
from policy_engine.feel.units import DIMENSIONLESS, Unit
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
    written = [(text, kind) for name, kind in _KINDS if (text := getattr(doc, name)) is not None]
    if len(written) + (doc.weighted_mean is not None) != 1:
        raise LoadError(diagnostic("PE3080", doc.span))
    if doc.weighted_mean is not None:
        return _weighted_mean(doc, scope, expected)
    if doc.weight is not None:
        raise LoadError(diagnostic("PE3086", doc.weight.span()))
    text, kind = written[0]
    if kind is AggregateKind.COUNT:
        _below(text, text.text, scope)
        return check_total(kind, text, doc.only, doc.skip, scope)
    _child_term(text, scope)
    total = check_total(kind, text, doc.only, doc.skip, scope)
    # The largest of no rows is an error of that member, not a null.
    return _convert(replace(total, type=with_nullable(total.type, False)), expected, text)


def _weighted_mean(doc: TotalDoc, scope: Scope, expected: Type) -> Node:
    """Σ value × weight ÷ Σ weight: a quotient, which the decision has to round."""
    if doc.weight is None or doc.weighted_mean is None:
        raise LoadError(diagnostic("PE3081", doc.span))
    value = _child_term(doc.weighted_mean, scope)
    weight = _child_term(doc.weight, scope)
    if value.part != weight.part:
        raise LoadError(diagnostic("PE3082", doc.weight.span()))
    above = _summed(doc, doc.weighted_mean, scope)
    under = _summed(doc, doc.weight, scope)
    span = doc.weighted_mean.span()
    assert above.value is not None and under.value is not None
    unit = _unit(above.type).times(_unit(under.type))
    product = Arith(NumberType(unit), span, ArithOp.MUL, above.value, under.value)
    mean = Arith(
        NumberType(_unit(above.type)),
        span,
        ArithOp.DIV,
        replace(above, type=product.type, value=product),
        under,
    )
    return _convert(mean, expected, doc.weighted_mean)


def _summed(doc: TotalDoc, text: Fragment, scope: Scope) -> Aggregate:
    node = check_total(AggregateKind.SUM, text, doc.only, doc.skip, scope)
    assert isinstance(node, Aggregate)
    return node


def _unit(type_: Type) -> Unit:
    return (type_.unit if isinstance(type_, NumberType) else None) or DIMENSIONLESS


def _child_term(text: Fragment, scope: Scope) -> ChildTermSymbol:
    """The term of a lower entity that is totalled; it has to be a number."""
    path = tuple(part.strip() for part in text.text.split("."))
    parse_expression(text)  # a malformed name gets the language's own message
    symbol = scope.resolve(path)
    if not isinstance(symbol, ChildTermSymbol):
        near = "".join(nearest(text.text, (n for n in scope.names() if "." in n)))
        raise LoadError(
            diagnostic("PE3084", text.span(), hint=DID_YOU_MEAN if near else None, text=text.text, near=near)
        )
    if not isinstance(symbol.type, NumberType):
        raise LoadError(diagnostic("PE3083", text.span(), text=text.text))
    return symbol


def _below(text: Fragment, name: str, scope: Scope) -> Scope:
    below = scope.below(name)
    if below is None:
        raise LoadError(diagnostic("PE3084", text.span(), text=text.text))
    return below


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
