"""A DMN model as the kit writes them: requirements, boxed expressions, decision tables, services, imports."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.dmn import notes as n
from policy_engine.dmn.builtins import BUILTIN_NAMES
from policy_engine.dmn.evaluate import Env, Evaluator, item_env
from policy_engine.dmn.notes import Domain, Notes
from policy_engine.dmn.types import ANY, Type, coerce, read_type, restricted
from policy_engine.dmn.values import Function, Range, Value
from policy_engine.feel import ast
from policy_engine.feel.parser import parse_full_expression, parse_full_tests

from .tck_files import child, children, local, read_xml
from .tck_tables import decide

LOGIC = (
    "literalExpression",
    "decisionTable",
    "invocation",
    "context",
    "relation",
    "list",
    "functionDefinition",
    "conditional",
    "for",
    "filter",
    "every",
    "some",
)
_PROPERTY_NAMES = ("time offset", "start included", "end included")


class Unreadable(Exception):
    """An expression outside the grammar: no result, and no score either."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_in(element: ET.Element | None) -> str:
    inner = child(element, "text") if element is not None else None
    return (inner.text or "").strip() if inner is not None else ""


@dataclass
class Model:
    """One file. ``parts``: decisions, inputs, functions and services by id and by name."""

    root: ET.Element
    parts: dict[str, ET.Element]
    imports: dict[str, tuple[str, Model]]  # namespace → name here, model
    names: frozenset[str]
    types: dict[str, Type] = field(default_factory=dict)
    trees: dict[tuple[str, bool], ast.Expr] = field(default_factory=dict)

    def tree(self, text: str, tests: bool = False) -> ast.Expr:
        """The parsed text. Raises Unreadable."""
        if (text, tests) not in self.trees:
            parse = parse_full_tests if tests else parse_full_expression
            try:
                self.trees[text, tests] = parse(Fragment.of(text), self.names)
            except LoadError as error:
                raise Unreadable(error.code) from None
        return self.trees[text, tests]

    def part(self, href: str) -> tuple[Model, ET.Element, str | None]:
        """What a reference means: the model it is in, the element, the name of the import."""
        namespace, _, id_ = href.rpartition("#")
        if namespace in self.imports:
            name, model = self.imports[namespace]
            return model, model.parts[id_], name
        return self, self.parts[id_], None


@cache
def load(path: Path) -> Model:
    root = read_xml(path)
    parts: dict[str, ET.Element] = {}
    for element in children(root, "decision", "inputData", "businessKnowledgeModel", "decisionService"):
        parts.setdefault(element.get("name", ""), element)
        parts[element.get("id", "")] = element
    imports: dict[str, tuple[str, Model]] = {}
    for imported in children(root, "import"):
        other = _find(path, imported)
        if other is not None:
            imports[imported.get("namespace", "")] = (imported.get("name", ""), load(other))
    names = {e.get("name", "") for e in root.iter() if e.get("name")} | set(_PROPERTY_NAMES) | BUILTIN_NAMES
    names |= {a.get(k, "") for a in root.iter() for k in ("iteratorVariable",) if a.get(k)}
    for _, model in imports.values():
        names |= model.names
    model = Model(root, parts, imports, frozenset(names))
    _define_types(model)
    return model


def _find(path: Path, imported: ET.Element) -> Path | None:
    for other in path.parent.glob("*.dmn"):
        if read_xml(other).get("namespace") == imported.get("namespace"):
            return other
    return None


# types


def _define_types(model: Model) -> None:
    for name, other in model.imports.values():
        model.types |= {f"{name}.{k}": t for k, t in other.types.items()}
    waiting = children(model.root, "itemDefinition")
    for _ in range(len(waiting) + 1):  # a definition may stand before what it refers to
        for definition in waiting:
            found = _type_of(model, definition)
            if found is not None:
                model.types[definition.get("name", "")] = found


def _type_of(model: Model, definition: ET.Element) -> Type | None:
    parts = children(definition, "itemComponent")
    reference = child(definition, "typeRef")
    function = child(definition, "functionItem")
    if parts:
        entries = [(p.get("name", ""), _type_of(model, p) or ANY) for p in parts]
        found: Type | None = Type("context", entries=tuple(entries))
    elif function is not None:
        args = [
            read_type(p.get("typeRef", "Any"), model.types) or ANY for p in children(function, "parameters")
        ]
        result = read_type(function.get("outputTypeRef", "Any"), model.types)
        found = Type("function", result, args=tuple(args))
    else:
        found = read_type((reference.text or "").strip(), model.types) if reference is not None else ANY
    if found is None:
        return None
    allowed, on_whole = (
        text_in(child(definition, "allowedValues")),
        text_in(child(definition, "typeConstraint")),
    )
    if allowed:
        found = restricted(found, _passes(model, allowed))
    if definition.get("isCollection") == "true":
        found = Type("list", found)
    return restricted(found, _passes(model, on_whole)) if on_whole else found


def _passes(model: Model, tests: str) -> Any:
    def passes(value: Value) -> bool:
        evaluator = Evaluator(model.types)
        values = value if isinstance(value, list) and "?" not in tests else [value]
        return all(evaluator.test(v, model.tree(tests, True), Env({})) is True for v in values)

    return passes


# evaluation


class Session:
    """One evaluation of a model on inputs. ``given``: values by id or name that are not worked out."""

    def __init__(self, model: Model, inputs: Mapping[str, Value], notes: Notes | None = None) -> None:
        self.model = model
        self.inputs = inputs
        self.notes = notes or Notes()
        self.evaluator = Evaluator(model.types, self.notes)
        self.done: dict[str, Value] = {}
        self.others: dict[str, Session] = {}

    # parts

    def result(self, name: str) -> Value:
        return self.value(self.model.parts[name])

    def value(self, part: ET.Element) -> Value:
        id_ = part.get("id") or part.get("name", "")
        if id_ not in self.done:
            self.done[id_] = self._value(part)
        return self.done[id_]

    def _value(self, part: ET.Element) -> Value:
        match local(part.tag):
            case "inputData":
                return self.typed(self.inputs.get(part.get("name", "")), _reference(part), n.TYPE)
            case "decision":
                logic = child(part, *LOGIC)
                if logic is None:
                    return None
                return self.typed(self.boxed(logic, self.environment(part)), _reference(part), n.RESULT_TYPE)
            case "businessKnowledgeModel":
                return self._knowledge(part)
            case _:
                return self._service(part)

    def typed(self, value: Value, reference: str | None, code: str) -> Value:
        type_ = read_type(reference, self.model.types) if reference else None
        found, fits = coerce(value, type_ or ANY)
        return found if fits else self.notes.null(code)

    def environment(self, part: ET.Element) -> Env:
        """The names a part may use: what it requires."""
        values: dict[str, Value] = {}
        for requirement in children(part, "informationRequirement", "knowledgeRequirement"):
            for reference in requirement:
                href = reference.get("href", "")
                model, found, prefix = self.model.part(href)
                value = self._session(model).value(found)
                if prefix is None:
                    values[_variable(found)] = value
                else:
                    values.setdefault(prefix, {})[_variable(found)] = value
        return Env(values)

    def _session(self, model: Model) -> Session:
        if model is self.model:
            return self
        name = next((name for name, other in self.model.imports.values() if other is model), "")
        if name not in self.others:
            inputs = {k.removeprefix(name + "."): v for k, v in self.inputs.items()}
            if isinstance(self.inputs.get(name), dict):
                inputs |= self.inputs[name]
            self.others[name] = Session(model, inputs, self.notes)
        return self.others[name]

    def _knowledge(self, part: ET.Element) -> Function:
        logic = child(part, "encapsulatedLogic")
        if logic is None:
            return Function((), (), lambda values: None)
        hidden: list[Env] = []

        def environment() -> Env:  # only when called: functions may require each other
            if not hidden:
                hidden.append(self.environment(part))
            return hidden[0]

        return self._function(logic, environment, _reference(part))

    def _function(self, logic: ET.Element, environment: Any, result: str | None) -> Function:
        params = children(logic, "formalParameter")
        names = tuple(p.get("name", "") for p in params)
        body = child(logic, *LOGIC)

        def call(values: list[Value]) -> Value:
            if body is None or logic.get("kind") in ("Java", "PMML"):
                return self.notes.null(n.EXTERNAL)
            return self.boxed(body, environment().with_values(dict(zip(names, values, strict=True))))

        return Function(names, tuple(p.get("typeRef") for p in params), call, result)

    def _service(self, part: ET.Element) -> Function:
        inputs = [self.model.part(r.get("href", "")) for r in children(part, "inputData", "inputDecision")]
        ordered = [self.model.part(r.get("href", "")) for r in children(part, "inputDecision", "inputData")]
        ordered = sorted(inputs, key=lambda found: local(found[1].tag) != "inputData") if inputs else ordered
        outputs = [self.model.part(r.get("href", ""))[1] for r in children(part, "outputDecision")]
        names = tuple(_variable(found[1]) for found in ordered)

        def call(values: list[Value]) -> Value:
            inner = Session(self.model, dict(zip(names, values, strict=True)), self.notes)
            for (_, found, _), value in zip(ordered, values, strict=True):
                inner.done[found.get("id") or found.get("name", "")] = value
            results = {_variable(o): inner.value(o) for o in outputs}
            return next(iter(results.values())) if len(results) == 1 else results

        types = tuple(_reference(found[1]) for found in ordered)
        return Function(names, types, call, _reference(part))

    # boxed expressions

    def text(self, element: ET.Element | None, env: Env) -> Value:
        return self.evaluator.evaluate(self.model.tree(text_in(element)), env)

    def boxed(self, box: ET.Element, env: Env) -> Value:
        try:
            value = getattr(self, "_box_" + local(box.tag))(box, env)
            return self.typed(value, box.get("typeRef"), n.RESULT_TYPE)
        except Domain as error:
            return self.notes.null(error.code)

    def inside(self, box: ET.Element, name: str, env: Env) -> Value:
        """The expression in a child such as ``then``."""
        holder = child(box, name)
        inner = child(holder, *LOGIC) if holder is not None else None
        return None if inner is None else self.boxed(inner, env)

    def _box_literalExpression(self, box: ET.Element, env: Env) -> Value:
        return self.text(box, env) if text_in(box) else None

    def _box_decisionTable(self, box: ET.Element, env: Env) -> Value:
        return decide(self, box, env)

    def _box_list(self, box: ET.Element, env: Env) -> Value:
        return [self.boxed(item, env) for item in children(box, *LOGIC)]

    def _box_relation(self, box: ET.Element, env: Env) -> Value:
        columns = [c.get("name", "") for c in children(box, "column")]
        rows = ([self.boxed(cell, env) for cell in children(row, *LOGIC)] for row in children(box, "row"))
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def _box_context(self, box: ET.Element, env: Env) -> Value:
        values: dict[str, Value] = {}
        inner = env.with_values(values)
        for entry in children(box, "contextEntry"):
            variable, logic = child(entry, "variable"), child(entry, *LOGIC)
            value = None if logic is None else self.boxed(logic, inner)
            if variable is None:
                return value
            values[variable.get("name", "")] = self.typed(value, variable.get("typeRef"), n.RESULT_TYPE)
        return values

    def _box_invocation(self, box: ET.Element, env: Env) -> Value:
        function = self.boxed(next(e for e in box if local(e.tag) in LOGIC), env)
        named = {}
        for binding in children(box, "binding"):
            parameter, logic = child(binding, "parameter"), child(binding, *LOGIC)
            assert parameter is not None
            named[parameter.get("name", "")] = None if logic is None else self.boxed(logic, env)
        return self.evaluator.apply(function, [], named)

    def _box_functionDefinition(self, box: ET.Element, env: Env) -> Value:
        return self._function(box, lambda: env, None)

    def _box_conditional(self, box: ET.Element, env: Env) -> Value:
        chosen = "then" if self.inside(box, "if", env) is True else "else"
        return self.inside(box, chosen, env)

    def _box_filter(self, box: ET.Element, env: Env) -> Value:
        base = self.inside(box, "in", env)
        items = base if isinstance(base, list) else [] if base is None else [base]
        return self.evaluator.picked(items, lambda item: self.inside(box, "match", item_env(item, env)), env)

    def _rounds(self, box: ET.Element, body: str, env: Env) -> list[Value]:
        source = self.inside(box, "in", env)
        if source is None:
            raise Domain(n.TYPE)
        if isinstance(source, Range):
            source = list(
                self.evaluator.counted(source.low, source.high, source.low_inclusive, source.high_inclusive)
            )
        found: list[Value] = []
        for item in source if isinstance(source, list) else [source]:
            values = {box.get("iteratorVariable", "item"): item, "partial": list(found)}
            found.append(self.inside(box, body, env.with_values(values)))
        return found

    def _box_for(self, box: ET.Element, env: Env) -> Value:
        return self._rounds(box, "return", env)

    def _box_every(self, box: ET.Element, env: Env) -> Value:
        return self.evaluator.quantify(self._rounds(box, "satisfies", env), True)

    def _box_some(self, box: ET.Element, env: Env) -> Value:
        return self.evaluator.quantify(self._rounds(box, "satisfies", env), False)


def _variable(part: ET.Element) -> str:
    variable = child(part, "variable")
    return (variable.get("name") if variable is not None else None) or part.get("name", "")


def _reference(part: ET.Element) -> str | None:
    variable = child(part, "variable")
    return variable.get("typeRef") if variable is not None else None
