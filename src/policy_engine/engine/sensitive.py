"""敏感: which expressions read values that no message may show."""

from __future__ import annotations

from policy_engine.feel.typed import Node, TermRef, walk
from policy_engine.policy.model import Policy

HIDDEN = "（敏感，不显示）"


def reads_sensitive(policy: Policy, *nodes: Node) -> bool:
    """Whether any of the expressions reads a sensitive term."""
    return any(
        policy.term(part.entity, part.term).sensitive
        for node in nodes
        for part in walk(node)
        if isinstance(part, TermRef)
    )
