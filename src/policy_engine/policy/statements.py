"""Bind 明细 and 结转: what is shown to whom, and what one period hands to the next."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Node, TermRef
from policy_engine.feel.types import TextType
from policy_engine.policy.model import CarryOver, Entity, Statement, StatementColumn, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.documents import StatementDoc


def bind_statements(
    merged: Merged, names: NameTable, terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> tuple[Statement, ...]:
    found = []
    for name, doc, _ in merged.statements:
        entity = _entity(name, names, report)
        if entity is not None:
            found.append(_statement(name, doc, entity, names, terms, report))
    return tuple(found)


def _entity(name: Fragment, names: NameTable, report: Diagnostics) -> Entity | None:
    entity = names.entity(name.text)
    if entity is None and name.text not in names.refused:
        report_unknown(report, "PE3001", name.span(), names.entities, name=name.text)
    return entity


def _statement(
    name: Fragment,
    doc: StatementDoc,
    entity: Entity,
    names: NameTable,
    terms: Mapping[tuple[str, str], Term],
    report: Diagnostics,
) -> Statement:
    columns = []
    for text in doc.columns:
        node = _compiled(text, entity, names, report)
        if isinstance(node, TermRef):
            columns.append(_column(node, terms[node.entity, node.term]))
        elif node is not None:
            report.report("PE3120", text.span(), text=text.text)
    issued_by = _compiled(doc.issued_by, entity, names, report) if doc.issued_by else None
    if issued_by is not None and not isinstance(issued_by.type, TextType):
        report.report("PE3121", issued_by.span)
    return Statement(entity.name, issued_by, tuple(columns), name.span())


def _column(node: TermRef, term: Term) -> StatementColumn:
    return StatementColumn(node, term.name, term.id, term.unit, term.places, term.kind)


def _compiled(text: Fragment, entity: Entity, names: NameTable, report: Diagnostics) -> Node | None:
    try:
        return compile_expression(text, names.scope(entity.name))
    except LoadError as error:
        for item in error.diagnostics:
            report.add(item)
        return None


def bind_carry_over(
    merged: Merged, names: NameTable, terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> tuple[CarryOver, ...]:
    """``主体.输出: 主体.输入`` — a decided term and an input of one entity, of one type."""
    found = []
    for name, text, _ in merged.carry_over:
        ends = [_term(name, names, terms), _term(text, names, terms)]
        output, input_ = ends
        fits = (
            output is not None
            and input_ is not None
            and output.entity == input_.entity
            and output.decided
            and not input_.decided
            and output.kind == input_.kind
            and output.unit == input_.unit
        )
        if fits and output is not None and input_ is not None:
            found.append(CarryOver(output.entity, output.id, input_.id))
        else:
            report.report("PE3122", name.span(), text.span(), output=name.text, input=text.text)
    return tuple(found)


def _term(path: Fragment, names: NameTable, terms: Mapping[tuple[str, str], Term]) -> Term | None:
    prefix, _, name = path.text.partition(".")
    entity = names.entity(prefix)
    found = names.find(entity.name, name) if entity else None
    return terms.get((found.entity, found.id)) if found else None
