"""What to write instead of a name nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest

MOST = 8  # names listed when none is near
DID_YOU_MEAN = Text("是否想写“{near}”？", "did you mean “{near}”?")
_ALL = Text("已有的是：{near}", "there are: {near}")


def report_unknown(report: Diagnostics, code: str, span: Span, known: Iterable[str], **params: str) -> None:
    """Report an unknown name with the nearest known one, or else with the known ones.

    Where nothing is known at all, the general hint of the code stays.
    """
    pool = tuple(dict.fromkeys(known))
    close = nearest(params["name"], pool)
    near = close[0] if close else "、".join(pool[:MOST]) + ("……" if len(pool) > MOST else "")
    hint = DID_YOU_MEAN if close else _ALL if pool else None
    report.report(code, span, hint=hint, near=near, **params)
