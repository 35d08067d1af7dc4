"""What can be wrong with a feature file, and a step that does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something wrong in a feature file, at a 1-based line."""

    line: int
    message: str


class FeatureError(Exception):
    """A feature file cannot be used. Its text lists every problem as ``file:line: message``."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda p: p.line))
        super().__init__("\n".join(f"{file}:{p.line}: {p.message}" for p in self.problems))


class StepFailure(AssertionError):
    """A step does not hold, or says something the policy does not know. Its text is for the file's author."""
