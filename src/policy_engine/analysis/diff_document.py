"""A comparison as a plain document, ready for JSON."""

from __future__ import annotations

from typing import Any

from policy_engine.analysis.diff import Diff
from policy_engine.analysis.diff_model import Change, Entry
from policy_engine.analysis.diff_sides import Side
from policy_engine.analysis.effect_document import effect_document

FORMAT = "policy-engine/diff/1"


def diff_document(diff: Diff, lang: str = "zh") -> dict[str, Any]:
    """``what`` are fixed words; values are shown as in the text. ``effect`` null: nobody asked for cases."""
    return {
        "format": FORMAT,
        "before": _side(diff.before),
        "after": _side(diff.after),
        "same": not diff.changes,
        "changes": [_change(change) for change in diff.changes],
        "effect": effect_document(diff.effects, lang) if diff.effects is not None else None,
    }


def _side(side: Side) -> dict[str, Any]:
    policy = side.policy
    return {
        "policy": policy.id,
        "title": policy.title,
        "period": str(policy.period),
        "known_on": str(policy.known_on) if policy.known_on else None,
        "readings": {r.name: r.chosen for r in policy.readings.values()},
        "files": [f.path for f in policy.files],
        "digest": policy.digest,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "change": change.how,
        "name": change.entry.label,
        "before": _entry(change.before, whole=change.after is None),
        "after": _entry(change.after, whole=change.before is None),
        "cells": [
            {"what": c.what, "of": c.of or None, "before": c.before or None, "after": c.after or None}
            for c in change.cells
        ],
        "rows": [_change(row) for row in change.rows],
        "order": [list(names) for names in change.order] if change.order is not None else None,
    }


def _entry(entry: Entry | None, whole: bool = False) -> dict[str, Any] | None:
    """``whole``: with all that it says, for there is nothing on the other side."""
    if entry is None:
        return None
    found: dict[str, Any] = {
        "name": entry.label,
        "at": entry.at,
        "from": entry.origin,
        "inherited": entry.inherited,
        "clauses": list(entry.clauses),
    }
    if whole:
        found["says"] = [
            {"what": f.what, "of": f.of or None, "value": f.shown} for f in entry.fields if f.shown
        ]
        found["rows"] = [_entry(row, whole=True) for row in entry.rows]
    return found
