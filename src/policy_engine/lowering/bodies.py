"""What each kind of decision becomes: columns of rows, totals and thresholds of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import build, ir, ratio
from policy_engine.lowering.context import Context
from policy_engine.lowering.never import never
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.ratio import Number, Ratio
from policy_engine.lowering.refusal import NotLowered
from policy_engine.lowering.sharing import lower_allocation
from policy_engine.policy.model import (
    DEFAULT_ROW,
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Formula,
    Rounding,
    Stage,
    TableRow,
)
from policy_engine.rulefile.choices import Collect, HitPolicy, RoundingMode, ScaleMethod

if TYPE_CHECKING:
    from policy_engine.lowering.planner import Planner

ZERO = build.number(Fraction(0))


def lower_body(planner: Planner, stage: Stage) -> None:
    """Raises NotLowered, or TooWide for a number of more than 128 bits."""
    context = planner.context(stage)
    match stage.body:
        case Formula(expression=expression):
            _settle(planner, stage, [planner.expressions.value(expression, context)])
        case Check(condition=condition):
            held = planner.expressions.condition(condition, context)
            planner.expressions.fault(context, build.negation(held), "PE6060")
        case DecisionTable() as table:
            _table(planner, stage, table, context)
        case BracketScale() as scale:
            _scale(planner, stage, scale, context)
        case Allocation() as allocation:
            lower_allocation(planner, stage, allocation, context)
        case _:
            raise NotLowered("body", stage.span, stage.key)


def _settle(planner: Planner, stage: Stage, values: Sequence[Number]) -> None:
    for term, rounding, value in zip(stage.outputs, stage.roundings, values, strict=True):
        planner.decide(stage, term, _stored(stage, value, rounding))


def _stored(stage: Stage, value: Number, rounding: Rounding | None) -> ir.Expr:
    if rounding is not None and rounding.mode is not RoundingMode.GRID:
        if isinstance(value, Ratio) or value.type.kind is Kind.NUMBER:
            return ratio.rounded(value, rounding.places, rounding.mode)
        return value
    if isinstance(value, Ratio):
        raise NotLowered("quotient", stage.span, stage.key)
    return value


# -- decision tables (OMG DMN §8.2.8) ----------------------------------------------------------------


def _table(planner: Planner, stage: Stage, table: DecisionTable, context: Context) -> None:
    tests = [planner.expressions.condition(test.expression, context) for test in table.tests]
    base = planner.policy.entities[stage.entity].base
    held = [build.every([tests[i] for i in row.tests]) for row in table.rows]
    hits = [_named(planner, base, hit) for hit in held]
    if table.hit_policy is HitPolicy.COLLECT:
        _collect(planner, stage, table, context, hits)
        return
    none = build.negation(build.some(hits))
    if table.default is None and not never([build.negation(hit) for hit in held]):
        planner.expressions.fault(context, none, "PE6022")
    if table.hit_policy is HitPolicy.UNIQUE:
        planner.expressions.fault(context, _two(hits, held), "PE6021")
    outputs = []
    for number, (row, hit) in enumerate(zip(table.rows, hits, strict=True)):
        here = context.under(hit)
        if table.hit_policy is HitPolicy.FIRST:  # what an earlier row hides is not looked at
            here = context.unless(build.some(hits[:number])).under(hit)
        outputs.append(_outputs(planner, row, here))
    if table.hit_policy is HitPolicy.ANY:
        _same(planner, context, hits, outputs)
    default = table.default
    below = None if default is None else [planner.expressions.value(d, context.under(none)) for d in default]
    values = [
        _first(hits, [row[n] for row in outputs], None if below is None else below[n])
        for n in range(len(stage.outputs))
    ]
    _settle(planner, stage, values)
    names = [*(row.name for row in table.rows), DEFAULT_ROW]
    planner.note_fired(stage, _code(hits, len(names)), names)


def _named(planner: Planner, base: str, hit: ir.Expr) -> ir.Expr:
    """A column of its own, read by every output."""
    if isinstance(hit, ir.Literal | ir.Column):
        return hit
    return planner.row_column(base, planner.fresh("hit"), hit)


def _outputs(planner: Planner, row: TableRow, context: Context) -> list[Number]:
    return [planner.expressions.value(o, context) for o in row.outputs]


def _first(hits: Sequence[ir.Expr], values: Sequence[Number], default: Number | None) -> Number:
    """The value of the first row that hits; of the last, when no row needs to be asked."""
    arms = list(zip(hits, values, strict=True))
    if default is None:
        return ratio.choice(arms[:-1], arms[-1][1])
    return ratio.choice(arms, default)


def _code(hits: Sequence[ir.Expr], count: int) -> ir.Expr:
    type_ = Physical(Kind.CODE, high=count - 1, names=tuple(str(i) for i in range(count)))
    arms = [(hit, ir.Literal(type_, i)) for i, hit in enumerate(hits)]
    return build.choice(arms, ir.Literal(type_, count - 1))


def _two(hits: Sequence[ir.Expr], held: Sequence[ir.Expr]) -> ir.Expr:
    """Two rows hit that do not plainly exclude each other."""
    pairs = []
    for i, one in enumerate(held):
        for j in range(i + 1, len(held)):
            if not never((one, held[j])):
                pairs.append(build.every((hits[i], hits[j])))
    return build.some(pairs)


def _same(
    planner: Planner, context: Context, hits: Sequence[ir.Expr], outputs: Sequence[Sequence[Number]]
) -> None:
    """结果须相同: rows that hit together must say the same."""
    for i, one in enumerate(outputs):
        for j in range(i + 1, len(outputs)):
            both = context.under(hits[i]).under(hits[j])
            for a, b in zip(one, outputs[j], strict=True):
                planner.expressions.fault(both, ratio.compare(CompareOp.NE, a, b), "PE6023")


def _collect(
    planner: Planner, stage: Stage, table: DecisionTable, context: Context, hits: Sequence[ir.Expr]
) -> None:
    none = build.negation(build.some(hits))
    count: Number = ZERO
    for hit in hits:
        count = ratio.add(count, build.choice([(hit, build.number(Fraction(1)))], ZERO))
    values: list[Number] = []
    for n in range(len(stage.outputs)):
        if table.collect is Collect.COUNT:
            values.append(count)
            continue
        column = [
            planner.expressions.value(row.outputs[n], context.under(hit))
            for row, hit in zip(table.rows, hits, strict=True)
        ]
        values.append(_collected(planner, stage, table.collect, hits, column))
    if table.default is not None:
        below = [planner.expressions.value(d, context.under(none)) for d in table.default]
        values = [ratio.choice([(none, d)], v) for v, d in zip(values, below, strict=True)]
    elif table.collect in (Collect.MIN, Collect.MAX):
        planner.expressions.fault(context, none, "PE6022")
    _settle(planner, stage, values)


def _collected(
    planner: Planner,
    stage: Stage,
    collect: Collect | None,
    hits: Sequence[ir.Expr],
    values: Sequence[Number],
) -> Number:
    if collect is Collect.SUM:
        found: Number = ZERO
        for hit, value in zip(hits, values, strict=True):
            found = ratio.add(found, ratio.choice([(hit, value)], ZERO))
        return found
    if collect not in (Collect.MIN, Collect.MAX):
        raise NotLowered("list", stage.span, stage.key)
    # From the last row to the first: the best of the rows that hit, null before any has. Each is a column of its own:
    # it is read twice by the next one.
    best, any_hit = _only_if(hits[-1], values[-1]), hits[-1]
    base = planner.policy.entities[stage.entity].base
    for hit, value in zip(reversed(hits[:-1]), reversed(values[:-1]), strict=True):
        best = _kept(planner, base, best)
        better = ratio.compare(CompareOp.GT if collect is Collect.MAX else CompareOp.LT, value, best)
        takes = build.every((hit, build.some((build.negation(any_hit), better))))
        best = ratio.choice([(takes, value)], best)
        any_hit = build.some((any_hit, hit))
    return _present(best)


def _only_if(hit: ir.Expr, value: Number) -> Number:
    if isinstance(value, Ratio):
        return Ratio(build.choice([(hit, value.dividend)], build.null(value.dividend.type)), value.divisor)
    return build.choice([(hit, value)], build.null(value.type))


def _kept(planner: Planner, base: str, value: Number) -> Number:
    if isinstance(value, Ratio):
        return Ratio(_column(planner, base, value.dividend), _column(planner, base, value.divisor))
    return _column(planner, base, value)


def _column(planner: Planner, base: str, expr: ir.Expr) -> ir.Expr:
    if isinstance(expr, ir.Literal | ir.Column):
        return expr
    return planner.row_column(base, planner.fresh("best"), expr)


def _present(value: Number) -> Number:
    """Some row has hit, or the row is a fault; what is null for want of a hit is not looked at."""
    if isinstance(value, Ratio):
        return Ratio(_known(value.dividend), value.divisor)
    return _known(value)


def _known(expr: ir.Expr) -> ir.Expr:
    return replace(expr, type=replace(expr.type, nullable=False))


# -- bracket scales ----------------------------------------------------------------------------------


def _scale(planner: Planner, stage: Stage, scale: BracketScale, context: Context) -> None:
    on = planner.expressions
    quantity = on.value(scale.of, context)
    thresholds = [on.value(b.threshold, context) for b in scale.brackets]
    for one, other in pairwise(thresholds):
        on.fault(context, ratio.compare(CompareOp.GT, one, other), "PE6024")
    reached = [
        ratio.compare(CompareOp.GE if b.inclusive else CompareOp.GT, quantity, threshold)
        for b, threshold in zip(scale.brackets, thresholds, strict=True)
    ]
    last = len(reached) - 1
    at = [build.every((r, *(build.negation(x) for x in reached[i + 1 :]))) for i, r in enumerate(reached)]
    if scale.method is ScaleMethod.WHOLE:
        rates = [on.value(b.rate, context.under(a)) for b, a in zip(scale.brackets, at, strict=True)]
        amount = ratio.choice(
            [(a, ratio.multiply(quantity, rate)) for a, rate in zip(at, rates, strict=True)], ZERO
        )
    else:
        amount = ZERO
        for i, bracket in enumerate(scale.brackets):
            beyond = build.some(reached[i:])
            rate = on.value(bracket.rate, context.under(beyond))
            top = quantity if i == last else ratio.extreme([quantity, thresholds[i + 1]], False)
            inside = ratio.add(top, ratio.negate(thresholds[i]))
            amount = ratio.add(amount, ratio.choice([(beyond, ratio.multiply(inside, rate))], ZERO))
    _settle(planner, stage, [amount])
    names = [*(b.name for b in scale.brackets), DEFAULT_ROW]
    planner.note_fired(stage, _code(at, len(names)), names)
