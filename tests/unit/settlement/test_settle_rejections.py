"""A row that cannot be used is rejected with its package, retailer included; the rest is settled."""

import pytest
from settle_month import RETAILERS, balanced, user, users, write_csv, write_month

PACKAGE_A = {("user", "001"), ("user", "002"), ("retailer", "A")}


def spoilt(user_id, /, **cells):
    return [{**row, **(cells if row["user_id"] == user_id else {})} for row in users()]


def test_a_good_month_leaves_nothing_behind(settle, tmp_path):
    done = settle(write_month(tmp_path / "in"))
    assert (done.code, done.rejected) == (0, [])
    assert set(done.users) == {"001", "002", "003", "004", "D1"}
    assert balanced(done)


@pytest.mark.parametrize(
    "cells, column, code, words",
    [
        ({"metered_energy": "约500"}, "metered_energy", "PE6030", "约500"),
        ({"metered_energy": "-0.001"}, "metered_energy", "PE6033", "-0.001"),
        ({"metered_energy": "#DIV/0!"}, "metered_energy", "PE6019", "#DIV/0!"),
        ({"metered_energy": ""}, "metered_energy", "PE6016", "实际用电量"),
        ({"metered_energy": "1.0005"}, "metered_energy", "PE6032", "3 位小数"),
        ({"metered_energy": "—"}, "metered_energy", "PE6030", "留空"),
        ({"metered_energy": "1e400"}, "metered_energy", "PE6030", "1e400"),
        ({"contract_energy": "1,00"}, "contract_energy", "PE6030", "千位逗号"),
        ({"catalogue_price": "99999"}, "catalogue_price", "PE6033", "10000"),
        ({"exempt": "免"}, "exempt", "PE6030", "免"),
        ({"liability_share": "30"}, "liability_share", "PE6033", "0 至 1"),
        ({"liability_share": "33.333%"}, "liability_share", "PE6032", "0.33333"),
        ({"结算期": "2018-05"}, "结算期", "PE6010", "2018-05"),
        ({"结算期": "六月"}, "结算期", "PE6030", "六月"),
    ],
)
def test_a_bad_cell_takes_its_package_along(settle, tmp_path, cells, column, code, words):
    done = settle(write_month(tmp_path / "in", user=spoilt("002", **cells)))
    assert done.code == 2
    assert set(done.users) == {"003", "004", "D1"}
    assert set(done.retailers) == {"B"}
    assert set(done.reasons()) == PACKAGE_A
    culprit, *taken = done.rejected
    assert (culprit["id"], culprit["line"], culprit["column"]) == ("002", "3", column)
    assert culprit["code"] == code
    assert words in culprit["reason"]
    assert culprit["hint"]
    assert culprit["source"].endswith("user.csv")
    assert all(row["code"] == "PE6070" and "002" in row["reason"] for row in taken)
    assert balanced(done)


def test_a_direct_user_goes_alone(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", user=spoilt("D1", contract_energy="十")))
    assert done.reasons() == {("user", "D1"): ["PE6030"]}
    assert set(done.users) == {"001", "002", "003", "004"}
    assert balanced(done)


def test_an_unknown_retailer_with_the_nearest_name(settle, tmp_path):
    retailers = [{"retailer_id": "冀能售电"}, {"retailer_id": "B"}]
    given = [user("001", "冀能售店"), user("002", "冀能售电"), user("003", "B")]
    done = settle(write_month(tmp_path / "in", user=given, retailer=retailers))
    assert done.reasons() == {("user", "001"): ["PE6014"]}
    assert "冀能售店" in done.rejected[0]["reason"]
    assert "冀能售电" in done.rejected[0]["hint"]
    assert balanced(done)


def test_thousands_of_unknown_retailers_do_not_take_for_ever(settle, tmp_path):
    given = [user(f"U{i}", f"没有的公司{i}") for i in range(3000)]
    many = [{"retailer_id": f"售电公司{i}"} for i in range(1000)]
    done = settle(write_month(tmp_path / "in", user=given, retailer=many))
    assert len(done.rejected) == 3000
    assert balanced(done)


def test_doubled_users_take_both_packages(settle, tmp_path):
    given = [*users(), user("001", "B")]
    done = settle(write_month(tmp_path / "in", user=given))
    assert set(done.users) == {"D1"}
    assert done.retailers == {}
    twice = [row for row in done.rejected if row["code"] == "PE6012"]
    assert [row["line"] for row in twice] == ["2", "7"]
    assert all("2、7" in row["reason"] for row in twice)
    assert balanced(done)


def test_ten_thousand_doubles_do_not_name_every_line_every_time(settle, tmp_path):
    given = [user("001") for _ in range(3000)]
    done = settle(write_month(tmp_path / "in", user=given))
    assert len(done.rejected) == 3000 + 1
    assert max(len(row["reason"]) for row in done.rejected) < 400
    assert balanced(done)


def test_doubled_retailers_take_their_users(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", retailer=[*RETAILERS, {"retailer_id": "A"}]))
    assert set(done.retailers) == {"B"}
    assert set(done.users) == {"003", "004", "D1"}
    assert [row["line"] for row in done.rejected if row["table"] == "retailer"] == ["2", "4"]
    assert balanced(done)


def test_a_rejected_retailer_takes_its_users(settle, tmp_path):
    retailers = [{"retailer_id": "A", "package_contract_energy": "二万"}, {"retailer_id": "B"}]
    done = settle(write_month(tmp_path / "in", retailer=retailers))
    assert set(done.reasons()) == PACKAGE_A
    assert done.rejected[0]["column"] == "package_contract_energy"
    assert balanced(done)


def test_a_rejected_retailer_without_users(settle, tmp_path):
    retailers = [*RETAILERS, {"retailer_id": "C", "package_contract_energy": "-1"}]
    done = settle(write_month(tmp_path / "in", retailer=retailers))
    assert done.reasons() == {("retailer", "C"): ["PE6033"]}
    assert set(done.users) == {"001", "002", "003", "004", "D1"}
    assert balanced(done)


@pytest.mark.parametrize("stated, kept", [("20000", True), ("20000.001", False), ("", True)])
def test_users_add_up_to_their_package(settle, tmp_path, stated, kept):
    retailers = [{"retailer_id": "A", "package_contract_energy": stated}, {"retailer_id": "B"}]
    done = settle(write_month(tmp_path / "in", retailer=retailers))
    assert done.code == (0 if kept else 2)
    assert set(done.reasons()) == (set() if kept else PACKAGE_A)
    if not kept:
        assert done.rejected[0]["code"] == "PE6060"
        assert "打包合同电量" in done.rejected[0]["reason"]
        assert "20000.001" in done.rejected[0]["reason"]
    assert balanced(done)


def test_a_blank_id(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", user=spoilt("002", user_id="")))
    assert set(done.users) == {"003", "004", "D1"}
    assert [r["line"] for r in done.rejected if r["code"] == "PE6011"] == ["3"]
    assert balanced(done)


def test_a_retailer_cell_with_an_excel_error_names_no_retailer(settle, tmp_path):
    given = spoilt("002", retailer_id="#REF!")
    done = settle(write_month(tmp_path / "in", user=given, retailer=[]))
    assert done.reasons() == {("user", "002"): ["PE6019"]}
    assert set(done.retailers) == {"A", "B"}
    assert balanced(done)


def test_another_month_is_no_double(settle, tmp_path):
    """A sheet with two months: May is refused row by row, and a direct user's June is settled."""
    june = [{**row, "结算期": "2018-06"} for row in users()]
    may = [{**row, "结算期": "2018-05"} for row in users() if row["user_id"] in ("D1", "001")]
    done = settle(write_month(tmp_path / "in", user=[*may, *june]))
    assert {row["code"] for row in done.rejected} == {"PE6010", "PE6070"}
    assert [r["id"] for r in done.rejected if r["code"] == "PE6010"] == ["001", "D1"]
    assert set(done.users) == {"003", "004", "D1"}
    assert balanced(done)


def test_users_belong_to_this_months_retailer(settle, tmp_path):
    retailers = [{"retailer_id": "A", "结算期": "2018-05"}, {"retailer_id": "A", "结算期": "2018-06"}]
    given = [row for row in users() if row["retailer_id"] != "B"]
    for rows in (retailers, retailers[::-1]):
        done = settle(write_month(tmp_path / "in", user=given, retailer=rows))
        assert set(done.users) == {"001", "002", "D1"}
        assert done.reasons() == {("retailer", "A"): ["PE6010"]}


def test_a_blank_month_is_this_month(settle, tmp_path):
    given = [{**row, "结算期": period} for row, period in zip(users(), ["", "2018-06"] * 3, strict=False)]
    assert settle(write_month(tmp_path / "in", user=given)).code == 0


def test_a_retailer_made_from_its_users_is_told_apart(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", retailer=[]))
    assert set(done.retailers) == {"A", "B"}
    assert done.record["rows"]["retailer"] == {"in": 0, "implied": 2, "out": 2, "rejected": 0}
    assert "售电公司：0 行，另由下级推出 2 行，核算 2，退回 0" in done.out


def test_a_rejected_package_leaves_the_others_as_they_are(settle, tmp_path):
    whole = settle(write_month(tmp_path / "in"))
    rest = settle(
        write_month(tmp_path / "in2", user=spoilt("002", metered_energy="?")), output=tmp_path / "zwei"
    )
    assert rest.users == {key: row for key, row in whole.users.items() if key in rest.users}
    assert rest.retailers == {"B": whole.retailers["B"]}


def test_the_reasons_in_english(settle, tmp_path):
    done = settle(
        write_month(tmp_path / "in", user=spoilt("002", metered_energy="-1")), lang=["--lang", "en"]
    )
    assert "is outside" in done.rejected[0]["reason"]
    assert "check the value" in done.rejected[0]["hint"]
    assert "rejected" in done.out + done.err
    assert "退回" not in done.out + done.err


def test_rejections_under_chinese_headers(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", user=spoilt("002", metered_energy="-1")), "--headers", "name")
    rows = done.table("退回")
    assert rows[0]["表"] == "用户"
    assert (rows[0]["编号"], rows[0]["行号"], rows[0]["代码"]) == ("002", "3", "PE6033")


def test_text_that_a_spreadsheet_would_run_is_written_as_text(settle, tmp_path):
    given = spoilt("002", metered_energy="=1+1")
    done = settle(write_month(tmp_path / "in", user=given))
    raw = (done.folder / "rejected.csv").read_text(encoding="utf-8-sig")
    assert not any(cell.startswith(("=", "+", "@")) for line in raw.splitlines() for cell in line.split(","))


def test_one_row_everybody_shares_stops_everything(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", market=[{"average_bilateral_price": "暂无"}]))
    assert done.code == 1
    assert "PE6030" in done.err and "年度双边均价" in done.err
    assert not done.folder.exists()


@pytest.mark.parametrize("count", [0, 2])
def test_there_is_one_market_row(settle, tmp_path, count):
    folder = write_month(tmp_path / "in", market=[])
    if count:
        write_csv(folder / "market.csv", [{"average_bilateral_price": "350"}] * count)
    done = settle(folder)
    assert done.code == 1
    assert "PE6005" in done.err
    assert "正好有一行" in done.err
