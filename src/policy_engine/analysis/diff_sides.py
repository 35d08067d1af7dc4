"""The two sides of a comparison: ``ID``, ``ID@2018-06``, ``ID@2018-06@2018-06-05`` or a rule file instead of the id."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.feel.values import Month
from policy_engine.policy.library import Level, Library, Version, read_version
from policy_engine.policy.model import Policy
from policy_engine.policy.rules_here import rules_around

_SIDE = re.compile(r"(?P<name>.+?)(?:@(?P<when>[\d-]+))?(?:@(?P<known>[\d-]+))?", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """What to load. ``when``: a month or a day; None: as the other side, or the first month or day in force."""

    name: str
    when: str | None = None
    known_on: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    policy: Policy
    chain: tuple[Version, ...]  # the rule file, then those it extends
    asked: Asked

    @property
    def file(self) -> str:
        return self.policy.files[0].path


def asked(text: str, when: str | None, known_on: str | None, options: Mapping[str, str]) -> Asked:
    """``when`` and ``known_on`` where the text names none."""
    found = _SIDE.fullmatch(text)
    name = found["name"] if found else text
    own_when, own_known = (found["when"], found["known"]) if found else (None, None)
    return Asked(name, own_when or when, own_known or known_on, options)


def sides(before: Asked, after: Asked, rules: str | Path | None = None) -> tuple[Side, Side]:
    """Load both. Raises LoadError, NotInForce, InputError."""
    one, other = _found(before, rules), _found(after, rules)
    when = before.when or after.when or _common_start(one, other)
    return (
        _side(*one, replace(before, when=before.when or when)),
        _side(*other, replace(after, when=after.when or when)),
    )


def _found(wanted: Asked, rules: str | Path | None) -> tuple[Library, str]:
    """The library to look in, and the id. A rule file goes before its neighbours, among which its parents may be."""
    path = Path(wanted.name)
    if not path.is_file() and path.suffix not in (".yaml", ".yml"):
        return Library(rules), wanted.name
    if not path.is_file():
        raise InputError(diagnostic("PE5001", file=wanted.name))
    library = Library(rules)
    own = (Level("rules", path), *(() if rules else (Level("rules", rules_around(path)),)))
    library.levels = (*own, *library.levels)
    return library, read_version(path, own[0]).doc.policy.text


def _common_start(*found: tuple[Library, str]) -> str:
    """The first month or day on which the newest versions of both are in force."""
    heads = [
        max((v.doc.in_force for v in library.versions(policy_id)), key=lambda head: head.from_.value)
        for library, policy_id in found
    ]
    day = max(head.from_.value for head in heads)
    return (
        f"{day:%Y-%m}" if any("月" in head.by.text or "month" in head.by.text for head in heads) else f"{day}"
    )


def _side(library: Library, policy_id: str, wanted: Asked) -> Side:
    assert wanted.when is not None
    by_month = len(wanted.when) <= len("2018-06")
    policy = library.load(
        policy_id,
        period=wanted.when if by_month else None,
        on=None if by_month else wanted.when,
        known_on=wanted.known_on,
        options=wanted.options,
    )
    day = policy.period.first_day if isinstance(policy.period, Month) else policy.period
    known = policy.known_on
    return Side(policy, tuple(_chain(library, policy, day, known)), wanted)


def _chain(library: Library, policy: Policy, day: dt.date, known: dt.date | None) -> list[Version]:
    return [library.resolve(id_, day, known) for id_ in policy.lineage]
