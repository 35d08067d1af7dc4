"""What waits to be done: dated steps, by whom, by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from policy_engine.policy.process_model import Process
from policy_engine.process.state import MatterState


@dataclass(frozen=True)
class Due:
    """A dated step that waits to be taken."""

    matter: str
    process: str
    step: str
    who: str
    by: dt.date
    overdue: bool


def owed(process: Process, matter: MatterState) -> tuple[Due, ...]:
    """Dated steps a matter waits for.

    Nothing waits in a matter that is settled (办结状态), nor for a step that may be repeated (补报).
    """
    if matter.state in process.final:
        return ()
    onward = {s.name for s in process.leaving(matter.state) if s.to != matter.state}
    return tuple(
        Due(matter.id, matter.process, a.step, a.who, a.by, a.overdue)
        for a in matter.allowed
        if a.by is not None and a.step in onward
    )
