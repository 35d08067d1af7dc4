"""不得重复: who else has the same text in a field, among all rows of the entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from policy_engine.engine.rows import Row
from policy_engine.policy.checklist_model import FieldRule, Uniqueness


class Others:
    """The rows by their texts, for every field that must not be doubled."""

    def __init__(self, rules: Iterable[FieldRule], rows: Sequence[Row]) -> None:
        self._by_text: dict[tuple[str, Uniqueness], dict[str, list[Row]]] = {}
        for rule in rules:
            if rule.unique is not Uniqueness.FREE and (rule.term, rule.unique) not in self._by_text:
                by_text = self._by_text[rule.term, rule.unique] = defaultdict(list)
                for row in rows:
                    value = row.values.get(rule.term)
                    if isinstance(value, str):
                        by_text[_compared(value, rule.unique)].append(row)

    def of(self, row: Row, rule: FieldRule) -> list[Row]:
        value = row.values.get(rule.term)
        if rule.unique is Uniqueness.FREE or not isinstance(value, str):
            return []
        same = self._by_text[rule.term, rule.unique].get(_compared(value, rule.unique), [])
        return [other for other in same if other is not row]


def _compared(text: str, unique: Uniqueness) -> str:
    return text.casefold() if unique is Uniqueness.FOLDED else text
