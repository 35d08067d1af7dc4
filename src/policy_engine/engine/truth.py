"""Three values: a fact that is not filled in leaves a test open (Kleene's strong logic)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Truth(StrEnum):
    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True)
class Held:
    """What holds for sure, and what may yet hold once the unfilled facts are known (a superset), by number."""

    surely: frozenset[int]
    possibly: frozenset[int]

    def __or__(self, other: Held) -> Held:
        return Held(self.surely | other.surely, self.possibly | other.possibly)

    def truth(self, number: int) -> Truth:
        if number in self.surely:
            return Truth.YES
        return Truth.UNKNOWN if number in self.possibly else Truth.NO

    def any_of(self, numbers: frozenset[int]) -> Truth:
        """Whether one of them holds."""
        if numbers & self.surely:
            return Truth.YES
        return Truth.UNKNOWN if numbers & self.possibly else Truth.NO

    def but(self, number: int, truth: Truth) -> Held:
        """The same with the truth of one number changed."""
        only, rest = frozenset({number}), Held(self.surely - {number}, self.possibly - {number})
        return Held(
            rest.surely | (only if truth is Truth.YES else frozenset()),
            rest.possibly | (only if truth is not Truth.NO else frozenset()),
        )


NOTHING = Held(frozenset(), frozenset())


def any_true(*truths: Truth) -> Truth:
    for wanted in (Truth.YES, Truth.UNKNOWN):
        if wanted in truths:
            return wanted
    return Truth.NO


def negated(truth: Truth) -> Truth:
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(truth, Truth.UNKNOWN)


def both(one: Truth, other: Truth) -> Truth:
    return negated(any_true(negated(one), negated(other)))
