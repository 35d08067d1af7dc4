"""Differences on concrete cases as a plain document, ready for JSON. Numbers are decimal strings or quotients."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from policy_engine.analysis.diff_words import Words
from policy_engine.analysis.effect_amounts import Amount
from policy_engine.analysis.effect_outcomes import Key, Told
from policy_engine.analysis.effect_scenario import scenario
from policy_engine.analysis.effect_text import remarks, title
from policy_engine.analysis.effects import Differing, Effects
from policy_engine.engine.near_cases import given
from policy_engine.engine.near_common import Common
from policy_engine.engine.scalars import plain


def effect_document(effects: Effects, lang: str = "zh") -> dict[str, Any]:
    """``facts`` and ``scenario`` of a case are for each side: a policy takes only facts it asks for."""
    return {
        "cases": effects.cases,
        "different": effects.different,
        "same_by_another_rule": effects.basis,
        "rejected_or_failed": {"before": effects.troubled[0], "after": effects.troubled[1]},
        "remarks": list(remarks(effects, Words(lang))),
        "amounts": [_amount(amount) for amount in effects.amounts],
        "examples": [
            _differing(effects.common, found, number) for number, found in enumerate(effects.shown, start=1)
        ],
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        "entity": amount.entity or None,
        "term": amount.term or None,
        "count": amount.count,
        "unit": amount.unit or None,
        "sum": _number(amount.sum),
        "mean": _number(amount.mean),
        "largest": _number(amount.largest),
        "turns": [{"before": a or None, "after": b or None, "count": n} for a, b, n in amount.turns],
    }


def _number(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _differing(common: Common, found: Differing, number: int) -> dict[str, Any]:
    sides = ("before", "after")
    return {
        "case": found.number + 1,
        "facts": {side: given(common, found.case, n) for n, side in enumerate(sides)},
        "results": [_result(found, key) for key in found.keys],
        "scenario": {
            side: "\n".join(scenario(common, found, n, title(found, number))) for n, side in enumerate(sides)
        },
    }


def _result(found: Differing, key: Key) -> dict[str, Any]:
    before, after = (outcome.get(key) for outcome in found.outcomes)
    entity, row, term = (part or None for part in key)
    return {
        "entity": entity,
        "key": row,
        "term": term,
        "before": _told(before, key),
        "after": _told(after, key),
    }


def _told(told: Told | None, key: Key) -> dict[str, Any] | None:
    """None: nothing was rejected, or there is no such row."""
    if told is None:
        return None
    if not key[2]:
        return {"code": told.text, "why": told.why}
    return {
        "value": told.text,
        "unit": told.unit or None,
        "row": told.row or None,
        "clauses": list(told.clauses),
    }
