"""The term that holds the verdict of a 认定: the one 词条 declares under its name, else one made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.types import OptionType
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.overlay import Merged
from policy_engine.rulefile.documents import EligibilityDoc

DEFAULT_ID = "eligibility"
TermKey = tuple[str, str]
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def with_verdicts(
    merged: Merged, entities: Mapping[str, Entity], terms: Mapping[TermKey, Term], report: Diagnostics
) -> dict[TermKey, Term]:
    """The terms and those that the eligibilities add. What cannot be added is reported."""
    found = dict(terms)
    for name, doc, _ in merged.eligibilities:
        entity = entity_called(doc.entity.text, entities)
        if not _three_words(name, doc, report) or entity is None:
            continue  # an unknown subject is told where the eligibility is bound
        declared = _called(found, entity.base, name.text)
        if declared is None:
            _add(name, doc, entity, found, report)
        elif not _holds(declared, doc):
            words = "、".join(w.text for w in doc.verdicts)
            report.report("PE3132", declared.span, name.span(), name=declared.name, words=words)
    return found


def entity_called(name: str, entities: Mapping[str, Entity]) -> Entity | None:
    """An entity by name or id."""
    by_id = (e for e in entities.values() if e.id == name and not e.is_sub)
    return entities.get(name) or next(by_id, None)


def _three_words(name: Fragment, doc: EligibilityDoc, report: Diagnostics) -> bool:
    words = [w.text for w in doc.verdicts]
    if len(words) == len(set(words)) == 3:
        return True
    span = doc.verdicts[0].span().to(doc.verdicts[-1].span()) if words else name.span()
    report.report("PE3131", span, name=name.text, found="、".join(words) or "—")
    return False


def _called(terms: Mapping[TermKey, Term], base: str, name: str) -> Term | None:
    own = (t for t in terms.values() if t.entity == base)
    return next((t for t in own if name in (t.name, t.id, *t.aliases)), None)


def _holds(term: Term, doc: EligibilityDoc) -> bool:
    return isinstance(term.type, OptionType) and {w.text for w in doc.verdicts} <= set(term.type.options)


def _add(
    name: Fragment, doc: EligibilityDoc, entity: Entity, terms: dict[TermKey, Term], report: Diagnostics
) -> None:
    id_ = doc.id.text if doc.id is not None else DEFAULT_ID
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
        type=OptionType(tuple(w.text for w in doc.verdicts)),
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
