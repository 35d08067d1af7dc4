"""附件: entities whose rows are papers, and the terms that these have by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.feel.types import BooleanType, NumberType, OptionType, TextType
from policy_engine.feel.types import Type as TermType
from policy_engine.feel.units import DIMENSIONLESS
from policy_engine.policy import checklist_model as model
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.overlay import Merged
from policy_engine.rulefile.keywords import Word

MAX_FILE_SIZE = 10**15  # bytes; an input has a range
TermKey = tuple[str, str]


@dataclass(frozen=True)
class _Own:
    """A term that papers have by themselves; ``of`` is its type, ``fits`` the types a declaration of it may have."""

    id: str
    word: Word
    kind: str
    of: TermType
    fits: tuple[type[TermType], ...]


_TEXTS: tuple[type[TermType], ...] = (TextType, OptionType)
_OWN = (
    _Own(model.SLOT, Word("栏目", "slot"), "text", TextType(True), _TEXTS),
    _Own(model.KIND, Word("材料", "kind"), "text", TextType(), _TEXTS),
    _Own(model.SEALED, Word("加盖公章", "sealed"), "boolean", BooleanType(), (BooleanType,)),
    _Own(model.FILE, Word("文件", "file"), "text", TextType(True), (TextType,)),
    _Own(model.FILE_FORMAT, Word("文件格式", "file format"), "text", TextType(True), _TEXTS),
    _Own(
        model.FILE_SIZE,
        Word("文件大小", "file size"),
        "number",
        NumberType(DIMENSIONLESS, 0, True),
        (NumberType,),
    ),
    _Own(model.FILE_PROBLEM, Word("文件问题", "file problem"), "text", TextType(True), (TextType,)),
)


def with_papers(
    merged: Merged, entities: Mapping[str, Entity], terms: Mapping[TermKey, Term], report: Diagnostics
) -> dict[TermKey, Term]:
    """The terms and those of papers that 词条 does not declare. One declared to be something else is reported."""
    languages = {doc.policy.text: doc.language for doc in merged.docs}
    written_in = {name.text: languages[policy] for name, _, policy in merged.entities}
    found = dict(terms)
    for entity in entities.values():
        if entity.papers:
            for own in _OWN:
                _add(own, entity, own.word.of(written_in[entity.name]), found, report)
    return found


def _add(own: _Own, entity: Entity, name: str, terms: dict[TermKey, Term], report: Diagnostics) -> None:
    declared = [t for t in terms.values() if t.entity == entity.base and {own.id, name} & _names(t)]
    for term in declared:
        if term.id != own.id or not isinstance(term.type, own.fits):
            kinds = (
                "选项或文本"
                if own.fits == _TEXTS
                else {"boolean": "是否", "number": "数"}.get(own.kind, "文本")
            )
            report.report(
                "PE3171", term.span, entity.span, name=term.name, entity=entity.name, id=own.id, kinds=kinds
            )
    if not declared:
        terms[entity.base, own.id] = _term(own, entity, name)


def _names(term: Term) -> set[str]:
    return {term.name, term.id, *term.aliases}


def _term(own: _Own, entity: Entity, name: str) -> Term:
    number = own.kind == "number"
    return Term(
        entity=entity.base,
        parts=frozenset({entity.name}),
        name=name,
        id=own.id,
        type=own.of,
        kind=own.kind,
        aliases=(),
        unit=DIMENSIONLESS if number else None,
        places=0 if number else None,
        nullable=own.of.nullable,
        default=False if own.kind == "boolean" else None,
        sensitive=False,
        low=Fraction(0) if number else None,
        high=Fraction(MAX_FILE_SIZE) if number else None,
        decided=False,
        awaited=frozenset(),
        used=False,
        filled_by=None,
        span=entity.span,
    )


def check_papers(entities: Mapping[str, Entity], terms: Iterable[Term], report: Diagnostics) -> None:
    """What a paper is comes with the paper; nothing in the policy decides it."""
    for term in terms:
        if term.decided and term.id in model.PAPER_TERMS and entities[term.entity].papers:
            report.report("PE3172", term.span, name=term.name, entity=term.entity)
