"""Csv, as DuckDB and as the reader of tables take it, are the same."""

import random

import pytest
from staged_parity import agree

import policy_engine as pe
from policy_engine.settlement.columns import stage_sources
from policy_engine.settlement.columns.source_csv import plain_csv

HEADER = "user_id,retailer_id,contract_energy,metered_energy,catalogue_price,exempt,liability_share"
ROWS = [
    "001,A,10000,9400,600,否,",
    "002,A,10000.5,9600.001,600.0000,是,0.5",
    "003,B,0,10000000,600,,1",
    "004,B,0.001,-0,571.4,0,0.0000",
    "D1,,1,1,600,false,0.1234",
]


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.fixture(autouse=True)
def no_file_is_small(monkeypatch):
    monkeypatch.setattr(stage_sources, "SMALL", -1)


def month(folder, content, retailers="retailer_id,x\nA,\nB,\n", encoding="utf-8"):
    (folder / "user.csv").write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    if retailers:
        (folder / "retailer.csv").write_text(retailers)
    (folder / "market.csv").write_text("average_bilateral_price\n350\n")
    return folder


def lines(*rows, header=HEADER, ending="\n"):
    return ending.join([header, *rows]) + ending


def is_plain(folder):
    return plain_csv(folder / "user.csv", lambda table, header: header in HEADER.split(",")) is not None


def test_a_clean_month(policy, tmp_path):
    folder = month(tmp_path, lines(*ROWS))
    assert is_plain(folder)
    found = agree(policy, folder)
    assert len(found.rows["用户"]) == 5 and not found.rejected


CELLS = {
    "untidy": ["005, A ,1,1,1,否,", " 006,A,1,1,1,否,", "007\u3000,A,1,1,1,否,", "'008,A,1,1,1,否,"],
    "numbers": [
        f"n{i},A,{n},1,1,否,"
        for i, n in enumerate(
            [
                "1_0",
                "1e3",
                "1E+3",
                "+5",
                " 5",
                "5.",
                ".5",
                "１２",
                "٣",
                "0x1",
                "--1",
                "-",
                "1.0005",
                "1.00050",
                "1.000500000000000000000",
                "inf",
                "nan",
                "10000000",
                "10000000.001",
                "00012",
                "99999999999999999999999999999999999999999",
                "-0.001",
            ]
        )
    ],
    "percent": ["p1,A,1,1,1,否,50%", "p2,A,1,1,1,否,５０％", "p3,A,1,1,1,否,50.005%", "p4,A,1,1,1,否,101%"],
    "keys": [
        "1.3E+21,A,1,1,1,否,",
        "#N/A,A,1,1,1,否,",
        "'=1,A,1,1,1,否,",
        "'+x,A,1,1,1,否,",
        "0001234,A,1,1,1,否,",
        "001,A,1,1,1,否,",
    ],
    "parents": [
        "q1,C,1,1,1,否,",
        "q2,1.3E+21,1,1,1,否,",
        "q3, ,1,1,1,否,",
        "q4,'A,1,1,1,否,",
        "q5,a,1,1,1,否,",
    ],
    "blank": [",,,,,,", "q1,,,,,,", ",A,1,1,1,否,", " , , , , , , "],
    "booleans": [
        f"b{i},A,1,1,1,{b}," for i, b in enumerate(["TRUE", "yes", "Y ", "√", "对", "１", "'1", "FaLsE", "×"])
    ],
    "quoted": [
        '"x1","A",1,1,1,"否",',
        '"x2",A,"1,000.5",1,1,否,',
        '"x,3",A,1,1,1,否,',
        '"x4",A,"1,00",1,1,否,',
    ],
    "quotes_inside": ['x"1,A,1,1,1,否,', '"x""2",A,1,1,1,否,'],
    "line_break": ['"x\n1",A,1,1,1,否,', "x2,A,1,1,1,否,"],
    "unclosed": ['"x1,A,1,1,1,否,', "x2,A,1,1,1,否,"],
    "after_quote": ['"x1"y,A,1,1,1,否,', "x2,A,1,1,1,否,"],
    "stray": ["x1,A,1,1,1,否,,extra", "x2,A,1,1,1,否,,,"],
    "short": ["x1,A,1,1,1", "x2"],
    "total": ["合计,,5,5,,,"],
    "total_and_more": ["合 计：,,5,5,,,", "x2,A,1,1,1,否,"],
    "long": ["x" * 201 + ",A,1,1,1,否,", "用" * 100 + ",A,1,1,1,否,"],
    "too_long": ["x" * 33_000 + ",A,1,1,1,否,"],
    "blank_lines": ["", "x1,A,1,1,1,否,", "  ", ""],
    "semicolons": ["x;1,A,1,1,1,否,", "x\t2,A,1,1,1,否,"],
    "nul": ["x\x001,A,1,1,1,否,"],
    "controls": ["x\x011,A,1,1,1,否,", "x2\x0b,A,1,1,1,否,", "x\u2028 3,A,1,1,1,否,"],
    "months": ["m1,A,1,1,1,否,,2018-06"],
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("more", CELLS.values(), ids=CELLS)
def test_nasty_cells(policy, tmp_path, more, ending):
    agree(policy, month(tmp_path, lines(*ROWS, *more, ending=ending)))
    agree(policy, month(tmp_path, lines(more[0], *ROWS, *more[1:], ending=ending)[: -len(ending)]))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + lines(*ROWS).encode(),
        lines(*ROWS).encode("gb18030"),
        lines(*ROWS).encode("utf-16"),
        lines(*ROWS).replace(",", ";").encode(),
        lines(*ROWS).replace(",", "\t").encode(),
        ("2018年6月用户\n" + lines(*ROWS)).encode(),
        lines(*ROWS).replace("\n", "\r").encode(),
        (lines(*ROWS[:2]) + lines(*ROWS[2:], ending="\r\n", header="x,A,1,1,1,否,")).encode(),
        lines(*ROWS).encode() + b"\xff,A,1,1,1,\n",
        b"",
        b"\n\n",
        HEADER.encode(),
        HEADER.encode() + b"\n",
        lines(*ROWS, header=HEADER.replace("liability_share", "")).encode(),
        lines(*ROWS, header=HEADER.replace("liability_share", "user_id")).encode(),
        lines(*ROWS, header=HEADER.replace("liability_share", "备注")).encode(),
        lines(*ROWS, header=HEADER.replace("contract_energy", "合同电量（千瓦时）")).encode(),
        lines(*ROWS, header=HEADER.replace("contract_energy", '"合同电量\n（兆瓦时）"')).encode(),
        lines(*ROWS, header=HEADER.replace("contract_energy", "合同电量（升）")).encode(),
        lines(*ROWS, header=",".join(f'"{h}"' for h in HEADER.split(","))).encode(),
        lines(*ROWS, HEADER, *ROWS).encode(),
    ],
    ids=range(21),
)
def test_nasty_files(policy, tmp_path, content):
    agree(policy, month(tmp_path, content))
    agree(policy, month(tmp_path, content, retailers=None))


def test_quotes_over_the_edge_of_a_chunk(policy, tmp_path, monkeypatch):
    from policy_engine.settlement.columns import source_csv

    content = lines('"x1","A",1,1,1,"否",', *ROWS, ending="\r\n")
    for size in range(1, 30):
        monkeypatch.setattr(source_csv, "_CHUNK", size)
        folder = month(tmp_path, content)
        assert is_plain(folder)
    agree(policy, folder)


WORDS = ["", " ", "A", "B", "C", "001", "002", "1", "0", "-1", "9400", "1e3", "10000000.001", "是", "否", "50%",
         "1,000", "#N/A", "合计", "0.5", "0.00005", '"', "'", "x\ny", "1.3E+21", "２", "2018-06"]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_random_tables(policy, tmp_path, seed):
    dice = random.Random(seed)
    rows = []
    for i in range(60):
        row = dice.choice(ROWS).split(",")
        row[0] = f"u{i}" if dice.random() < 0.97 else dice.choice(WORDS)
        if dice.random() < 0.15:
            row[dice.randrange(7)] = dice.choice(WORDS[: 20 if seed % 3 else None])
        rows.append(
            ",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' if set(c) & set(',"\n') else c for c in row)
        )
    retailers = dice.choice(
        [None, "retailer_id,x\nA,\nB,\n", "retailer_id,package_contract_energy\nA,5\nB,-1\n"]
    )
    agree(policy, month(tmp_path, lines(*rows), retailers=retailers))
