"""沿用: lay a child's document over its parent's, section by section and key by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.documents import (
    CheckDoc,
    ChecklistDoc,
    ClauseDoc,
    DecisionDoc,
    EligibilityDoc,
    EntityDoc,
    FormDoc,
    LookupDoc,
    Named,
    NotCoveredDoc,
    ParameterDoc,
    PolicyDoc,
    PropertyDoc,
    ReadingDoc,
    StatementDoc,
)
from policy_engine.rulefile.keywords import canonical
from policy_engine.rulefile.process_documents import ProcessDoc
from policy_engine.rulefile.terms import TermRow, read_terms

T = TypeVar("T")

# The sections whose entries a child may replace or switch off, by their canonical keyword.
SECTIONS = (
    "clauses",
    "entities",
    "parameters",
    "readings",
    "checks",
    "decisions",
    "lookups",
    "statement",
    "carry_over",
    "not_covered",
    "eligibilities",
    "checklists",
    "forms",
    "processes",
    "properties",
)


@dataclass(frozen=True)
class Entry:
    """An entry of a section, the policy whose file it stands in, and that file's language."""

    name: Fragment
    value: object
    policy: str


@dataclass(frozen=True)
class Merged:
    """A chain of documents laid over each other; ``docs`` from the child to its oldest ancestor."""

    docs: tuple[PolicyDoc, ...]
    sections: dict[str, dict[str, Entry]]
    terms: tuple[tuple[TermRow, str], ...]  # with the policy they stand in

    @property
    def head(self) -> PolicyDoc:
        return self.docs[0]

    def entries(self, section: str, kind: type[T]) -> list[tuple[Fragment, T, str]]:
        """The entries of a section, oldest ancestor's first."""
        found = self.sections.get(section, {}).values()
        return [(e.name, e.value, e.policy) for e in found if isinstance(e.value, kind)]

    @property
    def clauses(self) -> list[tuple[Fragment, ClauseDoc, str]]:
        return self.entries("clauses", ClauseDoc)

    @property
    def entities(self) -> list[tuple[Fragment, EntityDoc, str]]:
        return self.entries("entities", EntityDoc)

    @property
    def parameters(self) -> list[tuple[Fragment, ParameterDoc, str]]:
        return self.entries("parameters", ParameterDoc)

    @property
    def readings(self) -> list[tuple[Fragment, ReadingDoc, str]]:
        return self.entries("readings", ReadingDoc)

    @property
    def checks(self) -> list[tuple[Fragment, CheckDoc, str]]:
        return self.entries("checks", CheckDoc)

    @property
    def decisions(self) -> list[tuple[Fragment, DecisionDoc, str]]:
        return self.entries("decisions", DecisionDoc)

    @property
    def eligibilities(self) -> list[tuple[Fragment, EligibilityDoc, str]]:
        return self.entries("eligibilities", EligibilityDoc)

    @property
    def checklists(self) -> list[tuple[Fragment, ChecklistDoc, str]]:
        return self.entries("checklists", ChecklistDoc)

    @property
    def forms(self) -> list[tuple[Fragment, FormDoc, str]]:
        return self.entries("forms", FormDoc)

    @property
    def lookups(self) -> list[tuple[Fragment, LookupDoc, str]]:
        return self.entries("lookups", LookupDoc)

    @property
    def statements(self) -> list[tuple[Fragment, StatementDoc, str]]:
        return self.entries("statement", StatementDoc)

    @property
    def not_covered(self) -> list[tuple[Fragment, NotCoveredDoc, str]]:
        return self.entries("not_covered", NotCoveredDoc)

    @property
    def processes(self) -> list[tuple[Fragment, ProcessDoc, str]]:
        return self.entries("processes", ProcessDoc)

    @property
    def properties(self) -> list[tuple[Fragment, PropertyDoc, str]]:
        return self.entries("properties", PropertyDoc)

    @property
    def carry_over(self) -> list[tuple[Fragment, Fragment, str]]:
        return self.entries("carry_over", Fragment)


def merge(docs: Sequence[PolicyDoc], report: Diagnostics) -> Merged:
    """Lay ``docs`` (child first) over each other."""
    sections: dict[str, dict[str, Entry]] = {name: {} for name in SECTIONS}
    terms: dict[tuple[str, str], tuple[TermRow, str]] = {}
    for doc in reversed(docs):
        policy = doc.policy.text
        for switched_off in doc.disabled:
            _disable(switched_off, doc.language, sections, terms, report)
        for section in SECTIONS:
            entries: Iterable[Named[object]] = getattr(doc, section)
            for entry in entries:
                sections[section][entry.name.text] = Entry(entry.name, entry.value, policy)
        if doc.terms is not None:
            _lay_terms(read_terms(doc.terms, doc.language, report), policy, terms, report)
    return Merged(tuple(docs), sections, _still_declared(terms))


def _still_declared(terms: Mapping[tuple[str, str], tuple[TermRow, str]]) -> tuple[tuple[TermRow, str], ...]:
    """Each row with the entities for which no file below declares the term anew."""
    left: dict[tuple[TermRow, str], list[str]] = {}
    for (entity, _), declared in terms.items():
        left.setdefault(declared, []).append(entity)
    return tuple(
        (replace(row, entities=tuple(e for e in row.entities if e.text in entities)), policy)
        for (row, policy), entities in left.items()
    )


def _disable(
    path: Fragment,
    language: str,
    sections: dict[str, dict[str, Entry]],
    terms: dict[tuple[str, str], tuple[TermRow, str]],
    report: Diagnostics,
) -> None:
    """``节.键``; a term is ``词条.主体.名称``, the entity as its row names it."""
    section_word, _, key = path.text.partition(".")
    section = canonical(section_word, language)
    if section == "terms":
        entity, _, name = key.partition(".")
        if terms.pop((entity, name), None) is None:
            known = [f"{section_word}.{e}.{n}" for e, n in terms]
            report_unknown(report, "PE3031", path.span(), known, name=path.text)
    elif section not in sections:
        report.report("PE3030", path.span(), name=path.text)
    elif key not in sections[section]:
        known = [f"{section_word}.{name}" for name in sections[section]]
        report_unknown(report, "PE3031", path.span(), known, name=path.text)
    else:
        del sections[section][key]


def _lay_terms(
    rows: Iterable[TermRow],
    policy: str,
    terms: dict[tuple[str, str], tuple[TermRow, str]],
    report: Diagnostics,
) -> None:
    own: dict[tuple[str, str], TermRow] = {}
    for row in rows:
        for entity in row.entities:
            key = (entity.text, row.name.text)
            if key in own:
                report.report(
                    "PE3010", row.name.span(), own[key].name.span(), entity=entity.text, name=row.name.text
                )
                continue
            own[key] = row
            terms[key] = (row, policy)
