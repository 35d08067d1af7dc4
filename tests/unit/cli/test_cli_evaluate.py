"""``policy-engine evaluate``: facts from JSON, YAML, a workbook or a folder; exact, or refused with a reason."""

import json
from decimal import Decimal

import pytest

from policy_engine.cli.main import run

FACTS = {
    "market": {"average_bilateral_price": "350"},
    "retailer": [{"retailer_id": "A"}],
    "user": [
        {
            "user_id": "001234",
            "retailer_id": "A",
            "contract_energy": "10000",
            "metered_energy": "9499.999",
            "catalogue_price": "600",
            "exempt": False,
            "liability_share": "30%",
        }
    ],
}
USER = """\
    user_id: {id}
    retailer_id: A
    contract_energy: 10000
    metered_energy: 9499.999
    catalogue_price: 600
    exempt: 否
    liability_share: 30%
"""


@pytest.fixture
def evaluate(capsys, tmp_path):
    def call(content, *options, name="案例.json", code=0, lang=()):
        path = tmp_path / name
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
            path.write_text(text, encoding="utf-8")
        capsys.readouterr()
        given = run(
            [
                *(*lang, "evaluate", "jibei/deviation", "--period", "2018-06", "--facts", str(path)),
                *("--executor", "reference", *options),
            ]
        )
        printed = capsys.readouterr()
        call.err = printed.err
        assert given == code, printed.err
        assert "Traceback" not in printed.err
        return printed.out if code == 0 else printed.err

    return call


def with_user(**cells):
    return {**FACTS, "user": [{**FACTS["user"][0], **cells}]}


def user_of(out, key="001234"):
    return json.loads(out)["results"]["user"][key]


# -- what is said -----------------------------------------------------------------------------------


def test_plain(evaluate):
    out = evaluate(FACTS)
    assert "■ 用户 001234" in out
    assert "  偏差考核电量 = 0.001 兆瓦时　〔四-2-1、四-2-3〕" in out
    assert "  考核结论 = 应予考核　〔二-4〕" in out


def test_explained(evaluate):
    out = evaluate(FACTS, "--explain")
    assert "依据条款 二-4（二、第3段第1句）" in out
    assert "由 9499.999 变为 9500.000 兆瓦时（差 0.001 兆瓦时，即 1 个最小单位）" in out
    assert "输入（案例.json 第1行）" in out


def test_explained_in_english(evaluate):
    out = evaluate(FACTS, "--explain", lang=["--lang", "en"])
    assert (
        "near miss: 实际用电量 of 用户 001234 from 9499.999 to 9500.000 兆瓦时 (by 0.001 兆瓦时, 1 grid unit)"
        in out
    )
    for word in ("依据条款", "读到", "差一点", "输入（", "（原文）", "决定", " = 空", "默认"):
        assert word not in out


def test_json_has_decimals_as_text_and_traces(evaluate):
    out = json.loads(evaluate(FACTS, "--json", "--explain"))
    assert out["format"] == "policy-engine/result/1"
    assert (out["policy"], out["period"], out["executor"]) == ("jibei/deviation", "2018-06", "reference")
    assert out["results"]["user"]["001234"]["user_fee"] == "0.02"
    assert out["results"]["retailer"]["A"]["assessed_energy"] == "0.001"
    assert [(t["entity"], t["key"]) for t in out["traces"]] == [("售电公司", "A"), ("用户", "001234")]
    assert {t["format"] for t in out["traces"]} == {"policy-engine/trace/1"}


def test_one_member(evaluate):
    out = evaluate(FACTS, "--member", "用户：001234")
    assert "■ 用户 001234" in out
    assert "售电公司" not in out
    assert list(json.loads(evaluate(FACTS, "--json", "--member", "user:001234"))["results"]) == ["user"]
    assert "PE7008" in evaluate(FACTS, "--member", "用户:1234", code=1)
    assert "PE7008" in evaluate(FACTS, "--member", "发电:1", code=1)


def test_what_was_passed_over_is_told_beside_the_output(evaluate):
    want = evaluate(FACTS, "--json")
    assert evaluate.err == ""
    assert evaluate(with_user(联系人="甲"), "--json") == want
    assert "PE6043" in evaluate.err and "联系人" in evaluate.err


# -- where facts come from --------------------------------------------------------------------------


def test_every_kind_of_facts_is_the_same_case(evaluate, tmp_path):
    from openpyxl import Workbook

    want = user_of(evaluate(FACTS, "--json"))
    folder = tmp_path / "案例"
    folder.mkdir()
    book = Workbook()
    book.remove(book.active)
    for name, rows in FACTS.items():
        rows = rows if isinstance(rows, list) else [rows]
        cells = [["是" if v is True else "否" if v is False else v for v in row.values()] for row in rows]
        lines = [",".join(rows[0]), *(",".join(row) for row in cells)]
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
        sheet = book.create_sheet(name)
        for row in (list(rows[0]), *cells):
            sheet.append(row)
    book.save(tmp_path / "案例.xlsx")
    assert user_of(evaluate(None, "--json", name="案例")) == want
    assert user_of(evaluate(None, "--json", name="案例.xlsx")) == want
    text = f"market:\n  average_bilateral_price: 350\nuser:\n  -\n{USER.format(id='001234')}"
    assert user_of(evaluate(text, "--json", name="案例.yaml")) == want
    assert user_of(evaluate(text, "--json", name="案例.yml")) == want


def test_names_instead_of_ids(evaluate):
    row = {
        "用户编号": "001234",
        "售电公司": "A",
        "合同电量（万千瓦时）": "1000",
        "抄表电量": "9499.999",
        "目录电价": 600,
        "免考": "否",
        "约定分摊比例": "0.3",
    }
    facts = {"全月": {"年度双边均价": 350}, "售电公司": [{"售电公司": "A"}], "用户": [row]}
    assert user_of(evaluate(facts, "--json")) == user_of(evaluate(FACTS, "--json"))


@pytest.mark.parametrize(
    "written, id", [("001234", "001234"), ("1234", "1234"), ('"0x1f"', "0x1f"), ("1e3", "1e3")]
)
def test_ids_in_yaml_are_what_was_written(evaluate, written, id):
    text = f"market:\n  average_bilateral_price: 350\nuser:\n  -\n{USER.format(id=written)}"
    assert id in json.loads(evaluate(text, "--json", name="f.yaml"))["results"]["user"]


@pytest.mark.parametrize(
    "number, want", [("1e-3", "0.001"), ("0.1", "0.100"), ("9.4e3", "9400.000"), ("123.4560", "123.456")]
)
def test_numbers_in_json_are_exact(evaluate, number, want):
    text = json.dumps(with_user(metered_energy="NUMBER"), ensure_ascii=False).replace('"NUMBER"', number)
    assert user_of(evaluate(text, "--json"))["metered_energy"] == want


def test_an_id_that_json_wrote_as_a_number(evaluate):
    assert "1234" in json.loads(evaluate(with_user(user_id=1234), "--json"))["results"]["user"]


@pytest.mark.parametrize("id", ["1e3", "12.5", "true", '["001"]', '{"x": "1"}', "1" * 50 + "e9"])
def test_an_id_that_is_no_text(evaluate, id):
    text = json.dumps(with_user(user_id="ID"), ensure_ascii=False).replace('"ID"', id)
    told = evaluate(text, code=1)
    assert "PE6030" in told and "编号应为文字" in told


# -- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "第 1 行"),
        ('{"user": [}', "第 1 行第 11 个字"),
        ("[]", "主体: 各行"),
        ('"x"', "主体: 各行"),
        ('{"user": [], "user": []}', "“user”重复"),
        ('{"user": [{"user_id": "1", "user_id": "2"}]}', "“user_id”重复"),
        ('{"market": {"average_bilateral_price": NaN}}', "NaN"),
        ('{"market": {"average_bilateral_price": -Infinity}}', "Infinity"),
        ('{"market": {"average_bilateral_price": 1' + "0" * 80 + "}}", "数太长"),
        ("[" * 200_000, "嵌套过深"),
        ('{"a":' * 200_000, "嵌套过深"),
    ],
    ids=range(11),
)
def test_json_that_is_refused(evaluate, text, words):
    told = evaluate(text, code=1)
    assert "PE7005" in told
    assert words in told
    assert "案例.json" in told


def test_json_that_is_no_utf8(evaluate, tmp_path):
    (tmp_path / "案例.json").write_bytes(
        json.dumps(FACTS | {"x": "冀"}, ensure_ascii=False).encode("gb18030")
    )
    assert "UTF-8" in evaluate(None, code=1)


@pytest.mark.parametrize(
    "text, code",
    [
        ("user:\n  - {user_id: 1, user_id: 2}\n", "PE1006"),
        ("user: &a []\nmarket: *a\n", "PE1011"),
        ("user: !!python/object:os.system []\n", "PE1012"),
        ("- 1\n", "PE7005"),
        ("[" * 2000, "PE1003"),
        ("", "PE1019"),
    ],
    ids=range(6),
)
def test_yaml_that_is_refused(evaluate, text, code):
    assert code in evaluate(text, name="f.yaml", code=1)


@pytest.mark.parametrize(
    "cells, code",
    [
        ({"metered_energy": "abc"}, "PE6030"),
        ({"metered_energy": "-1"}, "PE6033"),
        ({"metered_energy": "9499.9999"}, "PE6032"),
        ({"metered_energy": None}, "PE6016"),
        ({"metered_energy": True}, "PE6030"),
        ({"metered_energy": [1]}, "PE6030"),
        ({"metered_energy": {"a": 1}}, "PE6030"),
        ({"metered_energy": "1e400"}, "PE6030"),
        ({"exempt": "也许"}, "PE6030"),
        ({"exempt": ["是"]}, "PE6030"),
        ({"retailer_id": "Z"}, "PE6014"),
        ({"user_id": ""}, "PE6011"),
        ({"免靠": "是"}, "PE6040"),
    ],
    ids=str,
)
def test_facts_that_are_refused(evaluate, cells, code):
    if "免靠" in cells:
        facts, code = {**FACTS, "user": [{**FACTS["user"][0], **cells}]}, "PE6045"
        del facts["user"][0]["exempt"]
    else:
        facts = with_user(**cells)
    assert code in evaluate(facts, code=1)


@pytest.mark.parametrize(
    "facts, code",
    [
        ({**FACTS, "发电企业": [{"x": "1"}]}, "PE6001"),
        ({**FACTS, "usr": []}, "PE6002"),
        ({**FACTS, "user": "甲"}, "PE6003"),
        ({**FACTS, "user": ["甲"]}, "PE6003"),
        ({**FACTS, "用户": FACTS["user"]}, "PE6004"),
        ({**FACTS, "market": []}, "PE6005"),
        ({**FACTS, "user": FACTS["user"] * 2}, "PE6012"),
        ({**FACTS, "retailer": [{"retailer_id": "A", "package_contract_energy": "1"}]}, "PE6060"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_cases_that_are_refused(evaluate, facts, code):
    assert code in evaluate(facts, code=1)


def test_an_exponent_that_would_fill_the_memory(evaluate):
    text = json.dumps(with_user(metered_energy="N"), ensure_ascii=False).replace('"N"', "1e999999999")
    assert "PE6030" in evaluate(text, code=1)


@pytest.mark.parametrize("name", ["无.json", "无.yaml", "无.xlsx", "无"])
def test_a_file_that_is_not_there(evaluate, name):
    told = evaluate(None, name=name, code=1)
    assert "不存在" in told or "PE5001" in told
    assert name in told


def test_a_folder_called_like_a_file(evaluate, tmp_path):
    (tmp_path / "案例.json").mkdir()
    assert "文件夹" in evaluate(None, code=1)


def test_a_file_of_another_kind(evaluate):
    assert "PE5002" in evaluate("x", name="案例.txt", code=1)


def test_a_huge_file_is_not_read(evaluate, tmp_path):
    with (tmp_path / "案例.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    assert "超过 64 MB" in evaluate(None, code=1)


def test_a_policy_that_leaves_things_to_its_children(capsys, tmp_path):
    (tmp_path / "f.json").write_text(json.dumps(FACTS), encoding="utf-8")
    code = run(
        ["evaluate", "jing-jin-tang/deviation", "--period", "2018-06", "--facts", str(tmp_path / "f.json")]
    )
    assert code == 1
    assert "PE6052" in capsys.readouterr().err


def test_the_decimals_are_those_of_the_api(evaluate):
    import policy_engine as pe

    policy = pe.load("jibei/deviation", period="2018-06")
    value = pe.evaluate(policy, FACTS).value("user", "001234", "user_fee").value
    assert value == Decimal(user_of(evaluate(FACTS, "--json"))["user_fee"])
