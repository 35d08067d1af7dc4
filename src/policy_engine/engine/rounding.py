"""Rounding of exact numbers. Nothing else in the engine rounds."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from policy_engine.rulefile.documents import RoundingMode


def round_to(value: Fraction, places: int, mode: RoundingMode) -> Fraction:
    """``value`` on the grid of 10**-places. Half-up is half away from zero (四舍五入)."""
    scale = Fraction(10) ** places  # places may be negative: hundreds, thousands
    scaled = value * scale
    match mode:
        case RoundingMode.HALF_UP:
            units = _half_away(scaled)
        case RoundingMode.HALF_EVEN:
            units = round(scaled)
        case RoundingMode.FLOOR:
            units = floor(scaled)
        case RoundingMode.CEILING:
            units = ceil(scaled)
        case RoundingMode.TRUNCATE:
            units = floor(scaled) if scaled >= 0 else ceil(scaled)
        case RoundingMode.GRID:
            raise ValueError("a grid is for allocations, not for rounding")
    return Fraction(units, scale)


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


def _half_away(scaled: Fraction) -> int:
    doubled = floor(abs(scaled) * 2 + 1) // 2
    return doubled if scaled >= 0 else -doubled


def on_grid(value: Fraction, places: int) -> bool:
    return (value * Fraction(10) ** places).denominator == 1
