"""What differs between two policies: by meaning, and on concrete cases."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.analysis.diff_compare import compare
from policy_engine.analysis.diff_entries import entries
from policy_engine.analysis.diff_model import Change
from policy_engine.analysis.diff_sides import Side
from policy_engine.analysis.diff_words import KINDS, Words
from policy_engine.analysis.effects import Effects, effects


@dataclass(frozen=True)
class Diff:
    """``effects`` None: nobody asked for cases."""

    before: Side
    after: Side
    changes: tuple[Change, ...]
    effects: Effects | None


def diff(before: Side, after: Side, cases: int = 0, lang: str = "zh") -> Diff:
    """Compare two sides; ``cases``: how many concrete cases to try. ``lang``: how the pieces are shown."""
    words = Words(lang)
    order = list(KINDS)
    found = compare(entries(before, words), entries(after, words))
    changes = tuple(sorted(found, key=lambda change: order.index(change.kind)))
    tried = effects(before.policy, after.policy, cases) if cases else None
    return Diff(before, after, changes, tried)
