"""Read an entry of 填报要求: what fields a subject has to fill in, when, and what must be in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.typed import CellInput, Node
from policy_engine.feel.types import NumberType, TextType, with_nullable
from policy_engine.feel.units import DIMENSIONLESS
from policy_engine.policy.cell_binder import CellBinder
from policy_engine.policy.checklist_model import CharacterClass, FieldRule, Form, NamedFormat, Uniqueness
from policy_engine.policy.checklist_words import CHARACTERS, NAMED_FORMATS, UNIQUENESS, member, written
from policy_engine.policy.list_binder import check_row_names
from policy_engine.policy.model import CellTest, Entity, Stage, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.suggestions import DID_YOU_MEAN
from policy_engine.policy.verdicts import verdicts_of
from policy_engine.rulefile.checklist_tables import RuleRow, RuleTable, read_fields
from policy_engine.rulefile.documents import FormDoc
from policy_engine.rulefile.keywords import FORM_COLUMNS

TermKey = tuple[str, str]
_TEXT_ONLY = ("format", "also", "length", "contains", "unique")
_UNREADABLE = ("must", "unique")  # columns that a sensitive field cannot have
_SIGNS = re.compile(r"[\\\[\](){}.*+?^$|]")  # without any of these a pattern says no more than itself


def form(name: Fragment, doc: FormDoc, subject: Entity, term: Term, cells: CellBinder) -> Form | None:
    """The body of the stage an entry becomes. None when it cannot be bound, which has been reported."""
    table = read_fields(doc.fields_, cells.language, cells.report)
    fields = _Fields(subject.name, table, cells).read() if table is not None else None
    if fields is None:
        return None
    check_row_names(name.text, [(f.name, f.span) for f in fields], cells.report)
    verdicts = verdicts_of(doc, cells.language)
    if len(verdicts) != 2:  # PE3187 has told
        return None
    return Form(name.text, subject.name, term.id, (verdicts[0], verdicts[1]), fields)


class _Fields:
    """The rows of one form."""

    def __init__(self, subject: str, table: RuleTable, cells: CellBinder) -> None:
        self.subject, self.table = subject, table
        self.cells, self.report = cells, cells.report

    def read(self) -> tuple[FieldRule, ...] | None:
        """None when a column cannot be used; a row with a faulty cell is left out, and reported."""
        conditions = [self.cells.expression(c, self.subject) for c in self.table.conditions]
        if None in conditions:
            return None
        about = [c for c in conditions if c is not None]
        rows = [self._row(row, about) for row in self.table.rows]
        return tuple(row for row in rows if row is not None)

    def _row(self, row: RuleRow, about: Sequence[Node]) -> FieldRule | None:
        before = self.report.failures
        field = row.cells["field"]
        term = self._term(field)
        if term is None:
            return None
        self._check_columns(row, term)
        format_, pattern = self._format(row.cell("format"))
        needless = row.cell("needless")
        found = FieldRule(
            name=(row.cell("name") or field).text,
            field=term.name,
            term=term.id,
            conditions=self.cells.tests(row.conditions, self.table.conditions, about, self.subject),
            required=self.cells.required(row.cells["required"], self.subject),
            format=format_,
            pattern=pattern,
            also=tuple(a.text for a in row.names("also")),
            length=self._length(row.cell("length")),
            contains=self._contains(row.names("contains")),
            must=self._must(field, row.cell("must")),
            unique=self.cells.word(UNIQUENESS, row.cell("unique"), "PE3197", Uniqueness.FREE),
            needless=self.cells.condition(needless, self.subject) if needless is not None else None,
            clauses=self.cells.cited(row.clauses),
            span=row.span,
        )
        if self.report.failures != before:
            return None
        self._check_also(row, found)
        return found

    def _check_also(self, row: RuleRow, rule: FieldRule) -> None:
        """也可填 lets off what the row asks else; where it asks nothing else, somebody forgot something."""
        asked = (rule.format, rule.pattern, rule.length, rule.must, *rule.contains)
        cell = row.cell("also")
        if cell is not None and rule.unique is Uniqueness.FREE and all(a is None for a in asked):
            column = FORM_COLUMNS["also"].of(self.cells.language)
            self.report.report("PE3201", cell.span(), name=rule.name, column=column)

    def _term(self, field: Fragment) -> Term | None:
        """The term of a field, where it can be one. Without 代号 there is none, which has been told."""
        names = self.cells.names
        term = names.find(self.subject, field.text)
        if term is None:
            other = names.terms.get((names.entities[self.subject].base, field.text))
            if other is not None:
                near = "、".join(sorted(other.parts))
                self.report.report("PE3061", field.span(), entity=self.subject, name=field.text, near=near)
            return None
        if not term.nullable:
            self.report.report("PE3190", field.span(), term.span, name=term.name, entity=term.entity)
        return term

    def _check_columns(self, row: RuleRow, term: Term) -> None:
        """What a row asks has to suit the kind of its field; a sensitive value is not compared with anything."""
        for column in _TEXT_ONLY:
            cell = row.cell(column)
            if cell is not None and not isinstance(term.type, TextType):
                word = FORM_COLUMNS[column].of(self.cells.language)
                self.report.report("PE3191", cell.span(), term.span, name=term.name, column=word)
        for column in _UNREADABLE:
            cell = row.cell(column)
            if cell is not None and term.sensitive and not self._is_free(column, cell):
                word = FORM_COLUMNS[column].of(self.cells.language)
                self.report.report("PE3199", cell.span(), name=term.name, column=word)

    def _is_free(self, column: str, cell: Fragment) -> bool:
        return column == "unique" and member(UNIQUENESS, cell.text, self.cells.language) is Uniqueness.FREE

    def _format(self, cell: Fragment | None) -> tuple[NamedFormat | None, str | None]:
        """A format that has a name, or a pattern. A word that is no pattern is a slip of a name."""
        from policy_engine.formats.pattern import PatternError, compile_pattern

        if cell is None:
            return None, None
        named = member(NAMED_FORMATS, cell.text, self.cells.language)
        if named is not None:
            return named, None
        if not _SIGNS.search(cell.text):
            self._unknown("PE3196", cell, written(NAMED_FORMATS, self.cells.language))
            return None, None
        try:
            compile_pattern(cell.text)
        except PatternError as error:
            self.report.report(
                "PE3198", cell.span(), value=cell.text, reason=error.reason, reason_en=error.reason_en
            )
        return None, cell.text

    def _length(self, cell: Fragment | None) -> Node | None:
        if cell is None:
            return None
        count = CellInput(NumberType(DIMENSIONLESS, 0), cell.span())
        return self.cells.test(cell, count, self.subject)

    def _contains(self, names: Sequence[Fragment]) -> tuple[CharacterClass, ...]:
        found = []
        for name in names:
            kind = member(CHARACTERS, name.text, self.cells.language)
            if kind is None:
                self._unknown("PE3188", name, written(CHARACTERS, self.cells.language))
            else:
                found.append(kind)
        return tuple(dict.fromkeys(found))

    def _must(self, field: Fragment, cell: Fragment | None) -> CellTest | None:
        """The value is there when it is tested, so that the cell need not ask."""
        value = self.cells.expression(field, self.subject) if cell is not None else None
        if cell is None or value is None:
            return None
        value = replace(value, type=with_nullable(value.type, False))
        test = self.cells.test(cell, value, self.subject)
        return CellTest(value, test, field.text, cell.text) if test is not None else None

    def _unknown(self, code: str, cell: Fragment, choices: Sequence[str]) -> None:
        near = nearest(cell.text, choices)
        self.report.report(
            code,
            cell.span(),
            hint=DID_YOU_MEAN if near else None,
            value=cell.text,
            near=near[0] if near else "",
            choices="、".join(choices),
        )


def check_fields(
    stages: Iterable[Stage], terms: Mapping[TermKey, Term], names: NameTable, report: Diagnostics
) -> None:
    """A field is filled in by people: nothing in the policy decides it."""
    for stage in stages:
        if isinstance(stage.body, Form):
            base = names.entities[stage.entity].base
            for rule in stage.body.fields:
                term = terms[base, rule.term]
                if term.decided or term.awaited:
                    report.report("PE3172", term.span, rule.span, name=term.name, entity=term.entity)
