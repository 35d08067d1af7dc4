"""The term that holds the verdict of a 认定, a 材料清单 or a 填报要求.

It is the one 词条 declares under the entry's name, else one made from the entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.types import OptionType
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import Eligibility, Entity, Stage, Term
from policy_engine.policy.overlay import Merged
from policy_engine.rulefile.documents import ChecklistDoc, EligibilityDoc, FormDoc
from policy_engine.rulefile.keywords import Word

TermKey = tuple[str, str]
JudgingDoc = EligibilityDoc | ChecklistDoc | FormDoc
COMPLETE = Word("齐全", "complete")
INCOMPLETE = Word("不齐全", "incomplete")
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def with_verdicts(
    merged: Merged, entities: Mapping[str, Entity], terms: Mapping[TermKey, Term], report: Diagnostics
) -> dict[TermKey, Term]:
    """The terms and those that eligibilities, checklists and forms add. What cannot be added is reported."""
    languages = {doc.policy.text: doc.language for doc in merged.docs}
    found = dict(terms)
    entries: list[tuple[Fragment, JudgingDoc, str]] = [
        *merged.eligibilities,
        *merged.checklists,
        *merged.forms,
    ]
    for name, doc, policy in entries:
        entity = entity_called(doc.entity.text, entities)
        words = verdicts_of(doc, languages[policy])
        if not _all_different(name, doc, words, report) or entity is None:
            continue  # an unknown subject is told where the entry is bound
        declared = _called(found, entity.base, name.text)
        if declared is None:
            _add(name, doc, words, entity, found, report)
        elif not _holds(declared, words):
            report.report("PE3132", declared.span, name.span(), name=declared.name, words="、".join(words))
    return found


def verdicts_of(doc: JudgingDoc, language: str) -> tuple[str, ...]:
    """结论 as written, or the usual words of a checklist or form."""
    if doc.verdicts or isinstance(doc, EligibilityDoc):
        return tuple(w.text for w in doc.verdicts)
    return COMPLETE.of(language), INCOMPLETE.of(language)


def entity_called(name: str, entities: Mapping[str, Entity]) -> Entity | None:
    """An entity by name or id."""
    by_id = (e for e in entities.values() if e.id == name and not e.is_sub)
    return entities.get(name) or next(by_id, None)


def _all_different(name: Fragment, doc: JudgingDoc, words: tuple[str, ...], report: Diagnostics) -> bool:
    code, many = ("PE3131", 3) if isinstance(doc, EligibilityDoc) else ("PE3187", 2)
    if len(words) == len(set(words)) == many:
        return True
    span = doc.verdicts[0].span().to(doc.verdicts[-1].span()) if doc.verdicts else name.span()
    report.report(code, span, name=name.text, found="、".join(words) or "—")
    return False


def _default_id(doc: JudgingDoc) -> str:
    match doc:
        case ChecklistDoc():
            return "checklist"
        case FormDoc():
            return "form"
        case _:
            return "eligibility"


def _called(terms: Mapping[TermKey, Term], base: str, name: str) -> Term | None:
    own = (t for t in terms.values() if t.entity == base)
    return next((t for t in own if name in (t.name, t.id, *t.aliases)), None)


def _holds(term: Term, words: tuple[str, ...]) -> bool:
    return isinstance(term.type, OptionType) and set(words) <= set(term.type.options)


def _add(
    name: Fragment,
    doc: JudgingDoc,
    words: tuple[str, ...],
    entity: Entity,
    terms: dict[TermKey, Term],
    report: Diagnostics,
) -> None:
    id_ = doc.id.text if doc.id is not None else _default_id(doc)
    if not _ID.fullmatch(id_):
        report.report("PE1063", (doc.id or name).span(), value=id_)
        return
    other = _called(terms, entity.base, id_)
    if other is not None:
        span = doc.id.span() if doc.id is not None else name.span()
        report.report("PE3016", span, other.span, name=id_, entity=entity.base)
        return
    terms[entity.base, id_] = Term(
        entity=entity.base,
        parts=frozenset({entity.name}),
        name=name.text,
        id=id_,
        type=OptionType(words),
        kind="option",
        aliases=(),
        unit=None,
        places=None,
        nullable=False,
        default=None,
        sensitive=False,
        low=None,
        high=None,
        decided=False,
        awaited=frozenset(),
        used=False,
        filled_by=None,
        span=name.span(),
    )


def verdict_stage(
    name: Fragment, doc: JudgingDoc, body: Eligibility | Checklist | Form, policy: str
) -> Stage:
    """The stage that decides the term of a verdict."""
    return Stage(
        key=name.text,
        entity=body.entity,
        outputs=(body.term,),
        roundings=(None,),
        body=body,
        clauses=tuple(c.text for c in doc.clause),
        span=name.span(),
        policy=policy,
    )
