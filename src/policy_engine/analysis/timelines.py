"""Days for which nothing, or two things, are in force: versions of a policy, values of a parameter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.policy.model import Parameter, Policy
from policy_engine.rulefile.documents import PolicyDoc

_DAY = dt.timedelta(days=1)


def check_timelines(subject: Subject) -> Iterator[Diagnostic]:
    yield from _versions(subject)
    yield from _parents(subject)
    for doc in subject.docs[:1]:
        yield from _parameters(doc)
        yield from _ends(doc)
    if subject.today is not None:
        for parameter in subject.policy.parameters.values():
            if subject.own(parameter.span) and _overdue(parameter, subject):
                review = parameter.review.isoformat() if parameter.review else ""
                yield diagnostic("PE3343", parameter.span, name=parameter.name, review=review)


def _versions(subject: Subject) -> Iterator[Diagnostic]:
    """Told at the later of the two versions, and only when that is the one that is checked."""
    versions = sorted(subject.versions, key=lambda v: v.in_force.from_.value)
    for one, other in pairwise(versions):
        if not subject.docs or other.source != subject.docs[0].source:
            continue
        ends, begins = one.in_force.to, other.in_force.from_
        spans = (begins.span, one.in_force.span)
        if ends is None or ends.value >= begins.value:
            yield diagnostic("PE3341", *spans, id=other.policy.text, on=begins.value.isoformat())
        elif ends.value + _DAY < begins.value:
            first, last = ends.value + _DAY, begins.value - _DAY
            yield diagnostic(
                "PE3340", *spans, id=other.policy.text, first=first.isoformat(), last=last.isoformat()
            )


def _parameters(doc: PolicyDoc) -> Iterator[Diagnostic]:
    for parameter in doc.parameters:
        values = sorted(parameter.value.values, key=lambda v: v.from_.value if v.from_ else dt.date.min)
        for one, other in pairwise(values):
            if one.to is None or other.from_ is None or one.to.value + _DAY >= other.from_.value:
                continue
            first, last = one.to.value + _DAY, other.from_.value - _DAY
            yield diagnostic(
                "PE3342",
                other.span,
                one.span,
                name=parameter.name.text,
                first=first.isoformat(),
                last=last.isoformat(),
            )


def _ends(doc: PolicyDoc) -> Iterator[Diagnostic]:
    """A value that ends before the policy does. Where it begins too late the policy cannot even be bound."""
    for parameter in doc.parameters:
        ends = [v.to.value if v.to else None for v in parameter.value.values]
        last = max((end for end in ends if end is not None), default=None)
        if last is None or None in ends or last == dt.date.max:
            continue
        if doc.in_force.to is None or last < doc.in_force.to.value:
            first = (last + _DAY).isoformat()
            name = parameter.name
            yield diagnostic("PE3345", name.span(), doc.in_force.span, name=name.text, first=first)


def _parents(subject: Subject) -> Iterator[Diagnostic]:
    """Days on which the policy is in force and a parent is not: nothing can be decided for them."""
    if not subject.docs:
        return
    child = subject.docs[0]
    begin = child.in_force.from_.value
    end = child.in_force.to.value if child.in_force.to else dt.date.max
    for versions in subject.parents:
        missing = _uncovered(begin, end, versions)
        if missing is not None:
            parent = versions[0].policy.text
            first, last = missing[0].isoformat(), missing[1].isoformat() if missing[1] < dt.date.max else "…"
            spans = (child.in_force.span, versions[-1].in_force.span)
            yield diagnostic("PE3344", *spans, id=child.policy.text, parent=parent, first=first, last=last)


def _uncovered(
    begin: dt.date, end: dt.date, versions: tuple[PolicyDoc, ...]
) -> tuple[dt.date, dt.date] | None:
    """The first days from ``begin`` to ``end`` on which no version is in force."""
    day = begin
    for version in sorted(versions, key=lambda v: v.in_force.from_.value):
        from_, to = version.in_force.from_.value, version.in_force.to.value if version.in_force.to else None
        if day < from_:
            return day, min(from_ - _DAY, end)
        if to is None or to >= end:
            return None
        day = max(day, to + _DAY)
    return day, end


def _overdue(parameter: Parameter, subject: Subject) -> bool:
    """Past its review today, and still in force; what the period itself is past is told when it is bound."""
    today, policy = subject.today, subject.policy
    assert today is not None
    on = policy.period if isinstance(policy.period, dt.date) else policy.period.first_day
    ended = (parameter.to is not None and parameter.to < today) or (
        policy.in_force.to is not None and policy.in_force.to < today
    )
    return parameter.review is not None and on < parameter.review <= today and not ended


def turning_days(policy: Policy) -> frozenset[dt.date]:
    """The days from which on something else may be told than the day before."""
    ends = (policy.in_force.to, *(p.to for p in policy.parameters.values()))
    reviews = (p.review for p in policy.parameters.values())
    return frozenset(
        {*(day + _DAY for day in ends if day and day < dt.date.max), *(day for day in reviews if day)}
    )
