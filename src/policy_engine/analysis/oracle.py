"""The one question about a table: is there a case in which these rows hit and those do not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from policy_engine.feel.typed import Node
from policy_engine.feel.values import Value


class Unproven(Exception):
    """Nothing could be shown, one way or the other: ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Case:
    """A case in the terms of a table. Not ``sure``: what it rests on was left open, so it may not exist."""

    values: tuple[tuple[Node, Value], ...]
    sure: bool


class Oracle(Protocol):
    def case(self, hit: Sequence[int], missed: Sequence[int]) -> Case | None:
        """None: there is none. Raises Unproven."""
