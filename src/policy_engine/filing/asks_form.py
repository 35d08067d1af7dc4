"""A row of 填报要求 in words."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.feel.typed import Const
from policy_engine.filing.conditions import Conditions
from policy_engine.filing.wording import asked_text, range_text
from policy_engine.policy.checklist_model import FieldRule, Uniqueness


def form_lines(row: FieldRule, conditions: Conditions) -> Iterator[str]:
    """What is asked of the value, a sentence each."""
    words = conditions.words
    if row.format is not None:
        yield words["field_format"].format(format=words.get(f"format_{row.format.name}", row.format.value))
    if row.pattern is not None:
        yield words["pattern"].format(pattern=row.pattern)
    if row.length is not None:
        yield words["length"].format(length=range_text(asked_text(row.length), words))
    if row.contains:
        named = (words.get(f"class_{c.name}", c.value) for c in row.contains)
        yield words["contains"].format(classes=words["comma"].join(named))
    if row.must is not None:
        yield conditions.must(row.must)
    if row.unique is not Uniqueness.FREE:
        yield words[f"unique_{row.unique.value}"]
    if row.also:
        yield words["also"].format(texts=words["or"].join(f"“{text}”" for text in row.also))
    if row.needless is not None and not isinstance(row.needless, Const):
        yield words["needless"].format(condition=conditions.text(row.needless))
