"""Bind 决策表: distinct tests, rows, conclusions, hit policy (OMG DMN §8.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import check_cell, check_output, compile_expression
from policy_engine.feel.scope import Scope
from policy_engine.feel.typed import Node
from policy_engine.feel.types import TextType, Type
from policy_engine.policy.canonical import structure
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import DEFAULT_ROW, Clause, DecisionTable, TableRow, Term, Test
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.substitute import fill_cell_input
from policy_engine.rulefile.choices import Collect, HitPolicy
from policy_engine.rulefile.decision_tables import read_columns, split_list
from policy_engine.rulefile.documents import BarTable, DecisionDoc


def table_outputs(table: BarTable, language: str, report: Diagnostics) -> list[Fragment]:
    """The terms a table decides: its 则： columns; none when its header cannot be used, which is reported."""
    columns = read_columns(table, language, report)
    return [text for _, text in columns.then] if columns else []


def bind_table(
    doc: DecisionDoc,
    outputs: Sequence[Term],
    scope: Scope,
    clauses: Mapping[str, Clause],
    language: str,
    report: Diagnostics,
) -> DecisionTable | None:
    assert doc.table is not None
    columns = read_columns(doc.table, language, report)
    if columns is None:
        return None
    if doc.hit_policy is None:
        report.report("PE3070", doc.table.span)
        return None
    hit_policy = doc.hit_policy.value
    collect = _collect(doc, outputs, report)
    inputs = [(i, text, compile_expression(text, scope)) for i, text in columns.when]
    tests = _Tests()
    rows = []
    for number, cells in enumerate(doc.table.rows, start=1):
        row = _row(number, cells, columns.name, columns.clause, clauses, report)
        try:
            conditions = tuple(
                tests.index(fill_cell_input(test, node), column.text, cells[i].text)
                for i, column, node in inputs
                if (test := check_cell(cells[i], node, scope)) is not None
            )
            conclusions = tuple(
                check_output(cells[i], _output_type(term, collect), scope)
                for (i, _), term in zip(columns.then, outputs, strict=True)
            )
        except LoadError as error:
            for item in error.diagnostics:
                report.add(item)
            continue
        unique = tuple(dict.fromkeys(conditions))
        rows.append(TableRow(row.name, unique, conclusions, row.clauses, row.span))
    default = _default(doc, outputs, scope, report)
    _check_names(rows, default is not None, report)
    return DecisionTable(
        hit_policy=hit_policy,
        collect=collect,
        tests=tuple(tests.found),
        rows=tuple(rows),
        default=default,
    )


class _Tests:
    """The distinct tests of a table, in the order they are met."""

    def __init__(self) -> None:
        self.found: list[Test] = []
        self._seen: dict[object, int] = {}

    def index(self, test: Node, column: str, cell: str) -> int:
        shape = structure(test)
        if shape not in self._seen:
            self._seen[shape] = len(self.found)
            self.found.append(Test(test, column, cell))
        return self._seen[shape]


def _row(
    number: int,
    cells: tuple[Fragment, ...],
    name_column: int | None,
    clause_column: int | None,
    clauses: Mapping[str, Clause],
    report: Diagnostics,
) -> TableRow:
    name = cells[name_column].text if name_column is not None else str(number)
    cited: list[Fragment] = []
    if clause_column is not None and cells[clause_column].text != "-":
        cited = split_list(cells[clause_column])
    for clause in cited:
        check_clause(clause, clauses, report)
    span = cells[0].span().to(cells[-1].span())
    return TableRow(name, (), (), tuple(c.text for c in cited), span)


def _output_type(term: Term, collect: Collect | None) -> Type:
    return TextType() if collect is Collect.LIST else term.type


def _collect(doc: DecisionDoc, outputs: Sequence[Term], report: Diagnostics) -> Collect | None:
    assert doc.table is not None and doc.hit_policy is not None
    if doc.hit_policy.value is not HitPolicy.COLLECT:
        if doc.collect is not None:
            report.report("PE3072", doc.collect.span)
        return None
    kinds = {t.kind for t in outputs}
    # After a fault the cells are still checked, for what their terms would fit.
    fitting = Collect.LIST if kinds <= {"text"} else Collect.SUM
    if doc.collect is None:
        report.report("PE3071", doc.hit_policy.span)
        return fitting
    listed = doc.collect.value is Collect.LIST
    if not (kinds <= {"text"} if listed else kinds <= NUMERIC_KINDS):
        report.report("PE3073", doc.collect.span, names="、".join(t.name for t in outputs))
        return fitting
    return doc.collect.value


def _default(
    doc: DecisionDoc, outputs: Sequence[Term], scope: Scope, report: Diagnostics
) -> tuple[Node, ...] | None:
    if not doc.default:
        return None
    written = {d.name.text: d for d in doc.default}
    nodes: list[Node] = []
    for term in outputs:
        entry = written.pop(term.name, None) or written.pop(term.id, None)
        if entry is None:
            report.report("PE3074", doc.default[0].span, name=term.name)
            return None
        nodes.append(check_output(entry.value, term.type, scope))
    for left in written.values():
        report.report("PE3065", left.name.span(), name=left.name.text)
    return tuple(nodes)


def _check_names(rows: Sequence[TableRow], has_default: bool, report: Diagnostics) -> None:
    """Rows are told apart by name, in traces as well; the default has a name of its own there."""
    seen: dict[str, TableRow] = {}
    for row in rows:
        if has_default and row.name == DEFAULT_ROW:
            report.report("PE3075", row.span, name=row.name)
        other = seen.setdefault(row.name, row)
        if other is not row:
            report.report("PE3075", row.span, other.span, name=row.name)
