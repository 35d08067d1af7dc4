"""Working days in China, with the days moved for holidays (调休), as the State Council announces them each year."""

from __future__ import annotations

import datetime as dt

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError

_DAY = dt.timedelta(days=1)


def is_working_day(day: dt.date) -> bool:
    """Raises EngineError (PE8020) for a year that has not been announced."""
    from chinese_calendar import is_workday

    try:
        return bool(is_workday(day))
    except NotImplementedError:
        raise EngineError(diagnostic("PE8020", year=day.year)) from None


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The ``count``-th working day after ``day``, which itself does not count. Raises EngineError (PE8020)."""
    while count > 0:
        day += _DAY
        count -= is_working_day(day)
    return day


def working_day_of_month(first: dt.date, count: int) -> dt.date:
    """The ``count``-th working day of the month that begins on ``first``. Raises EngineError (PE8020)."""
    return working_days_after(first - _DAY, count)
