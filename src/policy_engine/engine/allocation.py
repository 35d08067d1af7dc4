"""Largest-remainder allocation (最大余数法): parts on a grid that add up to the total exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor


class AllocationFault(Exception):
    """The total cannot be shared: ``reason`` is off_grid, empty or negative."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def allocate(total: Fraction, weights: Sequence[tuple[str, Fraction]], places: int) -> dict[str, Fraction]:
    """Share ``total`` among ``weights`` (id, weight ≥ 0) pro rata on the grid of 10**-places.

    Left-over units go by larger remainder, then larger weight, then smaller id by code point. A zero total gives
    zeros. Raises AllocationFault when the total is off the grid, when nobody can take it, or on a negative weight.
    """
    scale = 10**places
    units = total * scale
    if units.denominator != 1:
        raise AllocationFault("off_grid")
    if any(weight < 0 for _, weight in weights):
        raise AllocationFault("negative")
    if units == 0:
        return {id_: Fraction(0) for id_, _ in weights}
    sum_of_weights = sum((weight for _, weight in weights), Fraction(0))
    if sum_of_weights == 0:
        raise AllocationFault("empty")
    if units < 0:
        mirrored = allocate(-total, weights, places)
        return {id_: -part for id_, part in mirrored.items()}
    shares = [(id_, weight, units * weight / sum_of_weights) for id_, weight in weights]
    whole = {id_: floor(share) for id_, _, share in shares}
    left = int(units) - sum(whole.values())
    by_claim = sorted(shares, key=lambda s: (-(s[2] - floor(s[2])), -s[1], s[0]))
    for id_, _, _ in by_claim[:left]:
        whole[id_] += 1
    return {id_: Fraction(count, scale) for id_, count in whole.items()}
