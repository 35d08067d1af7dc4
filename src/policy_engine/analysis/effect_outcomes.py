"""What one policy makes of a case, and in what two outcomes differ. A rejected or failed case is an outcome too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.near_cases import Case, given
from policy_engine.engine.near_common import Common
from policy_engine.feel.values import Month
from policy_engine.policy.model import Policy, Term

FAILED = ("", "", "")
Key = tuple[str, str, str]  # entity id, key of the row, term id; no term: it was rejected


@dataclass(frozen=True)
class Told:
    """A value, the row and the clauses it comes from; for a rejection the code and why."""

    text: str
    meaning: object
    unit: str = ""
    row: str = ""
    clauses: tuple[str, ...] = ()
    why: str = ""  # of a rejection, in Chinese
    why_en: str = ""


Outcome = Mapping[Key, Told]


def outcomes(common: Common, case: Case) -> tuple[Outcome, Outcome]:
    return _outcome(common, case, 0), _outcome(common, case, 1)


def _outcome(common: Common, case: Case, side: int) -> Outcome:
    policy = common.policies[side]
    try:
        found = assess(policy, tables_from_mapping(policy, given(common, case, side)), executor="reference")
    except PolicyEngineError as error:
        first = error.diagnostics[0] if error.diagnostics else None
        why = (first.message("zh"), first.message("en")) if first is not None else ("", "")
        return {FAILED: Told(error.code, error.code, why=why[0], why_en=why[1])}
    return dict(_told(common, found, side))


def _told(common: Common, found: Assessment, side: int) -> Iterator[tuple[Key, Told]]:
    policy = common.policies[side]
    for rejection in found.rejected:
        if rejection.culprit is None:
            item = rejection.diagnostic
            id_ = policy.entities[rejection.row.entity].id
            yield (
                (id_, rejection.row.key, ""),
                Told(item.code, item.code, why=item.message("zh"), why_en=item.message("en")),
            )
    for pair in common.results:
        term = pair[side]
        for row in found.result.dataset.rows[term.entity]:
            if term.id in row.values:
                decided = found.result.value(row.entity, row.key, term.id)
                meaning = _meaning(row.values[term.id], pair, side, policy)
                yield (
                    (policy.entities[term.entity].id, row.key, term.id),
                    Told(decided.text, meaning, decided.unit or "", decided.row or "", decided.clauses),
                )


def _meaning(value: object, pair: tuple[Term, Term], side: int, policy: Policy) -> object:
    """Quantities in the unit of the first policy; months counted from the period, which may differ."""
    one, other = pair
    if isinstance(value, Fraction) and side and one.unit is not None and other.unit is not None:
        return value * other.unit.factor / one.unit.factor
    if isinstance(value, Month) and isinstance(policy.period, Month):
        return ("months", value.year * 12 + value.month - policy.period.year * 12 - policy.period.month)
    return value


def differing(one: Outcome, other: Outcome) -> tuple[Key, ...]:
    """Rejections of one side alone, and values of rows that both sides settled."""
    if FAILED in one or FAILED in other:
        same = FAILED in one and FAILED in other and one[FAILED].meaning == other[FAILED].meaning
        return () if same else (FAILED,)
    found = []
    for key in {**one, **other}:
        mine, theirs = one.get(key), other.get(key)
        rejection = not key[2]
        if mine is not None and theirs is not None:
            if mine.meaning != theirs.meaning:
                found.append(key)
        elif rejection:
            found.append(key)
    return tuple(found)


def other_basis(one: Outcome, other: Outcome) -> bool:
    """Whether the same value comes from another row or clause."""
    return any(
        key in other and (told.row, told.clauses) != (other[key].row, other[key].clauses)
        for key, told in one.items()
    )


def kinds(keys: tuple[Key, ...]) -> frozenset[tuple[str, str]]:
    """What differs, whoever it is of."""
    return frozenset((entity, term) for entity, _, term in keys)


def number(told: Told) -> Fraction | None:
    return told.meaning if isinstance(told.meaning, Fraction) else None


def decimal_text(value: Fraction) -> str:
    """At most six places, for sums and means that are only shown."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
