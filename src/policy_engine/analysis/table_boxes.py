"""A table for one (sub-)entity as boxes: its axes within what is known of the values it looks at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from fractions import Fraction

from policy_engine.analysis.axes import Axis, axis
from policy_engine.analysis.bounds import Bounds, Interval
from policy_engine.analysis.boxes import Boxes
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.readings import Looked, looked_at
from policy_engine.feel.typed import Node, TermRef
from policy_engine.policy.model import DecisionTable


def boxes_of(table: DecisionTable, entity: str, definitions: Definitions, bounds: Bounds) -> Boxes:
    """What boxes find is sure if they look at inputs alone. Raises Related."""
    read = looked_at(t.expression for t in table.tests)
    axes: dict[Hashable, Axis] = {
        key: _axis(looked, entity, definitions, bounds) for key, looked in read.items()
    }
    sure = all(_is_input(looked.node, entity, definitions) for looked in read.values())
    return Boxes(table, axes, sure)


def _axis(looked: Looked, entity: str, definitions: Definitions, bounds: Bounds) -> Axis:
    places, within = None, bounds.of(looked.node, entity)
    if isinstance(looked.node, TermRef):
        term = definitions.term(looked.node, entity)
        places = term.places
        if isinstance(term.low, dt.date) and isinstance(term.high, dt.date):
            within = Interval(Fraction(term.low.toordinal()), Fraction(term.high.toordinal()))
    return axis(looked, places, within)


def _is_input(node: Node, entity: str, definitions: Definitions) -> bool:
    return isinstance(node, TermRef) and not definitions.term(node, entity).decided
