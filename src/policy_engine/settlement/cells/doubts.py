"""Why the reader must decide about a row whose key is plain: said once, written for the database asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from policy_engine.engine.columns import Columns
from policy_engine.feel.values import Month
from policy_engine.policy.model import Policy, Term
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.cells.writer import Cells

_TOTAL = "计"  # 合计, 总计, 小计: what makes a row a total


@dataclass(frozen=True)
class Doubts:
    """``columns`` says what the cells ``c0, c1, …`` mean, ``holdings`` what is known of them."""

    cells: Cells
    policy: Policy
    columns: Columns
    holdings: Sequence[Holding]

    def conditions(self, totals: bool, held: Callable[[int, Term], str]) -> Iterator[str]:
        """Expressions of which one is true.

        ``totals``: a row may turn out to be one; ``held``: the value of the i-th term of ``columns`` as it is stored.
        """
        for i in range(self.columns.key or 0) if totals else ():
            if self.holdings[i].held is Held.TEXT:  # a total says so in its first cell that is not blank
                yield f"coalesce(contains(c{i}, {self.cells.dialect.sql.string(_TOTAL)}), false)"
        for i, (term, position) in enumerate(self.columns.terms):
            if position is None:
                continue
            blank = self.cells.is_blank(f"c{position.index}", self.holdings[position.index])
            yield f"({held(i, term)} IS NULL AND NOT {blank})"
            if _everywhere(self.policy, term):
                yield blank
        if self.columns.period is not None:
            yield self._other_month(self.columns.period[1])

    def _other_month(self, index: int) -> str:
        blank = self.cells.is_blank(f"c{index}", self.holdings[index])
        if not isinstance(self.policy.period, Month):
            return f"NOT {blank}"
        own = self.policy.period.year * 12 + self.policy.period.month - 1
        month = self.cells.month(f"c{index}", self.holdings[index])
        return f"(NOT {blank} AND {month} IS DISTINCT FROM {own})"


def _everywhere(policy: Policy, term: Term) -> bool:
    """Required of every row of its entity; what only some sub-entities need is looked at later."""
    covered = frozenset().union(*(policy.parts(p) for p in term.parts))
    return term.required and policy.parts(term.entity) <= covered
