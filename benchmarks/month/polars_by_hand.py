"""The Jibei settlement by hand in Polars: 64-bit whole numbers, 128-bit ones where total × weight needs them.

Polars lets 64-bit numbers wrap silently, so every product that could pass 2**63 in the ranges of the policy is widened
first. Decimals are read as what they are stored as, whole numbers of their smallest unit.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.month.generate import PERIOD
from benchmarks.month.sql_by_hand import next_month

if TYPE_CHECKING:
    import polars as pl

ENERGY, MONEY = Decimal("0.001"), Decimal("0.01")


def settle(source: Path, target: Path) -> None:
    """Settle the month in ``source`` into user.parquet and retailer.parquet in ``target``."""
    import polars as pl

    target.mkdir(parents=True, exist_ok=True)
    price = int(pl.read_parquet(source / "market.parquet")["average_bilateral_price"].to_physical()[0])
    users = _users(source)
    packs = _packages(source, users, price)
    users = users.join(packs.drop("retailer_id"), left_on="pack", right_on="number", how="left")
    over, short = pl.col("deviation") > 0, pl.col("past") & ~pl.col("free")
    kind = (
        pl.when(over & (pl.col("over_total") > 0))
        .then(1)
        .when(short & (pl.col("assessed_total") > 0))
        .then(2)
    )
    shared = (
        users.select("line", "user_id", "pack", "deviation", "past", "free", "^.*_total$", "^.*_weights$")
        .with_columns(kind=kind.cast(pl.Int8))
        .filter(pl.col("kind").is_not_null())
        .select(
            "line",
            "user_id",
            "pack",
            "kind",
            weight=pl.col("deviation").abs(),
            total=pl.when(kind == 1).then("over_total").otherwise("assessed_total"),
            weights=pl.when(kind == 1).then("over_weights").otherwise("short_weights"),
        )
    )
    energy = _share(shared)
    fees = energy.filter((pl.col("kind") == 2) & (pl.col("part") > 0)).select(
        "line", "user_id", "pack", "kind", weight="part"
    )
    fees = fees.join(
        packs.select("number", total="fee_total", weights="assessed_total"), left_on="pack", right_on="number"
    )
    users = users.join(
        energy.select("line", "kind", energy_part="part"), on="line", how="left", maintain_order="left"
    ).join(_share(fees).select("line", fee_part="part"), on="line", how="left", maintain_order="left")
    settled = _statement(users, price)
    settled.write_parquet(target / "user.parquet", compression="zstd")
    _retailers(packs, settled).write_parquet(target / "retailer.parquet", compression="zstd")


def _users(source: Path) -> pl.DataFrame:
    import polars as pl

    def units(name: str) -> pl.Expr:
        return pl.col(name).to_physical().cast(pl.Int64)

    ids = pl.scan_parquet(source / "retailer.parquet").select("retailer_id").with_row_index("pack")
    return (
        pl.scan_parquet(source / "user.parquet")
        .join(ids, on="retailer_id", how="left", maintain_order="left")
        .with_row_index("line")
        .with_columns(
            contract=units("contract_energy"),
            deviation=units("metered_energy") - units("contract_energy"),
            free=pl.col("exempt").fill_null(False),
            direct=pl.col("retailer_id").is_null(),
            catalogue=units("catalogue_price"),
            share=units("liability_share").fill_null(0),
            cap=units("liability_cap"),
        )
        .with_columns(past=-pl.col("deviation") * 20 > pl.col("contract"))
        .drop("catalogue_price", "liability_share", "liability_cap", "exempt")
        .collect()
    )


def _packages(source: Path, users: pl.DataFrame, price: int) -> pl.DataFrame:
    """One row a retailer: totals, what is shared among its users, and the weights' sums."""
    import polars as pl

    contract, deviation = pl.col("contract"), pl.col("deviation")
    totals = (
        users.lazy()
        .filter(~pl.col("direct"))
        .group_by("pack")
        .agg(
            contract=contract.sum(),
            deviation=deviation.sum(),
            assessed_contract=contract.filter(~pl.col("free")).sum(),
            assessed_deviation=deviation.filter(~pl.col("free")).sum(),
            over_weights=deviation.filter(deviation > 0).sum(),
            short_weights=-deviation.filter(pl.col("past") & ~pl.col("free")).sum(),
        )
        .collect()
    )
    every = pl.read_parquet(source / "retailer.parquet").select("retailer_id").with_row_index("number")
    found = every.join(totals, left_on="number", right_on="pack", how="left").with_columns(
        pl.all().exclude("retailer_id").fill_null(0)
    )
    short, base = pl.max_horizontal(-pl.col("assessed_deviation"), 0), pl.col("assessed_contract")
    past = short * 20 > base
    return (
        found.with_columns(
            over_total=pl.max_horizontal(pl.col("deviation"), 0),
            assessed_total=pl.when(past).then((20 * short - base + 10) // 20).otherwise(0),
            verdict=pl.when(short == 0)
            .then(pl.lit("无偏差考核电量"))
            .when(~past)
            .then(pl.lit("免予考核"))
            .otherwise(pl.lit("应予考核")),
        )
        .with_columns(
            fee_total=((pl.col("assessed_total").cast(pl.Int128) * price + 25_000) // 50_000).cast(pl.Int64)
        )
        .rename({"contract": "contract_sum", "deviation": "deviation_sum", "verdict": "verdict_of"})
    )


def _share(members: pl.DataFrame) -> pl.DataFrame:
    """Largest remainders of ``total`` among the members of each (pack, kind): larger weight, then smaller id."""
    import polars as pl

    group = ["pack", "kind"]
    product = pl.col("total").cast(pl.Int128) * pl.col("weight")
    cut = members.with_columns(part=(product // pl.col("weights")).cast(pl.Int64)).with_columns(
        rest=(product - pl.col("part").cast(pl.Int128) * pl.col("weights")).cast(pl.Int64)
    )
    ranked = cut.sort(
        *group, "rest", "weight", "user_id", descending=[False, False, True, True, False]
    ).with_columns(
        turn=pl.int_range(pl.len()).over(group), left_over=pl.col("total") - pl.col("part").sum().over(group)
    )
    return ranked.select(
        "line",
        "user_id",
        *group,
        part=pl.col("part") + (pl.col("turn") < pl.col("left_over")).cast(pl.Int64),
    )


def _decimal(units: pl.Expr, smallest: Decimal, places: int) -> pl.Expr:
    import polars as pl

    return (units.cast(pl.Decimal(18, 0)) * pl.lit(smallest)).cast(pl.Decimal(18, places))


def _statement(users: pl.DataFrame, price: int) -> pl.DataFrame:
    import polars as pl

    direct, free, past = pl.col("direct"), pl.col("free"), pl.col("past")
    deviation, contract = pl.col("deviation"), pl.col("contract")
    own = pl.when(past & ~free).then((-20 * deviation - contract + 10) // 20).otherwise(0)

    def part(kind: int) -> pl.Expr:
        return pl.when(pl.col("kind") == kind).then("energy_part").otherwise(0)

    verdict = (
        pl.when(free)
        .then(pl.lit("免考"))
        .when(~direct)
        .then(pl.lit("按打包考核"))
        .when(deviation >= 0)
        .then(pl.lit("无偏差考核电量"))
        .when(~past)
        .then(pl.lit("免予考核"))
        .otherwise(pl.lit("应予考核"))
    )
    borne = (pl.col("fee") * pl.col("share") + 5_000) // 10_000
    return (
        users.lazy()
        .with_columns(
            over=pl.when(direct).then(pl.max_horizontal(deviation, 0)).otherwise(part(1)),
            assessed=pl.when(direct).then(own).otherwise(part(2)),
        )
        .with_columns(
            over_cents=(pl.col("over") * pl.col("catalogue") + 5_000) // 10_000,
            fee=pl.when(direct)
            .then((pl.col("assessed") * price + 25_000) // 50_000)
            .otherwise(pl.col("fee_part").fill_null(0)),
        )
        .select(
            "user_id",
            "retailer_id",
            pl.lit(next_month(PERIOD)).alias("billing_month"),
            "contract_energy",
            "metered_energy",
            "settled_energy",
            _decimal(deviation, ENERGY, 3).alias("deviation_energy"),
            _decimal(pl.col("over"), ENERGY, 3).alias("over_energy"),
            _decimal(pl.col("over_cents"), MONEY, 2).alias("over_fee"),
            verdict.alias("verdict"),
            _decimal(pl.col("assessed"), ENERGY, 3).alias("assessed_energy"),
            _decimal(pl.col("fee"), MONEY, 2).alias("assessment_fee"),
            _decimal(pl.when(direct).then("fee").otherwise(pl.min_horizontal(borne, "cap")), MONEY, 2).alias(
                "user_fee"
            ),
        )
        .collect()
    )


def _retailers(packs: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    paid = (
        settled.lazy()
        .filter(pl.col("retailer_id").is_not_null())
        .group_by("retailer_id")
        .agg(paid=pl.col("user_fee").to_physical().cast(pl.Int64).sum())
        .collect()
    )
    contract, base = pl.col("contract_sum"), pl.col("assessed_contract")
    columns = {
        "contract_energy": contract,
        "metered_energy": contract + pl.col("deviation_sum"),
        "assessment_contract_energy": base,
        "assessment_metered_energy": base + pl.col("assessed_deviation"),
        "deviation_energy": pl.col("assessed_deviation"),
        "over_energy": pl.col("over_total"),
        "assessed_energy": pl.col("assessed_total"),
    }
    energies = {name: _decimal(units, ENERGY, 3).alias(name) for name, units in columns.items()}
    assessed = energies.pop("assessed_energy")
    return (
        packs.join(paid, on="retailer_id", how="left")
        .sort("retailer_id")
        .select(
            "retailer_id",
            pl.lit(next_month(PERIOD)).alias("billing_month"),
            *energies.values(),
            pl.col("verdict_of").alias("verdict"),
            assessed,
            _decimal(pl.col("fee_total"), MONEY, 2).alias("assessment_fee"),
            _decimal(pl.col("fee_total") - pl.col("paid").fill_null(0), MONEY, 2).alias("retailer_fee"),
        )
    )
