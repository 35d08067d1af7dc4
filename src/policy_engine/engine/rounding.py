"""Rounding of exact numbers. Nothing else in the engine rounds."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from policy_engine.rulefile.choices import RoundingMode


def round_to(value: Fraction, places: int, mode: RoundingMode) -> Fraction:
    """``value`` on the grid of 10**-places. Half-up is half away from zero (四舍五入)."""
    # Whole numbers instead of fractions: most of a case's time would go into reducing them.
    grid = 10 ** abs(places)  # places may be negative: hundreds, thousands
    top, bottom = value.numerator, value.denominator
    if places >= 0:
        top *= grid
    else:
        bottom *= grid
    match mode:
        case RoundingMode.HALF_UP:
            half = (2 * abs(top) + bottom) // (2 * bottom)
            units = half if top >= 0 else -half
        case RoundingMode.HALF_EVEN:
            units = round(Fraction(top, bottom))
        case RoundingMode.FLOOR:
            units = top // bottom
        case RoundingMode.CEILING:
            units = -(-top // bottom)
        case RoundingMode.TRUNCATE:
            units = top // bottom if top >= 0 else -(-top // bottom)
        case RoundingMode.GRID:
            raise ValueError("a grid is for allocations, not for rounding")
    return Fraction(units, grid) if places >= 0 else Fraction(units * grid)


def round_away(value: Fraction, places: int) -> Fraction:
    """Away from zero, however small the rest."""
    scale = Fraction(10) ** places
    scaled = value * scale
    return Fraction(ceil(scaled) if scaled >= 0 else floor(scaled), scale)


def round_half_down(value: Fraction, places: int) -> Fraction:
    """To the nearest; a half goes towards zero (五舍六入)."""
    scale = Fraction(10) ** places
    units = ceil(abs(value) * scale - Fraction(1, 2))
    return Fraction(units if value >= 0 else -units) / scale


def on_grid(value: Fraction, places: int) -> bool:
    return (value * Fraction(10) ** places).denominator == 1
