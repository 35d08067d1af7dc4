"""The output folder: complete or untouched, free of what an earlier run left, and the same for any order of rows."""

import hashlib
import json
import os
import random
import sys
from decimal import Decimal

import pytest
from settle_month import users, write_month

import policy_engine as pe
from policy_engine.cli.main import run
from policy_engine.settlement import output as output_module
from policy_engine.settlement.columns.outputs import QueryTable
from policy_engine.settlement.statements import OutputTable
from policy_engine.tables.read import read_tables

CSV = {"user.csv", "retailer.csv", "rejected.csv", "run.json"}


def names(folder):
    return {path.name for path in folder.iterdir()}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.json"}


def by_table(folder):
    tables = [t for path in sorted(folder.iterdir()) if path.suffix != ".json" for t in read_tables(path)]
    return {t.name: [row.cells for row in t.rows] for t in tables}


@pytest.mark.parametrize(
    "options, expected",
    [
        ([], CSV),
        (["--format", "xlsx"], {"settlement.xlsx", "run.json"}),
        (["--format", "parquet"], {"user.parquet", "retailer.parquet", "rejected.parquet", "run.json"}),
        (["--headers", "name"], {"用户.csv", "售电公司.csv", "退回.csv", "run.json"}),
    ],
    ids=["csv", "xlsx", "parquet", "name"],
)
def test_what_is_written_and_nothing_else(settle, tmp_path, options, expected):
    done = settle(write_month(tmp_path / "in"), *options)
    assert names(done.folder) == expected
    written = {name: hashlib.sha256((done.folder / name).read_bytes()).hexdigest() for name in expected}
    del written["run.json"]
    assert done.record["output"] == written
    assert all(name in done.out for name in expected)


def test_files_of_an_earlier_run_do_not_stay(settle, tmp_path):
    source = write_month(tmp_path / "in", user=[{**users()[0], "metered_energy": "?"}, *users()[1:]])
    assert settle(source, "--headers", "name").code == 2
    assert settle(source, "--format", "parquet").code == 2
    assert settle(source, "--format", "xlsx").code == 2
    (tmp_path / "结果" / "说明.txt").write_text("我的", encoding="utf-8")
    assert settle(write_month(tmp_path / "in")).code == 0
    assert names(tmp_path / "结果") == CSV | {"说明.txt"}


def test_a_file_that_was_edited_since_is_kept_and_told(settle, tmp_path):
    source = write_month(tmp_path / "in")
    first = settle(source)
    (first.folder / "user.csv").write_text("批注", encoding="utf-8")
    second = settle(source, "--format", "xlsx")
    assert names(second.folder) == {"settlement.xlsx", "run.json", "user.csv"}
    assert (second.folder / "user.csv").read_text(encoding="utf-8") == "批注"
    assert "user.csv" in second.err
    assert [w["code"] for w in second.record["warnings"]] == ["PE7009"]


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "[]",
        '{"format": "policy-engine/run/1", "output": []}',
        '{"format": "policy-engine/run/1", "output": {"../in/user.csv": "DIGEST", "notes.txt": "DIGEST"}}',
        '{"format": "anderes", "output": {"user.parquet": "DIGEST"}}',
        "[" * 100_000,
    ],
    ids=["broken", "list", "no names", "paths", "foreign", "deep"],
)
def test_a_record_is_not_believed_beyond_its_own_tables(settle, tmp_path, record):
    source = write_month(tmp_path / "in")
    folder = tmp_path / "结果"
    folder.mkdir()
    digest = hashlib.sha256((source / "user.csv").read_bytes()).hexdigest()
    for name in ("notes.txt", "user.parquet"):
        (folder / name).write_bytes((source / "user.csv").read_bytes())
    (folder / "run.json").write_text(record.replace("DIGEST", digest), encoding="utf-8")
    assert settle(source).code == 0
    assert names(folder) == CSV | {"notes.txt", "user.parquet"}
    assert (source / "user.csv").exists()


# -- complete or untouched --------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("stop_at", [0, 1, 2])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "no space")], ids=["ctrl-c", "disk full"])
def test_an_interrupted_run_leaves_the_earlier_one(settle, tmp_path, monkeypatch, format, stop_at, error):
    before = settle(write_month(tmp_path / "in"))
    kept = {path.name: path.read_bytes() for path in before.folder.iterdir()}
    written = []

    def stopping(original):
        def write(*args, **kwargs):
            written.append(args)
            if len(written) > min(stop_at, 0 if format == "xlsx" else 2):
                raise error
            return original(*args, **kwargs)

        return write

    monkeypatch.setattr(output_module, "write_book", stopping(output_module.write_book))
    for table in (OutputTable, QueryTable):
        monkeypatch.setattr(table, "write", stopping(table.write))
    done = settle(write_month(tmp_path / "in", user=users()[:3]), "--format", format)
    assert done.code == (130 if error is KeyboardInterrupt else 1)
    assert {path.name: path.read_bytes() for path in done.folder.iterdir()} == kept
    assert "Traceback" not in done.err


def test_a_target_that_cannot_be_replaced_puts_everything_back(settle, tmp_path):
    before = settle(write_month(tmp_path / "in"))
    (before.folder / "user.csv").unlink()
    (before.folder / "user.csv").mkdir()
    (before.folder / "user.csv" / "mine").write_text("x")
    kept = {path.name: path.read_bytes() for path in before.folder.iterdir() if path.is_file()}
    done = settle(write_month(tmp_path / "in", user=users()[:3]))
    assert done.code == 1
    assert "PE5030" in done.err and "user.csv" in done.err and "文件夹" in done.err
    assert {path.name: path.read_bytes() for path in done.folder.iterdir() if path.is_file()} == kept
    assert (before.folder / "user.csv" / "mine").read_text() == "x"


def test_nothing_is_made_when_nothing_can_be_settled(settle, tmp_path):
    done = settle(write_month(tmp_path / "in", market=[{"average_bilateral_price": "?"}]))
    assert done.code == 1
    assert not done.folder.exists()


def test_an_output_that_is_a_file(settle, tmp_path):
    (tmp_path / "out").write_text("mine")
    done = settle(write_month(tmp_path / "in"), output=tmp_path / "out")
    assert done.code == 1
    assert "PE5030" in done.err
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_an_output_that_may_not_be_written(settle, tmp_path):
    (tmp_path / "zu").mkdir(mode=0o500)
    done = settle(write_month(tmp_path / "in"), output=tmp_path / "zu" / "out")
    assert done.code == 1
    assert "没有权限" in done.err


# -- where ------------------------------------------------------------------------------------------


def test_the_input_folder_is_no_output_folder(settle, tmp_path):
    source = write_month(tmp_path / "in")
    kept = content(source)
    for output in (source, tmp_path / "in" / ".." / "in"):
        done = settle(source, output=output)
        assert done.code == 1
        assert "PE7001" in done.err
    assert content(source) == kept


def test_a_folder_inside_the_input_is_fine_twice(settle, tmp_path):
    source = write_month(tmp_path / "in")
    assert settle(source, output=source / "结果").code == 0
    again = settle(source, output=source / "结果")
    assert again.code == 0
    assert set(again.record["input"]) == {"user.csv", "retailer.csv", "market.csv"}


def test_a_folder_above_the_input_is_fine(settle, tmp_path):
    assert settle(write_month(tmp_path / "月" / "in"), output=tmp_path / "月").code == 0


def test_beside_a_workbook_but_not_over_it(settle, tmp_path):
    made = settle(write_month(tmp_path / "in"), "--format", "xlsx")
    book = tmp_path / "book"
    book.mkdir()
    from test_settle_input import book as write_book
    from test_settle_input import numbers

    write_book(book / "六月.xlsx", numbers(users()))
    done = settle(book / "六月.xlsx", output=book)
    assert done.code == 0
    assert names(book) == CSV | {"六月.xlsx"}
    (book / "六月.xlsx").rename(book / "settlement.xlsx")
    over = settle(book / "settlement.xlsx", "--format", "xlsx", output=book)
    assert over.code == 1
    assert "PE7001" in over.err
    assert made.code == 0


# -- the same rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_the_order_of_rows_and_columns_changes_nothing_else(settle, tmp_path, format):
    """Rows stand as they were handed in."""
    straight = settle(write_month(tmp_path / "in"), "--format", format)
    before = by_table(straight.folder)
    mixed = [dict(reversed(row.items())) for row in users()]
    random.Random(3).shuffle(mixed)
    retailers = [{"retailer_id": "B"}, {"retailer_id": "A"}]
    turned = settle(write_month(tmp_path / "in", user=mixed, retailer=retailers), "--format", format)
    after = by_table(turned.folder)
    assert [row[0] for row in after["user"]] == [row["user_id"] for row in mixed]
    assert [row[0] for row in after["retailer"]] == ["B", "A"]
    assert {n: sorted(map(str, rows)) for n, rows in after.items()} == {
        n: sorted(map(str, rows)) for n, rows in before.items()
    }


def test_a_run_is_known_by_what_it_was_run_on(settle, tmp_path):
    source = write_month(tmp_path / "in")
    one, same = settle(source).record, settle(source, "--format", "xlsx", output=tmp_path / "o").record
    assert one["run_id"] == same["run_id"]
    other = settle(write_month(tmp_path / "in", user=users()[:4])).record
    assert other["run_id"] != one["run_id"]
    fallback = settle(source, executor="durable").record
    assert fallback["run_id"] != other["run_id"]


def test_the_record(settle, tmp_path):
    record = settle(write_month(tmp_path / "in"), "--known-on", "2018-12-31").record
    assert record["format"] == "policy-engine/run/1"
    assert record["policy"]["id"] == "jibei/deviation"
    assert [f["path"] for f in record["policy"]["files"]] == [
        "rules/jibei/deviation.yaml",
        "rules/jing-jin-tang/deviation.yaml",
    ]
    assert (record["period"], record["known_on"]) == ("2018-06", "2018-12-31")
    assert record["readings"] == {"负偏差考核部分": "超出幅度的部分", "分配权重": "全部负偏差"}
    assert {p["name"]: p["value"] for p in record["parameters"]} == {"免予考核幅度": "5%", "考核系数": "20%"}
    assert set(record["input"]) == {"user.csv", "retailer.csv", "market.csv"}
    assert record["rows"]["user"] == {"in": 5, "implied": 0, "out": 5, "rejected": 0}


def test_totals_are_the_sums_of_the_columns(settle, tmp_path):
    done = settle(write_month(tmp_path / "in"))
    for name, rows in (("user", done.table("user")), ("retailer", done.table("retailer"))):
        for column, total in done.record["totals"][name].items():
            assert total == str(sum((Decimal(row[column] or 0) for row in rows), Decimal())), column
    assert "settled_energy" not in done.record["totals"]["user"]  # nobody filled it in
    assert done.record["totals"]["user"]["assessed_energy"] == "100.000"


# -- through the API --------------------------------------------------------------------------------


def test_settling_without_writing(tmp_path):
    policy = pe.load("jibei/deviation", period="2018-06")
    done = pe.settle(policy, write_month(tmp_path / "in"), executor="reference")
    assert done.files == ()
    assert names(tmp_path) == {"in"}
    assert [t.name for t in done.tables] == ["retailer", "user", "rejected"]
    assert done.record["rows"]["user"]["out"] == 5
    assert json.dumps(done.record)


@pytest.mark.parametrize("wrong, code", [({"format": "xls"}, "PE7006"), ({"headers": "ID"}, "PE7010")])
def test_options_of_the_api(tmp_path, wrong, code):
    policy = pe.load("jibei/deviation", period="2018-06")
    with pytest.raises(pe.InputError) as caught:
        pe.settle(policy, write_month(tmp_path / "in"), tmp_path / "out", **wrong)
    assert caught.value.code == code


def test_progress_is_told(tmp_path):
    policy = pe.load("jibei/deviation", period="2018-06")
    told = []
    pe.settle(
        policy, write_month(tmp_path / "in"), tmp_path / "out", progress=lambda *step: told.append(step)
    )
    steps = [step for step, _, _ in told]
    assert list(dict.fromkeys(steps)) == ["read", "settle", "write"]
    settling = [(done, of) for step, done, of in told if step == "settle"]
    assert settling == [(i, len(settling)) for i in range(1, len(settling) + 1)]


RULES = """\
# language: zh-CN
格式: 1
政策: 示例/零售
标题: 示例
发文机关: 示例机关
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
主体:
  用户: {代号: user, 主键: user_id}
词条: |
  | 主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围 |
  | 用户 | 用电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000 |
  | 用户 | 计费电量 | charged | 电量 | 兆瓦时 | 3 | | |
决定:
  用户.计费电量: {计算公式: 用电量}
"""


@pytest.mark.parametrize("statement", ["", "明细:\n  用户: {出具: '\"中心\"', 栏目: [计费电量]}\n"])
def test_a_policy_without_statements_says_that_no_results_are_written(tmp_path, capsys, statement):
    (tmp_path / "规则.yaml").write_text(RULES + statement, encoding="utf-8")
    (tmp_path / "输入").mkdir()
    (tmp_path / "输入" / "用户.csv").write_text("用户编号,用电量\n1,2\n", encoding="utf-8")
    words = ["示例/零售", "--period", "2018-06", "--rules", str(tmp_path / "规则.yaml")]
    assert run(["settle", *words, "--input", str(tmp_path / "输入"), "--output", str(tmp_path / "出")]) == 0
    told = "没有写明细，没有写出各主体的结果" in capsys.readouterr().err
    warned = "PE7011" in [
        w["code"] for w in json.loads((tmp_path / "出" / "run.json").read_bytes())["warnings"]
    ]
    assert told == warned == (not statement)
    assert (tmp_path / "出" / "user.csv").exists() == bool(statement)
