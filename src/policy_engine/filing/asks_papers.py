"""A row of 材料清单 in words."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.filing.conditions import Conditions
from policy_engine.filing.wording import size_text
from policy_engine.filing.words import Words
from policy_engine.policy.checklist_model import Requirement, Seal


def paper_lines(row: Requirement, conditions: Conditions) -> Iterator[str]:
    """What is asked of the paper: which, what may stand for it, what it must show, seal, format, size."""
    words = conditions.words
    if row.kinds:
        yield words["or"].join(row.kinds)
    else:
        yield words["anything"].format(slot=row.slot)
    for cell in row.tests:
        yield words["of_paper"].format(test=conditions.cell(cell))
    instead = _substitute(row, conditions)
    if instead:
        yield instead
    if row.seal is Seal.ALL or (row.seal is not Seal.NONE and instead):
        yield words[f"seal_{row.seal.value}"]
    elif row.seal is Seal.PAPER:
        yield words["seal_all"]
    yield from _file(row, words)


def _substitute(row: Requirement, conditions: Conditions) -> str:
    """What may stand for the paper, and when; blank where nothing may."""
    words, when = conditions.words, row.substitute_when
    kinds = words["or"].join(row.substitutes)
    settled = conditions.settled(when) if when is not None else None
    if not kinds or settled is False:
        return ""
    if settled:
        return words["substitute_freely"].format(kinds=kinds)
    if when is None:
        return words["substitute"].format(kinds=kinds)
    return words["substitute_when"].format(kinds=kinds, condition=conditions.text(when))


def _file(row: Requirement, words: Words) -> Iterator[str]:
    size = words["max_size"].format(size=size_text(row.max_bytes)) if row.max_bytes is not None else ""
    if row.formats:
        joint = words["format_joint"] if size else ""
        yield words["format"].format(formats=words["comma"].join(row.formats), size=joint + size)
    elif size:
        yield size
