"""Relations of points and ranges (DMN 1.5, 10.3.4.8, table 78) and ranges from text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.dmn.notes import COMPARED, LITERAL, Domain
from policy_engine.dmn.temporal import read_at_literal
from policy_engine.dmn.values import Range, Value, equal, less


def _less(left: Value, right: Value) -> bool:
    found = less(left, right)
    if found is None:
        raise Domain(COMPARED)
    return found


def _same(left: Value, right: Value) -> bool:
    found = equal(left, right)
    if found is None:
        raise Domain(COMPARED)
    return found


def _point(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, True, value, True)


def before(first: Value, second: Value) -> bool:
    a, b = _point(first), _point(second)
    touching = _same(a.high, b.low) and not (a.high_inclusive and b.low_inclusive)
    return _less(a.high, b.low) or touching


def meets(a: Range, b: Range) -> bool:
    return a.high_inclusive and b.low_inclusive and _same(a.high, b.low)


def _starts_before(a: Range, b: Range) -> bool:
    return _less(a.low, b.low) or (_same(a.low, b.low) and a.low_inclusive and not b.low_inclusive)


def _ends_before(a: Range, b: Range) -> bool:
    return _less(a.high, b.high) or (_same(a.high, b.high) and not a.high_inclusive and b.high_inclusive)


def _start_together(a: Range, b: Range) -> bool:
    return _same(a.low, b.low) and a.low_inclusive == b.low_inclusive


def _end_together(a: Range, b: Range) -> bool:
    return _same(a.high, b.high) and a.high_inclusive == b.high_inclusive


def overlaps(a: Range, b: Range) -> bool:
    return not before(a, b) and not before(b, a)


def overlaps_before(a: Range, b: Range) -> bool:
    return overlaps(a, b) and _starts_before(a, b) and not _ends_before(b, a)


def includes(outer: Range, inner: Value) -> bool:
    b = _point(inner)
    return not _starts_before(b, outer) and not _ends_before(outer, b)


def finishes(first: Value, b: Range) -> bool:
    if isinstance(first, Range):
        return _end_together(first, b) and not _starts_before(first, b)
    return b.high_inclusive and _same(first, b.high)


def starts(first: Value, b: Range) -> bool:
    if isinstance(first, Range):
        return _start_together(first, b) and not _ends_before(b, first)
    return b.low_inclusive and _same(first, b.low)


def coincides(first: Value, second: Value) -> bool:
    if isinstance(first, Range) and isinstance(second, Range):
        return _start_together(first, second) and _end_together(first, second)
    if isinstance(first, Range) or isinstance(second, Range):
        raise Domain(COMPARED)
    return _same(first, second)


_RANGE = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.S)
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")


def read_range(written: str) -> Range:
    """A range of two literals. Raises Domain."""
    found = _RANGE.fullmatch(written)
    if found is None:
        raise Domain(LITERAL)
    opening, first, last, closing = found.groups()
    low, high = _endpoint(first), _endpoint(last)
    if (low is None and opening == "[") or (high is None and closing == "]") or low is high is None:
        raise Domain(LITERAL)
    if low is not None and high is not None and (type(low) is not type(high) or _less(high, low)):
        raise Domain(LITERAL)
    return Range(low, opening == "[", high, closing == "]")


_CALL = re.compile(r'(?:date|time|date and time|duration)\s*\(\s*"([^"]*)"\s*\)')


def _endpoint(written: str) -> Value:
    if not written or written == "null":
        return None
    if _NUMBER.fullmatch(written):
        return Fraction(written)
    if quoted := re.fullmatch(r'"((?:[^"\\]|\\.)*)"', written):
        return quoted[1]
    at = re.fullmatch(r'@"([^"]*)"', written) or _CALL.fullmatch(written)
    try:
        if at:
            return read_at_literal(at[1])
    except ValueError:
        pass
    raise Domain(LITERAL)


_ANY = "ntdmyus"
_POINTS = f"point1:{_ANY}, point2:{_ANY}"
_POINT_RANGE = f"point:{_ANY}, range:r"
_RANGE_POINT = f"range:r, point:{_ANY}"
_RANGES = "range1:r, range2:r"
_ALL = "|".join((_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES))

TABLE: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "before": (before, _ALL),
        "after": (lambda a, b: before(b, a), _ALL),
        "meets": (meets, _RANGES),
        "met by": (lambda a, b: meets(b, a), _RANGES),
        "overlaps": (overlaps, _RANGES),
        "overlaps before": (overlaps_before, _RANGES),
        "overlaps after": (lambda a, b: overlaps_before(b, a), _RANGES),
        "finishes": (finishes, "|".join((_POINT_RANGE, _RANGES))),
        "finished by": (lambda a, b: finishes(b, a), "|".join((_RANGE_POINT, _RANGES))),
        "includes": (includes, "|".join((_RANGE_POINT, _RANGES))),
        "during": (lambda a, b: includes(b, a), "|".join((_POINT_RANGE, _RANGES))),
        "starts": (starts, "|".join((_POINT_RANGE, _RANGES))),
        "started by": (lambda a, b: starts(b, a), "|".join((_RANGE_POINT, _RANGES))),
        "coincides": (coincides, "|".join((_POINTS, _RANGES))),
        "range": (read_range, "from:s"),
    }
)
