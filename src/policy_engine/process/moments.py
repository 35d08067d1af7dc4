"""When something happens: naive Beijing time, whatever the caller hands in."""

from __future__ import annotations

import datetime as dt

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError

When = dt.datetime | dt.date | str
BEIJING = dt.timezone(dt.timedelta(hours=8))


def moment(when: When) -> dt.datetime:
    """A day alone is its first moment. Raises InputError (PE4012) for a text that is no date."""
    if isinstance(when, str):
        return moment(_read(when))
    if not isinstance(when, dt.datetime):
        return dt.datetime.combine(when, dt.time())
    return when.astimezone(BEIJING).replace(tzinfo=None) if when.tzinfo is not None else when


def _read(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise InputError(diagnostic("PE4012", text=text)) from None


def day(when: When) -> dt.date:
    return moment(when).date()
