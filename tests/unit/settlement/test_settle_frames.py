"""Tables in memory: the same month as from files, known by a digest, and results as Arrow."""

from decimal import Decimal

import pyarrow as pa
import pytest
from settle_month import MARKET, RETAILERS, users, write_month

import policy_engine as pe
from policy_engine.diagnostics.errors import InputError


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


def table():
    rows = users()
    content = {name: [row[name] or None for row in rows] for name in rows[0]}
    for name in ("contract_energy", "metered_energy", "catalogue_price"):
        content[name] = [Decimal(value) for value in content[name]]
    return pa.table(content)


def handed(user, **more):
    return {"user": user, "售电公司": RETAILERS, "market": MARKET[0], **more}


KINDS = {
    "arrow": lambda: table(),
    "reader": lambda: table().to_reader(max_chunksize=2),
    "rows": lambda: users(),
}


@pytest.mark.parametrize("executor", ["columns", "durable", "reference"])
@pytest.mark.parametrize("kind", KINDS)
def test_frames_settle_as_files_do(policy, tmp_path, kind, executor):
    expected = pe.settle(policy, write_month(tmp_path / "in"), executor="reference")
    done = pe.settle(policy, handed(KINDS[kind]()), executor=executor)
    assert {t.name: t.rows for t in done.tables} == {t.name: t.rows for t in expected.tables}
    assert done.record["rows"] == expected.record["rows"]
    assert done.record["totals"] == expected.record["totals"]
    assert set(done.record["input"]) == {"user", "售电公司", "market"}
    assert done.explain("001").differences == ()


def test_a_polars_frame(policy):
    polars = pytest.importorskip("polars")
    done = pe.settle(policy, handed(polars.from_arrow(table())))
    assert done.table("user").rows == pe.settle(policy, handed(table())).table("user").rows


PANDAS = {
    "as converted": lambda frame: frame,  # decimals as objects, blanks as None
    "texts": lambda frame: frame.astype({"contract_energy": "str", "metered_energy": "str"}),
    "a column of NaN": lambda frame: frame.assign(settled_energy=float("nan")).astype(
        {"settled_energy": object}
    ),
    "another index": lambda frame: frame.set_index(frame.index[::-1]),
}


@pytest.mark.parametrize("executor", ["columns", "reference"])
@pytest.mark.parametrize("kind", PANDAS)
def test_a_pandas_frame(policy, kind, executor):
    pytest.importorskip("pandas")
    expected = pe.settle(policy, handed(table()))
    frame = PANDAS[kind](table().to_pandas())
    done = pe.settle(policy, handed(frame), executor=executor)
    assert done.table("user").rows == expected.table("user").rows
    back = done.arrow("user").to_pandas()
    assert list(back["user_id"]) == [row[0] for row in expected.table("user").rows]


@pytest.mark.parametrize("executor", ["columns", "reference"])
def test_pandas_floats_are_refused_by_name(policy, executor):
    pytest.importorskip("pandas")
    frame = table().to_pandas().astype({"metered_energy": "float64"})
    with pytest.raises(InputError) as told:
        pe.settle(policy, handed(frame), executor=executor)
    assert {d.code for d in told.value.diagnostics} == {"PE6018"}


def test_results_as_arrow(policy):
    columns, engine = (pe.settle(policy, handed(table()), executor=e) for e in ("columns", "reference"))
    for name in ("user", "retailer", "rejected"):
        one, other = columns.arrow(name), engine.arrow(name)
        assert one.column_names == other.column_names
        assert one.to_pylist() == other.to_pylist()
    assert not any(
        "float" in str(field.type) or "double" in str(field.type) for field in columns.arrow("user").schema
    )
    with pytest.raises(KeyError):
        columns.arrow("nobody")


def test_the_digest_is_of_the_content(policy):
    whole = pe.settle(policy, handed(table())).record
    cut = pa.concat_tables([table().slice(0, 2), table().slice(2)])
    assert pe.settle(policy, handed(cut)).record["run_id"] == whole["run_id"]
    other = table().set_column(2, "contract_energy", pa.array([Decimal(1)] * 5))
    assert pe.settle(policy, handed(other)).record["input"]["user"] != whole["input"]["user"]


@pytest.mark.parametrize("executor", ["columns", "reference"])
def test_binary_floats_are_refused_whoever_decides(policy, executor):
    floats = table().set_column(2, "contract_energy", pa.array([1.5] * 5))
    with pytest.raises(InputError) as told:
        pe.settle(policy, handed(floats), executor=executor)
    assert [d.code for d in told.value.diagnostics] == ["PE6018"]
    unread = table().append_column("备注", pa.array([1.5] * 5))
    assert pe.settle(policy, handed(unread), executor=executor).record["rows"]["user"]["out"] == 5


def test_an_entity_nobody_knows(policy):
    with pytest.raises(pe.InputError) as caught:
        pe.settle(policy, handed(table(), users=[]))
    assert caught.value.code == "PE6002"


def test_written_from_frames(policy, tmp_path):
    done = pe.settle(policy, handed(table()), tmp_path / "out")
    assert {p.name for p in tmp_path.glob("out/*")} == {
        "user.csv",
        "retailer.csv",
        "rejected.csv",
        "run.json",
    }
    assert done.tables == ()
    assert done.explain("D1").differences == ()
