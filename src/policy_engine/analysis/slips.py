"""沿用: what a child declares and nobody reads, while its parent has something of nearly the same name.

Whoever writes 免予考核福度 over the parent's 免予考核幅度 changes nothing, and the parent's value stays in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from policy_engine.analysis.names import easily_confused, skeleton
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics, diagnostic
from policy_engine.policy.overlay import merge

# What is told of an entry nobody reads; for other sections nobody can know, so only what looks the same counts.
UNUSED = MappingProxyType({"parameters": "PE3321", "readings": "PE3322", "lookups": "PE3323"})
_ALIKE = ("checks", "eligibilities", "checklists", "forms", "processes")


def check_slips(subject: Subject, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """``found``: what else is told of the policy."""
    if len(subject.docs) < 2:
        return
    unused = {(d.code, dict(d.params).get("name")) for d in found if d.code in UNUSED.values()}
    child, parents = subject.docs[0], merge(subject.docs[1:], Diagnostics())
    for section in (*UNUSED, *_ALIKE):
        known = parents.sections[section]
        for entry in getattr(child, section):
            name = entry.name.text
            if name in known or (section in UNUSED and (UNUSED[section], name) not in unused):
                continue
            meant = next((k for k in known if _meant(name, k, section in UNUSED)), None)
            if meant is not None:
                other = known[meant]
                yield diagnostic(
                    "PE3331",
                    entry.name.span(),
                    other.name.span(),
                    name=name,
                    other=meant,
                    parent=other.policy,
                )


def without_doubles(found: Mapping[Diagnostic, None]) -> dict[Diagnostic, None]:
    """An entry that was meant for the parent's is not told to be unused as well."""
    slips = {dict(d.params)["name"] for d in found if d.code == "PE3331"}
    return {d: None for d in found if d.code not in UNUSED.values() or dict(d.params)["name"] not in slips}


def _meant(name: str, other: str, unread: bool) -> bool:
    if skeleton(name) == skeleton(other) or easily_confused(name, other):
        return True
    return unread and min(len(name), len(other)) >= 3 and _one_apart(name, other)


def _one_apart(one: str, other: str) -> bool:
    """One character more, fewer or another."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    short, long = sorted((one[same:], other[same:]), key=len)
    return long[1:] in (short, short[1:])
