"""Names of one scope that people take for each other: look-alike characters, two characters changed round."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.span import Span
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.policy.model import Policy

# Each group looks alike in the usual fonts. Only the difference between two names counts, never a character alone.
_ALIKE = (
    "己已巳", "未末", "日曰", "士土", "戊戌戍", "人入", "口囗", "千干", "贝见", "兔免", "折拆", "侯候", "茶荼",
    "冶治", "市巿", "毋母", "祟崇", "〇○o0OоОοΟ", "一—ー－-", "lI1丨|", "aа", "eе", "pр", "cс", "xх", "yу",
    "iі", "AАΑ", "BВΒ", "CС", "EЕΕ", "HНΗ", "KКΚ", "MМΜ", "NΝ", "PРΡ", "TТΤ", "XХΧ", "YУΥ", "ZΖ",
)  # fmt: skip
_FILLERS = "的之 ·"
_SKELETON = str.maketrans({ch: group[0] for group in reversed(_ALIKE) for ch in group[1:]})

Named = tuple[str, Span]


def check_names(subject: Subject) -> Iterator[Diagnostic]:
    policy = subject.policy
    scopes: list[Sequence[Named]] = [
        [(e.name, e.span) for e in policy.entities.values()],
        [(p.name, p.span) for p in policy.parameters.values()],
        [(r.name, r.span) for r in policy.readings.values()],
        [(x.name, x.span) for x in policy.lookups.values()],
    ]
    for entity in policy.base_entities:
        scopes.append(list({t.name: t.span for t in policy.terms_of(entity.name)}.items()))
    scopes.append(_options(policy))
    yield from _mixed(scopes, subject)
    for scope in scopes:
        for (one, first), (other, second) in combinations(scope, 2):
            if not (subject.own(first) or subject.own(second)):
                continue
            if skeleton(one) == skeleton(other):
                yield diagnostic("PE3350", second, first, name=other, other=one)
            elif easily_confused(one, other):
                yield diagnostic("PE3351", second, first, name=other, other=one)


def _options(policy: Policy) -> list[Named]:
    """Every option of every term, each once: what looks the same in two lists is meant to be the same."""
    found: dict[str, Span] = {}
    for term in policy.terms:
        match term.type:
            case OptionType(options=names) | LevelType(levels=names):
                found |= {name: term.span for name in names if name not in found}
    return list(found.items())


def _mixed(scopes: Iterable[Sequence[Named]], subject: Subject) -> Iterator[Diagnostic]:
    """Names in which a character was taken from the wrong keyboard."""
    for name, span in dict.fromkeys(named for scope in scopes for named in scope):
        odd = _foreign(name) if subject.own(span) else ""
        if odd:
            yield diagnostic("PE3352", span, name=name, characters="、".join(_described(ch) for ch in odd))


def _foreign(name: str) -> str:
    """Letters that look Latin and are not, beside others; full-width ones beside half-width ones.

    A Greek small letter (α系数) is there on purpose.
    """
    letters = [ch for ch in name if ch.isalnum()]
    strange = [ch for ch in letters if _from_afar(ch)]
    if len(strange) < len(letters) and any(_twin(ch) for ch in strange):
        return "".join(dict.fromkeys(ch for ch in strange if _twin(ch)))
    wide = [ch for ch in letters if "\uff10" <= ch <= "\uff5a"]
    narrow = any(ch.isascii() for ch in letters)
    return "".join(dict.fromkeys(wide)) if narrow else ""


def _from_afar(ch: str) -> bool:
    return unicodedata.name(ch, "").startswith(("CYRILLIC", "GREEK"))


def _twin(ch: str) -> bool:
    """It looks like a character of another script."""
    return any(ch in group for group in _ALIKE)


def _described(ch: str) -> str:
    return f"{ch}（U+{ord(ch):04X} {unicodedata.name(ch, '')}）"


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
