"""What happened to a matter: the only thing that is ever stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["open", "amend", "step", "claim", "release"]


@dataclass(frozen=True)
class Actor:
    """Who acts: his role (an entity, an authority, a lookup such as 审核部门) and his id or name in it."""

    role: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.role} {self.id}".strip()


@dataclass(frozen=True)
class Document:
    """A paper filed with a step: its name and the digest of its bytes (hex)."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Recorded:
    """An outcome for another policy, as it was worked out when the step was taken. ``value`` is JSON-able."""

    policy: str
    entity: str
    key: str
    term: str
    value: object
    period: str  # "2018-06", or blank


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``seq`` counts from 1 within a matter.

    ``facts``: own facts by term id, other rows under their entity's id, all JSON-able; what is not named stays as
    it was. ``at`` is naive Beijing time. "claim" and "release" events reserve what no two matters may share and
    belong to a matter of their own (see ``is_claim``).
    """

    seq: int
    matter: str
    process: str
    kind: Kind
    step: str
    at: dt.datetime
    actor: Actor
    facts: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    documents: tuple[Document, ...] = ()
    from_state: str = ""
    to_state: str = ""
    late: bool = False
    policy: str = ""
    policy_digest: str = ""
    outcomes: tuple[Recorded, ...] = ()
    due: dt.date | None = None  # the last day of the step, when it has one

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; ``from_dict`` reads it back."""
        return {
            "seq": self.seq,
            "matter": self.matter,
            "process": self.process,
            "kind": self.kind,
            "step": self.step,
            "at": self.at.isoformat(),
            "actor": {"role": self.actor.role, "id": self.actor.id},
            "facts": dict(self.facts),
            "note": self.note,
            "documents": [{"name": d.name, "sha256": d.sha256} for d in self.documents],
            "from_state": self.from_state,
            "to_state": self.to_state,
            "late": self.late,
            "policy": self.policy,
            "policy_digest": self.policy_digest,
            "outcomes": [dict(vars(o)) for o in self.outcomes],
            "due": self.due.isoformat() if self.due else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Event:
        return cls(
            **{
                **data,
                "at": dt.datetime.fromisoformat(data["at"]),
                "actor": Actor(**data["actor"]),
                "documents": tuple(Document(**d) for d in data["documents"]),
                "outcomes": tuple(Recorded(**o) for o in data["outcomes"]),
                "due": dt.date.fromisoformat(data["due"]) if data["due"] else None,
            }
        )


CLAIM = "不得重复:"  # claims are filed under matters whose ids begin like this; no real matter's may
PLACE = (
    f"{CLAIM}并存 "  # claims of places (不得并存); no policy's id has a blank, so they are no other claims
)


def is_claim(matter: str) -> bool:
    return matter.startswith(CLAIM)
