"""敏感: which expressions read values that no message may show."""

from __future__ import annotations

from enum import Enum
from typing import Final

from policy_engine.feel.typed import Node, TermRef, walk
from policy_engine.policy.model import Policy

HIDDEN = "（敏感，不显示）"


class Withheld(Enum):
    """The kind of ``WITHHELD``."""

    WITHHELD = "withheld"

    def __str__(self) -> str:
        return HIDDEN


# In place of a cell of a sensitive text: it was filled in and found well-formed, and is not known here. Only code
# can say so; no text of a table is read as this.
WITHHELD: Final = Withheld.WITHHELD


def reads_sensitive(policy: Policy, *nodes: Node) -> bool:
    """Whether any of the expressions reads a sensitive term."""
    return any(
        policy.term(part.entity, part.term).sensitive
        for node in nodes
        for part in walk(node)
        if isinstance(part, TermRef)
    )
