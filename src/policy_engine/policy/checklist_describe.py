"""Checklists and forms in the picture of a policy: what each row asks, as it is written in the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Const, Node
from policy_engine.policy.checklist_model import Checklist, FieldRule, Form, Requirement
from policy_engine.policy.model import CellTest


def checklist_body(checklist: Checklist) -> dict[str, Any]:
    return {
        "way": "checklist",
        "papers": checklist.papers,
        "verdicts": list(checklist.verdicts),
        "items": [_item(item) for item in checklist.requirements],
    }


def form_body(form: Form) -> dict[str, Any]:
    return {
        "way": "form",
        "verdicts": list(form.verdicts),
        "fields": [_field(rule) for rule in form.fields],
    }


def _item(item: Requirement) -> dict[str, Any]:
    return {
        "name": item.name,
        "slot": item.slot,
        "when": _cells(item.conditions),
        "required": _required(item.required),
        "papers": list(item.kinds),
        "tests": _cells(item.tests),
        "substitutes": list(item.substitutes),
        "substitute_if": _text(item.substitute_when),
        "sealed": item.seal.value,
        "formats": [f.value for f in item.formats],
        "max_bytes": item.max_bytes,
        "clauses": list(item.clauses),
        "at": _place(item.span),
    }


def _field(rule: FieldRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "field": rule.field,
        "id": rule.term,
        "when": _cells(rule.conditions),
        "required": _required(rule.required),
        "format": rule.format.value if rule.format is not None else rule.pattern,
        "also": list(rule.also),
        "length": _text(rule.length),
        "contains": [kind.value for kind in rule.contains],
        "must": rule.must.cell if rule.must is not None else None,
        "unique": rule.unique.value,
        "needless": _text(rule.needless),
        "clauses": list(rule.clauses),
        "at": _place(rule.span),
    }


def _required(node: Node) -> bool | str:
    """Plainly yes or no, or the condition as written."""
    return bool(node.value) if isinstance(node, Const) else " ".join(node.span.text.split())


def _text(node: Node | None) -> str | None:
    return None if node is None else " ".join(node.span.text.split())


def _cells(cells: Iterable[CellTest]) -> list[str]:
    return [f"{c.column}：{c.cell}" for c in cells]


def _place(span: Span) -> str:
    return f"{span.source.name}:{span.line}"
