"""The findings of one file: bounded in number and told in the order of the file."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics

MAX_FINDINGS = 200


class Findings(Diagnostics):
    """Stops collecting after 200: nobody reads more, and a hostile file must not cost more."""

    def add(self, item: Diagnostic) -> None:
        if len(self) < MAX_FINDINGS:
            super().add(item)

    @property
    def sorted(self) -> tuple[Diagnostic, ...]:
        """In the order of their places in the file."""
        return tuple(sorted(self.items, key=lambda item: item.span.start if item.span else 0))
