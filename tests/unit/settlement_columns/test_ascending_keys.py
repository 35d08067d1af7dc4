"""Keys that ascend need not be counted; that they do is never believed where it is not so."""

from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.settlement.columns import clean_suspects

GROUP = 122_880  # rows DuckDB keeps together, and may read at once
STAGING = SimpleNamespace(raw='"t"')


def ascending(connection) -> bool:
    return clean_suspects._is_ascending(STAGING, connection)


@pytest.mark.parametrize("run", [2_048, 20_000, GROUP, GROUP + 1, 2 * GROUP])
def test_a_second_run_of_the_same_keys_is_seen_wherever_it_begins(run):
    with duckdb.connect() as connection:
        rows = f"FROM range({2 * run}) t(i)"
        connection.execute(f"CREATE TABLE t AS SELECT printf('%07d', i % {run}) AS _k {rows}")
        assert not ascending(connection)
        connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT printf('%07d', i) AS _k {rows}")
        assert ascending(connection)


@pytest.mark.parametrize("at", [1, 9_999, 10_000, GROUP - 1, GROUP, 2 * GROUP - 1])
def test_one_key_that_stands_twice_is_seen_wherever_it_is(at):
    with duckdb.connect() as connection:
        key = f"CASE WHEN i = {at} THEN printf('%07d', i - 1) ELSE printf('%07d', i) END"
        connection.execute(f"CREATE TABLE t AS SELECT {key} AS _k FROM range({2 * GROUP}) t(i)")
        assert not ascending(connection)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.none() | st.text(max_size=3), max_size=12), st.booleans())
def test_what_ascends_holds_no_key_twice(keys, in_order):
    if in_order:
        keys = sorted(keys, key=lambda k: (k is not None, (k or "").encode()))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (_k VARCHAR)")
        if keys:
            connection.executemany("INSERT INTO t VALUES (?)", [[k] for k in keys])
        known = [k for k in keys if k is not None]
        if ascending(connection):
            assert len(known) == len(set(known))
        else:
            assert known != sorted(set(known), key=str.encode)
