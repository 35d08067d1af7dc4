"""Units of measure: a small closed table, dimensional analysis, exact factors.

A unit is a product of base dimensions (energy 电能, money 钱, time 时间 …) with an exact factor to the
canonical unit of that dimension. Factors are fractions, so a conversion never loses a digit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType


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

# One row a unit: spellings, dimensions, size in canonical units (kilowatt, hour, yuan). Months and years
# have no fixed size, so they are dimensions of their own; so is each thing that is counted.
_POWER, _TIME = (("power", 1),), (("time", 1),)
_ENERGY, _MONEY = (("power", 1), ("time", 1)), (("money", 1),)
_TABLE: tuple[tuple[tuple[str, ...], tuple[tuple[str, int], ...], Fraction], ...] = (
    (("千瓦时", "度", "kWh"), _ENERGY, Fraction(1)),
    (("兆瓦时", "千千瓦时", "MWh"), _ENERGY, Fraction(10**3)),
    (("万千瓦时", "万度"), _ENERGY, Fraction(10**4)),
    (("吉瓦时", "百万千瓦时", "GWh"), _ENERGY, Fraction(10**6)),
    (("亿千瓦时", "亿度"), _ENERGY, Fraction(10**8)),
    (("千瓦", "kW"), _POWER, Fraction(1)),
    (("兆瓦", "MW"), _POWER, Fraction(10**3)),
    (("万千瓦",), _POWER, Fraction(10**4)),
    (("吉瓦", "GW"), _POWER, Fraction(10**6)),
    (("千伏安", "kVA"), (("apparent power", 1),), Fraction(1)),
    (("兆伏安", "MVA"), (("apparent power", 1),), Fraction(10**3)),
    (("元",), _MONEY, Fraction(1)),
    (("分",), _MONEY, Fraction(1, 100)),
    (("万元",), _MONEY, Fraction(10**4)),
    (("亿元",), _MONEY, Fraction(10**8)),
    (("小时", "h"), _TIME, Fraction(1)),
    (("天", "日"), _TIME, Fraction(24)),
    (("月", "个月"), (("month", 1),), Fraction(1)),
    (("年",), (("year", 1),), Fraction(1)),
    (("户",), (("household", 1),), Fraction(1)),
    (("台",), (("machine", 1),), Fraction(1)),
    (("个",), (("piece", 1),), Fraction(1)),
    (("%",), (), Fraction(1, 100)),
    (("‰",), (), Fraction(1, 1000)),
)
BASE_UNITS: Mapping[str, Unit] = MappingProxyType(
    {name: Unit(dims, factor, name) for names, dims, factor in _TABLE for name in names}
)
COUNTED = frozenset({"household", "machine", "piece"})

_PLAIN = str.maketrans("％（）／＊＋", "%()/*+")


def parse_unit(text: str) -> Unit | None:
    """The unit a text stands for, or None.

    Products with ``·``, ``×`` or ``*``, quotients with ``/``; a product sign binds tighter than the
    solidus (``元/千瓦·月`` is 元 per 千瓦 and 月, as tariffs write it). The text is kept as the name.
    """
    plain = "".join(text.translate(_PLAIN).split())
    if not plain:
        return None
    parts = [_product(part) for part in plain.split("/")]
    result = parts[0]
    for part in parts[1:]:
        result = result.over(part) if result and part else None
    return replace(result, name=plain) if result else None


def _product(text: str) -> Unit | None:
    inner = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    result: Unit | None = DIMENSIONLESS
    for name in re.split(r"[·×*]", inner):
        unit = BASE_UNITS.get(name)
        result = result.times(unit) if result and unit else None
    return result


def unit_name(unit: Unit | None) -> str:
    """What people call a unit: its own name, a table name of the same size, or a spelled-out quotient."""
    if unit is None or unit.equivalent(DIMENSIONLESS):
        return "无单位"
    if unit.name:
        return unit.name
    known = next((name for name, known in BASE_UNITS.items() if known.equivalent(unit)), None)
    return known or _price_name(unit) or _spelled(unit)


def _price_name(unit: Unit) -> str | None:
    """A quotient of two table units, such as 元/兆瓦时."""
    for above in BASE_UNITS.values():
        for below in BASE_UNITS.values():
            if above.dims and below.dims and above.over(below).equivalent(unit):
                return f"{above.name}/{below.name}"
    return None


_SPELLED = MappingProxyType(
    {
        "power": "千瓦",
        "time": "小时",
        "money": "元",
        "month": "月",
        "year": "年",
        "household": "户",
        "machine": "台",
        "piece": "个",
        "apparent power": "千伏安",
    }
)


def _spelled(unit: Unit) -> str:
    above = "·".join(_power(d, e) for d, e in unit.dims if e > 0) or "1"
    below = "·".join(_power(d, -e) for d, e in unit.dims if e < 0)
    size = "" if unit.factor == 1 else f"{unit.factor} "
    return f"{size}{above}/({below})" if below else f"{size}{above}"


def _power(dimension: str, exponent: int) -> str:
    name = _SPELLED.get(dimension, dimension)
    return name if exponent == 1 else f"{name}^{exponent}"
