"""A cell of a table about the value of its column; what 认定, 材料清单 and 填报要求 ask."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.feel.typed import Node


@dataclass(frozen=True)
class CellTest:
    """``test`` over the ``value`` of its column (feel's ``CellInput``)."""

    value: Node
    test: Node
    column: str
    cell: str
