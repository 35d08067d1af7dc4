"""Put an expression in the place of a table column's value."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from policy_engine.feel.typed import CellInput, Node


def fill_cell_input(node: Node, column: Node) -> Node:
    """``node`` with every ``CellInput`` replaced by ``column``: a test that stands on its own."""
    if isinstance(node, CellInput):
        return column
    changes: dict[str, Any] = {}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            changes[item.name] = fill_cell_input(value, column)
        elif isinstance(value, tuple) and any(isinstance(x, Node) for x in value):
            changes[item.name] = tuple(fill_cell_input(x, column) for x in value)
    return replace(node, **changes) if changes else node
