"""Allocations by largest remainder (最大余数法) as columns: a total of the weights, floors, and a threshold.

The units left over go by larger remainder, then larger weight, then smaller key; their number times the sum of the
weights is the sum of the remainders, so that nothing has to be counted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policy_engine.feel.typed import AggregateKind, CompareOp, Node, TermRef
from policy_engine.lowering import build, ir
from policy_engine.lowering.context import Context
from policy_engine.lowering.never import shape
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.plan import KEY, key_column
from policy_engine.policy.model import Allocation, Stage
from policy_engine.rulefile.choices import RoundingMode

if TYPE_CHECKING:
    from policy_engine.lowering.planner import Planner

ZERO = build.number(Fraction(0))


def lower_allocation(planner: Planner, stage: Stage, allocation: Allocation, context: Context) -> None:
    base = planner.policy.entities[stage.entity].base
    group = planner.policy.entities[allocation.group].base
    _has_group(planner, base, group, context)
    grid = Fraction(1, 10**allocation.places)
    total = _total(planner, allocation, group, grid)
    size = planner.row_column(group, planner.fresh("total"), build.absolute(total))
    told = len(planner.expressions.faults)
    weight = _weight(planner, allocation, base, context)
    planner.told_above(told, base, Context(group))
    given = _given(planner, allocation, context)
    sum_ = _sum_of(planner, stage, allocation, weight, given, context)
    nobody = build.every((_not_zero(total), build.compare(CompareOp.EQ, sum_, ZERO)))
    planner.expressions.fault(Context(group), nobody, "PE6062")
    whole, rest = _floor(planner, base, size, weight, sum_, grid)
    needs = planner.needed.get((given.entity, given.name), weight) if given is not None else weight
    extra = _takes_one(planner, group, base, rest, weight, sum_, needs)
    one = ir.Literal(build.number_type(grid, 1, 1), 1)
    part = build.add(whole, build.choice([(extra, one)], ir.Literal(build.number_type(grid, 0, 0), 0)))
    # No part is more than the whole.
    part = ir.Same(build.number_type(grid, 0, size.type.high), part)
    if total.type.low < 0:
        negative = build.compare(CompareOp.LT, total, ZERO)
        part = build.choice([(negative, build.negate(part))], part)
    found = planner.decide(stage, stage.outputs[0], part)
    planner.needed[base, found.name] = needs
    if total.type.low >= 0:
        planner.shared[base, found.name] = (group, stage.entity, size)
    _conserved(planner, group, base, found, total, context)


def _has_group(planner: Planner, base: str, group: str, context: Context) -> None:
    entity = planner.policy.entities[group]
    if entity.single:
        return
    key = ir.Column(Physical(Kind.TEXT, nullable=True), base, key_column(entity.id))
    if planner.policy.entities[base].parent_optional and not _follows(planner, key, context):
        planner.expressions.fault(context, build.is_null(key), "PE6013")


def _follows(planner: Planner, key: ir.Expr, context: Context) -> bool:
    """What makes a row one of the entity already says that there is a group: 打包用户 have a retailer."""
    there = build.negation(build.is_null(key))
    parts = planner.policy.parts(context.entity)
    return all(there in planner.conditions.get(part, ()) for part in parts)


def _total(planner: Planner, allocation: Allocation, group: str, grid: Fraction) -> ir.Expr:
    """In units of the grid; a total between two of them is a fault."""
    reference = allocation.total
    found = planner.of(group, reference.term, planner.policy.parts(allocation.group), reference)
    steps = found.type.unit / grid
    if steps.denominator == 1:
        return build.with_unit(found, grid)
    whole = build.rounded(found, Fraction(1), RoundingMode.FLOOR, grid)
    off = build.compare(CompareOp.NE, found, whole)
    planner.expressions.fault(Context(group), off, "PE6061")
    return whole


def _weight(planner: Planner, allocation: Allocation, base: str, context: Context) -> ir.Column:
    """What a row weighs; 0 for those who take no part. A negative weight is a fault."""
    on = planner.expressions
    held = on.condition(allocation.within, context) if allocation.within is not None else build.TRUE
    taking = context.under(held)
    by = on.plain(allocation.by, taking)
    negative = build.compare(CompareOp.LT, by, ZERO)
    on.fault(taking, negative, "PE6063")
    inside = planner.inside(context.entity)
    zero = ir.Literal(build.number_type(by.type.unit, 0, 0), 0)
    weight = build.choice([(build.every((inside, held)), build.extreme((by, zero), True))], zero)
    return planner.row_column(base, planner.fresh("weight"), weight)


def _given(planner: Planner, allocation: Allocation, context: Context) -> ir.Column | None:
    """The term a row weighs by. An expression is worked out by ``_weight`` alone: elsewhere it may well fail."""
    if not isinstance(allocation.by, TermRef):
        return None
    by = planner.expressions.plain(allocation.by, context)
    return by if isinstance(by, ir.Column) else None


def _sum_of(
    planner: Planner,
    stage: Stage,
    allocation: Allocation,
    weight: ir.Column,
    given: ir.Column | None,
    context: Context,
) -> ir.Column:
    """The sum of the weights of a group. What was shared before adds up to what there was to share."""
    group = planner.policy.entities[allocation.group].base
    if given is not None and (given.entity, given.name) in planner.shared:
        earlier, entity, total = planner.shared[given.entity, given.name]
        held = allocation.within
        every = held is None or _is_positive(planner, held, given, context)
        if (earlier, entity) == (group, stage.entity) and every:
            return total
    return planner.total_column(group, weight.entity, AggregateKind.SUM, weight, build.TRUE)


def _is_positive(planner: Planner, held: Node, by: ir.Column, context: Context) -> bool:
    """Only rows that weigh nothing are left out."""
    condition = planner.expressions.condition(held, context)
    return shape(condition) == shape(build.compare(CompareOp.GT, by, ZERO))


def _not_zero(total: ir.Expr) -> ir.Expr:
    return build.compare(CompareOp.NE, total, ZERO)


def _floor(
    planner: Planner, base: str, size: ir.Column, weight: ir.Column, sum_: ir.Column, grid: Fraction
) -> tuple[ir.Column, ir.Column]:
    """⌊total × weight ÷ sum⌋ and its remainder over the sum; both 0 where there is nothing to share."""
    units = ir.Same(build.number_type(Fraction(1), size.type.low, size.type.high), size)
    counted = ir.Same(build.number_type(Fraction(1), weight.type.low, weight.type.high), weight)
    product = build.multiply(units, counted)
    taken = planner.row_column(base, planner.fresh("claim"), product)
    sum_type = build.number_type(Fraction(1), 1, max(sum_.type.high, 1))
    divisor = ir.Same(sum_type, sum_)
    share = ir.Rounded(build.number_type(grid, 0, size.type.high), taken, 1, divisor, RoundingMode.FLOOR)
    something = build.compare(CompareOp.GT, taken, ZERO)
    none = ir.Literal(build.number_type(grid, 0, 0), 0)
    whole = planner.row_column(base, planner.fresh("floor"), build.choice([(something, share)], none))
    bounds = build.number_type(Fraction(1), 0, max(sum_.type.high, 1))
    rest = ir.Remainder(bounds, taken, whole, divisor)
    zero = ir.Literal(build.number_type(Fraction(1), 0, 0), 0)
    left = planner.row_column(base, planner.fresh("rest"), build.choice([(something, rest)], zero))
    return whole, left


def _takes_one(
    planner: Planner,
    group: str,
    base: str,
    rest: ir.Column,
    weight: ir.Column,
    sum_: ir.Column,
    needs: ir.Column,
) -> ir.Expr:
    """Among the first of the queue. Where nothing is left over the threshold is null, and nobody is."""
    last_rest, last_weight, last_key = planner.threshold(group, base, rest, weight, sum_, needs)
    key = ir.Column(Physical(Kind.TEXT), base, KEY)
    compare = ir.Comparison
    ahead = compare(build.BOOLEAN, CompareOp.GT, rest, last_rest)
    level = compare(build.BOOLEAN, CompareOp.EQ, rest, last_rest)
    heavier = compare(build.BOOLEAN, CompareOp.GT, weight, last_weight)
    equal = compare(build.BOOLEAN, CompareOp.EQ, weight, last_weight)
    earlier = compare(build.BOOLEAN, CompareOp.LE, key, last_key)
    there = ir.Negation(build.BOOLEAN, ir.IsNull(build.BOOLEAN, last_rest))
    queue = build.some((ahead, build.every((level, build.some((heavier, build.every((equal, earlier))))))))
    return build.every((there, queue))


def _conserved(
    planner: Planner, group: str, base: str, part: ir.Column, total: ir.Expr, context: Context
) -> None:
    """The parts add up to the total: not to be proved here, but checked in every run."""
    inside = planner.inside(context.entity)
    shared = planner.total_column(group, base, AggregateKind.SUM, part, inside)
    planner.awaited.append((group, shared.name))
    lost = build.compare(CompareOp.NE, shared, total)
    planner.expressions.fault(Context(group), lost, "PE9001")
