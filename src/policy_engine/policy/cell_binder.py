"""Compile the cells of 材料清单 and 填报要求; what is wrong with one is reported, and the rest still checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import check_cell, compile_expression
from policy_engine.feel.typed import Const, Node
from policy_engine.feel.types import BooleanType
from policy_engine.policy.checklist_words import W, Words, member, written
from policy_engine.policy.model import CellTest, Clause, Entity
from policy_engine.policy.names import NameTable
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.suggestions import report_unknown
from policy_engine.policy.verdicts import entity_called
from policy_engine.rulefile.keywords import NO, YES, is_word


class CellBinder:
    """Cells of one file, in its language."""

    def __init__(
        self, names: NameTable, clauses: Mapping[str, Clause], language: str, report: Diagnostics
    ) -> None:
        self.names, self.clauses, self.language, self.report = names, clauses, language, report

    def entity(self, name: Fragment) -> Entity | None:
        found = entity_called(name.text, self.names.entities)
        if found is None and name.text not in self.names.refused:
            report_unknown(self.report, "PE3001", name.span(), self.names.entities, name=name.text)
        return found

    def cited(self, clauses: Sequence[Fragment]) -> tuple[str, ...]:
        for clause in clauses:
            check_clause(clause, self.clauses, self.report)
        return tuple(c.text for c in clauses)

    def expression(self, text: Fragment, entity: str) -> Node | None:
        try:
            return compile_expression(text, self.names.scope(entity))
        except LoadError as error:
            self.tell(error)
            return None

    def condition(self, text: Fragment, entity: str) -> Node | None:
        """是, 否, or a condition of the entity."""
        for word, value in ((YES, True), (NO, False)):
            if is_word(text.text, word, self.language):
                return Const(BooleanType(), text.span(), value)
        try:
            return compile_expression(text, self.names.scope(entity), BooleanType())
        except LoadError as error:
            self.tell(error)
            return None

    def required(self, text: Fragment, entity: str) -> Node:
        """The same where there has to be one; a stand-in for one that is wrong, so that the rest is checked."""
        return self.condition(text, entity) or Const(BooleanType(), text.span(), False)

    def test(self, cell: Fragment, value: Node, entity: str) -> Node | None:
        """A test of ``value``; None for ``-``, and for a cell that is wrong."""
        try:
            return check_cell(cell, value, self.names.scope(entity))
        except LoadError as error:
            self.tell(error)
            return None

    def tests(
        self,
        cells: Sequence[Fragment],
        columns: Sequence[Fragment],
        values: Sequence[Node],
        entity: str,
    ) -> tuple[CellTest, ...]:
        """The tests of a row; cells of ``-`` ask nothing."""
        found = []
        for cell, column, value in zip(cells, columns, values, strict=True):
            test = self.test(cell, value, entity)
            if test is not None:
                found.append(CellTest(value, test, column.text, cell.text))
        return tuple(found)

    def word(self, words: Words[W], cell: Fragment | None, code: str, default: W) -> W:
        """The member a cell names, ``default`` for a blank one or (reported) an unknown word."""
        if cell is None:
            return default
        found = member(words, cell.text, self.language)
        if found is None:
            self.unknown(code, cell, written(words, self.language))
            return default
        return found

    def unknown(self, code: str, cell: Fragment, choices: Sequence[str]) -> None:
        self.report.report(code, cell.span(), value=cell.text, choices="、".join(choices))

    def tell(self, error: LoadError) -> None:
        for item in error.diagnostics:
            self.report.add(item)
