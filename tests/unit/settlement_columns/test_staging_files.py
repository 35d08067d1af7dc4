"""Files staged as columns hold what the engine's reader reads, and reject what it rejects."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from staged_parity import agree, expected

import policy_engine as pe


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


def energy(*values, kind=None):
    return pa.array([None if v is None else Decimal(v) for v in values], kind or pa.decimal128(18, 3))


def users(**changed):
    """Four users of two retailers, and one that trades directly."""
    columns = {
        "user_id": pa.array(["001", "002", "003", "004", "D1"]),
        "retailer_id": pa.array(["A", "A", "B", "B", None]),
        "contract_energy": energy("10000", "10000.001", "0", "9999.999", "1"),
        "metered_energy": energy("9400", "9600", "10000000", "0.001", "1"),
        "catalogue_price": energy("600", "600", "600", "600", "571.4"),
        "exempt": pa.array([False, None, True, False, False]),
    }
    return {**columns, **changed}


def month(folder, user=None, retailer=None, market=None):
    folder.mkdir(exist_ok=True, parents=True)
    pq.write_table(pa.table(user if user is not None else users()), folder / "user.parquet")
    if retailer is not False:
        pq.write_table(pa.table(retailer or {"retailer_id": ["A", "B"]}), folder / "retailer.parquet")
    pq.write_table(pa.table(market or {"average_bilateral_price": energy("350")}), folder / "market.parquet")
    return folder


def test_a_clean_month(policy, tmp_path):
    found = agree(policy, month(tmp_path))
    assert len(found.rows["用户"]) == 5 and not found.rejected


CHANGES = {
    "out_of_range": {"metered_energy": energy("9400", "10000000.001", "0", "0", "0")},
    "below_range": {"metered_energy": energy("9400", "-0.001", "0", "0", "0")},
    "null_needed": {"contract_energy": energy("9400", None, "0", "0", "0")},
    "more_places": {"contract_energy": energy("1", "2.0001", "3", "4.0000", "5", kind=pa.decimal128(20, 4))},
    "wide": {"contract_energy": energy("1", "2", "3", "4", "5", kind=pa.decimal128(38, 10))},
    "widest": {"contract_energy": energy("1", "2", "3", "4", "5", kind=pa.decimal128(38, 30))},
    "integers": {"contract_energy": pa.array([1, 2, 10_000_000, 10_000_001, 5], pa.int64())},
    "unsigned": {"contract_energy": pa.array([1, 2, 2**64 - 1, 4, 5], pa.uint64())},
    "small": {"contract_energy": pa.array([1, 2, -128, 4, 5], pa.int8())},
    "double_key": {"user_id": pa.array(["001", "002", "003", "001", "D1"])},
    "double_key_untrimmed": {"user_id": pa.array(["001", "002", "003", " 001\u3000", "D1"])},
    "no_key": {"user_id": pa.array(["001", None, "003", "", "D1"])},
    "unprintable_key": {"user_id": pa.array(["001", "0\x002", "003", "4\n4", "D1"])},
    "chinese_key": {"user_id": pa.array(["用户一", "（甲）二", "003", "Ω", "D1"])},
    "long_key": {"user_id": pa.array(["1" * 200, "1" * 201, "用" * 67, "用" * 200, "用" * 201])},
    "number_key": {"user_id": pa.array([1, 2, 3, 3, None], pa.int32())},
    "decimal_key": {"user_id": energy("1", "2", "3", "4.5", None)},
    "date_key": {"user_id": pa.array([dt.date(2018, 6, d) for d in (1, 2, 3, 3, 4)])},
    "error_key": {"user_id": pa.array(["#N/A", "002", "#1", "#REF!", "D1"])},
    "total_last": {"user_id": pa.array(["001", "002", "003", "004", "合 计："])},
    "total_inside": {"user_id": pa.array(["001", "合计", "003", "004", "D1"])},
    "total_word_in_key": {"user_id": pa.array(["001", "设计院", "计", "004", "D1"])},
    "unknown_parent": {"retailer_id": pa.array(["A", "A ", "C", "a", None])},
    "odd_parent": {"retailer_id": pa.array(["A", "A\x00", "#N/A", "B", " "])},
    "texts": {
        "contract_energy": pa.array(["1,000.5", " 7", "１２", "50%", "1e3"]),
        "metered_energy": pa.array(["1_000", "+5", "5.", ".5", "-0"]),
        "catalogue_price": pa.array(["12.3450", "12.3456", "10000", "10000.001", "#DIV/0!"]),
        "exempt": pa.array(["是", "TRUE", "√", "maybe", ""]),
    },
    "exempt_numbers": {"exempt": pa.array([0, 1, 2, None, 1])},
    "exempt_texts": {"exempt": pa.array(["Yes", "N", "有 ", "× ", "无"])},
    "months": {"结算月": pa.array(["2018-06", "", "201806", "2018-07", "2018年6月"])},
    "months_untidy": {"结算月": pa.array(["2018-6", None, " 2018-06", "x", "2018.6"])},
    "month_numbers": {"结算月": pa.array([201806, 201807, None, 6, 201806])},
    "month_days": {"结算月": pa.array([dt.date(2018, 6, d) for d in (1, 1, 2, 1, 1)])},
    "kilowatt_hours": {
        "contract_energy": None,
        "合同电量（千瓦时）": energy("1", "2.5", "3000", "10000000001", "5"),
    },
    "ten_thousand": {
        "contract_energy": None,
        "合同电量（万千瓦时）": energy(
            "0.0001", "0.00001", "3", "1000000", "1000001", kind=pa.decimal128(18, 5)
        ),
    },
    "nothing": {"settled_energy": pa.nulls(5), "liability_share": pa.nulls(5)},
    "dictionary": {"retailer_id": pa.array(["A", "B", "A", None, "C"]).dictionary_encode()},
    "large": {"user_id": pa.array(["1", "2", "3", "4", "5"], pa.large_string())},
    "float": {"contract_energy": pa.array([1.0, 2.0, 3.0, 4.0, 5.0])},
    "time": {"contract_energy": pa.array([dt.datetime(2018, 6, 1)] * 5)},
    "same_but_case": {"USER_ID": pa.array(["x"] * 5), "Contract_Energy": pa.array(["y"] * 5)},
    "own_row_number": {"file_row_number": pa.array([9, 9, 9, 9, 9])},
    "missing": {"contract_energy": None},
    "last_month_result": {"偏差电量": pa.array(["x"] * 5)},
    "unknown_column": {"备注": pa.array(["合计", "x", None, "", "#N/A"])},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("retailers", ["given", "made", "one"])
def test_a_changed_month(policy, tmp_path, change, retailers):
    table = {name: column for name, column in users(**change).items() if column is not None}
    retailer = {"given": None, "made": False, "one": {"retailer_id": ["A"]}}[retailers]
    agree(policy, month(tmp_path, table, retailer))


def test_a_first_column_may_hold_the_total(policy, tmp_path):
    table = {"序号": pa.array(["1", "2", "3", "4", "合计"]), **users()}
    assert len(agree(policy, month(tmp_path, table)).rows["用户"]) == 4


def test_blank_rows_are_no_rows(policy, tmp_path):
    table = {name: pa.concat_arrays([column, pa.nulls(2, column.type)]) for name, column in users().items()}
    assert not agree(policy, month(tmp_path, table)).rejected


@pytest.mark.parametrize("name", ["a*b", "it's", "[1]", "中 文", "x?y", 'quo"te', "a;b--"])
def test_odd_folder_names(policy, tmp_path, name):
    folder = month(tmp_path / name / "k=v", users(user_id=pa.array(["1", "1", "3", "4", "5"])))
    assert [row[1] for row in agree(policy, folder).rejected] == ["1", "1", "A"]


def test_broken_files(policy, tmp_path):
    folder = month(tmp_path)
    content = (folder / "user.parquet").read_bytes()
    for wrong in (
        b"",
        content[:100],
        content[:-10],
        b"PAR1" + b"x" * 50 + b"PAR1",
        content[:200] + b"\0" * 60 + content[260:],
    ):
        (folder / "user.parquet").write_bytes(wrong)
        agree(policy, folder)


def test_a_faulty_retailer_takes_its_users_along(policy, tmp_path):
    retailer = {"retailer_id": ["A", "B"], "package_contract_energy": energy("-1", "5")}
    found = agree(policy, month(tmp_path, retailer=retailer))
    assert [r[1] for r in found.rejected] == ["A", "001", "002"]


def test_a_retailer_of_another_month(policy, tmp_path):
    retailer = {
        "retailer_id": ["A", "B", "A", "C"],
        "结算月": ["2018-05", "2018-05", "2018-06", "2018-06"],
    }
    agree(policy, month(tmp_path, retailer=retailer))


def test_two_tables_of_one_entity(policy, tmp_path):
    folder = month(tmp_path)
    pq.write_table(pa.table(users()), folder / "用户.parquet")
    assert agree(policy, folder)[1][0][0] == "PE6004"


def test_nothing_there(policy, tmp_path):
    agree(policy, tmp_path / "absent")
    agree(policy, tmp_path)
    month(tmp_path)
    (tmp_path / "user.parquet").unlink()
    agree(policy, tmp_path)
    (tmp_path / "发电企业.parquet").write_bytes((tmp_path / "retailer.parquet").read_bytes())
    agree(policy, tmp_path)


def test_an_unknown_table(policy, tmp_path):
    folder = month(tmp_path)
    pq.write_table(pa.table({"x": ["1"]}), folder / "别的.parquet")
    agree(policy, folder)
    pq.write_table(pa.table(users()), folder / "usr.parquet")
    agree(policy, folder)


def test_a_wrong_market(policy, tmp_path):
    agree(policy, month(tmp_path, market={"average_bilateral_price": energy("-1")}))
    agree(policy, month(tmp_path, market={"average_bilateral_price": energy("1", "2")}))


def test_the_helper_reads_values(policy, tmp_path):
    rows = expected(policy, month(tmp_path)).rows["用户"]
    assert rows[0][:5] == (1, "001", "A", 10_000_000, 9_400_000)
