"""No floating point, no decimal division, no number out of the bounds it was given."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from parity.agree import readable
from parity.edges import Edges
from parity.rows_in import put_dataset
from parity.shipped import bound
from parity.test_columns_agree import LOWERED, lowered
from parity.test_columns_agree import shipped as policy_of
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.rows import Dataset
from policy_engine.lowering import ir
from policy_engine.lowering.dialects import DIALECTS, DUCKDB, SPARK, Dialect
from policy_engine.lowering.physical import Kind
from policy_engine.lowering.plan import Plan, RowColumn, TotalColumn
from policy_engine.lowering.planner import lower
from policy_engine.lowering.relations import Reads, relations
from policy_engine.lowering.sql_text import SqlText
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.execute import Executed, execute
from property.generate_policies import Policies
from property.test_executors_agree import bound as bound_generated

SEEDS = range(12)
INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}


def plans() -> list[Plan]:
    shipped = [lower(policy_of(*place)) for place in sorted(LOWERED)]
    made = (lowered(bound_generated(Policies(seed, members=20).generate())) for seed in SEEDS)
    return [*shipped, *(plan for plan in made if plan is not None)]


PLANS = plans()
IDS = [f"{n}-{plan.policy.title[:12]}" for n, plan in enumerate(PLANS)]


def expressions(plan: Plan) -> Iterator[tuple[str, ir.Expr]]:
    """(the entity on whose rows, the expression) of everything that is worked out."""
    for step in plan.steps:
        if isinstance(step, RowColumn):
            yield step.entity, step.expr
        elif isinstance(step, TotalColumn):
            yield step.over, step.where
            if step.value is not None:
                yield step.over, step.value
    yield from ((f.entity, f.condition) for f in plan.faults)
    for output in plan.outputs:
        yield from ((output.entity, column.expr) for column in output.columns)


def everything(plan: Plan) -> list[ir.Column]:
    """Every column, so that the last relations have them all."""
    own = [ir.Column(s.expr.type, s.entity, s.name) for s in plan.steps if isinstance(s, RowColumn)]
    totals = [ir.Column(s.type, s.entity, s.name) for s in plan.steps if isinstance(s, TotalColumn)]
    return [*own, *totals, *(c for _, e in expressions(plan) for c in ir.columns(e))]


def ran(plan: Plan, dataset: Dataset, connection: duckdb.DuckDBPyConnection) -> Executed:
    put_dataset(plan.policy, plan.inputs, dataset, connection)
    return execute(plan, connection, extra=everything(plan))


def ends(policy: Policy, seed: int = 0) -> Dataset:
    """Packages of which every number is at an end of its range, or anywhere between."""
    edges = Edges(policy, seed, packages=40)
    return readable(policy, tables_from_mapping(policy, edges.facts(edges.packages)))


@pytest.mark.parametrize("plan", PLANS, ids=IDS)
def test_duckdb_sees_the_types_the_plan_has(plan: Plan) -> None:
    with database(Limits(threads=1)) as connection:
        done = ran(plan, ends(plan.policy), connection)
        for relation in relations(plan, DUCKDB, everything(plan)).made:
            described = connection.execute(f'DESCRIBE "{relation.name}"').fetchall()
            found = {row[1] for row in described}
            assert found <= INTEGERS | {"BOOLEAN", "VARCHAR"}, relation.name
        for entity in plan.policy.base_entities:
            check_types(plan, entity.name, done.last[entity.name], connection)


def check_types(plan: Plan, entity: str, relation: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Of each expression with all that is below it."""
    text = SqlText(DUCKDB, Reads(plan, DUCKDB, entity))
    nodes = [node for on, expr in expressions(plan) if on == entity for node in ir.walk(expr)]
    nodes = [n for n in dict.fromkeys(nodes) if not isinstance(n, ir.Literal)]
    for start in range(0, len(nodes), 200):
        part = nodes[start : start + 200]
        select = ", ".join(f"{text(n)} AS c{i}" for i, n in enumerate(part))
        found = [
            row[1] for row in connection.execute(f'DESCRIBE SELECT {select} FROM "{relation}"').fetchall()
        ]
        for node, type_ in zip(part, found, strict=True):
            assert type_ == DUCKDB.type(node.type), f"{type_} for {node.type}: {text(node)}"


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("plan", PLANS, ids=IDS)
def test_nothing_is_divided_but_with_whole_numbers(plan: Plan, dialect: Dialect) -> None:
    sqlglot = pytest.importorskip("sqlglot")
    exp = sqlglot.exp
    for relation in relations(plan, dialect).made:
        tree = sqlglot.parse_one(relation.query, read=dialect.name)
        for node in tree.walk():
            if isinstance(node, exp.Div):
                # Spark has no whole division of 38 digits: what is divided there is a multiple of the divisor.
                assert dialect is SPARK and "%" in node.this.sql(dialect="spark"), node.sql()
            if isinstance(node, exp.Cast):
                wanted = {
                    "DATE",
                    "BIGINT",
                    "HUGEINT",
                    "INT128",
                    "VARCHAR",
                    "INT",
                    "INTEGER",
                    "TEXT",
                    "BOOLEAN",
                }
                kind = node.to.sql(dialect=dialect.name)
                assert kind in wanted | {"DECIMAL(38, 0)", "STRING"}, kind
            if isinstance(node, exp.Literal) and not node.is_string:
                assert node.this.isdigit(), node.this


@pytest.mark.parametrize("plan", PLANS, ids=IDS)
def test_values_stay_within_their_bounds(plan: Plan) -> None:
    """At the ends of all ranges, too; a number that did not fit would end the statement with an error."""
    for seed in range(3):
        with database(Limits(threads=1)) as connection:
            done = ran(plan, ends(plan.policy, seed), connection)
            for step in plan.steps:
                if isinstance(step, RowColumn | TotalColumn):
                    type_ = step.expr.type if isinstance(step, RowColumn) else step.type
                    if type_.kind not in (Kind.TEXT, Kind.BOOLEAN):
                        query = (
                            f'SELECT min("{step.name}"), max("{step.name}") FROM "{done.last[step.entity]}"'
                        )
                        low, high = connection.execute(query).fetchall()[0]
                        assert low is None or (type_.low <= low and high <= type_.high), (step, low, high)


def test_all_ends_together_do_not_overflow() -> None:
    """Each number at the same end for everybody: totals are as large as they get."""
    policy = bound("rules", "jibei/deviation")
    assert policy is not None
    plan = lower(policy)
    for high in (False, True):
        for exempt in ("是", "否"):
            dataset = readable(policy, tables_from_mapping(policy, at_ends(high, exempt)))
            with database(Limits(threads=1)) as connection:
                ran(plan, dataset, connection)


def at_ends(high: bool, exempt: str) -> dict[str, object]:
    energy, price = ("10000000", "10000") if high else ("0", "0")
    users = [
        {
            "user_id": f"{n:03d}",
            "retailer_id": "S1" if n % 2 else "",
            "contract_energy": energy if n % 3 else "10000000",
            "metered_energy": "0" if n % 3 else energy,
            "catalogue_price": price,
            "exempt": exempt if n % 5 else "否",
            "liability_share": "1" if high else "0",
            "liability_cap": "1000000000" if n % 4 else None,
        }
        for n in range(100)
    ]
    users = [{k: v for k, v in u.items() if v is not None} for u in users]
    market = {"settlement_month": "2018-06", "average_bilateral_price": price}
    return {"market": market, "retailer": [{"retailer_id": "S1"}], "user": users}
