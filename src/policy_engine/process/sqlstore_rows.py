"""An event as a row of the events table, and back; what cannot be kept is refused before it reaches the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import StoreError
from policy_engine.process.events import Actor, Document, Event, Recorded
from policy_engine.process.sqlstore_tables import ID_LENGTH, NAME_LENGTH

NOTE_LENGTH = 20_000  # characters
JSON_BYTES = 1024 * 1024  # of facts, documents and outcomes each


def to_row(event: Event) -> dict[str, Any]:
    """The columns of an event. Raises StoreError (PE8103)."""
    row: dict[str, Any] = {
        "matter": event.matter,
        "seq": event.seq,
        "process": event.process,
        "kind": event.kind,
        "step": event.step,
        "at": event.at,
        "actor_role": event.actor.role,
        "actor_id": event.actor.id,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "late": event.late,
        "due": event.due,
        "policy": event.policy,
        "policy_digest": event.policy_digest,
        "note": event.note,
    }
    for zh, en in _faults(event, row):
        raise _unfit(event, zh, en)
    written = event.to_dict()
    for name in ("facts", "documents", "outcomes"):
        row[name] = _json(event, name, written[name])
    return row


def from_row(row: Any) -> Event:
    """Raises StoreError (PE8106) where somebody spoilt the row."""
    try:
        return Event(
            seq=row.seq,
            matter=row.matter,
            process=row.process,
            kind=row.kind,
            step=row.step,
            at=row.at,
            actor=Actor(row.actor_role, row.actor_id),
            facts=_mapping(row.facts),
            note=row.note,
            documents=tuple(Document(**d) for d in json.loads(row.documents)),
            from_state=row.from_state,
            to_state=row.to_state,
            late=row.late,
            policy=row.policy,
            policy_digest=row.policy_digest,
            outcomes=tuple(Recorded(**o) for o in json.loads(row.outcomes)),
            due=row.due,
        )
    except (
        ValueError,
        TypeError,
        RecursionError,
    ):  # the content is not told: facts are nobody else's business
        zh, en = "内容不是约定的 JSON", "its content is not the JSON agreed on"
        unread = diagnostic("PE8106", matter=row.matter, seq=row.seq, reason=zh, reason_en=en)
        raise StoreError(unread) from None


def _mapping(text: str) -> dict[str, object]:
    facts = json.loads(text)
    if not isinstance(facts, dict):
        raise ValueError("facts are a mapping")
    return facts


def _faults(event: Event, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if event.at.tzinfo is not None:
        yield "时间带了时区，应是北京时间", "its time has a zone; Beijing time is expected without one"
    if not event.matter:
        yield "事项编号是空的", "the matter id is blank"
    limits = {"matter": ID_LENGTH, "note": NOTE_LENGTH}
    for name, value in row.items():
        if not isinstance(value, str):
            continue
        most = limits.get(name, NAME_LENGTH)
        if len(value) > most:
            yield (
                f"{name} 有 {len(value)} 个字，最多 {most}",
                f"{name} has {len(value)} characters, at most {most}",
            )
        if "\0" in value or any("\ud800" <= ch <= "\udfff" for ch in value):
            yield f"{name} 里有不能保存的字符", f"{name} holds characters that cannot be stored"


def _json(event: Event, name: str, value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except UnicodeEncodeError:
        raise _unfit(
            event, f"{name} 里有不能保存的字符", f"{name} holds characters that cannot be stored"
        ) from None
    except (TypeError, ValueError, RecursionError):
        raise _unfit(event, f"{name} 不能写成 JSON", f"{name} cannot be written as JSON") from None
    if size > JSON_BYTES:
        raise _unfit(
            event,
            f"{name} 有 {size} 字节，最多 {JSON_BYTES}",
            f"{name} has {size} bytes, at most {JSON_BYTES}",
        )
    return text


def _unfit(event: Event, zh: str, en: str) -> StoreError:
    matter = event.matter.encode("utf-8", "replace").decode()[:50].replace("\0", "?")
    return StoreError(diagnostic("PE8103", matter=matter, reason=zh, reason_en=en))
