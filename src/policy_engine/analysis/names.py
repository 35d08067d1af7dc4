"""Names of one scope that people take for each other: look-alike characters, two characters changed round."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import combinations

from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.span import Span

# Each group looks alike in the usual fonts. Only the difference between two names counts, never a character alone.
_ALIKE = (
    "己已巳", "未末", "日曰", "士土", "戊戌戍", "人入", "口囗", "千干", "贝见", "〇○Оo0О",
    "一—ー－-", "lI1丨|", "aа", "eе", "oо", "pр", "cс", "xх", "AА", "BВ", "CС", "EЕ", "HН", "KК", "MМ", "PР", "TТ",
)  # fmt: skip
_FILLERS = "的之 ·"
_SKELETON = str.maketrans({ch: group[0] for group in reversed(_ALIKE) for ch in group[1:]})

Named = tuple[str, Span]


def check_names(subject: Subject) -> Iterator[Diagnostic]:
    policy = subject.policy
    scopes: list[Iterable[Named]] = [
        [(e.name, e.span) for e in policy.entities.values()],
        [(p.name, p.span) for p in policy.parameters.values()],
        [(r.name, r.span) for r in policy.readings.values()],
        [(x.name, x.span) for x in policy.lookups.values()],
    ]
    for entity in policy.base_entities:
        scopes.append({t.name: t.span for t in policy.terms_of(entity.name)}.items())
    for scope in scopes:
        for (one, first), (other, second) in combinations(scope, 2):
            if not (subject.own(first) or subject.own(second)):
                continue
            if skeleton(one) == skeleton(other):
                yield diagnostic("PE3350", second, first, name=other, other=one)
            elif easily_confused(one, other):
                yield diagnostic("PE3351", second, first, name=other, other=one)


def skeleton(name: str) -> str:
    """What is left of a name for the eye; after Unicode TS 39, with characters of our own choice."""
    return unicodedata.normalize("NFKC", name).translate(_SKELETON)


def easily_confused(one: str, other: str) -> bool:
    """Two neighbouring characters changed round, or only a 的, a 之, a blank more.

    One other character is no reason: 偏差考核电量 and 偏差考核电费 are two things.
    """
    if len(one) == len(other):
        apart = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(one) < 3 or len(apart) != 2 or apart[1] != apart[0] + 1:
            return False
        first, second = apart
        return one[first] == other[second] and one[second] == other[first]
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(ch for ch in name if ch not in _FILLERS)
