"""What can go wrong while a row is evaluated. A fault stops that member, never becomes a null or a zero."""

from __future__ import annotations

from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.span import Span


class Fault(Exception):
    """Raised inside evaluation; the stage that catches it adds the row."""

    def __init__(self, code: str, *spans: Span | None, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.spans = spans
        self.params = params

    def at(self, place: str, *more: Span, clause: str | None = None) -> Diagnostic:
        spans = [s for s in self.spans if s is not None] or list(more)
        given: dict[str, Any] = {**self.params, "where": place}
        return diagnostic(self.code, *spans, clause=clause, **given)
