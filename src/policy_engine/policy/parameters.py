"""Bind 参数 and 口径: values on a timeline, and named choices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Const, Neg, Node, Scale
from policy_engine.feel.types import NumberType, Type
from policy_engine.feel.units import DIMENSIONLESS, parse_unit
from policy_engine.feel.values import Value
from policy_engine.policy.model import Clause, Parameter, Reading
from policy_engine.policy.names import NoNames
from policy_engine.policy.overlay import Merged
from policy_engine.rulefile.choices import SourceStatus
from policy_engine.rulefile.documents import ParameterDoc, ParameterValueDoc


def bind_parameters(
    merged: Merged, on: dt.date, clauses: Mapping[str, Clause], report: Diagnostics
) -> dict[str, Parameter]:
    """The value of each parameter in force on ``on``."""
    found: dict[str, Parameter] = {}
    for name, doc, _ in merged.parameters:
        _check_timeline(name, doc, report)
        in_force = [v for v in doc.values if _covers(v, on)]
        if len(in_force) == 1:
            parameter = _parameter(name, in_force[0], clauses, report)
            if parameter is not None:
                found[name.text] = parameter
        elif not in_force:
            report.report("PE3041", name.span(), name=name.text, on=on.isoformat())
    return found


def _covers(value: ParameterValueDoc, on: dt.date) -> bool:
    after_start = value.from_ is None or value.from_.value <= on
    return after_start and (value.to is None or on <= value.to.value)


def _check_timeline(name: Fragment, doc: ParameterDoc, report: Diagnostics) -> None:
    """The slices of a timeline do not overlap, and none ends before it begins."""
    slices = sorted(doc.values, key=lambda v: v.from_.value if v.from_ else dt.date.min)
    for value in slices:
        if value.from_ and value.to and value.to.value < value.from_.value:
            report.report("PE3043", value.span, name=name.text)
    for one, other in pairwise(slices):
        start = other.from_.value if other.from_ else dt.date.min
        if one.to is None or one.to.value >= start:
            report.report("PE3042", other.span, one.span, name=name.text)


def _parameter(
    name: Fragment, doc: ParameterValueDoc, clauses: Mapping[str, Clause], report: Diagnostics
) -> Parameter | None:
    value, type_ = _literal(doc, report)
    if type_ is None:
        return None
    for clause in doc.clause:
        check_clause(clause, clauses, report)
    if doc.source is None:
        report.report("PE3044", name.span(), name=name.text)
    return Parameter(
        name=name.text,
        value=value,
        text=doc.value.text,
        type=type_,
        from_=doc.from_.value if doc.from_ else None,
        to=doc.to.value if doc.to else None,
        review=doc.review.value if doc.review else None,
        status=doc.source.value if doc.source else SourceStatus.ASSUMED,
        clauses=tuple(c.text for c in doc.clause),
        span=doc.value.span(),
    )


def _literal(doc: ParameterValueDoc, report: Diagnostics) -> tuple[Value, Type | None]:
    """The value of a parameter: a literal, its unit beside it or in 单位."""
    expected: Type | None = None
    if doc.unit is not None:
        unit = parse_unit(doc.unit.text)
        if unit is None:
            report.report("PE3014", doc.unit.span(), unit=doc.unit.text)
            return None, None
        expected = NumberType(unit)
    try:
        node = compile_expression(doc.value, NoNames(), expected)
    except LoadError as error:
        for item in error.diagnostics:
            report.add(item)
        return None, None
    value = _fold(node)
    if value is None:
        report.report("PE3045", doc.value.span(), text=doc.value.text)
        return None, None
    return value, _settled(node.type)


def _fold(node: Node) -> Value:
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Neg | Scale):
        inner = _fold(node.operand)
        if isinstance(inner, Fraction):
            return -inner if isinstance(node, Neg) else inner * node.factor
    return None


def _settled(type_: Type) -> Type:
    """A bare number as a parameter has no unit; it is not a literal that still fits any."""
    if isinstance(type_, NumberType) and type_.unit is None:
        return NumberType(DIMENSIONLESS, type_.places, type_.nullable)
    return type_


def bind_readings(
    merged: Merged,
    options: Mapping[str, str],
    clauses: Mapping[str, Clause],
    report: Diagnostics,
) -> dict[str, Reading]:
    """口径 with the choices asked for in ``options`` (name → option) laid over the file's."""
    found: dict[str, Reading] = {}
    for name, doc, _ in merged.readings:
        known = tuple(o.text for o in doc.options)
        for clause in doc.clause:
            check_clause(clause, clauses, report)
        if doc.chosen.text not in known:
            choices = "、".join(known)
            report.report(
                "PE3051", doc.chosen.span(), name=name.text, option=doc.chosen.text, choices=choices
            )
            known = (*known, doc.chosen.text)  # whoever compares with it is not blamed as well
        found[name.text] = Reading(
            name=name.text,
            chosen=options.get(name.text, doc.chosen.text),
            default=doc.chosen.text,
            options=known,
            clauses=tuple(c.text for c in doc.clause),
            rationale=doc.rationale.text if doc.rationale else None,
            span=doc.chosen.span(),
        )
    return found


def check_clause(clause: Fragment, clauses: Mapping[str, Clause], report: Diagnostics) -> None:
    """A citation names a clause of the policy or of a parent."""
    if clause.text not in clauses:
        near = nearest(clause.text, clauses)
        hint = Text(f"是否想写“{near[0]}”？", f"did you mean “{near[0]}”?") if near else None
        report.report("PE3020", clause.span(), hint=hint, name=clause.text)
