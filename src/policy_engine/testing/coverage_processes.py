"""The steps of processes that scenarios can take or see refused, and what the states bring about."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.policy.process_model import Lateness, Process, ProcessStep
from policy_engine.testing.coverage_items import Item, Kind, Maker, one_line
from policy_engine.testing.coverage_rows import HIT, Sides

TAKEN, REFUSED, ON_TIME, LATE = "办理", "前提不成立", "按期", "逾期"
DOUBLED, EXCLUDED = "重复", "并存"


def process_items(make: Maker) -> Iterator[Item]:
    for process in make.policy.processes.values():
        for step in process.steps:
            path = f"流程/{process.name}/{step.name}"
            yield make.item(Kind.STEP, step.span, path, step.clauses, _sides(process, step))
        yield from _limits(make, process)
        for state, rules in process.results:
            for rule in rules:
                need = f"写一个场景，让{process.name}到“{state}”，检查“{one_line(rule.span)}”"
                path = f"流程/{process.name}/结果/{state}/{one_line(rule.span)}"
                yield make.item(Kind.RESULT, rule.span, path, (), [(HIT, need)])


def _sides(process: Process, step: ProcessStep) -> Sides:
    sides = [(TAKEN, f"写一个场景，办理{process.name}的“{step.name}”")]
    if step.precondition is not None:
        condition = one_line(step.precondition.span)
        sides.append((REFUSED, f"写一个场景，前提“{condition}”不成立时办理“{step.name}”，应不予受理"))
    if step.deadline is None:
        return sides
    if step.deadline.lateness is Lateness.RECORD:
        sides.append((ON_TIME, f"写一个场景，在期限以内办理“{step.name}”，应记为按期"))
        sides.append((LATE, f"写一个场景，过了期限才办理“{step.name}”，应记为逾期"))
    elif step.deadline.lateness is Lateness.REFUSE:
        sides.append((LATE, f"写一个场景，过了期限再办理“{step.name}”，应不予受理"))
    else:
        deemed = step.deadline.silence
        sides.append((LATE, f"写一个场景，过了“{step.name}”的期限没有人办理，视为“{deemed}”"))
    return sides


def _limits(make: Maker, process: Process) -> Iterator[Item]:
    """不得重复 and 不得并存."""
    if process.exclusive is not None:
        need = f"写一个场景，占用期间再办理{process.name}，因不得并存而不予受理"
        exclusive = process.exclusive
        path = f"流程/{process.name}/不得并存"
        yield make.item(Kind.STEP, exclusive.span, path, exclusive.clauses, [(EXCLUDED, need)])
    if process.unique:
        need = f"写一个场景，再开一件一样的{process.name}，因不得重复而不予受理"
        yield make.item(
            Kind.STEP, process.span, f"流程/{process.name}/不得重复", (), [(DOUBLED, need)], DOUBLED
        )
