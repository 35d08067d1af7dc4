"""Processes as pictures and tables for people: ``python -m policy_engine.process.diagram docs/processes.md``.

In a Markdown page every pair of marks ``<!-- 流程 政策@月份 流程名 -->`` … ``<!-- 流程完 -->`` is filled afresh.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from policy_engine.policy.library import load
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Deadline, DeadlineKind, Lateness, Process, ProcessStep

_MARKED = re.compile(
    r"(<!-- 流程 (?P<policy>\S+)@(?P<period>\S+) (?P<name>\S+) -->\n).*?(<!-- 流程完 -->)", re.DOTALL
)
_MONTHS = ("当月", "次月")


def diagram(policy: Policy, process: Process) -> str:
    """A Mermaid state diagram: who takes which step from where to where, and by when."""
    ids = {state: f"s{n}" for n, state in enumerate(process.states, start=1)}
    lines = ["stateDiagram-v2", *(f'    state "{state}" as {id_}' for state, id_ in ids.items())]
    lines.append(f"    [*] --> {ids[process.start]}")
    for step in process.steps:
        label = _label(policy, process, step)
        lines += [f"    {ids[state]} --> {ids[step.to]} : {label}" for state in step.from_]
    lines += [f"    {ids[state]} --> [*]" for state in process.final]
    return "\n".join(lines)


def _label(policy: Policy, process: Process, step: ProcessStep) -> str:
    by = f"，{deadline_text(policy, process, step.deadline)}" if step.deadline is not None else ""
    silent = any(s.deadline is not None and s.deadline.silence == step.name for s in process.steps)
    return f"{step.name}（{step.actor.name}{by}）{'，逾期视同' if silent else ''}"


def deadline_text(policy: Policy, process: Process, deadline: Deadline) -> str:
    """``次月8日前（含当日）``: when a step is due, in words."""
    return f"{_until(policy, process, deadline)}（{'含' if deadline.inclusive else '不含'}当日）"


def _until(policy: Policy, process: Process, deadline: Deadline) -> str:
    month = _MONTHS[deadline.months] if deadline.months < len(_MONTHS) else f"后{deadline.months}个月"
    since = policy.term(process.entity, deadline.since).name
    match deadline.kind:
        case DeadlineKind.DAY_OF_MONTH:
            return f"{since}的{month}{deadline.day}日前"
        case DeadlineKind.WORKING_DAY_OF_MONTH:
            return f"{since}的{month}第{deadline.working_days}个工作日前"
        case DeadlineKind.WORKING_DAYS_AFTER:
            return f"{since}后{deadline.working_days}个工作日内"
        case DeadlineKind.NOT_AFTER:
            return f"至迟{since}"


def table(policy: Policy, process: Process) -> str:
    """A Markdown table of the steps."""
    lines = ["| 步骤 | 办理主体 | 从 → 到 | 前提 | 期限 | 条款 |", "| --- | --- | --- | --- | --- | --- |"]
    for step in process.steps:
        requires = [f"`{step.precondition.span.text}`"] if step.precondition is not None else []
        requires += [f"须注明{step.note}"] if step.note is not None else []
        requires += [f"带动 {step.drives}"] if step.drives is not None else []
        cells = (
            step.name,
            step.actor.name,
            f"{'、'.join(step.from_)} → {step.to}",
            "；".join(requires) or "—",
            _lateness(policy, process, step.deadline) if step.deadline is not None else "—",
            "、".join(step.clauses) or "—",
        )
        lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(lines)


def _lateness(policy: Policy, process: Process, deadline: Deadline) -> str:
    meanings = {
        Lateness.RECORD: "逾期记录",
        Lateness.REFUSE: "逾期不受理",
        Lateness.SILENCE: f"逾期视为{deadline.silence}",
    }
    return f"{deadline_text(policy, process, deadline)}，{meanings[deadline.lateness]}"


def exclusive_text(policy: Policy, process: Process) -> str:
    """不得并存 in words; blank for a process without it."""
    exclusive = process.exclusive
    if exclusive is None:
        return ""
    same = "、".join(_name(policy, process, fact) for fact in exclusive.same)
    period = f"、{_name(policy, process, exclusive.period)}重叠" if exclusive.period is not None else ""
    clauses = f"（{'、'.join(exclusive.clauses)}）" if exclusive.clauses else ""
    holding, steps = "、".join(exclusive.holding), "、".join(exclusive.steps)
    return f"不得并存：{same}相同{period}的事项，已有一件在{holding}的，别的不能办理{steps}{clauses}。"


def _name(policy: Policy, process: Process, fact: str) -> str:
    """A fact as people call it: a term, or the member the matter belongs to."""
    found = next((t.name for t in policy.terms_of(process.entity) if t.id == fact), None)
    return found or policy.entities[process.entity].parent or fact


def block(policy: Policy, process: Process) -> str:
    """What stands between the marks of a page."""
    parts = (
        f"```mermaid\n{diagram(policy, process)}\n```",
        table(policy, process),
        exclusive_text(policy, process),
    )
    return "\n" + "".join(f"{part}\n\n" for part in parts if part)


def refreshed(page: str) -> str:
    """A page with every marked process drawn afresh. Raises LoadError, NotInForce; KeyError for no such process."""

    def fill(mark: re.Match[str]) -> str:
        policy = load(mark["policy"], period=mark["period"])
        return mark[1] + block(policy, policy.processes[mark["name"]]) + mark[5]

    return _MARKED.sub(fill, page)


def marked(page: str) -> Iterator[tuple[str, str]]:
    """(policy id, process) of every mark of a page."""
    for mark in _MARKED.finditer(page):
        yield mark["policy"], mark["name"]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(refreshed(path.read_text("utf-8")), "utf-8")
