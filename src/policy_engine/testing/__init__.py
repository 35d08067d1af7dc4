"""Feature files as tests: the collector, the Chinese steps and their catalogue.

Importing this package costs nothing: the engine, pytest-bdd and the steps are imported when they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_engine.testing.grammar import Pattern

__all__ = ["catalogue"]


def catalogue() -> tuple[Pattern, ...]:
    """Every step that can be written in a feature file, with examples, in the order of ``docs/steps.md``."""
    from policy_engine.testing.patterns import PATTERNS

    return PATTERNS
