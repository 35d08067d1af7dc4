"""Bind 期限 and 逾期: the last day of a step and what it means that it has passed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.diagnostics.suggest import nearest
from policy_engine.policy.process_facts import Matter
from policy_engine.policy.process_model import Deadline, DeadlineKind, Lateness
from policy_engine.rulefile.choices import LatenessWord, MonthWord
from policy_engine.rulefile.process_documents import DeadlineDoc, LatenessDoc, ProcessDoc, StepDoc

MAX_DAY = 31
MAX_WORKING_DAY_OF_MONTH = 15  # every month has so many
MAX_WORKING_DAYS = 250


def bind_deadline(
    process: str,
    name: Fragment,
    step: StepDoc,
    owner: ProcessDoc,
    matter: Matter,
    docs: Mapping[str, ProcessDoc],
) -> Deadline | None:
    """The deadline of a step. Raises LoadError."""
    doc = step.deadline
    if doc is None:
        return None
    same_as = None
    counted = doc
    if doc.same_as is not None:
        same_as, counted = _referred(process, doc, docs)
    count = _count(counted, matter, doc.span)
    lateness, silence = _lateness(name, step, doc.lateness or owner.lateness, owner)
    return Deadline(
        count.kind,
        count.months,
        count.day,
        count.working_days,
        count.since,
        same_as,
        owner.inclusive,
        lateness,
        silence,
        doc.span,
    )


# -- which day -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Count:
    kind: DeadlineKind
    since: str
    months: int = 0
    day: int | None = None
    working_days: int | None = None


def _referred(
    process: str, doc: DeadlineDoc, docs: Mapping[str, ProcessDoc]
) -> tuple[tuple[str, str], DeadlineDoc]:
    """``同: 汇总批次.上报``: the deadline of another step, counted from this matter's own facts."""
    assert doc.same_as is not None
    text = doc.same_as.text
    other, dot, step = text.rpartition(".")
    other = other if dot else process
    alone = not any((doc.month, doc.day, doc.working_days, doc.since, doc.not_after))
    found = {s.name.text: s.value for s in docs[other].steps}.get(step) if other in docs else None
    if found is None or found.deadline is None or found.deadline.same_as is not None or not alone:
        raise LoadError(diagnostic("PE3149", doc.same_as.span(), name=text))
    return (other, step), found.deadline


def _count(doc: DeadlineDoc, matter: Matter, at: Span) -> _Count:
    match (doc.month, doc.day, doc.working_days, doc.since, doc.not_after):
        case (None, None, None, None, day) if day is not None:
            return _Count(DeadlineKind.NOT_AFTER, matter.dated(day, ("date",)))
        case (None, None, days, since, None) if days is not None and since is not None:
            number = _number(days, MAX_WORKING_DAYS)
            since_term = matter.dated(since, ("date",))
            return _Count(DeadlineKind.WORKING_DAYS_AFTER, since_term, working_days=number)
        case (month, day, days, since, None) if month is not None and (day is None) is not (days is None):
            months = 1 if month.value is MonthWord.NEXT else 0
            term = matter.dated(since, ("month",)) if since is not None else matter.month()
            if term is None:
                raise LoadError(diagnostic("PE3147", at, name="结算月", entity=matter.entity.name))
            if day is not None:
                return _Count(DeadlineKind.DAY_OF_MONTH, term, months, day=_number(day, MAX_DAY))
            assert days is not None
            number = _number(days, MAX_WORKING_DAY_OF_MONTH)
            return _Count(DeadlineKind.WORKING_DAY_OF_MONTH, term, months, working_days=number)
        case _:
            raise LoadError(diagnostic("PE3148", at))


def _number(text: Fragment, most: int) -> int:
    digits = unicodedata.normalize("NFKC", text.text).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and 1 <= int(digits) <= most):
        raise LoadError(diagnostic("PE3154", text.span(), value=text.text, most=most))
    return int(digits)


# -- what lateness means -------------------------------------------------------------------------


def _lateness(
    name: Fragment, step: StepDoc, doc: LatenessDoc | None, owner: ProcessDoc
) -> tuple[Lateness, str | None]:
    if doc is None or doc.word is LatenessWord.RECORD:
        return Lateness.RECORD, None
    if doc.word is LatenessWord.REFUSE:
        return Lateness.REFUSE, None
    states = [f.text for f in step.from_]
    siblings = {
        s.name.text: [f.text for f in s.value.from_]
        for s in owner.steps
        if s.name.text != name.text and set(states) & {f.text for f in s.value.from_}
    }
    if doc.deemed is None:
        if len(siblings) != 1 or not set(states) <= set(next(iter(siblings.values()))):
            found = "、".join(siblings) or "—"
            raise LoadError(diagnostic("PE3155", doc.span, name.span(), step=name.text, found=found))
        return Lateness.SILENCE, next(iter(siblings))
    deemed = doc.deemed.text
    if deemed not in {s.name.text for s in owner.steps}:
        near = "、".join(nearest(deemed, siblings)) or "、".join(siblings) or "—"
        raise LoadError(diagnostic("PE3156", doc.deemed.span(), name=deemed, near=near))
    if not set(states) <= set(siblings.get(deemed, ())):
        raise LoadError(diagnostic("PE3157", doc.deemed.span(), name=deemed, step=name.text))
    return Lateness.SILENCE, deemed
