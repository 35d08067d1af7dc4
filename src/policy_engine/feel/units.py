"""Units of measure: a small closed table, dimensional analysis, exact factors.

A unit is a product of base dimensions (energy 电能, money 钱, time 时间 …) with an exact factor to the
canonical unit of that dimension. Factors are fractions, so a conversion never loses a digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Unit:
    """A unit.

    ``dims``: sorted (dimension, exponent) pairs without zero exponents; ``factor``: canonical units in one.
    """

    dims: tuple[tuple[str, int], ...]
    factor: Fraction
    name: str = ""

    @property
    def dimensionless(self) -> bool:
        return not self.dims

    def same_dimension(self, other: Unit) -> bool:
        return self.dims == other.dims

    def times(self, other: Unit) -> Unit:
        return Unit(_combine(self.dims, other.dims, 1), self.factor * other.factor)

    def over(self, other: Unit) -> Unit:
        return Unit(_combine(self.dims, other.dims, -1), self.factor / other.factor)

    def equivalent(self, other: Unit) -> bool:
        """Same dimension and same size; the name does not matter."""
        return self.dims == other.dims and self.factor == other.factor


def _combine(
    left: tuple[tuple[str, int], ...], right: tuple[tuple[str, int], ...], sign: int
) -> tuple[tuple[str, int], ...]:
    sums = dict(left)
    for dim, exponent in right:
        sums[dim] = sums.get(dim, 0) + sign * exponent
    return tuple(sorted((d, e) for d, e in sums.items() if e))


DIMENSIONLESS = Unit((), Fraction(1))
