"""A property as a plain document."""

from __future__ import annotations

from typing import Any

from policy_engine.feel.typed import Node
from policy_engine.policy.property_model import Always, Claim, Conserved, Monotone, Property, Shareable


def describe_property(found: Property) -> dict[str, Any]:
    """JSON-ready: name, rationale, clauses and what it claims of each entity."""
    return {
        "name": found.name,
        "rationale": found.rationale,
        "clauses": list(found.clauses),
        "claims": [{"entity": c.entity, **_statement(c)} for c in found.claims],
    }


def _statement(claim: Claim) -> dict[str, Any]:
    match claim.statement:
        case Always(premise=premise, conclusion=conclusion):
            return {"way": "always", "when": _text(premise), "text": _text(conclusion)}
        case Monotone(premise=premise, by=by, of=of, direction=direction):
            ways = {"way": "monotone", "when": _text(premise), "with": by, "of": _text(of)}
            return {**ways, "direction": direction.value}
        case Conserved(term=term):
            return {"way": "conserved", "term": term}
        case Shareable(term=term):
            return {"way": "shareable", "term": term}


def _text(node: Node | None) -> str | None:
    return None if node is None else " ".join(node.span.text.split())
