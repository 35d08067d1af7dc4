"""Invented months: Parquet tables (zstd) as ``policy-engine settle jibei/deviation`` reads them.

    python -m benchmarks.month.generate FOLDER --users 100000 [--seed 1]

One row in twenty sits on a bound, and so do the first packages: exactly 5 % short, a kilowatt-hour past it, half a
kilowatt-hour past it. The same seed gives the same tables.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Array = np.ndarray[Any, np.dtype[Any]]

PERIOD = "2018-07"
PRICE = 352_376  # thousandths of a yuan per MWh
PRICES = np.array([571_400, 541_400, 663_200, 535_800, 612_345])  # the same, of the price catalogue
ON_BOUND, ONE_PAST, HALF_PAST = 10, 5, 5  # packages
DIRECT = -1  # in place of a retailer's number


@dataclass
class Users:
    """One array a column; energies in kWh, prices in 1/1000 yuan/MWh, shares in 1/10000, caps in cents."""

    retailer: Array
    contract: Array
    metered: Array
    catalogue: Array
    exempt: Array
    share: Array
    cap: Array
    has_cap: Array
    has_settled: Array


def retailers_for(users: int) -> int:
    """Five hundred to five thousand for a province; fewer where there are hardly any users."""
    return max(20, min(500, users // 40), min(5000, users // 2000))


def make_users(count: int, seed: int) -> Users:
    dice = np.random.default_rng(seed)
    packages = retailers_for(count)
    retailer = dice.integers(0, packages, count)
    retailer[dice.random(count) < 0.02] = DIRECT
    contract = np.clip(np.exp(dice.normal(13.0, 1.6, count)), 1, 1e9).astype(np.int64)  # up to 1 TWh
    leaning = dice.choice([1.03, 0.97, 0.90], packages + 1)[retailer]  # over, tolerated, assessed
    metered = (contract * np.clip(dice.normal(leaning, 0.08), 0, 2)).astype(np.int64)
    share = dice.choice([0, 3000, 5000, 10_000], count, p=[0.5, 0.2, 0.2, 0.1])
    odd = dice.random(count) < 0.1
    share[odd] = dice.integers(0, 10_001, int(odd.sum()))
    users = Users(
        retailer=retailer,
        contract=contract,
        metered=metered,
        catalogue=dice.choice(PRICES, count),
        exempt=dice.random(count) < 0.03,
        share=share,
        cap=dice.integers(0, 2_000_000, count),
        has_cap=dice.random(count) < 0.15,
        has_settled=dice.random(count) < 0.8,
    )
    _put_rows_on_bounds(users, dice)
    _put_packages_on_bounds(users, dice)
    return users


def _put_rows_on_bounds(users: Users, dice: np.random.Generator) -> None:
    """One row in twenty: the cases in which programs differ."""
    count = len(users.contract)
    chosen = np.flatnonzero(dice.random(count) < 0.05)
    kinds = dice.integers(0, 11, len(chosen))

    def rows(kind: int) -> Array:
        return chosen[kinds == kind]

    twenties = np.maximum(users.contract // 20, 10) * 20
    for kind, past in ((0, 0), (1, 1), (2, -1)):  # exactly 5 % short, a kWh more, a kWh less
        at = rows(kind)
        users.contract[at] = twenties[at]
        users.metered[at] = twenties[at] - twenties[at] // 20 - past
    users.contract[rows(3)] = 0
    users.metered[rows(4)] = 0
    users.contract[rows(5)] = users.metered[rows(5)] = 0
    users.metered[rows(6)] = users.contract[rows(6)]
    users.contract[rows(7)], users.metered[rows(7)] = 20_000, 18_000  # equal weights of a shortfall
    users.contract[rows(8)], users.metered[rows(8)] = 20_000, 21_000  # and of an excess
    half = rows(9)  # half a cent of the assessment, where the user trades directly
    past = _half_cent_energy()
    users.contract[half] = np.maximum(twenties[half], 20 * past)
    users.metered[half] = users.contract[half] - users.contract[half] // 20 - past
    over = rows(10)  # half a cent of the energy used in excess: 0.025 MWh at 571.4
    users.metered[over] = users.contract[over] + 25
    users.catalogue[over] = 571_400


def _half_cent_energy() -> int:
    """The smallest assessed energy (kWh) whose fee, energy × price × 20 %, ends in half a cent."""
    return next(energy for energy in range(1, 50_000) if energy * PRICE % 50_000 == 25_000)


def _put_packages_on_bounds(users: Users, dice: np.random.Generator) -> None:
    for package in range(ON_BOUND + ONE_PAST + HALF_PAST):
        members = np.flatnonzero(users.retailer == package)
        assessed = members[~users.exempt[members]]
        if len(assessed) == 0:
            continue
        noise = dice.normal(0.95, 0.03, len(assessed))
        users.metered[assessed] = (users.contract[assessed] * np.clip(noise, 0.5, 1.5)).astype(np.int64)
        largest = assessed[np.argmax(users.contract[assessed])]
        half = 10 if package >= ON_BOUND + ONE_PAST else 0
        past = 1 if ON_BOUND <= package < ON_BOUND + ONE_PAST else 0
        # The contract total becomes a multiple of 20 (plus half a step), so that 5 % of it is a whole kWh (and a half).
        users.contract[largest] += (half - users.contract[assessed].sum()) % 20
        total = int(users.contract[assessed].sum())
        wanted = -(-total // 20) + past
        users.metered[largest] += total - int(users.metered[assessed].sum()) - wanted
        if users.metered[largest] < 0:
            raise ValueError(f"package {package} cannot be put on its bound")


def write_month(folder: Path, count: int, seed: int = 1) -> Path:
    """Write user, retailer and market tables for ``count`` users to ``folder``; what is there already is kept."""
    done = folder / "market.parquet"
    if done.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    users = make_users(count, seed)
    packages = retailers_for(count)
    _write(folder / "user.parquet", _user_table(users, packages, seed))
    _write(folder / "retailer.parquet", _retailer_table(users, packages, seed))
    _write(done, pa.table({"average_bilateral_price": decimal(np.array([PRICE]), 3)}))
    return folder


def _user_table(users: Users, packages: int, seed: int) -> pa.Table:
    count = len(users.contract)
    dice = np.random.default_rng([seed, 1])
    direct = users.retailer == DIRECT
    retailer = pa.DictionaryArray.from_arrays(
        pa.array(np.where(direct, 0, users.retailer).astype(np.int32), mask=direct), _retailer_ids(packages)
    )
    return pa.table(
        {
            "user_id": _numbered("01", dice.permutation(count) + 20_000_000, 8),
            "retailer_id": retailer.cast(pa.string()),
            "contract_energy": decimal(users.contract, 3),
            "metered_energy": decimal(users.metered, 3),
            "settled_energy": decimal(users.metered, 3, users.has_settled),
            "catalogue_price": decimal(users.catalogue, 3),
            "exempt": pa.array(users.exempt),
            "liability_share": decimal(users.share, 4),
            "liability_cap": decimal(users.cap, 2, users.has_cap),
        }
    )


def _retailer_table(users: Users, packages: int, seed: int) -> pa.Table:
    dice = np.random.default_rng([seed, 2])
    packaged = users.retailer != DIRECT
    totals = np.zeros(packages, dtype=np.int64)
    np.add.at(totals, users.retailer[packaged], users.contract[packaged])
    return pa.table(
        {
            "retailer_id": _retailer_ids(packages),
            "package_contract_energy": decimal(totals, 3, dice.random(packages) < 0.8),
        }
    )


def _retailer_ids(packages: int) -> pa.Array:
    return _numbered("R", np.arange(packages), 5)


def _numbered(prefix: str, numbers: Array, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def decimal(units: Array, places: int, valid: Array | None = None) -> pa.Array:
    """Whole ``units`` of 10**-places as decimal128(18, places), without a float in between."""
    wide = np.empty((len(units), 2), dtype=np.int64)
    wide[:, 0] = units
    wide[:, 1] = wide[:, 0] >> 63
    mask = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    return pa.Array.from_buffers(pa.decimal128(18, places), len(units), [mask, pa.py_buffer(wide)])


def units_of(column: pa.ChunkedArray) -> Array:
    """The whole units of a decimal128 column of at most 18 digits; what is null gives any number."""
    parts = [
        np.frombuffer(c.buffers()[1], dtype=np.int64).reshape(-1, 2)[c.offset : c.offset + len(c), 0]
        for c in column.chunks
    ]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _write(path: Path, table: pa.Table) -> None:
    # Decimals as 64-bit integers, as DuckDB and Spark write them.
    pq.write_table(table, path, compression="zstd", store_decimal_as_integer=True, row_group_size=122_880)


def main() -> None:
    parser = argparse.ArgumentParser(description="an invented month as Parquet tables")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    write_month(wanted.folder, wanted.users, wanted.seed)


if __name__ == "__main__":
    main()
