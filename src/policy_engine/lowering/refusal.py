"""What columns cannot do is refused by name before anything runs."""

from __future__ import annotations

from policy_engine.diagnostics.span import Span


class NotLowered(Exception):
    """``reason``: a key of the catalogue of refusals; ``span``: the expression; ``name``: what it is called."""

    def __init__(self, reason: str, span: Span, name: str = "") -> None:
        super().__init__(reason, name)
        self.reason, self.span, self.name = reason, span, name
