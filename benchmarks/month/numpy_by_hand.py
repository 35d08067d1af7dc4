"""The Jibei settlement by hand in numpy: fixed point in 64 bits, one thread, whole columns at a time.

total × weight passes 64 bits; its quotient is guessed in floating point, and the remainder, which is small, comes out
right from products that wrap. A remainder outside its bounds then says by how much the guess was off.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.month.generate import PERIOD, Array, decimal, units_of
from benchmarks.month.sql_by_hand import next_month

VERDICTS = ("免考", "按打包考核", "无偏差考核电量", "免予考核", "应予考核")
FREE, WITH_PACKAGE, NONE, TOLERATED, ASSESSED = range(5)


@dataclass(frozen=True)
class Columns:
    """The users: ``pack`` is the retailer's row, or the number of retailers for those who trade directly."""

    table: pa.Table
    pack: Array
    contract: Array
    deviation: Array
    free: Array
    packs: int

    @property
    def past(self) -> Array:
        return -self.deviation * 20 > self.contract


def settle(source: Path, target: Path) -> None:
    """Settle the month in ``source`` into user.parquet and retailer.parquet in ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    price = int(units_of(pq.read_table(source / "market.parquet")["average_bilateral_price"])[0])
    retailers = pq.read_table(source / "retailer.parquet", columns=["retailer_id"])["retailer_id"]
    users = _read(source / "user.parquet", retailers)
    totals = _packages(users, price)
    direct = users.pack == users.packs
    over, assessed, fee = _decide_direct(users, direct, price)
    packed = ~direct
    takes = packed & (users.deviation > 0)
    takes[takes] = totals["over"][users.pack[takes]] > 0
    over[takes] = _share(users, takes, users.deviation[takes], totals["over"])
    takes = packed & ~users.free & users.past
    takes[takes] = totals["assessed"][users.pack[takes]] > 0
    assessed[takes] = _share(users, takes, -users.deviation[takes], totals["assessed"])
    takes &= assessed > 0
    fee[takes] = _share(users, takes, assessed[takes], totals["fee"])
    share = np.where(_valid(users.table["liability_share"]), units_of(users.table["liability_share"]), 0)
    borne = (fee * share + 5_000) // 10_000
    capped = np.minimum(borne, units_of(users.table["liability_cap"]))
    borne = np.where(_valid(users.table["liability_cap"]), capped, borne)
    borne[direct] = fee[direct]
    _write_users(target / "user.parquet", users, direct, over, assessed, fee, borne)
    paid = np.bincount(users.pack[packed], borne[packed], users.packs)  # whole cents below 2**53: exact
    _write_retailers(target / "retailer.parquet", retailers, totals, paid.astype(np.int64))


def _read(path: Path, retailers: pa.ChunkedArray) -> Columns:
    import pyarrow.compute as pc

    table = pq.read_table(path, read_dictionary=["retailer_id"])
    ids = table["retailer_id"].unify_dictionaries().combine_chunks()
    ids = ids.chunk(0) if isinstance(ids, pa.ChunkedArray) else ids
    rows = pc.index_in(ids.dictionary, value_set=retailers.combine_chunks()).to_numpy(zero_copy_only=False)
    codes = ids.indices.fill_null(len(rows)).to_numpy(zero_copy_only=False)
    pack = np.append(rows, len(retailers)).astype(np.int64)[codes]
    contract = units_of(table["contract_energy"])
    return Columns(
        table,
        pack,
        contract,
        units_of(table["metered_energy"]) - contract,
        pc.fill_null(table["exempt"], False).combine_chunks().to_numpy(zero_copy_only=False),
        len(retailers),
    )


def _valid(column: pa.ChunkedArray) -> Array:
    return np.asarray(column.is_valid().to_numpy())


def _sums(users: Columns, values: Array, where: Array) -> Array:
    """Exact sums a package; bincount adds in floating point, so the values go in as halves of 2**24."""
    pack, values = users.pack[where], values[where]
    high, low = values >> 24, values & 0xFFFFFF
    size = users.packs + 1
    sums = np.bincount(pack, high, size).astype(np.int64) << 24
    return (sums + np.bincount(pack, low, size).astype(np.int64))[: users.packs]


def _packages(users: Columns, price: int) -> dict[str, Array]:
    everyone, counted = np.ones(len(users.pack), dtype=bool), ~users.free
    base, gap = _sums(users, users.contract, counted), _sums(users, users.deviation, counted)
    assessed = np.where(-gap * 20 > base, (-20 * gap - base + 10) // 20, 0)
    fee = np.array([(int(energy) * price + 25_000) // 50_000 for energy in assessed], dtype=np.int64)
    deviation = _sums(users, users.deviation, everyone)
    return {
        "contract": _sums(users, users.contract, everyone),
        "deviation": deviation,
        "assessed_contract": base,
        "assessed_deviation": gap,
        "over": np.maximum(deviation, 0),
        "assessed": assessed,
        "fee": fee,
    }


def _decide_direct(users: Columns, direct: Array, price: int) -> tuple[Array, Array, Array]:
    over = np.where(direct, np.maximum(users.deviation, 0), 0)
    at_fault = direct & ~users.free & users.past
    assessed = np.where(at_fault, (-20 * users.deviation - users.contract + 10) // 20, 0)
    return over, assessed, (assessed * price + 25_000) // 50_000


def _share(users: Columns, takes: Array, weight: Array, totals: Array) -> Array:
    """Largest remainders among the rows of ``takes``; a row's package has a total above zero."""
    pack = users.pack[takes]
    weights = _sums(users, _spread(takes, weight), takes)
    total, of = totals[pack], weights[pack]
    part = np.floor(total.astype(np.float64) * weight / of).astype(np.int64)
    rest = total * weight - part * of  # modulo 2**64, and the true value is small
    part += (rest >= of).astype(np.int64) - (rest < 0)
    rest = total * weight - part * of
    left = totals - np.bincount(pack, part & 0xFFFFFF, users.packs).astype(np.int64)
    left -= np.bincount(pack, part >> 24, users.packs).astype(np.int64) << 24
    order = np.lexsort((-weight, -rest, pack))
    sorted_pack = pack[order]
    starts = np.searchsorted(sorted_pack, np.arange(users.packs))
    turn = np.arange(len(order)) - starts[sorted_pack]
    part[order[turn < left[sorted_pack]]] += 1
    _settle_ties(users, np.flatnonzero(takes), order, starts, left, (rest, weight, part))
    return part


def _spread(takes: Array, weight: Array) -> Array:
    whole = np.zeros(len(takes), dtype=np.int64)
    whole[takes] = weight
    return whole


def _settle_ties(
    users: Columns,
    lines: Array,
    order: Array,
    starts: Array,
    left: Array,
    columns: tuple[Array, Array, Array],
) -> None:
    """Where the last who gets a unit and the first who does not are equal, the smaller ids come first."""
    rest, weight, part = columns
    ends = np.append(starts[1:], len(order))
    for number in np.flatnonzero((left > 0) & (starts + left < ends)):
        start, cut, end = int(starts[number]), int(starts[number] + left[number]), int(ends[number])
        last, first = order[cut - 1], order[cut]
        if rest[last] != rest[first] or weight[last] != weight[first]:
            continue
        group = order[start:end]
        level = group[(rest[group] == rest[last]) & (weight[group] == weight[last])]
        given = np.isin(level, order[start:cut])
        part[level[given]] -= 1
        ids = users.table["user_id"].take(pa.array(lines[level])).to_pylist()
        by_id = [row for _, row in sorted(zip(ids, level.tolist(), strict=True))]
        part[by_id[: int(given.sum())]] += 1


def _write_users(
    path: Path, users: Columns, direct: Array, over: Array, assessed: Array, fee: Array, borne: Array
) -> None:
    verdict = np.where(users.deviation >= 0, NONE, np.where(users.past, ASSESSED, TOLERATED))
    verdict = np.where(users.free, FREE, np.where(direct, verdict, WITH_PACKAGE)).astype(np.int8)
    price = units_of(users.table["catalogue_price"])
    kept = {name: users.table[name] for name in ("contract_energy", "metered_energy", "settled_energy")}
    _write(
        path,
        {
            "user_id": users.table["user_id"],
            "retailer_id": users.table["retailer_id"],
            "billing_month": _constant(len(over)),
            **kept,
            "deviation_energy": decimal(users.deviation, 3),
            "over_energy": decimal(over, 3),
            "over_fee": decimal((over * price + 5_000) // 10_000, 2),
            "verdict": pa.DictionaryArray.from_arrays(pa.array(verdict), pa.array(VERDICTS)),
            "assessed_energy": decimal(assessed, 3),
            "assessment_fee": decimal(fee, 2),
            "user_fee": decimal(borne, 2),
        },
    )


def _write_retailers(path: Path, ids: pa.ChunkedArray, totals: dict[str, Array], paid: Array) -> None:
    gap, base = totals["assessed_deviation"], totals["assessed_contract"]
    verdict = np.where(gap >= 0, NONE, np.where(-gap * 20 > base, ASSESSED, TOLERATED)).astype(np.int8)
    _write(
        path,
        {
            "retailer_id": ids,
            "billing_month": _constant(len(paid)),
            "contract_energy": decimal(totals["contract"], 3),
            "metered_energy": decimal(totals["contract"] + totals["deviation"], 3),
            "assessment_contract_energy": decimal(base, 3),
            "assessment_metered_energy": decimal(base + gap, 3),
            "deviation_energy": decimal(gap, 3),
            "over_energy": decimal(totals["over"], 3),
            "verdict": pa.DictionaryArray.from_arrays(pa.array(verdict), pa.array(VERDICTS)),
            "assessed_energy": decimal(totals["assessed"], 3),
            "assessment_fee": decimal(totals["fee"], 2),
            "retailer_fee": decimal(totals["fee"] - paid, 2),
        },
    )


def _constant(count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(count, dtype=np.int8), pa.array([next_month(PERIOD)]))


def _write(path: Path, columns: dict[str, pa.Array]) -> None:
    pq.write_table(
        pa.table(columns),
        path,
        compression="zstd",
        store_decimal_as_integer=True,
        use_dictionary=["retailer_id", "billing_month", "verdict"],
    )
