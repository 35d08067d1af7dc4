"""Bind 不得并存: of the matters that agree, only one may hold the place at a time."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import And, Compare, CompareOp, Const, Node, Not, Or, ReadingRef
from policy_engine.feel.types import BooleanType
from policy_engine.policy.model import Clause
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.process_facts import Matter
from policy_engine.policy.process_model import Exclusive, Process
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.process_documents import ExclusiveDoc, ProcessDoc

_NOT_AT_FIRST = Text("起始状态不能是占用状态", "the state at the start cannot hold a place")


def bind_exclusive(
    doc: ExclusiveDoc | None, matter: Matter, clauses: Mapping[str, Clause]
) -> Exclusive | None:
    """None also where the readings chosen switch it off. Reports what is wrong; raises LoadError for 仅当."""
    if doc is None:
        return None
    for clause in doc.clause:
        check_clause(clause, clauses, matter.report)
    same = tuple(f for f in (matter.fact(name) for name in doc.same) if f is not None)
    period = _period(doc.period, matter) if doc.period is not None else None
    if doc.only_if is not None and not _holds(doc.only_if, matter):
        return None
    return Exclusive(
        same,
        period,
        tuple(s.text for s in doc.holding),
        tuple(s.text for s in doc.steps),
        tuple(c.text for c in doc.clause),
        doc.span,
    )


def _period(name: Fragment, matter: Matter) -> str | None:
    term = matter.own(name.text)
    if term is None or term.decided or term.sensitive or term.kind != "date_range":
        matter.report.report(
            "PE3166", name.span(), term.span if term else None, name=name.text, entity=matter.entity.name
        )
        return None
    return term.id


def _holds(text: Fragment, matter: Matter) -> bool:
    """A condition over readings alone, which are chosen when the file is read. Raises LoadError."""
    node = compile_expression(text, matter.names.scope(matter.entity.name), BooleanType())
    return bool(_value(node, text))


def _value(node: Node, text: Fragment) -> object:
    match node:
        case Const(value=value) | ReadingRef(value=value):
            return value
        case Compare(op=CompareOp.EQ, left=left, right=right):
            return _value(left, text) == _value(right, text)
        case Compare(op=CompareOp.NE, left=left, right=right):
            return _value(left, text) != _value(right, text)
        case And(items=items):
            values = [bool(_value(item, text)) for item in items]  # every part is looked at
            return all(values)
        case Or(items=items):
            values = [bool(_value(item, text)) for item in items]
            return any(values)
        case Not(operand=operand):
            return not _value(operand, text)
        case _:
            raise LoadError(diagnostic("PE3167", node.span, condition=text.text))


def check_exclusive(process: Process, doc: ProcessDoc, matter: Matter) -> None:
    """Whoever comes to hold the place must have been asked whether it is free."""
    exclusive, report = process.exclusive, matter.report
    if exclusive is None or doc.exclusive is None:
        return
    known = [s.name for s in process.steps]
    for written in doc.exclusive.steps:
        if written.text not in known:
            report_unknown(report, "PE3163", written.span(), known, name=written.text)
    if process.start in exclusive.holding:
        at = doc.start.span()
        report.report("PE3165", at, exclusive.span, hint=_NOT_AT_FIRST, name="开立", state=process.start)
    silent = {s.deadline.silence for s in process.steps if s.deadline is not None}
    for step in process.steps:
        if step.to not in exclusive.holding or set(step.from_) <= set(exclusive.holding):
            continue
        if step.name in silent:
            report.report("PE3164", step.span, exclusive.span, name=step.name, state=step.to)
        elif step.name not in exclusive.steps:
            report.report("PE3165", step.span, exclusive.span, name=step.name, state=step.to)
