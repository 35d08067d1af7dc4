"""The Jibei settlement as a specialist would write it by hand for DuckDB: whole numbers, nothing rounded by chance.

    python -m benchmarks.month.sql_by_hand INPUT OUTPUT [--checks] [--in-order]

Units: kWh (1/1000 MWh), cents, 1/1000 yuan/MWh, 1/10000 for shares. Everything fits 64 bits in the ranges of the policy
except total × weight of an allocation: there a floating-point quotient is guessed and corrected by its exact 128-bit
remainder, which is many times faster than dividing 128-bit numbers.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.month.generate import PERIOD

# floor(a * b / c) for a, b >= 0, c > 0; the guess is off by one at most while the quotient is below 2**51.
MACROS = """
CREATE MACRO guess(a, b, c) AS floor(a::DOUBLE * b / c)::BIGINT;
CREATE MACRO rest(a, b, c, q) AS (a::HUGEINT * b - q::HUGEINT * c)::BIGINT;
CREATE MACRO off(r, c) AS CASE WHEN r < 0 THEN -1 WHEN r >= c THEN 1 ELSE 0 END;
CREATE MACRO mwh(kwh) AS (kwh::DECIMAL(15, 0) * 0.001)::DECIMAL(18, 3);
CREATE MACRO yuan(cents) AS (cents::DECIMAL(16, 0) * 0.01)::DECIMAL(18, 2);
"""

# What the policy refuses; a hand-written job that settles only what may be settled has to look as well.
CHECKS = """
SELECT CASE WHEN bad > 0 THEN error('rows out of range') WHEN twice > 0 THEN error('a user twice') END
FROM (SELECT count(*) FILTER (
          user_id IS NULL OR user_id = '' OR contract_energy IS NULL OR metered_energy IS NULL
          OR catalogue_price IS NULL OR contract_energy NOT BETWEEN 0 AND 10000000
          OR metered_energy NOT BETWEEN 0 AND 10000000 OR settled_energy NOT BETWEEN 0 AND 10000000
          OR catalogue_price NOT BETWEEN 0 AND 10000 OR liability_share NOT BETWEEN 0 AND 1
          OR liability_cap NOT BETWEEN 0 AND 1000000000) AS bad,
        count(*) - count(DISTINCT user_id) AS twice FROM users);
SELECT CASE WHEN count(*) > 0 THEN error('a retailer twice') END
FROM (SELECT 1 FROM retailers GROUP BY retailer_id HAVING count(*) > 1);
SELECT CASE WHEN count(*) > 0 THEN error('an unknown retailer') END
FROM users ANTI JOIN retailers USING (retailer_id) WHERE retailer_id IS NOT NULL;
SELECT CASE WHEN count(*) > 0 THEN error('a package that is not the sum of its users') END
FROM pack JOIN retailers USING (retailer_id) WHERE package_contract_energy <> mwh(contract);
"""

PACKAGES = """
CREATE VIEW users AS
  SELECT *, file_row_number AS line FROM read_parquet('{source}/user.parquet', file_row_number = true);
CREATE VIEW retailers AS FROM read_parquet('{source}/retailer.parquet');
SET VARIABLE price = (SELECT (average_bilateral_price * 1000)::BIGINT FROM read_parquet('{source}/market.parquet'));

CREATE TEMP TABLE pack AS
WITH member AS (
  SELECT retailer_id, coalesce(exempt, false) AS exempt,
    (contract_energy * 1000)::BIGINT AS contract, (metered_energy * 1000)::BIGINT AS metered
  FROM users WHERE retailer_id IS NOT NULL),
total AS (
  SELECT retailer_id, sum(contract)::BIGINT AS contract, sum(metered)::BIGINT AS metered,
    coalesce(sum(contract) FILTER (NOT exempt), 0)::BIGINT AS assessed_contract,
    coalesce(sum(metered) FILTER (NOT exempt), 0)::BIGINT AS assessed_metered,
    coalesce(sum(metered - contract) FILTER (metered > contract), 0)::BIGINT AS over_weights,
    coalesce(sum(contract - metered) FILTER (NOT exempt AND (contract - metered) * 20 > contract), 0)::BIGINT
      AS short_weights
  FROM member GROUP BY retailer_id),
every AS (
  SELECT retailer_id, coalesce(contract, 0) AS contract, coalesce(metered, 0) AS metered,
    coalesce(assessed_contract, 0) AS assessed_contract, coalesce(assessed_metered, 0) AS assessed_metered,
    coalesce(over_weights, 0) AS over_weights, coalesce(short_weights, 0) AS short_weights
  FROM retailers LEFT JOIN total USING (retailer_id)),
judged AS (
  SELECT *, greatest(metered - contract, 0) AS over, greatest(assessed_contract - assessed_metered, 0) AS short,
    CASE WHEN short * 20 > assessed_contract THEN (20 * short - assessed_contract + 10) // 20 ELSE 0 END AS assessed
  FROM every)
SELECT row_number() OVER ()::INTEGER AS number, *,
  ((assessed::HUGEINT * getvariable('price') + 25000) // 50000)::BIGINT AS fee
FROM judged;
"""

# One pass gives the rounded-down share and its remainder; a user takes part in one of both sharings at most. What is
# left goes by larger remainder, larger weight, smaller id: cut off per group at the remainder of the last who gets one.
SHARED = """
CREATE TEMP TABLE member AS
WITH typed AS (
  SELECT u.line, u.user_id, p.number, u.exempt IS TRUE AS free, (contract_energy * 1000)::BIGINT AS own_contract,
    (metered_energy * 1000)::BIGINT - own_contract AS deviation, p.over, p.assessed, p.over_weights, p.short_weights
  FROM users u JOIN pack p USING (retailer_id)),
weighed AS (
  SELECT line, user_id, number, CASE WHEN deviation > 0 THEN 1 ELSE 2 END::TINYINT AS kind, abs(deviation) AS weight,
    CASE WHEN deviation > 0 THEN over ELSE assessed END AS total,
    CASE WHEN deviation > 0 THEN over_weights ELSE short_weights END AS weights
  FROM typed
  WHERE (deviation > 0 AND over > 0) OR (NOT free AND assessed > 0 AND -deviation * 20 > own_contract)),
guessed AS (SELECT *, guess(total, weight, weights) AS q, rest(total, weight, weights, q) AS r FROM weighed)
SELECT line, user_id, number, kind, weight, total, q + off(r, weights) AS part, r - off(r, weights) * weights AS rest
FROM guessed;
"""

CUT = """
CREATE TEMP TABLE {cut} AS
WITH sorted AS (
  SELECT number, kind, (any_value(total) - sum(part))::BIGINT AS left_over, list_reverse_sort(list(rest)) AS rests
  FROM {member} GROUP BY number, kind),
last AS MATERIALIZED (
  SELECT number, kind, rests[left_over] AS bound, left_over - list_position(rests, bound) + 1 AS nth
  FROM sorted WHERE left_over > 0),
level AS (
  SELECT m.number, m.kind, list_sort(list({{'w': -weight, 'id': user_id}}))[any_value(nth)] AS final
  FROM {member} m JOIN last l ON m.number = l.number AND m.kind = l.kind AND m.rest = l.bound
  GROUP BY m.number, m.kind)
SELECT number, kind, bound, -final.w AS weight, final.id AS user_id FROM last JOIN level USING (number, kind);
"""

SETTLED = """
CREATE TEMP TABLE energy AS
SELECT m.line, m.user_id, m.number, m.kind,
  m.part + coalesce(m.rest > c.bound OR (m.rest = c.bound AND
    (m.weight > c.weight OR (m.weight = c.weight AND m.user_id <= c.user_id))), false)::BIGINT AS part
FROM member m LEFT JOIN energy_cut c ON m.number = c.number AND m.kind = c.kind;

CREATE TEMP TABLE fee_member AS
WITH weighed AS (
  SELECT line, user_id, e.number, e.part AS weight, p.fee AS total, p.assessed AS weights
  FROM energy e JOIN pack p USING (number) WHERE e.kind = 2 AND e.part > 0),
guessed AS (SELECT *, guess(total, weight, weights) AS q, rest(total, weight, weights, q) AS r FROM weighed)
SELECT line, user_id, number, 2::TINYINT AS kind, weight, total, q + off(r, weights) AS part,
  r - off(r, weights) * weights AS rest
FROM guessed;
"""

USERS = """
COPY (
  WITH fee AS (
    SELECT m.line,
      m.part + coalesce(m.rest > c.bound OR (m.rest = c.bound AND
        (m.weight > c.weight OR (m.weight = c.weight AND m.user_id <= c.user_id))), false)::BIGINT AS part
    FROM fee_member m LEFT JOIN fee_cut c USING (number)),
  typed AS (
    SELECT u.*, (contract_energy * 1000)::BIGINT AS contract, (metered_energy * 1000)::BIGINT - contract AS deviation,
      u.exempt IS TRUE AS free, u.retailer_id IS NULL AS direct, (catalogue_price * 1000)::BIGINT AS price,
      (liability_share * 10000)::BIGINT AS share, (liability_cap * 100)::BIGINT AS cap,
      e.kind, e.part AS energy_part, coalesce(f.part, 0) AS fee_part
    FROM users u LEFT JOIN energy e USING (line) LEFT JOIN fee f USING (line)),
  judged AS (
    SELECT *,
      CASE WHEN direct THEN greatest(deviation, 0) WHEN kind = 1 THEN energy_part ELSE 0 END AS over,
      CASE WHEN NOT direct THEN CASE WHEN kind = 2 THEN energy_part ELSE 0 END
           WHEN NOT free AND -deviation * 20 > contract THEN (-20 * deviation - contract + 10) // 20
           ELSE 0 END AS assessed
    FROM typed),
  priced AS (
    SELECT *, (over * price + 5000) // 10000 AS over_cents,
      CASE WHEN direct THEN (assessed * getvariable('price') + 25000) // 50000 ELSE fee_part END AS fee_cents
    FROM judged)
  SELECT user_id, retailer_id, '{billing}' AS billing_month, contract_energy, metered_energy, settled_energy,
    (metered_energy - contract_energy)::DECIMAL(18, 3) AS deviation_energy, mwh(over) AS over_energy,
    yuan(over_cents) AS over_fee,
    CASE WHEN free THEN '免考' WHEN NOT direct THEN '按打包考核' WHEN deviation >= 0 THEN '无偏差考核电量'
         WHEN -deviation * 20 <= contract THEN '免予考核' ELSE '应予考核' END AS verdict,
    mwh(assessed) AS assessed_energy, yuan(fee_cents) AS assessment_fee,
    yuan(CASE WHEN direct THEN fee_cents
      ELSE least((fee_cents * coalesce(share, 0) + 5000) // 10000, cap) END) AS user_fee
  FROM priced {order}
) TO '{target}/user.parquet' (FORMAT parquet, COMPRESSION zstd);
"""

RETAILERS = """
COPY (
  WITH paid AS (
    SELECT retailer_id, sum(user_fee) AS paid FROM read_parquet('{target}/user.parquet')
    WHERE retailer_id IS NOT NULL AND user_fee > 0 GROUP BY retailer_id)
  SELECT retailer_id, '{billing}' AS billing_month, mwh(contract) AS contract_energy, mwh(metered) AS metered_energy,
    mwh(assessed_contract) AS assessment_contract_energy, mwh(assessed_metered) AS assessment_metered_energy,
    mwh(assessed_metered - assessed_contract) AS deviation_energy, mwh(over) AS over_energy,
    CASE WHEN short = 0 THEN '无偏差考核电量' WHEN short * 20 <= assessed_contract THEN '免予考核' ELSE '应予考核' END
      AS verdict,
    mwh(assessed) AS assessed_energy, yuan(fee) AS assessment_fee,
    (yuan(fee) - coalesce(paid, 0))::DECIMAL(18, 2) AS retailer_fee
  FROM pack LEFT JOIN paid USING (retailer_id) ORDER BY retailer_id
) TO '{target}/retailer.parquet' (FORMAT parquet, COMPRESSION zstd);
"""


def next_month(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def script(source: Path, target: Path, *, checks: bool = False, in_order: bool = False) -> str:
    """The whole job as SQL text. ``checks``: refuse what the policy refuses. ``in_order``: users as they were handed in."""
    places: dict[str, Any] = {"source": source, "target": target, "billing": next_month(PERIOD)}
    order = "ORDER BY line" if in_order else ""
    parts = [MACROS, PACKAGES.format(**places)]
    if checks:
        parts.append(CHECKS)
    parts += [SHARED, CUT.format(cut="energy_cut", member="member"), SETTLED]
    parts += [CUT.format(cut="fee_cut", member="fee_member"), USERS.format(**places, order=order)]
    return "".join([*parts, RETAILERS.format(**places)])


def settle(source: Path, target: Path, *, checks: bool = False, in_order: bool = False) -> None:
    """Settle the month in ``source`` into user.parquet and retailer.parquet in ``target``."""
    import duckdb

    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        if not in_order:
            connection.execute("SET preserve_insertion_order = false")
        connection.execute(script(source, target, checks=checks, in_order=in_order))


def main() -> None:
    parser = argparse.ArgumentParser(description="the month in hand-written SQL")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--checks", action="store_true")
    parser.add_argument("--in-order", action="store_true")
    wanted = parser.parse_args()
    settle(wanted.source, wanted.target, checks=wanted.checks, in_order=wanted.in_order)


if __name__ == "__main__":
    main()
