"""Bind 分摊: a total of an ancestor shared among rows, exactly, on a grid."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.feel.check import compile_expression
from policy_engine.feel.nulls import never_null
from policy_engine.feel.typed import TermRef, Where
from policy_engine.feel.types import BooleanType, NumberType
from policy_engine.policy.model import Allocation, Term
from policy_engine.policy.names import NameTable
from policy_engine.rulefile.documents import DecisionDoc


def bind_allocation(
    doc: DecisionDoc, entity: str, output: Term, names: NameTable, report: Diagnostics
) -> Allocation | None:
    written = doc.allocation
    assert written is not None
    scope = names.scope(entity)
    total = compile_expression(written.total, scope, output.type)
    never_null(total)
    if not isinstance(total, TermRef) or total.where is Where.OWN:
        report.report("PE3090", written.total.span(), text=written.total.text)
        return None
    within = compile_expression(written.within, scope, BooleanType()) if written.within else None
    by = compile_expression(written.by, scope)
    if not isinstance(by.type, NumberType) or by.type.nullable:
        report.report("PE3091", written.by.span(), text=written.by.text)
        return None
    places = doc.rounding.places if doc.rounding is not None else output.places
    if places is None:
        report.report("PE3092", doc.span, name=output.name)
        return None
    return Allocation(total.entity, total, within, by, places)
