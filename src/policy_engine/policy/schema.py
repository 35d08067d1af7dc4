"""JSON Schemas of what goes into an evaluation and what comes out. Quantities are decimal strings."""

from __future__ import annotations

from typing import Any

from policy_engine.feel.types import LevelType, OptionType
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Policy, Term

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def input_schema(policy: Policy) -> Schema:
    """Entity id → rows. A one-row entity may be a single object."""
    tables: dict[str, Schema] = {}
    required = []
    for entity in policy.base_entities:
        row = _input_row(policy, entity)
        rows: Schema = {"type": "array", "items": row}
        tables[entity.id] = {"anyOf": [row, rows]} if entity.single else rows
        if (
            row["required"]
            and not entity.papers
            and (entity.single or any(t.required for t in policy.terms_of(entity.name)))
        ):
            required.append(entity.id)
    return _document(policy, "输入", tables, required)


def output_schema(policy: Policy) -> Schema:
    """Entity id → key → term id → value."""
    tables = {}
    for entity in policy.base_entities:
        shown = [t for t in policy.terms_of(entity.name) if not t.sensitive]
        row: Schema = {
            "type": "object",
            "properties": {t.id: _value(t, output=True) for t in shown},
            "additionalProperties": False,
        }
        tables[entity.id] = {"type": "object", "additionalProperties": row}
    return _document(policy, "结果", tables, list(tables))


def _document(policy: Policy, title: str, tables: dict[str, Schema], required: list[str]) -> Schema:
    return {
        "$schema": DIALECT,
        "title": f"{policy.id} {policy.period} {title}",
        "type": "object",
        "properties": tables,
        "required": required,
        "additionalProperties": False,
    }


def _input_row(policy: Policy, entity: Entity) -> Schema:
    properties: dict[str, Schema] = {}
    required: list[str] = []
    if entity.key is not None:
        properties[entity.key] = {"type": "string", "minLength": 1, "title": f"{entity.name}编号"}
        required += [] if entity.papers else [entity.key]  # papers without one are numbered
    if entity.parent is not None:
        above = policy.entities[entity.parent]
        key = above.key or above.id
        properties[key] = {
            "type": ["string", "null"] if entity.parent_optional else "string",
            "title": above.name,
        }
        required += [] if entity.parent_optional else [key]
    for term in policy.terms_of(entity.name):
        if term.decided or term.name == policy.in_force.by:
            continue
        properties[term.id] = _value(term, output=False)
        required += [term.id] if term.required else []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _value(term: Term, *, output: bool) -> Schema:
    schema: Schema = {"title": term.name}
    if term.unit is not None and term.unit.name:
        schema["description"] = f"单位：{term.unit.name}"
    schema.update(_shape(term, output))
    if term.nullable or (not output and not term.required):
        schema = {
            **schema,
            "type": [schema["type"], "null"] if isinstance(schema["type"], str) else schema["type"],
        }
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _shape(term: Term, output: bool) -> Schema:
    if term.kind in NUMERIC_KINDS:
        fraction = "" if term.places == 0 else rf"(\.[0-9]{{1,{term.places or 18}}})?"
        percent = "%?" if term.kind == "ratio" and not output else ""
        return {"type": "string", "pattern": rf"^-?[0-9]+{fraction}{percent}$"}
    if isinstance(term.type, OptionType):
        return {"type": "string", "enum": list(term.type.options)}
    if isinstance(term.type, LevelType):
        return {"type": "string", "enum": list(term.type.levels)}
    formats = {"date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "month": r"^[0-9]{4}-[0-9]{2}$"}
    if term.kind == "boolean":
        return {"type": "boolean"}
    return {"type": "string", "pattern": formats[term.kind]} if term.kind in formats else {"type": "string"}
