"""The report of coverage, in Chinese, for the end of a test run."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.testing.coverage_items import Kind
from policy_engine.testing.coverage_report import Coverage, PolicyCoverage


def lines(found: Coverage) -> Iterator[str]:
    """Counts of every policy, then what is missing in each, with its place and what to do."""
    yield from counts(found)
    for own in found.policies:
        yield from _missing(own)
    if found.unknown:
        yield "标签引用了没有的条款："
        for unknown in found.unknown:
            yield f"  {unknown.scenario}：没有条款“{unknown.clause}”（适用政策 {'、'.join(unknown.policies)}）"


def counts(found: Coverage) -> Iterator[str]:
    """A line for each policy."""
    if not found.policies:
        yield "没有场景用到政策，没有可以统计的"
    for own in found.policies:
        yield f"{own.policy}：{'，'.join(_counts(own))}"


def _counts(own: PolicyCoverage) -> Iterator[str]:
    yield f"条款 {own.clause_count}"
    for kind in Kind:
        count = own.count(kind)
        if count.total:
            yield f"{kind.value} {count}"


def _missing(own: PolicyCoverage) -> Iterator[str]:
    if own.uncited or own.missing:
        yield f"{own.policy} 还缺："
    for clause in own.uncited:
        yield f"  {clause.file}:{clause.line} 条款 {clause.id} 没有场景引用：给检验它的场景加上标签 @条款-{clause.id}"
    for missing in own.missing:
        item = missing.item
        cited = f"（{'、'.join(item.clauses)}）" if item.clauses else ""
        yield f"  {item.file}:{item.line} {item.kind.value} {item.path}{cited} 没有“{missing.side}”：{missing.need}"
