"""Decision tables of DMN with every hit policy (DMN 1.5, 8.2.8 to 8.2.11)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policy_engine.dmn import notes as n
from policy_engine.dmn.builtins_lists import TABLE as TABLE_OF_LISTS
from policy_engine.dmn.builtins_numbers import TABLE as TABLE_OF_NUMBERS
from policy_engine.dmn.notes import Domain
from policy_engine.dmn.values import Value, equal

from .tck_files import child, children

if TYPE_CHECKING:
    from policy_engine.dmn.evaluate import Env

    from .tck_model import Session


def _text(element: ET.Element | None) -> str:
    inner = child(element, "text") if element is not None else None
    return (inner.text or "").strip() if inner is not None else ""


def decide(session: Session, table: ET.Element, env: Env) -> Value:
    """What a table decides: a value, a list of values, or null. Raises Domain."""
    inputs = [_input(session, i, env) for i in children(table, "input")]
    outputs = children(table, "output")
    hits = [r for r in children(table, "rule") if _fires(session, r, inputs, env)]
    policy = table.get("hitPolicy", "UNIQUE")
    if not hits:
        return _default(session, outputs, env, [] if policy in LISTS else None)
    if policy == "FIRST":
        hits = hits[:1]
    found = [_result(session, h, outputs, env) for h in hits]

    def place(value: Value) -> list[int]:
        return _priority(session, value, outputs, env)

    return combined(table, found, place)


LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


def combined(table: ET.Element, found: list[Value], place: Callable[[Value], Any]) -> Value:
    """What the hit policy makes of the results of the rules that fired, in their order. Raises Domain."""
    match table.get("hitPolicy", "UNIQUE"):
        case "UNIQUE" if len(found) > 1:
            raise Domain(n.DOMAIN)
        case "ANY" if any(equal(found[0], other) is not True for other in found[1:]):
            raise Domain(n.DOMAIN)
        case "PRIORITY":
            return min(found, key=place)
        case "OUTPUT ORDER":
            return sorted(found, key=place)
        case "RULE ORDER":
            return found
        case "COLLECT":
            return _collected(found, table.get("aggregation"))
        case _:
            return found[0]


def _input(session: Session, column: ET.Element, env: Env) -> Value:
    value = session.text(child(column, "inputExpression"), env)
    allowed = _text(child(column, "inputValues"))
    if allowed and value is not None:
        values = value if isinstance(value, list) else [value]
        tests = session.model.tree(allowed, True)
        if not all(session.evaluator.test(v, tests, env) is True for v in values):
            raise Domain(n.DOMAIN)
    return value


def _fires(session: Session, rule: ET.Element, inputs: list[Value], env: Env) -> bool:
    cells = children(rule, "inputEntry")
    return all(_holds(session, _text(c), v, env) for c, v in zip(cells, inputs, strict=True))


def _holds(session: Session, cell: str, value: Value, env: Env) -> bool:
    if cell in ("", "-"):
        return True
    return session.evaluator.test(value, session.model.tree(cell, True), env) is True


def _result(session: Session, rule: ET.Element, outputs: list[ET.Element], env: Env) -> Value:
    found = [session.text(c, env) for c in children(rule, "outputEntry")]
    return named(outputs, found)


def named(outputs: list[ET.Element], found: list[Value]) -> Value:
    if len(outputs) == 1:
        return found[0]
    return {o.get("name", ""): v for o, v in zip(outputs, found, strict=True)}


def _default(session: Session, outputs: list[ET.Element], env: Env, otherwise: Value) -> Value:
    entries = [child(o, "defaultOutputEntry") for o in outputs]
    if all(not _text(e) for e in entries):
        return otherwise
    return named(outputs, [session.text(e, env) if _text(e) else None for e in entries])


def _priority(session: Session, value: Value, outputs: list[ET.Element], env: Env) -> list[int]:
    """The places of the values in the lists of output values, first column first."""
    values = [value[o.get("name", "")] for o in outputs] if len(outputs) > 1 else [value]
    places = []
    for output, found in zip(outputs, values, strict=True):
        listed = _text(child(output, "outputValues"))
        order = session.evaluator.evaluate(session.model.tree(f"[{listed}]"), env) if listed else []
        places.append(next((i for i, v in enumerate(order) if equal(v, found)), len(order)))
    return places


def _collected(found: list[Value], aggregation: str | None) -> Any:
    match aggregation:
        case "COUNT":
            distinct = TABLE_OF_LISTS["distinct values"][0](found)
            return Fraction(len(distinct))
        case "SUM" | "MIN" | "MAX":
            return TABLE_OF_NUMBERS[aggregation.lower()][0](found)
        case _:
            return found
