"""The list a batch carries: its matters with their facts, their evidence, and the papers that came with each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_engine.policy.model import Policy, Term
from policy_engine.process.events import Event
from policy_engine.process.moments import When, day
from policy_engine.process.office import Office
from policy_engine.process.state import MatterState
from policy_engine.tables.columns import Column
from policy_engine.tables.xlsx_out import Sheet

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Roster:
    """Sheets of text, ready to be written: 名单, one sheet for each kind of row below (佐证 …), 附件."""

    batch: str
    on: dt.date
    sheets: tuple[Sheet, ...]


def roster(office: Office, batch: str, on: When) -> Roster:
    """The list of a batch at the end of a day. Raises Refused for an unknown matter, or one that collects nothing.

    Sensitive facts are left out.
    """
    members = office.collected(batch, on)
    policy = office.policy
    inbox = policy.processes[office.state(batch, on).process].inbox
    assert inbox is not None  # collected() has refused a matter without one
    entity = policy.entities[policy.processes[inbox.process].entity]
    own = _shown(policy, entity.name)
    above = policy.entities[entity.parent] if entity.parent is not None else None
    first = ["事项", "状态", "进入日期", *([above.name] if above else []), *(t.name for t in own)]
    rows = [_member(m, above.key if above else None, own) for m in members]
    sheets: list[Sheet] = [("名单", _columns(first), rows)]
    for child in policy.base_entities:
        if child.parent == entity.name:
            terms = _shown(policy, child.name)
            header = ["事项", f"{child.name}编号", *(t.name for t in terms)]
            below = [r for m in members for r in _below(m, child.id, child.key, terms)]
            sheets.append((child.name, _columns(header), below))
    papers = ["事项", "步骤", "时间", "办理人", "文件", "sha256"]
    sheets.append(("附件", _columns(papers), [r for m in members for r in _papers(office.history(m.id, on))]))
    return Roster(batch, day(on), tuple(sheets))


def _shown(policy: Policy, entity: str) -> list[Term]:
    return [t for t in policy.terms_of(entity) if not t.decided and not t.sensitive]


def _columns(names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(Column(n, "text") for n in names)


def _member(matter: MatterState, parent: str | None, terms: Sequence[Term]) -> Row:
    keys = [_text(matter.facts.get(parent))] if parent is not None else []
    facts = [_text(matter.facts.get(t.id)) for t in terms]
    return (matter.id, matter.state, matter.entered.isoformat(), *keys, *facts)


def _below(matter: MatterState, entity: str, key: str | None, terms: Sequence[Term]) -> Iterable[Row]:
    rows = matter.facts.get(entity)
    for row in rows if isinstance(rows, list | tuple) else ():
        yield (matter.id, _text(row.get(key)), *(_text(row.get(t.id)) for t in terms))


def _papers(events: Iterable[Event]) -> Iterable[Row]:
    for event in events:
        for paper in event.documents:
            who = f"{event.actor.role} {event.actor.id}"
            yield (
                event.matter,
                event.step or event.kind,
                event.at.isoformat(sep=" "),
                who,
                paper.name,
                paper.sha256,
            )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
