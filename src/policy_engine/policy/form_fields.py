"""字段: the terms that forms fill in: those that 词条 declares, else made from the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.types import TextType
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.overlay import Merged
from policy_engine.policy.suggestions import DID_YOU_MEAN
from policy_engine.policy.verdicts import entity_called
from policy_engine.rulefile.checklist_tables import RuleRow, read_fields
from policy_engine.rulefile.documents import FormDoc
from policy_engine.rulefile.keywords import NO, YES
from policy_engine.rulefile.words import read_yes_no

TermKey = tuple[str, str]
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def with_fields(
    merged: Merged, entities: Mapping[str, Entity], terms: Mapping[TermKey, Term], report: Diagnostics
) -> dict[TermKey, Term]:
    """The terms and those that forms add. What cannot be added is reported."""
    languages = {doc.policy.text: doc.language for doc in merged.docs}
    made = _Made(dict(terms), report)
    for _, doc, policy in merged.forms:
        entity = entity_called(doc.entity.text, entities)
        if entity is not None:  # an unknown subject is told where the form is bound
            made.read(doc, entity, languages[policy])
    return made.terms


class _Made:
    """The terms so far; ``own`` are those made here, which a second form may share."""

    def __init__(self, terms: dict[TermKey, Term], report: Diagnostics) -> None:
        self.terms, self.report = terms, report
        self.own: set[TermKey] = set()

    def read(self, doc: FormDoc, entity: Entity, language: str) -> None:
        table = read_fields(doc.fields_, language, self.report)
        seen: set[str] = set()
        for row in table.rows if table is not None else ():
            name = row.cells["field"]
            sensitive = self._sensitive(row, language)
            term = self._known(entity.base, name.text)
            if name.text in seen:
                self._check_later_row(name, row)
            elif term is None:
                self._add(name, row, sensitive is True, entity)
            else:
                self._share(term, row, sensitive, entity, language)
            seen.add(name.text)

    def _known(self, base: str, name: str) -> Term | None:
        own = (t for t in self.terms.values() if t.entity == base)
        return next((t for t in own if name in (t.name, t.id, *t.aliases)), None)

    def _sensitive(self, row: RuleRow, language: str) -> bool | None:
        """What the cell says; None when it says nothing."""
        cell = row.cell("sensitive")
        if cell is None:
            return None
        found = read_yes_no(cell.text, language)
        if found is None:
            yes, no = YES.of(language), NO.of(language)
            self.report.report("PE1041", cell.span(), value=cell.text, yes=yes, no=no)
        return found

    def _check_later_row(self, name: Fragment, row: RuleRow) -> None:
        for column in ("id", "sensitive"):
            cell = row.cell(column)
            if cell is not None:
                self.report.report("PE3192", cell.span(), name=name.text, value=cell.text)

    def _share(self, term: Term, row: RuleRow, sensitive: bool | None, entity: Entity, language: str) -> None:
        """A field that is a term already: what the row says of it is what was said before."""
        id_ = row.cell("id")
        if id_ is not None and id_.text != term.id:
            self.report.report("PE3193", id_.span(), term.span, name=term.name, value=id_.text, known=term.id)
        cell = row.cell("sensitive")
        if cell is not None and sensitive is not None and sensitive is not term.sensitive:
            known = (YES if term.sensitive else NO).of(language)
            self.report.report("PE3193", cell.span(), term.span, name=term.name, value=cell.text, known=known)
        key = (term.entity, term.id)
        if key in self.own:
            self.terms[key] = replace(term, parts=term.parts | {entity.name})

    def _add(self, name: Fragment, row: RuleRow, sensitive: bool, entity: Entity) -> None:
        id_ = row.cell("id")
        if id_ is None:
            near = nearest(name.text, (t.name for t in self.terms.values() if t.entity == entity.base))
            self.report.report(
                "PE3189",
                name.span(),
                hint=DID_YOU_MEAN if near else None,
                name=name.text,
                near=near[0] if near else "",
                entity=entity.name,
            )
            return
        if not _ID.fullmatch(id_.text):
            self.report.report("PE1063", id_.span(), value=id_.text)
            return
        other = self._known(entity.base, id_.text)
        if other is not None:
            self.report.report("PE3016", id_.span(), other.span, name=id_.text, entity=entity.base)
            return
        self.own.add((entity.base, id_.text))
        self.terms[entity.base, id_.text] = Term(
            entity=entity.base,
            parts=frozenset({entity.name}),
            name=name.text,
            id=id_.text,
            type=TextType(nullable=True),
            kind="text",
            aliases=(),
            unit=None,
            places=None,
            nullable=True,
            default=None,
            sensitive=sensitive,
            low=None,
            high=None,
            decided=False,
            awaited=frozenset(),
            used=False,
            filled_by=None,
            span=name.span(),
        )
