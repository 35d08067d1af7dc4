"""Bind 词条: facts and decided terms with their types, units, ranges and defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import constant
from policy_engine.feel.types import (
    BooleanType,
    DateRangeType,
    DateType,
    LevelType,
    MonthType,
    NumberType,
    OptionType,
    TextType,
    Type,
)
from policy_engine.feel.units import DIMENSIONLESS, Unit, parse_unit
from policy_engine.feel.values import Value
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.terms import TermRow

USUAL_UNITS = MappingProxyType({"energy": "兆瓦时", "price": "元/兆瓦时", "money": "元"})
TermKey = tuple[str, str]  # base entity, term id


def bind_terms(
    rows: Iterable[tuple[TermRow, str]], entities: Mapping[str, Entity], report: Diagnostics
) -> dict[TermKey, Term]:
    """Terms by (base entity, id). A term declared on several parts of one base is one term."""
    found: dict[TermKey, Term] = {}
    for row, _ in rows:
        for entity in row.entities:
            if entity.text not in entities:
                report_unknown(report, "PE3001", entity.span(), entities, name=entity.text)
                continue
            term = _term(row, entities[entity.text], entities, report)
            if term is None:
                continue
            key = (term.entity, term.id)
            found[key] = _join(found[key], term, report) if key in found else term
    _check_names(found.values(), report)
    return found


def _term(row: TermRow, entity: Entity, entities: Mapping[str, Entity], report: Diagnostics) -> Term | None:
    kind = row.type.value
    unit = _unit(row, kind, report)
    type_ = _type(row, kind, unit, report)
    if type_ is None:
        return None
    return Term(
        entity=entity.base,
        parts=frozenset({entity.name}),
        name=row.name.text,
        id=row.id.text,
        type=type_,
        kind=kind,
        aliases=tuple(a.text for a in row.aliases),
        unit=unit,
        places=row.places,
        nullable=row.nullable,
        default=_constant(row.default, type_, report),
        sensitive=row.sensitive,
        low=_bound(row.low, type_, report),
        high=_bound(row.high, type_, report),
        decided=False,
        awaited=frozenset({entity.name}) if row.decided_below else frozenset(),
        used=False,
        filled_by=_filled_by(row, entities, report),
        span=row.name.span(),
    )


def _filled_by(row: TermRow, entities: Mapping[str, Entity], report: Diagnostics) -> str | None:
    """由…填: an authority has one row, so that a term filled in by it is filled in by nobody else."""
    if row.filled_by is None:
        return None
    by = row.filled_by.text
    singles = {n: e for e in entities.values() if e.single for n in (e.name, e.id)}
    if by not in singles:
        report_unknown(
            report,
            "PE3175",
            row.filled_by.span(),
            [e.name for e in singles.values()],
            name=by,
            term=row.name.text,
        )
        return None
    return singles[by].name


def _unit(row: TermRow, kind: str, report: Diagnostics) -> Unit | None:
    if kind not in NUMERIC_KINDS:
        if row.unit is not None:
            report.report("PE3012", row.unit.span(), name=row.name.text)
        return None
    if row.unit is None:
        if kind in USUAL_UNITS:
            report.report("PE3013", row.name.span(), name=row.name.text)
        return _usual_unit(kind)
    unit = parse_unit(row.unit.text)
    if unit is None:
        report.report("PE3014", row.unit.span(), unit=row.unit.text)
        return _usual_unit(kind)
    return unit


def _usual_unit(kind: str) -> Unit:
    """What stands in for a unit that is missing or unknown, so that the formulas can still be checked."""
    return parse_unit(USUAL_UNITS.get(kind, "")) or DIMENSIONLESS


def _type(row: TermRow, kind: str, unit: Unit | None, report: Diagnostics) -> Type | None:
    nullable = row.nullable
    if kind in NUMERIC_KINDS:
        return NumberType(unit, row.places, nullable)
    if kind == "option":
        if not row.options:
            report.report("PE3015", row.name.span(), name=row.name.text)
            return None
        return OptionType(tuple(o.text for o in row.options), nullable)
    if kind == "level":
        if len(row.levels) < 2:
            report.report("PE3015", row.name.span(), name=row.name.text)
            return None
        return LevelType(tuple(o.text for o in row.levels), nullable)
    plain: dict[str, Type] = {
        "boolean": BooleanType(nullable),
        "date": DateType(nullable),
        "month": MonthType(nullable),
        "date_range": DateRangeType(nullable),
        "text": TextType(nullable),
    }
    return plain[kind]


def _constant(text: Fragment | None, type_: Type, report: Diagnostics) -> Value | None:
    if text is None:
        return None
    try:
        return constant(text, type_)
    except LoadError as error:
        for item in error.diagnostics:
            report.add(item)
        return None


def _bound(text: Fragment | None, type_: Type, report: Diagnostics) -> Value | None:
    """One side of the range. One that could not be read was still written: nobody is asked for it again."""
    value = _constant(text, type_, report)
    unread = value is None and text is not None and isinstance(type_, NumberType)
    return Fraction(0) if unread else value


def _join(one: Term, other: Term, report: Diagnostics) -> Term:
    """The same term declared for another part of the same entity."""
    if one.name != other.name:
        report.report("PE3016", other.span, one.span, name=other.id, entity=other.entity)
    elif _declared(one) != _declared(other):
        report.report("PE3011", other.span, one.span, name=other.name, id=other.id)
    return replace(one, parts=one.parts | other.parts, awaited=one.awaited | other.awaited)


def _declared(term: Term) -> tuple[object, ...]:
    """What has to be the same wherever a term of an entity is declared."""
    return (
        term.name,
        term.type,
        term.places,
        term.default,
        term.low,
        term.high,
        term.sensitive,
        term.filled_by,
    )


def _check_names(terms: Iterable[Term], report: Diagnostics) -> None:
    """Within an entity a name, id or alias means one term."""
    seen: dict[TermKey, Term] = {}
    for term in terms:
        for name in {term.name, term.id, *term.aliases}:
            other = seen.setdefault((term.entity, name), term)
            if other is not term:
                report.report("PE3016", term.span, other.span, name=name, entity=term.entity)


def by_any_name(terms: Iterable[Term]) -> dict[TermKey, Term]:
    """Terms by (base entity, name | id | alias)."""
    return {(t.entity, n): t for t in terms for n in (t.name, t.id, *t.aliases)}


def check_inputs(terms: Iterable[Term], report: Diagnostics) -> None:
    """A numeric input has a two-sided range; a decided term has neither range nor default, and nobody fills it in."""
    for term in terms:
        numeric = term.kind in NUMERIC_KINDS
        if not (term.decided or term.awaited) and numeric and (term.low is None or term.high is None):
            report.report("PE3017", term.span, name=term.name)
        if term.decided and numeric and term.low is not None:
            report.report("PE3018", term.span, name=term.name)
        if term.decided and term.default is not None:
            report.report("PE3018", term.span, name=term.name)
        if term.decided and term.filled_by is not None:
            report.report("PE3172", term.span, name=term.name, entity=term.entity)
