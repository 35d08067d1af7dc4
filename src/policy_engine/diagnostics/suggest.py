"""Did you mean …? for every name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], count: int = 1, cutoff: float = 0.5) -> tuple[str, ...]:
    """The known names closest to ``name``, best first."""
    pool = sorted(set(known))
    lowered = {k.casefold(): k for k in pool}
    if name.casefold() in lowered:
        return (lowered[name.casefold()],)
    return tuple(difflib.get_close_matches(name, pool, n=count, cutoff=cutoff))
