"""The functions of full FEEL: how arguments are bound to them, and the table of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policy_engine.dmn import (
    builtins_calendar,
    builtins_lists,
    builtins_numbers,
    builtins_ranges,
    builtins_texts,
)
from policy_engine.dmn import notes as n
from policy_engine.dmn.arithmetic import bounded
from policy_engine.dmn.notes import Domain
from policy_engine.dmn.values import Value, kind
from policy_engine.engine.faults import Fault

if TYPE_CHECKING:
    from policy_engine.dmn.evaluate import Evaluator

_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "n": "number",
        "s": "string",
        "b": "boolean",
        "l": "list",
        "c": "context",
        "d": "date",
        "t": "time",
        "m": "date and time",
        "y": "years and months duration",
        "u": "days and time duration",
        "f": "function",
        "r": "range",
    }
)


@dataclass(frozen=True)
class Form:
    """One way to call a function. ``kinds``: letters of what each parameter takes, ``a`` for anything.

    A trailing ``?``: may be left out or null.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]

    def bind(self, placed: Sequence[Value], named: Mapping[str, Value]) -> list[Value] | None:
        """The arguments in order, or None where the call is not of this form."""
        if len(placed) > len(self.names) or (placed and named) or not set(named) <= set(self.names):
            return None
        given = dict(zip(self.names, placed, strict=False)) | dict(named)
        required = [x for x, k in zip(self.names, self.kinds, strict=True) if not k.endswith("?")]
        return None if set(required) - set(given) else [given.get(x) for x in self.names]

    def fit(self, values: list[Value]) -> list[Value] | None:
        """The values as the parameters want them, or None where one is of the wrong type."""
        fitted = [_fit(v, k) for v, k in zip(values, self.kinds, strict=True)]
        return None if NotImplemented in [f for f in fitted if f is NotImplemented] else fitted


def _fit(value: Value, wanted: str) -> Value:
    if value is None:
        return None if wanted.endswith("?") or "a" in wanted else NotImplemented
    if "a" in wanted or any(_LETTERS.get(letter) == kind(value) for letter in wanted):
        return value
    if isinstance(value, list) and len(value) == 1:
        return _fit(value[0], wanted)
    return [value] if "l" in wanted else NotImplemented


@dataclass(frozen=True)
class Builtin:
    call: Callable[..., Value]
    forms: tuple[Form, ...]
    variadic: bool = False  # f(a, b, c) is f([a, b, c])
    gathers: int | None = None  # arguments from here on are one list: append(list, a, b)
    needs_evaluator: bool = False


def _form(text: str) -> Form:
    parts = [p.strip().rpartition(":") for p in text.split(",") if p.strip()]
    return Form(tuple(p[0].strip() for p in parts), tuple(p[2].strip() for p in parts))


def _table(*groups: Mapping[str, tuple[Any, ...]]) -> Mapping[str, Builtin]:
    found: dict[str, Builtin] = {}
    for group in groups:
        for name, (call, forms, *flags) in group.items():
            gathers = 1 if "tail" in flags else 0 if "lists" in flags else None
            read = tuple(_form(x) for x in forms.split("|"))
            found[name] = Builtin(call, read, "variadic" in flags, gathers, "evaluator" in flags)
    return MappingProxyType(found)


BUILTINS: Mapping[str, Builtin] = _table(
    builtins_numbers.TABLE,
    builtins_texts.TABLE,
    builtins_lists.TABLE,
    builtins_calendar.TABLE,
    builtins_ranges.TABLE,
)
BUILTIN_NAMES: frozenset[str] = frozenset(BUILTINS)


def call_builtin(
    evaluator: Evaluator, name: str, placed: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """The result of a function of the standard. Raises Domain for what it has no result for."""
    builtin = BUILTINS[name]
    if builtin.variadic and (len(placed) > 1 or not all(v is None or isinstance(v, list) for v in placed)):
        placed = [list(placed)]
    if builtin.gathers is not None and not named and len(placed) > builtin.gathers:
        placed = [*placed[: builtin.gathers], list(placed[builtin.gathers :])]
        if name != "append":
            placed = [[v if isinstance(v, list) else [v] for v in placed[0]]]
    bound = [b for b in ((form, form.bind(placed, named)) for form in builtin.forms) if b[1] is not None]
    if not bound:
        raise Domain(n.ARGUMENTS)
    fitted = next((found for form, values in bound if (found := form.fit(values or [])) is not None), None)
    if fitted is None:
        raise Domain(n.TYPE)
    try:
        call = builtin.call
        return bounded(call(evaluator, *fitted) if builtin.needs_evaluator else call(*fitted))
    except Fault as fault:
        raise Domain(fault.code) from None
    except (ValueError, OverflowError, ZeroDivisionError):
        raise Domain(n.DOMAIN) from None
