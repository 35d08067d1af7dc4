"""The values at which policies may turn: their constants and parameters, the ends of ranges, options, formats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from types import MappingProxyType

from policy_engine.engine.near_common import Common, Input
from policy_engine.feel.typed import Const, LookupCall, ParamRef, TermRef, walk
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.values import Value
from policy_engine.policy.checklist_model import FILE, FILE_PROBLEM, KIND, SLOT, Checklist, Form, NamedFormat
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Policy, Term
from policy_engine.policy.order import located

PLAIN_TEXT = "甲"
# The examples of the standards where they have one; none belongs to anybody.
_EXAMPLES: Mapping[NamedFormat, str] = MappingProxyType(
    {
        NamedFormat.RESIDENT_ID: "11010519491231002X",
        NamedFormat.CREDIT_CODE: "91350100M000100Y43",
        NamedFormat.MOBILE: "13800138000",
        NamedFormat.PHONE: "027-87654321",
        NamedFormat.EMAIL: "a@example.com",
        NamedFormat.DATE: "2018-06-01",
        NamedFormat.INTEGER: "10",
        NamedFormat.NUMBER: "10",
    }
)


@dataclass(frozen=True)
class Turning:
    """Of both policies together."""

    numbers: tuple[Fraction, ...]
    rates: tuple[Fraction, ...]  # those between nothing and the whole: quantities stand to each other by them
    days: tuple[dt.date, ...]
    texts: tuple[str, ...]
    by_term: Mapping[str, tuple[str, ...]]  # texts of a term, by its id
    day: dt.date  # of the period


def turning(common: Common) -> Turning:
    constants = [c for p in common.policies for c in _constants(p)]
    numbers = tuple(dict.fromkeys(c for c in constants if isinstance(c, Fraction)))
    period = common.policies[0].period
    day = period if isinstance(period, dt.date) else period.first_day
    near = [day + dt.timedelta(days=d) for d in (0, -1, 1, -7, 10, 19, 20, 30)]
    given = [c for c in constants if isinstance(c, dt.date)]
    around = [d + dt.timedelta(days=n) for d in given for n in (-1, 0, 1)]
    texts = [c for c in constants if isinstance(c, str)]
    keys = [
        k
        for p in common.policies
        for x in p.lookups.values()
        for row, _ in x.rows
        for k in row
        if isinstance(k, str)
    ]
    by_term: dict[str, list[str]] = {}
    for policy in common.policies:
        _texts_asked(policy, by_term)
        _texts_looked_up(policy, by_term)
    return Turning(
        numbers,
        tuple(n for n in numbers if 0 < n < 1) or (Fraction(1, 10),),
        tuple(dict.fromkeys((*near, *around))),
        tuple(dict.fromkeys((PLAIN_TEXT, "乙", "Ab1", "12345", *keys, *texts))),
        {name: tuple(dict.fromkeys(words)) for name, words in by_term.items()},
        day,
    )


def _constants(policy: Policy) -> Iterator[Value]:
    yield from (p.value for p in policy.parameters.values())
    for stage in policy.stages:
        for expression, _ in located(stage):
            yield from (n.value for n in walk(expression) if isinstance(n, Const | ParamRef))


def _texts_asked(policy: Policy, found: dict[str, list[str]]) -> None:
    for checklist in policy.checklists.values():
        match checklist:
            case Checklist(requirements=items):
                for item in items:
                    found.setdefault(SLOT, []).append(item.slot)
                    found.setdefault(KIND, []).extend((*item.kinds, *item.substitutes))
            case Form(fields=rules):
                for rule in rules:
                    words = found.setdefault(rule.term, [])
                    words.extend(rule.also)
                    if rule.format is not None:
                        words.append(_EXAMPLES[rule.format])


def _texts_looked_up(policy: Policy, found: dict[str, list[str]]) -> None:
    """A term that a lookup is asked with is mostly one of its keys."""
    for stage in policy.stages:
        for expression, _ in located(stage):
            for node in walk(expression):
                if isinstance(node, LookupCall):
                    for place, arg in enumerate(node.args):
                        keys = [row[place] for row, _ in policy.lookups[node.table].rows]
                        if isinstance(arg, TermRef):
                            found.setdefault(arg.term, []).extend(k for k in keys if isinstance(k, str))


def grid(term: Term) -> Fraction:
    return Fraction(1, 10 ** (term.places or 0))


def fitting(value: Fraction, term: Term) -> Fraction:
    """The nearest value the term takes: on its grid, within its range."""
    step = grid(term)
    value = floor(value / step + Fraction(1, 2)) * step
    low, high = term.low, term.high
    if isinstance(low, Fraction):
        value = max(value, low)
    return min(value, high) if isinstance(high, Fraction) else value


def musts(turn: Turning, asked: Input) -> tuple[Value, ...]:
    """Values that some case has to have: options, ends of ranges, constants and what lies beside them."""
    found: list[Value] = []
    for term in asked.terms:
        match term.type:
            case OptionType(options=names) | LevelType(levels=names) if names:
                found.extend(names)
        if term.kind == "boolean":
            found.extend((True, False))
        if term.kind in NUMERIC_KINDS:
            ends = [x for x in (term.low, term.high) if isinstance(x, Fraction)]
            near = [c + grid(term) * n for c in turn.numbers for n in (-1, 0, 1)]
            found.extend((*ends, *(fitting(x, term) for x in near)))
        if not term.required:
            found.append(None)
    own = turn.by_term.get(asked.id, ()) if asked.id not in (FILE, FILE_PROBLEM) else ()
    return tuple(dict.fromkeys((*found, *own)))
