"""Read an entry of 材料清单: what papers a subject has to hand in, when, and what they must be like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.alike import choices
from policy_engine.feel.typed import Node
from policy_engine.policy.cell_binder import CellBinder
from policy_engine.policy.checklist_model import KIND, Checklist, FileFormat, Requirement, Seal
from policy_engine.policy.checklist_words import (
    FILE_FORMATS,
    SEALS,
    file_format,
    size_in_bytes,
    size_meant,
    written,
)
from policy_engine.policy.list_binder import check_row_names
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.suggestions import DID_YOU_MEAN
from policy_engine.policy.verdicts import verdicts_of
from policy_engine.rulefile.checklist_tables import RuleRow, RuleTable, read_items
from policy_engine.rulefile.documents import ChecklistDoc
from policy_engine.rulefile.keywords import CHECKLIST_COLUMNS, MISSING, is_word


def checklist(
    name: Fragment, doc: ChecklistDoc, subject: Entity, term: Term, cells: CellBinder
) -> Checklist | None:
    """The body of the stage an entry becomes. None when it cannot be bound, which has been reported."""
    papers = _papers(name, doc, subject, cells)
    table = read_items(doc.items, cells.language, cells.report)
    if papers is None or table is None:
        return None
    requirements = _Items(name.text, doc, subject.name, papers.name, table, cells).read()
    if requirements is None:
        return None
    check_row_names(name.text, [(r.name, r.span) for r in requirements], cells.report)
    verdicts = verdicts_of(doc, cells.language)
    if len(verdicts) != 2:  # PE3187 has told
        return None
    return Checklist(name.text, subject.name, papers.name, term.id, (verdicts[0], verdicts[1]), requirements)


def _papers(name: Fragment, doc: ChecklistDoc, subject: Entity, cells: CellBinder) -> Entity | None:
    """所交, or the one entity of papers that belongs to the subject."""
    names = cells.names
    if doc.papers is None:
        children = [e for e in names.entities.values() if e.parent == subject.base and not e.is_sub]
        below = [e for e in children if e.papers]
        if len(below) == 1:
            return below[0]
        listed = "、".join(e.name for e in below) or "—"
        cells.report.report("PE3176", name.span(), name=name.text, entity=subject.name, found=listed)
        return None
    found = cells.entity(doc.papers)
    if found is None:
        return None
    if not found.papers or found.is_sub or subject.base not in names.ancestors(found.name):
        cells.report.report("PE3177", doc.papers.span(), name=doc.papers.text, entity=subject.name)
        return None
    return found


@dataclass(frozen=True)
class _Limits:
    """格式 and 大小上限 of the whole list, for rows that say nothing."""

    formats: tuple[FileFormat, ...]
    max_bytes: int | None


class _Items:
    """The rows of one checklist."""

    def __init__(
        self, name: str, doc: ChecklistDoc, subject: str, papers: str, table: RuleTable, cells: CellBinder
    ) -> None:
        self.name, self.subject, self.papers = name, subject, papers
        self.table, self.cells, self.report = table, cells, cells.report
        self.limits = _Limits(self._formats(doc.formats), self._size(doc.max_size))
        self.slots = Counter(row.cells["slot"].text for row in table.rows)
        kind = cells.names.find(papers, KIND)
        self.kinds = (choices(kind.type) or ()) if kind is not None else ()

    def read(self) -> tuple[Requirement, ...] | None:
        """None when a column cannot be used; a row with a faulty cell is left out, and reported."""
        conditions = [self._column(c, self.subject) for c in self.table.conditions]
        tests = [self._column(c, self.papers) for c in self.table.tests]
        if None in conditions or None in tests:
            return None
        about = [c for c in conditions if c is not None]
        asked = [t for t in tests if t is not None]
        rows = [self._row(row, about, asked) for row in self.table.rows]
        return tuple(row for row in rows if row is not None)

    def _column(self, text: Fragment, entity: str) -> Node | None:
        """What a column is about. A term of the other side is a slip of the prefix."""
        other = self.papers if entity == self.subject else self.subject
        find = self.cells.names.find
        if find(entity, text.text) is None and find(other, text.text) is not None:
            word = CHECKLIST_COLUMNS["paper" if entity == self.subject else "when"]
            colon = ": " if self.cells.language == "en" else "："
            fixed = word.of(self.cells.language) + colon + text.text
            self.report.report("PE3184", text.span(), name=text.text, entity=entity, other=other, fixed=fixed)
            return None
        return self.cells.expression(text, entity)

    def _row(self, row: RuleRow, about: Sequence[Node], asked: Sequence[Node]) -> Requirement | None:
        before = self.report.failures
        kinds, substitutes = self._kinds(row, "paper"), self._kinds(row, "substitute")
        seal = self.cells.word(SEALS, row.cell("sealed"), "PE3181", Seal.NONE)
        self._check_substitutes(row, seal)
        formats, size = row.names("format"), row.cell("max_size")
        found = Requirement(
            name=self._name(row, kinds),
            slot=row.cells["slot"].text,
            conditions=self.cells.tests(row.conditions, self.table.conditions, about, self.subject),
            required=self.cells.required(row.cells["required"], self.subject),
            kinds=kinds,
            substitutes=substitutes,
            substitute_when=self._substitute_when(row),
            seal=seal,
            formats=self._formats(formats) if formats else self.limits.formats,
            max_bytes=self._size(size) if size is not None else self.limits.max_bytes,
            tests=self.cells.tests(row.tests, self.table.tests, asked, self.papers),
            clauses=self.cells.cited(row.clauses),
            span=row.span,
        )
        if self.report.failures != before:
            return None
        self._warn_of_tests(row, found)
        return found

    def _warn_of_tests(self, row: RuleRow, rule: Requirement) -> None:
        """What a paper must show is not asked of its substitute; a writer may think it is."""
        tested = [
            (head, cell)
            for head, cell in zip(self.table.tests, row.tests, strict=True)
            if cell.text.strip() not in ("", "-")
        ]
        if tested and rule.substitutes:
            head, cell = tested[0]
            colon = ": " if self.cells.language == "en" else "："
            column = CHECKLIST_COLUMNS["paper"].of(self.cells.language) + colon + head.text
            self.report.report("PE3202", cell.span(), name=rule.name, column=column)

    def _name(self, row: RuleRow, kinds: Sequence[str]) -> str:
        """行名, else 栏目, with the papers where the slot has several rows."""
        name, slot = row.cell("name"), row.cells["slot"].text
        if name is not None:
            return name.text
        return f"{slot}/{'、'.join(kinds) or '-'}" if self.slots[slot] > 1 else slot

    def _kinds(self, row: RuleRow, column: str) -> tuple[str, ...]:
        """Names of papers; where 词条 lists what papers there are, each is one of these."""
        found = row.names(column)
        for name in found:
            if self.kinds and name.text not in self.kinds:
                near = nearest(name.text, self.kinds)
                self.report.report(
                    "PE3195",
                    name.span(),
                    hint=DID_YOU_MEAN if near else None,
                    name=name.text,
                    near=near[0] if near else "",
                    entity=self.papers,
                    choices="、".join(self.kinds),
                )
        return tuple(dict.fromkeys(n.text for n in found))

    def _substitute_when(self, row: RuleRow) -> Node | None:
        cell = row.cell("substitute_if")
        if cell is None or is_word(cell.text, MISSING, self.cells.language):
            return None
        return self.cells.condition(cell, self.subject)

    def _check_substitutes(self, row: RuleRow, seal: Seal) -> None:
        """可代条件 and 代件 speak of something that stands for the paper; anything stands for any paper already."""
        substitute, condition, sealed = row.cell("substitute"), row.cell("substitute_if"), row.cell("sealed")
        shown = row.cells["slot"].text
        words = CHECKLIST_COLUMNS
        if substitute is None and condition is not None:
            column = words["substitute_if"].of(self.cells.language)
            self.report.report("PE3180", condition.span(), name=shown, column=column)
        if substitute is None and sealed is not None and seal is Seal.SUBSTITUTE:
            column = words["sealed"].of(self.cells.language)
            self.report.report("PE3180", sealed.span(), name=shown, column=column)
        if substitute is not None and row.cell("paper") is None:
            self.report.report("PE3186", substitute.span(), name=shown)

    def _formats(self, names: Sequence[Fragment]) -> tuple[FileFormat, ...]:
        found = []
        for name in names:
            format_ = file_format(name.text, self.cells.language)
            if format_ is None:
                self.cells.unknown("PE3182", name, written(FILE_FORMATS, self.cells.language))
            else:
                found.append(format_)
        return tuple(dict.fromkeys(found))

    def _size(self, cell: Fragment | None) -> int | None:
        if cell is None:
            return None
        found = size_in_bytes(cell.text)
        if found is None:
            self.report.report("PE3183", cell.span(), value=cell.text, fixed=size_meant(cell.text))
        return found
