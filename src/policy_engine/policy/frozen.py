"""A dict that stays as it was made: a policy is shared between threads and cached by digest."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """Reads like a dict, pickles like one, refuses every change."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a policy does not change; load another one")

    __setitem__ = __delitem__ = _refuse
    __ior__ = _refuse  # in-place or is a change too
    update = pop = popitem = clear = setdefault = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenDict, (dict(self),))
