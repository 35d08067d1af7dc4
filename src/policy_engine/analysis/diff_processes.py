"""Processes as entries: states, steps and what they bring about."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.diff_meaning import fields_of, meaning, shown
from policy_engine.analysis.diff_model import Entry, Field
from policy_engine.analysis.diff_places import Places
from policy_engine.analysis.diff_words import Words
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Exclusive, Inbox, Process, ProcessStep, Unique
from policy_engine.process.diagram import deadline_text

_STEP = frozenset({"actor", "deadline", "from_", "to"})


def processes(policy: Policy, words: Words, place: Places) -> Iterator[Entry]:
    for process in policy.processes.values():
        yield _process(policy, process, words, place)


def _process(policy: Policy, process: Process, words: Words, place: Places) -> Entry:
    fields = (
        Field("entity", process.entity, policy.entities[process.entity].id),
        _field("start", process.start, words),
        _set("states", process.states),
        _set("final", process.final),
        _set("editable", process.editable),
        _field("month", process.month, words),
        Field("unique", "；".join(map(_unique, process.unique)), meaning(process.unique)),
        Field("exclusive", _exclusive(process.exclusive), meaning(process.exclusive)),
        Field("inbox", _inbox(process.inbox), meaning(process.inbox)),
    )
    rows = (
        *(_step(policy, process, s, words, place) for s in process.steps),
        *_results(process, words, place),
    )
    return place.entry("process", process.name, process.span, fields, rows=tuple(rows))


def _field(what: str, value: object, words: Words) -> Field:
    return Field(what, shown(value, words.word), meaning(value))


def _set(what: str, states: tuple[str, ...]) -> Field:
    """States mean the same in any order."""
    return Field(what, "、".join(states), frozenset(states))


def _unique(unique: Unique) -> str:
    return "、".join(unique.names)


def _exclusive(exclusive: Exclusive | None) -> str:
    if exclusive is None:
        return ""
    parts = (
        exclusive.same,
        (exclusive.period,) if exclusive.period else (),
        exclusive.holding,
        exclusive.steps,
    )
    return "；".join("、".join(part) for part in parts if part)


def _inbox(inbox: Inbox | None) -> str:
    return "" if inbox is None else f"{inbox.process}（{'、'.join(f'{a}={b}' for a, b in inbox.same)}）"


def _step(policy: Policy, process: Process, step: ProcessStep, words: Words, place: Places) -> Entry:
    deadline = step.deadline
    late = ""
    if deadline is not None:
        late = words.word(f"late_{deadline.lateness.value}") + (deadline.silence or "")
    fields = (
        Field("actor", step.actor.name, meaning(step.actor)),
        _set("from_state", step.from_),
        _field("to_state", step.to, words),
        Field("deadline", deadline_text(policy, process, deadline) if deadline else "", _counted(step)),
        Field("lateness", late, late),
        *fields_of(step, words.word, _STEP),
    )
    return place.entry("step", step.name, step.span, fields, step.clauses)


def _counted(step: ProcessStep) -> object:
    d = step.deadline
    return None if d is None else (d.kind.value, d.months, d.day, d.working_days, d.since, d.inclusive)


def _results(process: Process, words: Words, place: Places) -> Iterator[Entry]:
    for state, rules in process.results:
        for rule in rules:
            target = ".".join(filter(None, (rule.into, rule.entity, rule.term)))
            fields = (_field("key", rule.key, words), _field("value", rule.value, words))
            yield place.entry("result", f"{state}：{target}", rule.span, fields)
