"""What a slip would make of the rows of 材料清单 and 填报要求.

Each change asks less or more than the row does: the row left out, a need turned round, a seal, a format or a
condition lost. Only bar tables in a ``|`` block are changed; a table written as a list is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.policy.checklist_model import Seal, Uniqueness
from policy_engine.policy.checklist_words import SEALS, UNIQUENESS, member
from policy_engine.rulefile.bars import BARS
from policy_engine.rulefile.checklist_tables import RuleRow, RuleTable, read_fields, read_items
from policy_engine.rulefile.documents import BarTable, ChecklistDoc, PolicyDoc
from policy_engine.rulefile.keywords import CHECKLIST_COLUMNS, FORM_COLUMNS, MISSING, NO, YES, is_word
from policy_engine.rulefile.read import read_policy_file
from policy_engine.testing.mutants_text import Edit, Mutant, edited

_BLANK = "-"
_ROW = "整行"
_JOIN = "、"
_Read = Callable[[BarTable, str, Diagnostics], RuleTable | None]


@dataclass(frozen=True)
class _Slip:
    """What is changed, ``before`` becoming ``after``; without ``after`` it is lost, without both the whole is."""

    what: str
    before: str
    after: str
    edits: tuple[Edit, ...]


def requirement_mutants(path: Path) -> tuple[Mutant, ...]:
    """The mutants of the checklists and forms of a rule file, in the order of its rows. Raises LoadError."""
    doc, diagnostics = read_policy_file(path)
    if doc is None:
        raise LoadError(diagnostics)
    return (*_of_checklists(path, doc), *_of_forms(path, doc))


def _of_checklists(path: Path, doc: PolicyDoc) -> Iterator[Mutant]:
    for entry in doc.checklists:
        table = _table(entry.value.items, doc.language, read_items)
        clauses = tuple(dict.fromkeys(c.text for row in table.rows for c in row.clauses)) if table else ()
        for slip in _of_whole_list(entry.value, doc.language):
            yield _mutant(path, doc, f"材料清单“{entry.name.text}”", entry.name.text, slip, clauses)
        for row, name in _named(table, "slot"):
            for slip in (_dropped(row), *_Item(row, table, doc.language).slips()):
                place = f"材料清单“{entry.name.text}”的“{name}”"
                yield _mutant(path, doc, place, f"{entry.name.text}/{name}", slip, _clauses(row))


def _of_forms(path: Path, doc: PolicyDoc) -> Iterator[Mutant]:
    for entry in doc.forms:
        table = _table(entry.value.fields_, doc.language, read_fields)
        for row, name in _named(table, "field"):
            for slip in (_dropped(row), *_Field(row, table, doc.language).slips()):
                place = f"填报要求“{entry.name.text}”的“{name}”"
                yield _mutant(path, doc, place, f"{entry.name.text}/{name}", slip, _clauses(row))


def _table(table: BarTable, language: str, read: _Read) -> RuleTable | None:
    """The rows of a table of bars; None for any other."""
    if not table.header:  # it stands in a file of its own
        return None
    first = table.header[0].span()
    if not first.source.line(first.line).lstrip().startswith(tuple(BARS)):
        return None
    return read(table, language, Diagnostics())


def _named(table: RuleTable | None, otherwise: str) -> Iterator[tuple[RuleRow, str]]:
    """Each row with a name of its own: 行名, else 栏目 or 字段, numbered where several have the same."""
    seen: Counter[str] = Counter()
    for row in table.rows if table is not None else ():
        name = (row.cell("name") or row.cells[otherwise]).text
        seen[name] += 1
        yield row, name if seen[name] == 1 else f"{name}#{seen[name]}"


def _clauses(row: RuleRow) -> tuple[str, ...]:
    return tuple(c.text for c in row.clauses)


def _mutant(
    path: Path, doc: PolicyDoc, place: str, where: str, slip: _Slip, clauses: tuple[str, ...]
) -> Mutant:
    if slip.before:
        what = f"{slip.what}：{slip.before}→{slip.after or _BLANK}"
        change = f"{slip.what}“{slip.before}”" + (f"改成“{slip.after}”" if slip.after else "丢失")
    else:
        what, change = slip.what, f"{slip.what}丢失"
    return Mutant(
        id=f"{where}/{what}",
        description=f"{place}，{change}",
        path=path,
        text=edited(doc.source, slip.edits),
        clauses=clauses,
        line=doc.source.position(min(e.start for e in slip.edits))[0],
        place=place,
        before=slip.before or slip.what,
        after=slip.after,
    )


# -- slips -------------------------------------------------------------------------------------------


def _of_whole_list(doc: ChecklistDoc, language: str) -> Iterator[_Slip]:
    """格式 and 大小上限 that stand above the table, each on a line of its own."""
    format_, size = (CHECKLIST_COLUMNS[column].of(language) for column in ("format", "max_size"))
    if doc.formats:
        yield _Slip(format_, _JOIN.join(f.text for f in doc.formats), "", (Edit.no_line(doc.formats[0]),))
    if doc.max_size is not None:
        yield _Slip(size, doc.max_size.text, "", (Edit.no_line(doc.max_size),))


def _dropped(row: RuleRow) -> _Slip:
    return _Slip(_ROW, "", "", (Edit.no_line(next(iter(row.cells.values()))),))


class _Row:
    """What can become of the cells of one row."""

    def __init__(self, row: RuleRow, table: RuleTable | None, language: str) -> None:
        self.row, self.language = row, language
        self.conditions, self.asked = (table.conditions, table.tests) if table is not None else ((), ())

    def slips(self) -> Iterator[_Slip]:
        raise NotImplementedError

    def name(self, column: str) -> str:
        raise NotImplementedError

    def need(self) -> Iterator[_Slip]:
        """What is needed is not, and the other way round; a condition becomes either."""
        cell = self.row.cells["required"]
        for word in (YES, NO):
            if not is_word(cell.text, word, self.language):
                yield self.changed("required", cell, word.of(self.language))

    def when(self) -> Iterator[_Slip]:
        for about, cell in zip(self.conditions, self.row.conditions, strict=True):
            if cell.text.strip() not in ("", _BLANK):
                yield _Slip(f"{self.name('when')}：{about.text}", cell.text, "", (Edit.of(cell, _BLANK),))

    def lost(self, *columns: str) -> Iterator[_Slip]:
        """Cells whose content goes, each by itself."""
        for column in columns:
            cell = self.row.cell(column)
            if cell is not None:
                yield _Slip(self.name(column), cell.text, "", (Edit.of(cell, _BLANK),))

    def members_lost(self, column: str) -> Iterator[_Slip]:
        """Names joined by 、, of which each goes by itself."""
        cell, names = self.row.cell(column), self.row.names(column)
        for gone in names if cell is not None else ():
            kept = _JOIN.join(n.text for n in names if n is not gone)
            assert cell is not None
            yield _Slip(self.name(column), gone.text, "", (Edit.of(cell, kept or _BLANK),))

    def one_of_several(self, column: str) -> Iterator[_Slip]:
        if len(self.row.names(column)) > 1:
            yield from self.members_lost(column)

    def changed(self, column: str, cell: Fragment, text: str, *more: Edit) -> _Slip:
        return _Slip(self.name(column), cell.text, text, (Edit.of(cell, text), *more))


class _Item(_Row):
    """A row of 材料清单."""

    def name(self, column: str) -> str:
        return CHECKLIST_COLUMNS[column].of(self.language)

    def slips(self) -> Iterator[_Slip]:
        yield from self.need()
        yield from self.when()
        yield from self.paper()
        yield from self.substitute()
        yield from self.seal()
        yield from self.lost("format", "max_size")
        for about, cell in zip(self.asked, self.row.tests, strict=True):
            if cell.text.strip() not in ("", _BLANK):
                yield _Slip(f"{self.name('paper')}：{about.text}", cell.text, "", (Edit.of(cell, _BLANK),))

    def paper(self) -> Iterator[_Slip]:
        """Any paper does, and then nothing stands for it; or one that did no longer does."""
        cell = self.row.cell("paper")
        if cell is not None:
            yield _Slip(self.name("paper"), cell.text, "", (Edit.of(cell, _BLANK), *self._no_substitute()))
        yield from self.one_of_several("paper")

    def substitute(self) -> Iterator[_Slip]:
        """Nothing stands for the paper; or it does where the row's condition does not hold."""
        cell, condition = self.row.cell("substitute"), self.row.cell("substitute_if")
        if cell is not None:
            yield _Slip(self.name("substitute"), cell.text, "", tuple(self._no_substitute()))
        yield from self.one_of_several("substitute")
        if condition is not None and not is_word(condition.text, MISSING, self.language):
            yield _Slip(self.name("substitute_if"), condition.text, "", (Edit.of(condition, _BLANK),))

    def _no_substitute(self) -> Iterator[Edit]:
        for column in ("substitute", "substitute_if"):
            cell = self.row.cell(column)
            if cell is not None:
                yield Edit.of(cell, _BLANK)
        sealed = self.row.cell("sealed")
        if sealed is not None and member(SEALS, sealed.text, self.language) is Seal.SUBSTITUTE:
            yield Edit.of(sealed, _BLANK)

    def seal(self) -> Iterator[_Slip]:
        cell = self.row.cell("sealed")
        if cell is not None and member(SEALS, cell.text, self.language) is not Seal.NONE:
            yield self.changed("sealed", cell, SEALS[Seal.NONE].of(self.language))


class _Field(_Row):
    """A row of 填报要求."""

    def name(self, column: str) -> str:
        return FORM_COLUMNS[column].of(self.language)

    def slips(self) -> Iterator[_Slip]:
        yield from self.need()
        yield from self.when()
        yield from self.lost("format", "length", "must", "needless")
        yield from self.members_lost("also")
        yield from self.members_lost("contains")
        yield from self.unique()
        sensitive = self.row.cell("sensitive")
        if sensitive is not None and is_word(sensitive.text, YES, self.language):
            yield self.changed("sensitive", sensitive, NO.of(self.language))

    def unique(self) -> Iterator[_Slip]:
        """Two may be the same, or letters are compared otherwise."""
        cell = self.row.cell("unique")
        kind = member(UNIQUENESS, cell.text, self.language) if cell is not None else None
        if cell is None or kind in (None, Uniqueness.FREE):
            return
        for other in Uniqueness:
            if other is not kind:
                yield self.changed("unique", cell, UNIQUENESS[other].of(self.language))
