"""What a proof comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policy_engine.analysis.prove_sums import Lemma
from policy_engine.policy.property_model import Property


class Verdict(StrEnum):
    PROVED = "proved"
    REFUTED = "refuted"
    OPEN = "open"


class Why(StrEnum):
    """Why a property is neither proved nor refuted, or how it was proved without a search."""

    BY_CONSTRUCTION = "by_construction"
    NEVER = "never"  # its premise never holds
    TIME = "time"
    NO_WORD = "no_word"
    NO_CASE = "no_case"
    NO_SOLVER = "no_solver"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Proof:
    """A property for the rows of one (sub-)entity. ``lemmas``: what was added up over the rows. ``scenario``: of a
    counter-example that the engine has confirmed, as lines of a feature file."""

    property: Property
    entity: str
    verdict: Verdict
    seconds: float
    why: Why | None = None
    lemmas: tuple[Lemma, ...] = ()
    scenario: tuple[str, ...] = ()
