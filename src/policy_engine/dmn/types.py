"""Types of full FEEL as ``instance of`` and item definitions name them, and whether a value conforms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from policy_engine.dmn.temporal import DateTime, Day, Time
from policy_engine.dmn.values import KINDS, Function, Range, Value, kind

BASIC: frozenset[str] = frozenset({"Any", "Null", *(name for _, name in KINDS)})
# How models spell the basic types.
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "dateTime": "date and time",
        "date time": "date and time",
        "dayTimeDuration": "days and time duration",
        "yearMonthDuration": "years and months duration",
        "day time duration": "days and time duration",
        "year month duration": "years and months duration",
        "any": "Any",
    }
)


@dataclass(frozen=True)
class Type:
    """``name`` is a basic type; lists and ranges hold ``inner``, contexts ``entries``; functions have both."""

    name: str
    inner: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    args: tuple[Type, ...] | None = None
    allowed: Callable[[Value], bool] | None = field(default=None, compare=False)


ANY = Type("Any")


def read_type(text: str, known: Mapping[str, Type]) -> Type | None:
    """The type a text names, or None where nobody declared it."""
    text = " ".join(text.split())
    plain = text.removeprefix("feel:").removeprefix("feel.")
    if text in known:
        return known[text]
    plain = _SPELLINGS.get(plain, plain)
    if plain in BASIC:
        return Type(plain)
    shaped = re.fullmatch(r"(list|range|context|function)\s*<(.*?)>(?:\s*->\s*(.+))?", text, re.S)
    if shaped is None or (shaped[1] == "function") is not (shaped[3] is not None):
        return None
    return _shaped(shaped[1], shaped[2], shaped[3], known) if _balanced(shaped[2]) else _nested(text, known)


def _nested(text: str, known: Mapping[str, Type]) -> Type | None:
    """``list<list<number>>``: the last bracket closes the first; ``->`` outside it begins a result."""
    name, _, rest = text.partition("<")
    depth = 1
    for at, char in enumerate(rest):
        if rest.startswith("->", at) or (rest.startswith(">", at) and rest[at - 1 : at] == "-"):
            continue
        depth += {"<": 1, ">": -1}.get(char, 0)
        if depth == 0:
            after = rest[at + 1 :].strip()
            result = after.removeprefix("->").strip() if after.startswith("->") else None
            if after and result is None:
                return None
            return _shaped(name.strip(), rest[:at], result, known)
    return None


def _balanced(text: str) -> bool:
    return "<" not in text and ">" not in text


def _shaped(name: str, inside: str, result: str | None, known: Mapping[str, Type]) -> Type | None:
    parts = [p.strip() for p in _split(inside)]
    if name in ("list", "range"):
        inner = read_type(inside, known)
        return None if inner is None else Type(name, inner)
    if name == "function":
        args = [read_type(p, known) for p in parts if p]
        back = read_type(result or "", known)
        if back is None or None in args:
            return None
        return Type(name, back, args=tuple(a for a in args if a is not None))
    entries = []
    for part in parts:
        key, _, of = part.partition(":")
        type_ = read_type(of.strip(), known)
        if type_ is None:
            return None
        entries.append((key.strip(), type_))
    return Type(name, entries=tuple(entries))


def _split(text: str) -> list[str]:
    pieces, depth = [""], 0
    for at, char in enumerate(text):
        arrow = char == ">" and text[at - 1 : at] == "-"
        depth += 0 if arrow else {"<": 1, ">": -1}.get(char, 0)
        if char == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return pieces


def is_instance(value: Value, type_: Type) -> bool:
    """``value instance of type``. Null is of no type but Null."""
    if value is None:
        return type_.name == "Null"
    return conforms(value, type_)


def conforms(value: Value, type_: Type) -> bool:
    """Whether a value may stand where the type is declared; null may stand anywhere."""
    if value is None:
        return True
    if type_.allowed is not None and not type_.allowed(value):
        return False
    if type_.name == "Any":
        return True
    if kind(value) != type_.name:
        return False
    if isinstance(value, list):
        return type_.inner is None or all(conforms(v, type_.inner) for v in value)
    if isinstance(value, Range) and type_.inner is not None:
        ends = [e for e in (value.low, value.high) if e is not None]
        return all(conforms(e, type_.inner) for e in ends)
    if isinstance(value, dict):
        return all(name in value and conforms(value[name], t) for name, t in type_.entries)
    if isinstance(value, Function) and type_.args is not None:
        return len(value.names) == len(type_.args)
    return True


def coerce(value: Value, type_: Type) -> tuple[Value, bool]:
    """The value as a declared type wants it, and whether it can be (DMN 1.5, 10.3.2.9.4).

    A singleton list and its item stand for each other; a date is its midnight in UTC.
    """
    if conforms(value, type_):
        return value, True
    if type_.name == "list" and not isinstance(value, list):
        inner, fits = coerce(value, type_.inner or ANY)
        if fits and conforms([inner], type_):
            return [inner], True
    if isinstance(value, list) and len(value) == 1 and type_.name != "list":
        return coerce(value[0], type_)
    if isinstance(value, Day) and type_.name == "date and time":
        return coerce_checked(DateTime(value, Time(Fraction(0), 0)), type_)
    return None, False


def coerce_checked(value: Value, type_: Type) -> tuple[Value, bool]:
    return (value, True) if conforms(value, type_) else (None, False)


def restricted(type_: Type, allowed: Callable[[Value], bool]) -> Type:
    """A type whose values must also pass a test."""
    first = type_.allowed
    return replace(type_, allowed=allowed if first is None else lambda v: first(v) and allowed(v))
