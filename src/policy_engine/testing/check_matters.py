"""Then-steps about matters: their state, lateness, what comes next, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from policy_engine.process.due import Due
from policy_engine.process.office import Office
from policy_engine.process.state import Allowed, MatterState
from policy_engine.tables.values import parse_boolean, parse_date
from policy_engine.testing.problems import StepFailure

_COLUMNS = ("流程", "事项", "步骤", "办理主体", "期限", "逾期")


def check_state(matter: MatterState, expected: str) -> None:
    if matter.state != expected:
        raise StepFailure(f"{_name(matter)}的状态是“{matter.state}”，不是“{expected}”")


def check_lateness(matter: MatterState, step: str, late: bool) -> None:
    taken = [e for e in matter.history if e.kind == "step" and e.step == step]
    if not taken:
        raise StepFailure(f"{_name(matter)}没有办理过“{step}”")
    if taken[-1].late != late:
        word = "逾期" if taken[-1].late else "按期"
        due = f"，期限{taken[-1].due}" if taken[-1].due else "，没有期限"
        raise StepFailure(f"{_name(matter)}的“{step}”记为{word}（{taken[-1].at:%Y-%m-%d} 办理{due}）")


def check_next(matter: MatterState, who: str, step: str, by: dt.date | None) -> None:
    """The step may be taken now by him; ``by`` None: it has no deadline."""
    if any((a.step, a.who, a.by) == (step, who, by) for a in matter.allowed):
        return
    told = "、".join(_allowed(a) for a in matter.allowed) or "—"
    raise StepFailure(f"{_name(matter)}是“{matter.state}”，接下来可以办理：{told}")


def check_due(office: Office, on: dt.date, table: Sequence[Sequence[str]]) -> None:
    """All that waits, in any order; the columns that are written are compared."""
    header = [h.strip() for h in table[0]]
    unknown = [h for h in header if h not in _COLUMNS]
    if unknown:
        raise StepFailure(f"催办表没有“{'、'.join(unknown)}”这一栏；可以写：{'、'.join(_COLUMNS)}")
    found = sorted(tuple(_cells(d)[h] for h in header) for d in office.due(on))
    wanted = sorted(tuple(_cell(h, t) for h, t in zip(header, line, strict=True)) for line in table[1:])
    if found != wanted:
        told = "\n".join("  " + "  ".join(line) for line in found) or "  —"
        raise StepFailure(f"{on}催办的是：\n{told}")


def check_none_due(office: Office, on: dt.date) -> None:
    due = office.due(on)
    if due:
        told = "、".join(f"{d.process}“{d.matter}”的“{d.step}”（{d.who}，{d.by}）" for d in due)
        raise StepFailure(f"{on}催办的是：{told}")


def _cells(due: Due) -> dict[str, str]:
    late = "是" if due.overdue else "否"
    return dict(zip(_COLUMNS, (due.process, due.matter, due.step, due.who, str(due.by), late), strict=True))


def _cell(header: str, text: str) -> str:
    try:
        if header == "期限":
            return parse_date(text).isoformat()
        return ("是" if parse_boolean(text) else "否") if header == "逾期" else text.strip()
    except ValueError as error:
        raise StepFailure(str(error)) from None


def _name(matter: MatterState) -> str:
    return f"{matter.process}“{matter.id}”"


def _allowed(allowed: Allowed) -> str:
    by = f"，至迟{allowed.by}" if allowed.by else ""
    return f"“{allowed.step}”（由“{allowed.who}”办理{by}）"
