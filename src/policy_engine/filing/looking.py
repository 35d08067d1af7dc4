"""How attached files are looked at: each time anew, or, where nothing can have changed meanwhile, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import policy_engine.papers.inspect as papers
from policy_engine.papers.inspect import PaperFile

_Seen = dict[tuple[Path, str], PaperFile]
_SEEN: ContextVar[_Seen | None] = ContextVar("seen", default=None)


def inspect(directory: Path, names: Sequence[str]) -> tuple[PaperFile, ...]:
    """What was found out about the files, in the order of the names. Raises InputError, as ``papers.inspect`` does."""
    seen = _SEEN.get()
    if seen is None:
        return papers.inspect(directory, names)
    new = [name for name in names if (directory, name) not in seen]
    seen.update(zip(((directory, name) for name in new), papers.inspect(directory, new), strict=True))
    return tuple(seen[directory, name] for name in names)


@contextmanager
def looking_once() -> Iterator[None]:
    """Within it no file is looked at twice: for the same scenarios over and over, with the same files."""
    token = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(token)
