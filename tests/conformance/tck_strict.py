"""The same cases through the checker and the closures that policies run on: typed, never null.

Only the spelling is DMN's. What the checker refuses raises Refused with its code; a null, an undeclared type or
a shape policies do not have raises it with the code ``profile``.
"""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from policy_engine.diagnostics.errors import LoadError
from policy_engine.dmn.notes import Domain
from policy_engine.dmn.temporal import Day
from policy_engine.engine.closures import Compiler
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.feel import ast, typed
from policy_engine.feel.as_policy import as_policy
from policy_engine.feel.cells import tests
from policy_engine.feel.check import check_expression
from policy_engine.feel.infer import context
from policy_engine.feel.scope import LookupSignature, Scope, Symbol, TermSymbol
from policy_engine.feel.types import BooleanType, DateType, NumberType, TextType, Type
from policy_engine.feel.units import DIMENSIONLESS
from policy_engine.policy.substitute import fill_cell_input

from .tck_files import Case, child, children, local
from .tck_model import LOGIC, Model, Unreadable, load, text_in
from .tck_tables import combined, named

TYPES: Mapping[str, Type] = {
    "number": NumberType(DIMENSIONLESS),
    "string": TextType(),
    "boolean": BooleanType(),
    "date": DateType(),
}
_PLAIN = (Fraction, bool, str, dt.date)


class Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


OUT = "profile"


@dataclass(frozen=True)
class _Names:
    """The inputs and decisions a decision requires, as terms of one row."""

    types: Mapping[str, Type]
    entity: str = "model"

    def resolve(self, path: tuple[str, ...]) -> Symbol | None:
        name = ".".join(path)
        type_ = self.types.get(name)
        if type_ is None:
            return None
        return TermSymbol(typed.Where.OWN, self.entity, self.entity, name, type_)

    def lookup(self, name: str) -> LookupSignature | None:
        return None

    def below(self, entity: str) -> Scope | None:
        return None

    def names(self) -> Iterable[str]:
        return self.types


@dataclass
class _Strict:
    model: Model
    inputs: Mapping[str, Any]
    done: dict[str, tuple[Type | None, Any]] = field(default_factory=dict)

    def decision(self, part: ET.Element) -> tuple[Type | None, Any]:
        name = part.get("name", "")
        if name not in self.done:
            self.done[name] = self._decided(part)
        return self.done[name]

    def _decided(self, part: ET.Element) -> tuple[Type | None, Any]:
        logic = child(part, *LOGIC)
        if logic is None or local(logic.tag) not in ("literalExpression", "decisionTable"):
            raise Refused(OUT)
        row, names = self._row(part)
        if local(logic.tag) == "literalExpression":
            return self._value(text_in(logic), names, row)
        return self._table(logic, names, row)

    # names

    def _row(self, part: ET.Element) -> tuple[Row, _Names]:
        values: dict[str, Any] = {}
        types: dict[str, Type] = {}
        for requirement in children(part, "informationRequirement", "knowledgeRequirement"):
            model, found, prefix = self.model.part(requirement[0].get("href", ""))
            if model is not self.model or prefix or local(found.tag) not in ("inputData", "decision"):
                raise Refused(OUT)
            name = found.get("name", "")
            if local(found.tag) == "decision":
                type_, value = self.decision(found)
                if type_ is None:
                    raise Refused(OUT)  # a list or a structure: no value policies have
                types[name], values[name] = type_, _to_policy(value)
            else:
                variable = child(found, "variable")
                written = (variable.get("typeRef") if variable is not None else None) or ""
                self._add(name, written, self.inputs.get(name), types, values)
        return Row("model", "", values), _Names(types)

    def _add(
        self, name: str, written: str, value: Any, types: dict[str, Type], values: dict[str, Any]
    ) -> None:
        """A term of a plain type; a structure gives one term for each of its components."""
        definition = self._definition(written)
        if definition is not None and definition.get("isCollection") == "true":
            raise Refused(OUT)
        parts = children(definition, "itemComponent") if definition is not None else []
        for part in parts:
            inner = value.get(part.get("name", "")) if isinstance(value, dict) else None
            self._add(f"{name}.{part.get('name')}", _type_ref(part), inner, types, values)
        if parts:
            return None
        if definition is not None:
            return self._add(name, _type_ref(definition), value, types, values)
        type_ = TYPES.get(written.removeprefix("feel:"))
        if type_ is None:
            return None
        types[name] = type_
        if value is not None:
            values[name] = _to_policy(value)
        return None

    def _definition(self, written: str) -> ET.Element | None:
        found = children(self.model.root, "itemDefinition")
        return next((d for d in found if d.get("name") == written), None)

    # expressions

    def _closure(self, node: typed.Node) -> Any:
        policy: Any = SimpleNamespace(lookups={}, entities={})
        return Compiler(policy).compile(node)

    def _node(self, text: str, names: _Names) -> typed.Node:
        return check_expression(as_policy(self.model.tree(text)), names)

    def _value(self, text: str, names: _Names, row: Row) -> tuple[Type | None, Any]:
        node = self._node(text, names)
        return node.type, self._closure(node)(row)

    def _table(self, table: ET.Element, names: _Names, row: Row) -> tuple[Type | None, Any]:
        columns, outputs = children(table, "input"), children(table, "output")
        policy = table.get("hitPolicy", "UNIQUE")
        nodes = [self._node(text_in(child(c, "inputExpression")), names) for c in columns]
        fired = []
        for rule in children(table, "rule"):
            hit = self._fires(rule, nodes, names, row)
            entries = [self._node(text_in(e), names) for e in children(rule, "outputEntry")]
            if hit:
                fired.append(entries)
        fired = fired[:1] if policy == "FIRST" else fired
        found = [named(outputs, [_from_policy(self._closure(e)(row)) for e in entries]) for entries in fired]
        if not found:
            return self._default(outputs, names, row)
        places = {o.get("name", ""): self._listed(o, names, row) for o in outputs}

        def place(value: Any) -> list[int]:
            values = value if isinstance(value, dict) else {outputs[0].get("name", ""): value}
            return [places[k].index(v) if v in places[k] else len(places[k]) for k, v in values.items()]

        try:
            result = combined(table, found, place)
        except Domain as error:
            raise Refused(error.code) from None
        return (fired[0][0].type if isinstance(result, str | bool | Fraction) else None), result

    def _default(self, outputs: list[ET.Element], names: _Names, row: Row) -> tuple[Type | None, Any]:
        default = text_in(child(outputs[0], "defaultOutputEntry"))
        if len(outputs) != 1 or not default:
            raise Refused(OUT)
        return self._value(default, names, row)

    def _listed(self, output: ET.Element, names: _Names, row: Row) -> list[Any]:
        text = text_in(child(output, "outputValues"))
        tree = self.model.tree(text, True) if text else None
        listed = tree.items if isinstance(tree, ast.Items) else (tree,) if tree is not None else ()
        return [self._closure(check_expression(item, names))(row) for item in listed]

    def _fires(self, rule: ET.Element, nodes: list[typed.Node], names: _Names, row: Row) -> bool:
        found = True
        for cell, node in zip(children(rule, "inputEntry"), nodes, strict=True):
            text = text_in(cell)
            if text in ("", "-"):
                continue
            column = typed.CellInput(node.type, node.span)
            test = tests(column, as_policy(self.model.tree(text, True)), context(names, node.type))
            found = bool(self._closure(fill_cell_input(test, node))(row)) and found
        return found


def _type_ref(element: ET.Element) -> str:
    reference = child(element, "typeRef")
    return (reference.text or "").strip() if reference is not None else ""


def _to_policy(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value
    if isinstance(value, Day) and 1 <= value.year <= 9999:
        return dt.date(value.year, value.month, value.day)
    if not isinstance(value, _PLAIN):
        raise Refused(OUT)
    return value


def _from_policy(value: Any) -> Any:
    return Day(value.year, value.month, value.day) if isinstance(value, dt.date) else value


def strict_results(case: Case) -> tuple[dict[str, Any], list[str]]:
    """The results. Raises Refused."""
    if case.kind != "decision":
        raise Refused(OUT)
    model = load(Path(case.model))
    strict = _Strict(model, case.inputs)
    try:
        found = {e.node: strict.decision(model.parts[e.node])[1] for e in case.expected}
    except LoadError as error:
        raise Refused(error.code) from None
    except Fault as fault:
        raise Refused(fault.code) from None
    except Unreadable as error:
        raise Refused(error.code) from None
    except KeyError:
        raise Refused(OUT) from None  # a part of an imported model
    return {name: _from_policy(value) for name, value in found.items()}, []
