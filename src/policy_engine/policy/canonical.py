"""The meaning of a model without its places in files: structural keys and digests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from policy_engine.diagnostics.span import Span
from policy_engine.feel.units import Unit
from policy_engine.feel.values import Month

# Where a thing was written, and how, is not what it means.
# Nor do properties: they say something about the rules, and no outcome depends on them.
_LEFT_OUT = frozenset(
    {"span", "row_spans", "warnings", "digest", "files", "text", "column", "cell", "policy", "properties"}
)


def structure(value: Any) -> Any:
    """A hashable, order-preserving picture of a model value, without spans."""
    if isinstance(value, Unit):
        return ("unit", value.dims, str(value.factor))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, Fraction):
        return ("number", f"{value.numerator}/{value.denominator}")
    if isinstance(value, Month | dt.date):
        return ("date", str(value))
    if isinstance(value, Span):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        kept = [(f.name, getattr(value, f.name)) for f in fields(value) if f.name not in _LEFT_OUT]
        return (type(value).__name__, tuple((name, structure(item)) for name, item in kept))
    if isinstance(value, Mapping):
        return ("map", tuple(sorted((str(k), structure(v)) for k, v in value.items())))
    if isinstance(value, frozenset | set):
        return ("set", tuple(sorted((structure(v) for v in value), key=repr)))
    if isinstance(value, tuple | list):
        return tuple(structure(v) for v in value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def digest(value: Any) -> str:
    """``sha256:…`` of the structure of a value."""
    text = json.dumps(structure(value), ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
