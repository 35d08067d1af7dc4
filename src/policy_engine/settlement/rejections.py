"""The order of rejections, whoever found them: the rows at fault as they were found, then the rows they take along."""

from __future__ import annotations

from collections.abc import Iterable

from policy_engine.engine.rejection import Rejection
from policy_engine.policy.model import Policy


def in_order(policy: Policy, rejected: Iterable[Rejection]) -> tuple[Rejection, ...]:
    """Rows that are taken along: by table and line; those made from references behind them, by key."""
    own: list[Rejection] = []
    along: list[Rejection] = []
    for item in rejected:
        (own if item.culprit is None else along).append(item)
    places = {e.name: i for i, e in enumerate(policy.base_entities)}
    along.sort(key=lambda r: (places[r.row.entity], not r.row.line, r.row.line, r.row.key))
    return (*own, *along)
