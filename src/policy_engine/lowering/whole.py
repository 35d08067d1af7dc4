"""Division of integers with a stated rounding: the one meaning that every emitter repeats."""

from __future__ import annotations

from policy_engine.rulefile.choices import RoundingMode


def rounded_quotient(dividend: int, divisor: int, mode: RoundingMode) -> int:
    """``dividend ÷ divisor`` as a whole number; ``divisor`` is positive. Half-up is half away from zero (四舍五入)."""
    match mode:
        case RoundingMode.FLOOR:
            return dividend // divisor
        case RoundingMode.CEILING:
            return -(-dividend // divisor)
        case RoundingMode.TRUNCATE:
            return dividend // divisor if dividend >= 0 else -(-dividend // divisor)
        case RoundingMode.HALF_UP:
            units = (abs(dividend) * 2 + divisor) // (2 * divisor)
            return units if dividend >= 0 else -units
        case RoundingMode.HALF_EVEN:
            units, rest = divmod(dividend, divisor)
            return units + (rest * 2 > divisor or (rest * 2 == divisor and units % 2 == 1))
        case _:
            raise ValueError("a grid is for allocations, not for rounding")
