"""Why a step cannot be taken: each check raises Refused with what would be allowed instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Refused
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.values import Month
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import ActorKind, Lateness, Process, ProcessStep
from policy_engine.process.deadlines import last_day, passed
from policy_engine.process.events import CLAIM, Actor, Event
from policy_engine.process.roles import authority, may, who
from policy_engine.process.state import Allowed, MatterState

MAX_ID = 200
NOTHING_FILED = Text(
    "这次没有填任何事实；请写上由{actor}填的事实的值",
    "nothing was filed; give the values of facts that {actor} fills",
)


def told(allowed: Iterable[Allowed]) -> str:
    """``提交（市场主体 U3，至2018-07-08）、…``."""
    texts = [f"{a.step}（{a.who}{f'，至{a.by}' if a.by else ''}）" for a in allowed]
    return "、".join(texts) or "—"


def known_step(process: Process, name: str) -> ProcessStep:
    step = process.step(name)
    if step is None:
        known = "、".join(s.name for s in process.steps)
        raise Refused(diagnostic("PE8002", process=process.name, step=name, known=known))
    return step


def check_time(events: tuple[Event, ...], at: dt.datetime) -> None:
    last = events[-1].at
    if at < last:
        raise Refused(diagnostic("PE8009", at=at.isoformat(" "), last=last.isoformat(" ")))


def check_step(step: ProcessStep, state: MatterState, actor: Actor, on: dt.date, note: str) -> None:
    """State, time, role and note, in this order."""
    if state.state not in step.from_:
        wanted, allowed = "、".join(step.from_), told(state.allowed)
        raise Refused(
            diagnostic(
                "PE8003", matter=state.id, state=state.state, step=step.name, wanted=wanted, allowed=allowed
            )
        )
    if step.actor.kind is ActorKind.BATCH:
        raise Refused(diagnostic("PE8018", step=step.name, batch=step.actor.name))
    check_open(step, state, on)
    if not may(step.actor, state.id, state.facts, actor):
        wanted = who(step.actor, state.id, state.facts)
        raise Refused(diagnostic("PE8004", step=step.name, wanted=wanted, actor=str(actor)))
    if step.note is not None and not note.strip():
        raise Refused(diagnostic("PE8006", step=step.name, what=step.note))


def check_open(step: ProcessStep, state: MatterState, on: dt.date) -> None:
    """A step that is no longer accepted after its deadline."""
    deadline = step.deadline
    if deadline is not None and deadline.lateness is Lateness.REFUSE and passed(deadline, state.facts, on):
        due, allowed = str(last_day(deadline, state.facts)), told(state.allowed)
        raise Refused(diagnostic("PE8017", step=step.name, due=due, on=on.isoformat(), allowed=allowed))


def check_editable(process: Process, state: MatterState) -> None:
    if state.state not in process.editable:
        editable = "、".join(process.editable)
        raise Refused(diagnostic("PE8015", matter=state.id, state=state.state, editable=editable))


def check_editor(
    process: Process, matter: str, facts: Mapping[str, object], actor: Actor, hint: Text | None = None
) -> None:
    """Whoever may take a first step opens a matter and amends it."""
    first = [s.actor for s in process.leaving(process.start) if s.actor.kind is not ActorKind.BATCH]
    if not any(may(rule, matter, facts, actor) for rule in first):
        wanted = "、".join(dict.fromkeys(who(rule, matter, facts) for rule in first))
        raise Refused(diagnostic("PE8024", process=process.name, wanted=wanted, actor=str(actor), hint=hint))


def check_known(process: Process, facts: Mapping[str, object], names: Mapping[str, str]) -> None:
    """Whose matter it is and who is in charge of it must be known from the beginning."""
    missing = [f for f in process.about if facts.get(f) is None]
    if missing:
        raise Refused([diagnostic("PE8022", process=process.name, name=names.get(f, f)) for f in missing])
    for step in process.steps:
        rule = step.actor
        if rule.kind is ActorKind.LOOKUP and authority(rule, facts) is None:
            key = "、".join(str(facts[t]) for t in rule.terms)
            known = "、".join("、".join(keys) for keys, _ in rule.table)
            raise Refused(diagnostic("PE8011", name=rule.name, key=key, known=known))


def check_in_force(policy: Policy, process: Process, facts: Mapping[str, object]) -> None:
    """A matter of a month for which other rules were in force is not ours."""
    month = facts.get(process.month) if process.month is not None else None
    term = policy.term(process.entity, process.month) if process.month is not None else None
    in_force = policy.in_force
    if not isinstance(month, str) or term is None or in_force.by not in (term.name, term.id, *term.aliases):
        return
    first = Month.of(month).first_day
    if first < in_force.from_ or (in_force.to is not None and first > in_force.to):
        shown = f"{in_force.from_} 至 {in_force.to or '未定'}"
        raise Refused(diagnostic("PE8025", month=month, policy=policy.id, range=shown))


def check_id(matter: str, taken: Iterable[Event]) -> None:
    reason = ""
    if not matter.strip() or matter != matter.strip() or not matter.isprintable():
        reason = "应是可见的文字，前后不留空格"
    elif len(matter) > MAX_ID:
        reason = f"超过{MAX_ID}字"
    elif matter.startswith(CLAIM):
        reason = f"不能以“{CLAIM}”开头"
    elif any(taken):
        reason = "已经用过"
    if reason:
        raise Refused(diagnostic("PE8008", matter=matter[:MAX_ID], reason=reason))


def unknown_matter(matter: str, known: Iterable[str]) -> Refused:
    near = "、".join(nearest(matter, known, count=3)) or "—"
    return Refused(diagnostic("PE8001", matter=matter, near=near))
