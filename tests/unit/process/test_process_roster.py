"""The list a batch carries: who is on it, on which evidence, with which papers; and nothing sensitive."""

import pytest
from openpyxl import load_workbook

import policy_engine as pe
from policy_engine.cli.main import run
from policy_engine.process.roster import roster

CITY = pe.Actor("审核部门", "唐山市工信局")
DOCUMENT = {"kind": "停限产令", "issuer_kind": "政府部门", "issuer_level": "县", "issued_on": "2018-06-10"}


def application(office, matter, member, city):
    facts = {
        "member_id": member,
        "settlement_month": "2018-06",
        "city": city,
        "side": "用电",
        "cause": "临时停限产令",
        "reading_cycle": "2018-05-21 至 2018-06-20",
        "trade_date": "2018-05-25",
        "document": [{**DOCUMENT, "document_id": f"{matter}-D"}],
    }
    who = pe.Actor("市场主体", member)
    office.open("免考申请", matter, facts, who, "2018-07-02T09:00")
    paper = pe.Document("停产令.pdf", "ab" * 32)
    office.do(matter, "提交", who, "2018-07-02T10:00", documents=[paper])


@pytest.fixture
def store(tmp_path):
    with pe.SqlStore(tmp_path / "matters.db") as store:
        office = pe.Office(pe.load("jibei/exemption", period="2018-06"), store)
        application(office, "A-1", "001234", "唐山")
        application(office, "A-2", "=1+1", "唐山")
        application(office, "A-3", "U3", "承德")
        batch = {"city": "唐山", "settlement_month": "2018-06"}
        office.open("汇总批次", "B-1", batch, CITY, "2018-07-06T09:00")
        yield store, office


def test_only_its_city_and_month_with_evidence_and_papers(store):
    _, office = store
    sheets = {
        name: [c.name for c in columns] for name, columns, _ in roster(office, "B-1", "2018-07-06").sheets
    }
    rows = {name: list(rows) for name, _, rows in roster(office, "B-1", "2018-07-06").sheets}
    assert set(sheets) == {"名单", "佐证", "附件"}
    assert [r[0] for r in rows["名单"]] == ["A-1", "A-2"]
    first = dict(zip(sheets["名单"], rows["名单"][0], strict=True))
    assert (first["市场主体"], first["状态"], first["原因"]) == ("001234", "待市级审核", "临时停限产令")
    assert {r[0] for r in rows["佐证"]} == {"A-1", "A-2"}
    assert [(r[0], r[1], r[4]) for r in rows["附件"]] == [
        ("A-1", "提交", "停产令.pdf"),
        ("A-2", "提交", "停产令.pdf"),
    ]


def test_a_day_before_nobody_had_applied(store):
    _, office = store
    with pytest.raises(pe.Refused):
        roster(office, "B-1", "2018-07-05")  # the batch was not open yet


def test_a_matter_without_inbox_has_no_list(store):
    _, office = store
    with pytest.raises(pe.Refused) as refused:
        roster(office, "A-1", "2018-07-06")
    assert refused.value.code == "PE8026"


def test_the_workbook_holds_text_never_formulas(store, tmp_path):
    database, book = tmp_path / "matters.db", tmp_path / "list.xlsx"
    words = ["matter", "导出", "--store", str(database), "--id", "B-1", "--output", str(book)]
    assert run([*words, "--on", "2018-07-06"]) == 0
    sheet = load_workbook(book)["名单"]
    members = [row[3].value for row in sheet.iter_rows(min_row=2)]
    assert members == ["001234", "=1+1"]
    assert all(cell.data_type == "s" for row in sheet.iter_rows(min_row=2) for cell in row if cell.value)
