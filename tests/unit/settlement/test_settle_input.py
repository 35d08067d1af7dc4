"""What people hand in: names of tables and columns, units, ids, formats; and whole tables that cannot be used."""

import datetime as dt
import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from settle_month import MARKET, RETAILERS, balanced, user, users, write_csv, write_month

CHINESE = {
    "user_id": "用户编号",
    "retailer_id": "售电公司",
    "contract_energy": "合同电量",
    "metered_energy": "实际用电量",
    "catalogue_price": "目录电价",
    "exempt": "免考",
    "liability_share": "约定分摊比例",
    "average_bilateral_price": "年度双边均价",
}


def renamed(rows, **names):
    names = {**CHINESE, **names}
    return [{names.get(k, k): v for k, v in row.items()} for row in rows]


@pytest.fixture
def plain(settle, tmp_path):
    """The month as everything else should come out."""
    return settle(write_month(tmp_path / "plain"), output=tmp_path / "plain out")


# -- names ------------------------------------------------------------------------------------------


def test_chinese_names(settle, tmp_path, plain):
    folder = write_month(tmp_path / "in", user=[], retailer=[], market=[])
    write_csv(folder / "用户.csv", renamed(users(), user_id="用户户号"))
    write_csv(folder / "售电公司.csv", renamed(RETAILERS, retailer_id="售电公司编号"))
    write_csv(folder / "全月.csv", renamed(MARKET))
    done = settle(folder)
    assert done.code == 0
    assert done.users == plain.users
    assert done.retailers == plain.retailers


def test_aliases_and_stray_spaces_in_headers(settle, tmp_path, plain):
    given = renamed(users(), metered_energy=" 抄表 电量 ", exempt="免考\u3000")
    done = settle(write_month(tmp_path / "in", user=given))
    assert (done.code, done.users) == (0, plain.users)


@pytest.mark.parametrize(
    "header, factor",
    [
        ("合同电量（万千瓦时）", "0.1"),
        ("合同电量(MWh)", "1"),
        ("合同电量［千瓦时］", "1000"),
        ("contract_energy（亿千瓦时）", "0.00001"),
        ("合同电量 （ 兆瓦时 ）", "1"),
    ],
)
def test_units_in_brackets_convert_exactly(settle, tmp_path, plain, header, factor):
    given = [
        {**row, "contract_energy": f"{Decimal(row['contract_energy']) * Decimal(factor):f}"}
        for row in users()
    ]
    done = settle(write_month(tmp_path / "in", user=renamed(given, contract_energy=header)))
    assert (done.code, done.users) == (0, plain.users)


@pytest.mark.parametrize("header, share", [("约定分摊比例（%）", "30"), ("约定分摊比例（‰）", "300")])
@pytest.mark.parametrize("written", ["header", "cell"])
def test_a_share_in_percent(settle, tmp_path, header, share, written):
    """30 below （%） is 30 %; a cell that says % itself is in percent whatever the header says."""
    plainly = settle(
        write_month(tmp_path / "in", user=[user("001", metered="9000", liability_share="0.3"), user("002")])
    )
    text = share if written == "header" else "30%"
    given = [user("001", metered="9000", **{header: text}), user("002")]
    done = settle(write_month(tmp_path / "in2", user=given))
    assert Decimal(plainly.users["001"]["user_fee"]) > 0
    assert done.users == plainly.users


def test_half_a_percent_is_not_a_half(settle, tmp_path):
    half = settle(write_month(tmp_path / "in", user=[user("001", **{"约定分摊比例（%）": "0.5"})]))
    plainly = settle(write_month(tmp_path / "in2", user=[user("001", liability_share="0.005")]))
    assert half.users == plainly.users


@pytest.mark.parametrize("share", ["0.3", "30%", "30.00 %", "３０％", ".3"])
def test_spellings_of_a_share(settle, tmp_path, share):
    plainly = settle(write_month(tmp_path / "in", user=[user("001", liability_share="0.3")]))
    done = settle(write_month(tmp_path / "in2", user=[user("001", liability_share=share)]))
    assert done.users == plainly.users


@pytest.mark.parametrize("yes", ["是", "true", "TRUE", "1", "Y", "yes", "√", "有"])
def test_spellings_of_yes(settle, tmp_path, yes):
    done = settle(write_month(tmp_path / "in", user=[user("001", "", exempt=yes)], retailer=[]))
    assert done.users["001"]["verdict"] == "免考"


@pytest.mark.parametrize("no", ["否", "false", "FALSE", "0", "n", "No", "×", "无", ""])
def test_spellings_of_no(settle, tmp_path, no):
    done = settle(write_month(tmp_path / "in", user=[user("001", "", exempt=no)], retailer=[]))
    assert done.users["001"]["verdict"] == "应予考核"


def test_title_rows_blank_rows_and_totals(settle, tmp_path, plain):
    folder = write_month(tmp_path / "in")
    body = (folder / "user.csv").read_text(encoding="utf-8").splitlines()
    lines = ["冀北2018年6月,,,,,", ",,,,,", body[0], body[1], ",,,,,", *body[2:], "合计,,50000,48500,,"]
    (folder / "user.csv").write_text("\n".join(lines), encoding="utf-8")
    done = settle(folder)
    assert (done.code, done.users) == (0, plain.users)
    warned = [w["message"] for w in done.record["warnings"]]
    assert any("合计" in text for text in warned)
    assert any("冀北2018年6月" in text for text in warned)


def test_lines_are_those_people_see(settle, tmp_path):
    folder = write_month(tmp_path / "in")
    body = (folder / "user.csv").read_text(encoding="utf-8").splitlines()
    body[2] = body[2].replace("9600", "？")
    (folder / "user.csv").write_text("\n".join(["标题", "", *body]), encoding="utf-8")
    assert settle(folder).rejected[0]["line"] == "5"


def test_unknown_columns_are_noted(settle, tmp_path, plain):
    given = [{**row, "用户名称": "某厂", "联系电话": "0335"} for row in users()]
    done = settle(write_month(tmp_path / "in", user=given))
    assert (done.code, done.users) == (0, plain.users)
    codes = [w["code"] for w in done.record["warnings"]]
    assert codes.count("PE6043") == 2
    assert "run.json" in done.err


def test_a_result_handed_in_as_a_column_is_noted(settle, tmp_path):
    """contract_energy of a retailer is decided; whoever means the package's must hear that it was not read."""
    retailers = [{"retailer_id": "A", "contract_energy": "1"}, {"retailer_id": "B", "contract_energy": "1"}]
    done = settle(write_month(tmp_path / "in", retailer=retailers))
    assert done.code == 0
    assert [w["code"] for w in done.record["warnings"]] == ["PE6046"]
    assert "contract_energy" in done.record["warnings"][0]["message"]


def test_the_output_can_be_the_input_again(settle, tmp_path, plain):
    folder = write_month(tmp_path / "in", user=[])
    again = [{**user, "exempt": "", "catalogue_price": "600"} for user in plain.users.values()]
    write_csv(folder / "user.csv", again)
    assert settle(folder).users == plain.users


def test_a_sheet_that_is_no_table_is_passed_over_aloud(settle, tmp_path, plain):
    folder = write_month(tmp_path / "in", 填表说明=[{"说明": "请勿改动表头", "备注": "x"}])
    done = settle(folder)
    assert (done.code, done.users) == (0, plain.users)
    assert [w["code"] for w in done.record["warnings"] if w["code"] == "PE7003"] == ["PE7003"]


# -- ids --------------------------------------------------------------------------------------------


def test_ids_are_text(settle, tmp_path):
    ids = ["001234", "1234", "0001234", "1e3", "甲", "１２３４", "1304178633618000123"]
    done = settle(write_month(tmp_path / "in", user=[user(i) for i in ids]))
    assert set(done.users) == set(ids)


@pytest.mark.parametrize("written", [" 001 ", "001\u3000", "\u200b001", "001\ufeff", "\t001"])
def test_spaces_around_an_id_do_not_count(settle, tmp_path, written):
    done = settle(write_month(tmp_path / "in", user=[user(written, " A\u00a0"), user("002")]))
    assert set(done.users) == {"001", "002"}
    assert done.users["001"]["retailer_id"] == "A"
    twice = settle(write_month(tmp_path / "in2", user=[user(written), user("001"), user("D", "")]))
    assert [r["code"] for r in twice.rejected if r["table"] == "user"] == ["PE6012", "PE6012"]


def book(path, user_rows, header=None, formats=None, market=MARKET, retailers=RETAILERS):
    """A workbook of cells as Excel keeps them; ``formats`` by column."""
    from openpyxl import Workbook

    out = Workbook()
    out.remove(out.active)
    tables = {"用户": user_rows, "售电公司": retailers, "全月": market}
    for name, rows in tables.items():
        sheet = out.create_sheet(name)
        columns = list(dict.fromkeys(c for row in rows for c in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(c) for c in columns])
            for cell, column in zip(sheet[sheet.max_row], columns, strict=True):
                if formats and column in formats:
                    cell.number_format = formats[column]
    out.save(path)
    return path


def numbers(rows):
    """Quantities as the numbers that Excel keeps."""
    keys = ("contract_energy", "metered_energy", "catalogue_price")
    return [{**row, **{k: float(row[k]) for k in keys}, "exempt": False} for row in rows]


def test_a_workbook(settle, tmp_path, plain):
    done = settle(book(tmp_path / "月.xlsx", numbers(users())))
    assert (done.code, done.users, done.retailers) == (0, plain.users, plain.retailers)


def test_ids_in_a_workbook(settle, tmp_path):
    given = numbers([user("001234"), user(1234), user(1235.0), user("1236 ")])
    done = settle(book(tmp_path / "月.xlsx", given))
    assert set(done.users) == {"001234", "1234", "1235", "1236"}


def test_a_numeric_id_past_15_digits_is_refused(settle, tmp_path):
    given = numbers([user(1304178633618000123), user("002"), user("003", "B")])
    done = settle(book(tmp_path / "月.xlsx", given))
    assert done.code == 2
    assert set(done.users) == {"003"}
    first = done.rejected[0]
    assert first["code"] == "PE6017"
    assert "15位" in first["reason"]
    assert "文本" in first["hint"]
    assert first["line"] == "2"
    assert balanced(done)


def test_an_id_that_a_spreadsheet_saved_as_scientific(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", user=[user("1.30418E+18"), user("003", "B")]))
    assert done.rejected[0]["code"] == "PE6017"
    assert set(done.users) == {"003"}


def test_percent_cells_and_dates_of_a_workbook(settle, tmp_path):
    given = numbers([user("001", liability_share=0.3, 结算期=dt.date(2018, 6, 1)), user("002")])
    formats = {"liability_share": "0%", "结算期": "yyyy年m月"}
    done = settle(book(tmp_path / "月.xlsx", given, formats=formats))
    plainly = settle(
        write_month(tmp_path / "in", user=[user("001", liability_share="0.3"), user("002")]),
        output=tmp_path / "o",
    )
    assert done.code == 0
    assert done.users == plainly.users


def test_another_month_as_an_excel_date(settle, tmp_path):
    given = numbers([user("001", 结算期=dt.date(2018, 5, 1)), user("003", "B", 结算期=dt.date(2018, 6, 1))])
    done = settle(book(tmp_path / "月.xlsx", given))
    assert done.rejected[0]["code"] == "PE6010"
    assert set(done.users) == {"003"}


@pytest.mark.parametrize("price", ["0.1", "350.005"])
def test_numbers_of_a_workbook_are_the_decimals_it_shows(settle, tmp_path, price):
    """0.1 is a tenth, not the double next to it."""
    shown = settle(write_month(tmp_path / "in", market=[{"average_bilateral_price": price}]))
    done = settle(
        book(tmp_path / "月.xlsx", numbers(users()), market=[{"average_bilateral_price": float(price)}]),
        output=tmp_path / "o",
    )
    assert (done.code, done.users) == (0, shown.users)


def parquet(folder, **tables):
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    return folder


def test_parquet(settle, tmp_path, plain):
    import pyarrow as pa

    def column(name, kind=None):
        values = [row[name] for row in users()]
        return pa.array([Decimal(v) for v in values], kind) if kind else pa.array([v or None for v in values])

    energy = pa.decimal128(12, 3)
    table = {
        "user_id": column("user_id"),
        "retailer_id": column("retailer_id"),
        "contract_energy": column("contract_energy", energy),
        "metered_energy": column("metered_energy", energy),
        "catalogue_price": column("catalogue_price", energy),
        "exempt": pa.array([False] * len(users())),
    }
    folder = parquet(
        tmp_path / "in",
        user=table,
        retailer={"retailer_id": pa.array(["A", "B"])},
        market={"average_bilateral_price": pa.array([350])},
    )
    done = settle(folder)
    assert (done.code, done.users) == (0, plain.users)


def test_parquet_with_floats_is_refused(settle, tmp_path):
    folder = write_month(tmp_path / "in", market=[])
    other = parquet(tmp_path / "p", market={"average_bilateral_price": [350.5]})
    (other / "market.parquet").rename(folder / "market.parquet")
    done = settle(folder)
    assert done.code == 1
    assert "PE5026" in done.err


# -- whole tables -----------------------------------------------------------------------------------


def refused(done, *words):
    assert done.code == 1, done.out
    assert not done.folder.exists()
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err, done.err
    return True


def without(rows, column):
    return [{k: v for k, v in row.items() if k != column} for row in rows]


@pytest.mark.parametrize(
    "column, name",
    [("metered_energy", "实际用电量"), ("catalogue_price", "目录电价"), ("user_id", "user_id")],
)
def test_a_missing_column(settle, tmp_path, column, name):
    done = settle(write_month(tmp_path / "in", user=without(users(), column)))
    assert refused(done, "PE6042", f"缺少“{name}”一栏", "user.csv")


def test_all_missing_columns_at_once_with_what_is_similar(settle, tmp_path):
    given = renamed(without(users(), "catalogue_price"), metered_energy="实际用电")
    done = settle(write_month(tmp_path / "in", user=given))
    assert refused(done, "缺少“实际用电量”一栏", "缺少“目录电价”一栏", "相近的栏：实际用电")


def test_a_misspelt_optional_column(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", user=renamed(users(), exempt="免靠")))
    assert refused(done, "PE6045", "免靠", "免考")


@pytest.mark.parametrize(
    "extra, code",
    [
        ({"合同电量": "1"}, "PE6040"),
        ({"用户编号": "1"}, "PE6040"),
        ({"售电公司": "A"}, "PE6040"),
        ({"结算期": "2018-06", "结算月": "2018-06"}, "PE6040"),
        ({"合同电量（元）": "1"}, "PE6041"),
    ],
)
def test_columns_that_contradict_each_other(settle, tmp_path, extra, code):
    given = [{**row, **extra} for row in users()]
    if code == "PE6041":
        given = without(given, "contract_energy")
    assert refused(settle(write_month(tmp_path / "in", user=given)), code)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b" , ,\n"], ids=repr)
def test_an_empty_file(settle, tmp_path, content):
    folder = write_month(tmp_path / "in")
    (folder / "user.csv").write_bytes(content)
    assert refused(settle(folder), "PE5006", "user.csv")


def test_a_table_without_rows(settle, tmp_path):
    folder = write_month(tmp_path / "in")
    header = (folder / "user.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "user.csv").write_text(header, encoding="utf-8")
    done = settle(folder)
    assert (done.code, done.users) == (0, {})
    assert done.record["rows"]["user"] == {"in": 0, "implied": 0, "out": 0, "rejected": 0}


def test_a_missing_table(settle, tmp_path):
    assert refused(settle(write_month(tmp_path / "in", user=[])), "PE7002", "用户")


def test_an_empty_folder_and_no_folder(settle, tmp_path):
    (tmp_path / "in").mkdir()
    assert refused(settle(tmp_path / "in"), "PE5007")
    assert refused(settle(tmp_path / "nirgends"), "PE5001", "nirgends")


@pytest.mark.parametrize("name", ["发电企业", "generator"])
def test_a_generator_table_is_not_covered(settle, tmp_path, name):
    folder = write_month(tmp_path / "in", **{name: [{"电厂": "某电厂", "电量": "1"}]})
    assert refused(settle(folder), "PE6001", "发电企业", "通知只写了电力用户和售电公司", "去掉这张表")


def test_a_misspelt_table(settle, tmp_path):
    folder = write_month(tmp_path / "in", user=[], 用护=users())
    assert refused(settle(folder), "PE7004", "用护")


def test_one_table_twice(settle, tmp_path):
    folder = write_month(tmp_path / "in", 用户=users())
    assert refused(settle(folder), "PE6004", "用户")


@pytest.mark.parametrize(
    "period, code", [("2018-05", "PE4002"), ("2018-6", "PE4011"), ("2018-13", "PE4011"), ("六月", "PE4011")]
)
def test_a_month_without_rules(settle, tmp_path, period, code):
    done = settle(write_month(tmp_path / "in"), period=period)
    assert refused(done, code, period)


def test_a_month_that_was_not_known_yet(settle, tmp_path):
    done = settle(write_month(tmp_path / "in"), "--known-on", "2018-06-04")
    assert refused(done, "PE4003", "2018-06-05")
    assert settle(write_month(tmp_path / "in"), "--known-on", "2018-06-05").code == 0


def test_two_versions_in_force(settle, tmp_path):
    from policy_engine.policy.library import builtin_rules

    rules = tmp_path / "rules"
    rules.mkdir()
    for name in ("甲.yaml", "乙.yaml"):
        (rules / name).write_bytes((builtin_rules() / "jibei" / "deviation.yaml").read_bytes())
    done = settle(write_month(tmp_path / "in"), "--rules", str(rules))
    assert refused(done, "PE4004", "甲.yaml", "乙.yaml")


@pytest.mark.parametrize(
    "option, code, words",
    [
        ("分配权重", "PE7007", "分配权重"),
        ("分配权=全部负偏差", "PE4013", "分配权重"),
        ("分配权重=一半", "PE4014", "超出幅度的部分"),
    ],
)
def test_options_that_make_no_sense(settle, tmp_path, option, code, words):
    done = settle(write_month(tmp_path / "in"), "--option", option)
    assert refused(done, code, words)


def test_an_option_changes_the_result_and_the_run(settle, tmp_path, plain):
    done = settle(write_month(tmp_path / "in"), "--option", "负偏差考核部分＝全部负偏差")
    assert done.record["readings"]["负偏差考核部分"] == "全部负偏差"
    assert done.record["run_id"] != plain.record["run_id"]
    assert done.users["D1"]["assessed_energy"] == "600.000"
    assert plain.users["D1"]["assessed_energy"] == "100.000"


# -- names of files ---------------------------------------------------------------------------------


def test_file_names_in_gb18030_are_understood(settle, tmp_path, plain):
    """An archive packed on Chinese Windows leaves such names behind on Linux."""
    folder = write_month(tmp_path / "in", user=[])
    write_csv(tmp_path / "u.csv", users())
    try:
        (tmp_path / "u.csv").rename(folder / os.fsdecode("用户.csv".encode("gb18030")))
    except OSError:
        pytest.skip("this file system keeps UTF-8 names only")
    done = settle(folder)
    assert (done.code, done.users) == (0, plain.users)
    assert "用户.csv" in done.record["input"]


def test_the_c_locale(tmp_path):
    folder = write_month(tmp_path / "in", user=[])
    write_csv(folder / "用户.csv", [user("001"), user("002", metered="?")])
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    for more in ({"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        out = tmp_path / f"out{len(more)}"
        ran = subprocess.run(
            [
                *(sys.executable, "-c", "from policy_engine.cli.main import main; main()"),
                *("settle", "jibei/deviation"),
                *("--period", "2018-06", "--input", str(folder), "--output", str(out)),
                *("--option", "分配权重=全部负偏差"),
            ],
            env={**environment, **more},
            capture_output=True,
        )
        assert ran.returncode == 2, ran.stderr.decode()
        assert "退回" in ran.stderr.decode("utf-8")
        assert "用户.csv" in (out / "rejected.csv").read_text(encoding="utf-8-sig")
        assert "用户.csv" in json.loads((out / "run.json").read_text(encoding="utf-8"))["input"]
