"""A bound policy as bytes and back, for a folder of the user's own.

Only what a policy is made of can come back: frozen classes and enumerations of this package, fractions and days. Bytes
that ask for anything else, are torn, or were written by another program, are no entry.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any

from policy_engine.policy.frozen import FrozenDict
from policy_engine.policy.model import Policy

_HOMES = ("diagnostics", "feel", "policy", "rulefile")  # packages whose classes a policy is made of
_PLAIN = {("datetime", "date"), ("fractions", "Fraction")}


@dataclass(frozen=True)
class Stored:
    """``policy``, and what it rests on.

    ``rule_files``: the digest of all versions of it and its parents; ``tables``: path and SHA-256 of the table files
    that were read for it.
    """

    key: str
    policy: Policy
    rule_files: str
    tables: tuple[tuple[str, str], ...]


class _NotOurs(Exception):
    """It was not written here."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        package, _, rest = module.partition(".")
        ours = package == "policy_engine" and rest.partition(".")[0] in _HOMES
        if "." in name or not (ours or (module, name) in _PLAIN):
            raise _NotOurs
        found = super().find_class(module, name)
        if (module, name) in _PLAIN or _is_a_part(found):
            return found
        raise _NotOurs


def _is_a_part(found: object) -> bool:
    """Making one does nothing but hold what it is given."""
    return isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum) or found is FrozenDict)


def written(stored: Stored) -> bytes:
    head = {"key": stored.key, "rule_files": stored.rule_files, "tables": stored.tables}
    body = json.dumps(head).encode() + b"\n" + pickle.dumps(stored.policy, protocol=5)
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def read(data: bytes, key: str) -> Stored | None:
    """The entry of that key."""
    digest, _, body = data.partition(b"\n")
    if digest != hashlib.sha256(body).hexdigest().encode():
        return None
    head, _, pickled = body.partition(b"\n")
    try:
        return _stored(json.loads(head), pickled, key)
    except Exception:  # a pickle may fail in any way; whatever it is, it is no entry
        return None


def _stored(head: dict[str, Any], pickled: bytes, key: str) -> Stored:
    if head["key"] != key:
        raise _NotOurs
    policy = _Reader(io.BytesIO(pickled)).load()
    if not isinstance(policy, Policy):
        raise _NotOurs
    tables = tuple((str(path), str(digest)) for path, digest in head["tables"])
    return Stored(key, policy, str(head["rule_files"]), tables)
