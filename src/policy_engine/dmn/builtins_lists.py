"""Functions of lists, of truth values and of contexts (DMN 1.5, 10.3.4.4, 10.3.4.2, 10.3.4.9)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policy_engine.dmn.builtins_numbers import whole
from policy_engine.dmn.notes import ARGUMENTS, DOMAIN, RESULT_TYPE, TYPE, Domain
from policy_engine.dmn.values import Function, Value, equal

if TYPE_CHECKING:
    from policy_engine.dmn.evaluate import Evaluator


def every(values: list[Value]) -> bool | None:
    return _together(values, stops=False)


def some(values: list[Value]) -> bool | None:
    return _together(values, stops=True)


def _together(values: list[Value], stops: bool) -> bool | None:
    if any(v is stops for v in values):
        return stops
    if not all(isinstance(v, bool) or v is None for v in values):
        raise Domain(TYPE)
    return None if None in values else not stops


def contains(values: list[Value], element: Value) -> bool:
    return any(_same(v, element) for v in values)


def _same(left: Value, right: Value) -> bool:
    return equal(left, right) is True


def _position(values: list[Value], position: Fraction, past_end: int = 0) -> int:
    """A position of FEEL, from 1 or from -1 backwards, as an index of Python. Raises Domain."""
    at = int(position)  # digits behind the point are cut off
    if at == 0 or abs(at) > len(values) + (past_end if at > 0 else 0):
        raise Domain(DOMAIN)
    return at - 1 if at > 0 else len(values) + at


def sublist(values: list[Value], start: Fraction, length: Fraction | None) -> list[Value]:
    begin = _position(values, start)
    if length is None:
        return values[begin:]
    if whole(length) < 1 or begin + whole(length) > len(values):
        raise Domain(DOMAIN)
    return values[begin : begin + whole(length)]


def append(values: list[Value], *items: Value) -> list[Value]:
    return [*values, *items]


def insert_before(values: list[Value], position: Fraction, item: Value) -> list[Value]:
    at = _position(values, position, past_end=1)
    return [*values[:at], item, *values[at:]]


def remove(values: list[Value], position: Fraction) -> list[Value]:
    at = _position(values, position)
    return values[:at] + values[at + 1 :]


def replace(evaluator: Evaluator, values: list[Value], where: Value, item: Value) -> list[Value]:
    if not isinstance(where, Function):
        at = _position(values, where)
        return [*values[:at], item, *values[at + 1 :]]
    if len(where.names) != 2:
        raise Domain(ARGUMENTS)
    found = []
    for value in values:
        hit = evaluator.apply(where, [value, item])
        if not isinstance(hit, bool):
            raise Domain(RESULT_TYPE)
        found.append(item if hit else value)
    return found


def distinct(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if not contains(found, value):
            found.append(value)
    return found


def flatten(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        found += flatten(value) if isinstance(value, list) else [value]
    return found


def sort(evaluator: Evaluator, values: list[Value], precedes: Function) -> list[Value]:
    if len(precedes.names) != 2:
        raise Domain(ARGUMENTS)

    def order(left: Value, right: Value) -> int:
        first = evaluator.apply(precedes, [left, right])
        if not isinstance(first, bool):
            raise Domain(RESULT_TYPE)
        return -1 if first else int(evaluator.apply(precedes, [right, left]) is True)

    return sorted(values, key=functools.cmp_to_key(order))


# contexts


def get_value(context: dict[str, Value], key: Value) -> Value:
    keys = key if isinstance(key, list) else [key]
    found: Value = context
    for part in keys:
        if not isinstance(part, str) or not isinstance(found, dict) or part not in found:
            raise Domain(DOMAIN)
        found = found[part]
    return found if keys else None


def entries(context: dict[str, Value]) -> list[Value]:
    return [{"key": k, "value": v} for k, v in context.items()]


def make(listed: list[Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for entry in listed:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            raise Domain(TYPE)
        if not isinstance(entry["key"], str) or entry["key"] in found:
            raise Domain(DOMAIN)
        found[entry["key"]] = entry["value"]
    return found


def put(context: dict[str, Value], key: Value, value: Value) -> dict[str, Value]:
    keys = key if isinstance(key, list) else [key]
    if not keys or not all(isinstance(k, str) for k in keys):
        raise Domain(TYPE)
    first, *rest = keys
    if not rest:
        return context | {first: value}
    if not isinstance(context.get(first), dict):
        raise Domain(DOMAIN)
    return context | {first: put(context[first], rest, value)}


def merge(contexts: list[Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise Domain(TYPE)
        found |= context
    return found


def concatenate(*lists: list[Value]) -> list[Value]:
    return [v for values in lists for v in values]


TABLE: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "not": (lambda b: not b, "negand:b"),
        "all": (every, "list:l", "variadic"),
        "any": (some, "list:l", "variadic"),
        "and": (every, "list:l", "variadic"),
        "or": (some, "list:l", "variadic"),
        "count": (lambda values: Fraction(len(values)), "list:l", "variadic"),
        "list contains": (contains, "list:l, element:a"),
        "sublist": (sublist, "list:l, start position:n, length:n?"),
        "append": (lambda x, y: append(x, *y), "list:l, item:l", "tail"),
        "concatenate": (lambda lists: concatenate(*lists), "list:l", "lists"),
        "insert before": (insert_before, "list:l, position:n, newItem:a"),
        "remove": (remove, "list:l, position:n"),
        "list replace": (
            replace,
            "list:l, position:n, newItem:a|list:l, match:f, newItem:a",
            "evaluator",
        ),
        "reverse": (lambda values: values[::-1], "list:l"),
        "index of": (
            lambda values, match: [Fraction(i) for i, v in enumerate(values, 1) if _same(v, match)],
            "list:l, match:a",
        ),
        "union": (lambda lists: distinct(concatenate(*lists)), "list:l", "lists"),
        "distinct values": (distinct, "list:l"),
        "flatten": (flatten, "list:l"),
        "sort": (sort, "list:l, precedes:f", "evaluator"),
        "get value": (get_value, "m:c, key:s|context:c, keys:l|m:c, keys:l|context:c, key:s"),
        "get entries": (entries, "m:c|context:c"),
        "context": (make, "entries:l"),
        "context put": (put, "context:c, key:s, value:a|context:c, keys:l, value:a"),
        "context merge": (merge, "contexts:l"),
        "is": (lambda x, y: is_same(x, y), "value1:a?, value2:a?"),
    }
)


def is_same(left: Value, right: Value) -> bool:
    """``is``: of one type and of the same parts; a zone is another value than its offset."""
    return type(left) is type(right) and bool(left == right)
