"""A row of 材料清单 in words."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.filing.wording import asked_text, condition_text, size_text
from policy_engine.filing.words import Words
from policy_engine.policy.checklist_model import Requirement, Seal


def paper_lines(row: Requirement, words: Words) -> Iterator[str]:
    """What is asked of the paper: which, what may stand for it, what it must show, seal, format, size."""
    if row.kinds:
        yield words["paper"].format(kinds=words["or"].join(row.kinds))
    else:
        yield words["anything"].format(slot=row.slot)
    for cell in row.tests:
        yield words["of_paper"].format(test=condition_text(cell, words))
    if row.substitutes:
        yield _substitute(row, words)
    if row.seal is not Seal.NONE:
        yield words[f"seal_{row.seal.value}"]
    if row.formats:
        yield words["format"].format(formats=words["comma"].join(row.formats))
    if row.max_bytes is not None:
        yield words["max_size"].format(size=size_text(row.max_bytes))


def _substitute(row: Requirement, words: Words) -> str:
    kinds = words["or"].join(row.substitutes)
    if row.substitute_when is None:
        return words["substitute"].format(kinds=kinds)
    return words["substitute_when"].format(kinds=kinds, condition=asked_text(row.substitute_when))
