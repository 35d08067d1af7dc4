"""The last day of a step, from the facts of its matter."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping

from policy_engine.feel.values import Month
from policy_engine.policy.process_model import Deadline, DeadlineKind
from policy_engine.process.calendar import working_day_of_month, working_days_after


def last_day(deadline: Deadline, facts: Mapping[str, object]) -> dt.date | None:
    """The last day on which the step is in time; None while the fact it counts from is missing.

    No weekend moves a day of the month: the notices say nothing of it. Raises EngineError (PE8020).
    """
    since = facts.get(deadline.since)
    if not isinstance(since, str):
        return None
    day = _day(deadline, since)
    return day if deadline.inclusive else day - dt.timedelta(days=1)


def _day(deadline: Deadline, since: str) -> dt.date:
    match deadline.kind:
        case DeadlineKind.NOT_AFTER:
            return dt.date.fromisoformat(since)
        case DeadlineKind.WORKING_DAYS_AFTER:
            assert deadline.working_days is not None
            return working_days_after(dt.date.fromisoformat(since), deadline.working_days)
        case DeadlineKind.WORKING_DAY_OF_MONTH:
            assert deadline.working_days is not None
            return working_day_of_month(_first(deadline, since), deadline.working_days)
        case DeadlineKind.DAY_OF_MONTH:
            assert deadline.day is not None
            first = _first(deadline, since)
            return first.replace(day=min(deadline.day, months.monthrange(first.year, first.month)[1]))


def _first(deadline: Deadline, since: str) -> dt.date:
    month = Month.of(since)
    for _ in range(deadline.months):
        month = month.next()
    return month.first_day


def passed(deadline: Deadline | None, facts: Mapping[str, object], on: dt.date) -> bool:
    """Whether the last day of a step is over."""
    last = last_day(deadline, facts) if deadline is not None else None
    return last is not None and on > last
