"""A matter as text and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from policy_engine.cli.matter_words import label
from policy_engine.cli.texts import Lang
from policy_engine.policy.model import Policy
from policy_engine.process.state import Allowed, Entry, MatterState

Facts = Mapping[str, object]


def head(state: MatterState, lang: Lang) -> str:
    return f"{state.id}　{state.process}　{state.state}（{label('since', lang, day=str(state.entered))}）"


def lines(policy: Policy, state: MatterState, lang: Lang) -> Iterator[str]:
    """Head, facts, history, what is allowed."""
    yield head(state, lang)
    yield label("facts", lang)
    yield from _facts(policy, policy.processes[state.process].entity, state.facts, "  ", lang)
    yield label("history", lang)
    for number, entry in enumerate(state.history, start=1):
        yield from _entry(number, entry, lang)
    yield from allowed(state, lang)


def allowed(state: MatterState, lang: Lang) -> Iterator[str]:
    if not state.allowed:
        yield f"{label('allowed', lang)}：{label('nothing', lang)}"
        return
    yield label("allowed", lang)
    for step in state.allowed:
        yield f"  {step.step}　{label('by', lang, who=step.who)}{_until(step, lang)}"


def _until(step: Allowed, lang: Lang) -> str:
    if step.by is None:
        return ""
    over = f"（{label('overdue', lang)}）" if step.overdue else ""
    return f"，{label('until', lang, day=str(step.by))}{over}"


def _entry(number: int, entry: Entry, lang: Lang) -> Iterator[str]:
    name = entry.step or label(entry.kind, lang)
    who = label("silence", lang) if entry.deemed else str(entry.actor)
    moved = f"　{entry.from_state} → {entry.to_state}" if entry.from_state else f"　→ {entry.to_state}"
    due = label("due", lang, day=str(entry.due)) if entry.due else ""
    late = label("late", lang) if entry.late else ""
    marks = "，".join(filter(None, (due, late)))
    moved = "" if entry.kind == "amend" else moved
    yield f"  {number} {moment(entry.at)}　{name}　{who}{moved}{f'（{marks}）' if marks else ''}"
    if entry.note:
        yield f"      {label('note', lang)}：{entry.note}"
    for document in entry.documents:
        yield f"      {label('document', lang)}：{document.name}　sha256 {document.sha256}"


def moment(at: dt.datetime) -> str:
    """To the minute; a day alone when no time was given."""
    return at.date().isoformat() if at.time() == dt.time() else at.strftime("%Y-%m-%d %H:%M")


def _facts(policy: Policy, entity: str, facts: Facts, indent: str, lang: Lang) -> Iterator[str]:
    terms = {t.id: t for t in policy.terms_of(entity)}
    below = {e.id: e.name for e in policy.base_entities}
    keys = {e.key: e.name for e in policy.base_entities if e.key and e.name != entity}
    here = policy.entities[entity]
    if here.key is not None:
        keys[here.key] = here.name  # papers of all kinds may share the name of their key
    for name, value in facts.items():
        if isinstance(value, Mapping | list):
            rows = value if isinstance(value, list) else [value]
            for row in rows:
                yield f"{indent}{below.get(name, name)}"
                yield from _facts(policy, below.get(name, entity), row, indent + "  ", lang)
            continue
        term = terms.get(name)
        unit = f" {term.unit.name}" if term is not None and term.unit is not None else ""
        text = label("hidden", lang) if term is not None and term.sensitive else _value(value, lang)
        yield f"{indent}{term.name if term else keys.get(name, name)} {text}{unit}"


def _value(value: object, lang: Lang) -> str:
    if isinstance(value, bool):
        return label("yes" if value else "no", lang)
    return "—" if value is None else str(value)


# -- JSON ----------------------------------------------------------------------------------------


def document(policy: Policy, state: MatterState) -> dict[str, Any]:
    return {
        "format": "policy-engine/matter/1",
        "policy": policy.id,
        "digest": policy.digest,
        **brief(state),
        "facts": dict(state.facts),
        "history": [_line(e) for e in state.history],
        "late": list(state.late),
    }


def brief(state: MatterState) -> dict[str, Any]:
    return {
        "id": state.id,
        "process": state.process,
        "state": state.state,
        "entered": state.entered.isoformat(),
        "allowed": [
            {"step": a.step, "who": a.who, "by": a.by.isoformat() if a.by else None, "overdue": a.overdue}
            for a in state.allowed
        ],
    }


def _line(entry: Entry) -> dict[str, Any]:
    actor = {"role": entry.actor.role, "id": entry.actor.id} if entry.actor is not None else None
    return {
        "kind": entry.kind,
        "step": entry.step,
        "at": entry.at.isoformat(),
        "actor": actor,
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "note": entry.note,
        "documents": [{"name": d.name, "sha256": d.sha256} for d in entry.documents],
        "late": entry.late,
        "due": entry.due.isoformat() if entry.due else None,
    }
