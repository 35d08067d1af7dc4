"""What this process has read and bound before, kept by content: a host that loads a policy for every case waits once.

Nothing is taken on trust: files are found and read anew each time, and only parsing and binding are saved. Nothing is
written to disk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.feel.values import Month
from policy_engine.policy.model import Policy
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.encoding import MAX_BYTES
from policy_engine.rulefile.read import Read, read_policy_file

FILES = 64
POLICIES = 32


@dataclass(frozen=True)
class _File:
    path: Path
    shown: str
    sha256: str


class _Changed(Exception):
    """The file was written to while it was being read."""


def parsed(path: Path, shown: str) -> Read:
    """As ``read_policy_file``: the document without the tables that stand in other files."""
    digest = _digest(path)
    if digest is None:
        return read_policy_file(path, shown)
    try:
        return _parsed(_File(path, shown, digest))
    except _Changed:
        return read_policy_file(path, shown)


@lru_cache(maxsize=FILES)
def _parsed(file: _File) -> Read:
    found = read_policy_file(file.path, file.shown)
    if _digest(file.path) != file.sha256:
        raise _Changed
    return found


def _digest(path: Path) -> str | None:
    """None for what cannot be read, or is too large to be read whole: whoever reads it says so."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return None
    return hashlib.sha256(data).hexdigest() if len(data) <= MAX_BYTES else None


Chosen = tuple[
    Month | dt.date, dt.date | None, Mapping[str, str]
]  # period or day, day of knowledge, readings


@dataclass(frozen=True)
class _Bound:
    make: Callable[[], Policy] = field(compare=False)
    files: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    when: Month | dt.date
    known_on: dt.date | None
    options: tuple[tuple[str, str], ...]


def bound(
    docs: Sequence[PolicyDoc], remarks: Sequence[Diagnostic], chosen: Chosen, make: Callable[[], Policy]
) -> Policy:
    """What ``make`` binds of the documents, or bound of the same ones before. Raises what it raises.

    ``remarks`` were made when the documents were read: they are the policy's warnings too.
    """
    when, known_on, options = chosen
    files = tuple(file for doc in docs for file in _files(doc))
    told = tuple(str(r) for r in remarks)
    return _bound(_Bound(make, files, told, when, known_on, tuple(sorted(options.items()))))


def _files(doc: PolicyDoc) -> Sequence[tuple[str, str]]:
    own = doc.source.name, hashlib.sha256(doc.source.text.encode()).hexdigest()
    return [own, *((table.name, table.sha256) for table in doc.table_files)]


@lru_cache(maxsize=POLICIES)
def _bound(key: _Bound) -> Policy:
    return key.make()
