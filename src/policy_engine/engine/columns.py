"""Which column means what: headers matched to keys, parents and terms by id, name or alias, with units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.facts import is_period_term
from policy_engine.feel.units import parse_unit
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.tables.values import normalise_header, split_unit

PERIOD_HEADERS = ("结算期", "结算月", "period", "settlement_month")
KEY_SUFFIXES = ("编号", "户号", "编码", "代码")


@dataclass(frozen=True)
class Position:
    index: int
    factor: Fraction | None  # column unit → term unit; None when the header names no unit


@dataclass(frozen=True)
class Columns:
    key: int | None
    parent: int | None
    period: tuple[Term, int] | None
    terms: tuple[tuple[Term, Position | None], ...]  # every input term; None when there is no column for it
    notes: tuple[Diagnostic, ...]


def key_names(policy: Policy, entity: Entity) -> frozenset[str]:
    """Headers that stand for an entity's key: ``user_id``, 用户, 用户编号, its aliases."""
    names = {entity.name, entity.id, *entity.aliases, *(entity.name + s for s in KEY_SUFFIXES)}
    if entity.key is not None:
        names.add(entity.key)
    own = {n for t in policy.terms_of(entity.name) for n in (t.id, t.name, *t.aliases)}
    return frozenset(normalise_header(n) for n in names - own)


def known_headers(policy: Policy, entity: Entity) -> frozenset[str]:
    """Every header (normalised, without unit) that means something in a table of ``entity``."""
    terms = {normalise_header(n) for n in _term_names(policy, entity)}
    keys = frozenset() if entity.single else key_names(policy, entity)
    parent = key_names(policy, policy.entities[entity.parent]) if entity.parent else frozenset()
    return frozenset(terms | keys | parent | set(PERIOD_HEADERS))


def _term_names(policy: Policy, entity: Entity) -> Mapping[str, Term]:
    own = policy.terms_of(entity.name)
    return {normalise_header(n): t for t in own for n in (t.id, t.name, *t.aliases)}


def match_columns(policy: Policy, entity: Entity, header: Sequence[str], source: str) -> Columns:
    """Match a header. Raises InputError for a missing, doubled, mistyped or wrongly measured column."""
    report = Diagnostics()
    terms = _term_names(policy, entity)
    keys = frozenset() if entity.single else key_names(policy, entity)
    parents = key_names(policy, policy.entities[entity.parent]) if entity.parent else frozenset()
    key = parent = None
    period: tuple[Term, int] | None = None
    found: dict[str, Position] = {}
    unknown: list[str] = []
    notes: list[Diagnostic] = []
    for index, written in enumerate(header):
        name, unit = split_unit(written)
        whole = normalise_header(written)
        name = whole if whole in terms else name
        term = terms.get(name)
        if term is not None and not is_period_term(policy, term):
            if term.decided:
                # A result handed back in, e.g. last month's output: decided afresh, not read.
                notes.append(diagnostic("PE6046", name=written, where=source))
                continue
            if term.id in found:
                report.report("PE6040", name=written, where=source, other=header[found[term.id].index])
                continue
            found[term.id] = Position(
                index, _factor(term, unit if name != whole else None, written, source, report)
            )
        elif name in PERIOD_HEADERS or (term is not None and is_period_term(policy, term)):
            _refuse_second(period and period[1], written, header, source, report)
            period = (_period_term(policy), index)
        elif name in parents and (name not in keys or key is not None):
            _refuse_second(parent, written, header, source, report)
            parent = index
        elif name in keys:
            _refuse_second(key, written, header, source, report)
            key = index
        else:
            unknown.append(written)
    _check_missing(policy, entity, key, parent, found, unknown, source, report)
    if report.errors:
        raise InputError(report.items)
    inputs = [t for t in policy.terms_of(entity.name) if not t.decided and not is_period_term(policy, t)]
    columns = tuple((t, found.get(t.id)) for t in inputs)
    notes += [diagnostic("PE6043", name=n, where=source) for n in unknown]
    return Columns(key, parent, period, columns, tuple(notes))


def _refuse_second(
    first: int | None, written: str, header: Sequence[str], source: str, report: Diagnostics
) -> None:
    """用户 and 用户编号 side by side: one of them is a name, and nobody says which."""
    if first is not None:
        report.report("PE6040", name=written, where=source, other=header[first])


def _period_term(policy: Policy) -> Term:
    for term in policy.terms:
        if is_period_term(policy, term):
            return term
    raise InputError(diagnostic("PE6044"))


def _factor(term: Term, unit: str | None, written: str, source: str, report: Diagnostics) -> Fraction | None:
    """The factor from the unit named in a header to the term's unit."""
    if unit is None or term.unit is None:
        return None
    given = parse_unit(unit)
    if given is None or not given.same_dimension(term.unit):
        want = term.unit.name or "—"
        report.report("PE6041", name=written, where=source, unit=unit, want=want)
        return None
    return given.factor / term.unit.factor


def _check_missing(
    policy: Policy,
    entity: Entity,
    key: int | None,
    parent: int | None,
    found: Mapping[str, Position],
    unknown: Sequence[str],
    source: str,
    report: Diagnostics,
) -> None:
    """Required columns are there; an unknown column that looks like an absent one is a slip, not a remark."""
    # Papers without a key column are numbered by the reader.
    if key is None and not entity.single and not entity.papers:
        report.report(
            "PE6042", name=entity.key or entity.name, where=source, near=_near(entity.name, unknown)
        )
    needs_parent = entity.parent is not None and not entity.parent_optional
    if parent is None and needs_parent:
        report.report(
            "PE6042", name=str(entity.parent), where=source, near=_near(str(entity.parent), unknown)
        )
    for term in policy.terms_of(entity.name):
        if term.decided or term.id in found or is_period_term(policy, term):
            continue
        names = [term.name, term.id, *term.aliases]
        likely = [w for w in unknown if _looks_like(split_unit(w)[0], names)]
        everywhere = policy.parts(entity.name) <= frozenset().union(*(policy.parts(p) for p in term.parts))
        if term.required and everywhere:
            report.report("PE6042", name=term.name, where=source, near="、".join(likely) or "—")
        elif likely and term.used:
            report.report("PE6045", name=likely[0], where=source, near=term.name)


def _looks_like(written: str, names: Sequence[str]) -> bool:
    """Whether a header is a slip of the pen for one of ``names``. 免靠 has only half of 免考, yet is one."""
    if nearest(written, names, cutoff=0.6):
        return True
    return len(written) == 2 and any(
        len(n) == 2 and (n[0] == written[0] or n[1] == written[1]) for n in names
    )


def _near(name: str, unknown: Sequence[str]) -> str:
    return "、".join(nearest(name, unknown)) or "—"
