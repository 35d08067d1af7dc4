"""流程 as blocks of the page: a picture of the states, the steps as a table, what the states bring about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policy_engine.diagnostics.span import Span
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Deadline, Lateness, Process, ProcessStep, Unique
from policy_engine.process.diagram import deadline_text, exclusive_text
from policy_engine.testing.coverage_items import one_line
from policy_engine.testing.living_html import Html, anchor, code, link, paragraph, table, tag, text
from policy_engine.testing.living_states import picture

HEADER = ("步骤", "办理主体", "从 → 到", "前提", "期限", "条款")
Fields = tuple[tuple[str, ...], str, str, str, Callable[[str | None], Html]]


def process_blocks(policy: Policy) -> Iterator[Fields]:
    """The fields of a ``Block`` for each process: under a clause its steps, by itself the whole."""
    for process in policy.processes.values():
        yield _fields(policy, process)


def _fields(policy: Policy, process: Process) -> Fields:
    cited = [c for step in process.steps for c in step.clauses]
    cited += list(process.exclusive.clauses) if process.exclusive is not None else []

    def render(clause: str | None) -> Html:
        return _whole(policy, process) if clause is None else _part(policy, process, clause)

    return tuple(dict.fromkeys(cited)), process.name, "流程", _place(process.span), render


def _part(policy: Policy, process: Process, clause: str) -> Html:
    steps = [s for s in process.steps if clause in s.clauses]
    html = table(HEADER, [_row(policy, process, s) for s in steps]) if steps else ""
    if process.exclusive is not None and clause in process.exclusive.clauses:
        html += paragraph(exclusive_text(policy, process))
    return html + tag("p", "全部步骤见", link(anchor("流程", process.name), f"流程 {process.name}"))


def _whole(policy: Policy, process: Process) -> Html:
    parts = [picture(process), table(HEADER, [_row(policy, process, s) for s in process.steps])]
    if process.unique:
        told = "；".join("、".join(_unique(policy, process, u)) for u in process.unique)
        parts.append(paragraph(f"不得重复：{told}"))
    if process.exclusive is not None:
        parts.append(paragraph(exclusive_text(policy, process)))
    rows = [
        (text(state), text(rule.into or "本事项"), text(one_line(rule.span)), code(one_line(rule.value.span)))
        for state, rules in process.results
        for rule in rules
    ]
    if rows:
        parts.append(table(("到了", "政策", "得出", "值"), rows, caption="结果"))
    return "".join(parts)


def _unique(policy: Policy, process: Process, unique: Unique) -> Iterator[str]:
    """The facts as people call them; of rows below, with whose they are."""
    yield from (_called(policy, process.entity, fact) for fact in unique.facts)
    if unique.below is not None:
        names = "、".join(_called(policy, unique.below, fact) for fact in unique.row_facts)
        yield names if names == unique.below else f"{unique.below}的{names}"


def _called(policy: Policy, entity: str, fact: str) -> str:
    """A term by its name; a key by whose key it is."""
    for term in policy.terms_of(policy.entities[entity].base):
        if term.id == fact:
            return term.name
    return next((e.name for e in policy.entities.values() if e.key == fact), fact)


def _row(policy: Policy, process: Process, step: ProcessStep) -> list[Html]:
    requires = [code(one_line(step.precondition.span))] if step.precondition is not None else []
    requires += [text(f"须注明{step.note}")] if step.note is not None else []
    requires += [text(f"带动 {step.drives}")] if step.drives is not None else []
    return [
        text(step.name),
        text(step.actor.name),
        text(f"{'、'.join(step.from_)} → {step.to}"),
        "<br>".join(requires) or "—",
        text(_due(policy, process, step.deadline)) if step.deadline is not None else "—",
        text("、".join(step.clauses)),
    ]


def _due(policy: Policy, process: Process, deadline: Deadline) -> str:
    meaning = {
        Lateness.RECORD: "逾期记录",
        Lateness.REFUSE: "逾期不受理",
        Lateness.SILENCE: f"逾期视为{deadline.silence}",
    }
    return f"{deadline_text(policy, process, deadline)}，{meaning[deadline.lateness]}"


def _place(span: Span) -> str:
    return f"{span.source.name}:{span.line}"
