"""From an application to the bill: confirmed matters complete the month; a revocation states what is owed."""

import csv
import io
from decimal import Decimal

import pytest

import policy_engine as pe
from policy_engine.cli.main import run
from policy_engine.process.events import Actor
from policy_engine.process.office import Office
from policy_engine.process.sqlstore import SqlStore

USER = "001234"
CITY, PROVINCE = Actor("审核部门", "唐山市工信局"), Actor("省级主管部门", "省级主管部门")
APPLICATION = {
    "member_id": USER,
    "settlement_month": "2018-06",
    "city": "唐山",
    "side": "用电",
    "cause": "临时停限产令",
    "reading_cycle": "2018-05-21 至 2018-06-20",
    "trade_date": "2018-05-25",
    "document": [
        {
            "document_id": "D1",
            "kind": "停限产令",
            "issuer_kind": "政府部门",
            "issuer_level": "县",
            "issued_on": "2018-06-10",
        }
    ],
}


@pytest.fixture
def month(tmp_path):
    folder = tmp_path / "month"
    folder.mkdir()
    (folder / "user.csv").write_text(
        "user_id,retailer_id,contract_energy,metered_energy,catalogue_price\n"
        f"{USER},,10000,9000,620\nU1,S,4000,3400,620\nU3,S,2000,1700,620\nU4,S,4000,4100,620\n",
        encoding="utf-8",
    )
    (folder / "market.csv").write_text("average_bilateral_price\n350\n", encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path):
    """An exemption made known on 12 July, revoked on 1 August; an agreement of 30 % for U1."""
    with SqlStore(tmp_path / "matters.db") as opened:
        exempt(opened)
        agree(opened)
    return str(tmp_path / "matters.db")


def exempt(store):
    office = Office(pe.load("jibei/exemption", period="2018-06"), store)
    member = Actor("市场主体", USER)
    office.open("免考申请", "A-1", APPLICATION, member, "2018-07-02T09:00")
    office.do("A-1", "提交", member, "2018-07-02T09:10")
    office.do("A-1", "市级通过", CITY, "2018-07-05T10:00")
    batch = {"city": "唐山", "settlement_month": "2018-06"}
    office.open("汇总批次", "B-1", batch, CITY, "2018-07-06T09:00")
    office.do("B-1", "上报", CITY, "2018-07-08T17:00")
    office.do("A-1", "省级确认", PROVINCE, "2018-07-10T09:00")
    office.do("B-1", "函告", PROVINCE, "2018-07-12T09:00")
    office.do("A-1", "撤销免考", PROVINCE, "2018-08-01T09:00", note="停限产令失实")


def agree(store):
    office = Office(pe.load("jibei/agreements", period="2018-06"), store)
    facts = {
        "retailer_id": "S",
        "user_id": "U1",
        "settlement_month": "2018-06",
        "settlement_starts_on": "2018-07-01",
        "method": "比例",
        "liability_share": "30%",
    }
    office.open("分摊约定", "G-1", facts, Actor("售电公司", "S"), "2018-06-20T09:00")
    office.do("G-1", "提出", Actor("售电公司", "S"), "2018-06-20T09:05")
    office.do("G-1", "用户确认", Actor("用户", "U1"), "2018-06-21T09:00")


def settle(month, store, output, *more):
    words = [
        "settle",
        "jibei/deviation",
        "--period",
        "2018-06",
        "--input",
        str(month),
        "--output",
        str(output),
    ]
    return run([*words, "--matters", store, *more])


def users(output, name="user.csv"):
    text = (output / name).read_text(encoding="utf-8-sig")
    return {
        r["user_id"] if "user_id" in r else (r["id"], r["item"]): r for r in csv.DictReader(io.StringIO(text))
    }


def test_what_was_known_on_the_day_counts(month, store, tmp_path):
    assert settle(month, store, tmp_path / "early", "--known-on", "2018-07-11") == 0
    assert settle(month, store, tmp_path / "mid", "--known-on", "2018-07-15") == 0
    assert settle(month, store, tmp_path / "late", "--known-on", "2018-08-02") == 0
    assert users(tmp_path / "early")[USER]["verdict"] == "应予考核"
    assert users(tmp_path / "mid")[USER]["verdict"] == "免考"
    assert users(tmp_path / "mid")[USER]["assessment_fee"] == "0.00"
    assert users(tmp_path / "late")[USER]["verdict"] == "应予考核"


def test_a_revocation_gives_the_difference(month, store, tmp_path):
    settle(month, store, tmp_path / "mid", "--known-on", "2018-07-15")
    late = ["--known-on", "2018-08-02", "--against", str(tmp_path / "mid")]
    assert settle(month, store, tmp_path / "late", *late) == 0
    stated = users(tmp_path / "late", "difference.csv")
    assert {key for key, _ in stated} == {USER}
    assert Decimal(stated[USER, "assessment_fee"]["difference"]) == Decimal("500") * 350 / 5


def test_the_agreed_share_is_paid_by_the_user_who_agreed(month, store, tmp_path):
    settle(month, store, tmp_path / "out", "--known-on", "2018-07-15")
    settled = users(tmp_path / "out")
    assert Decimal(settled["U1"]["assessment_fee"]) > 0
    assert Decimal(settled["U1"]["user_fee"]) == round(Decimal(settled["U1"]["assessment_fee"]) * 3 / 10, 2)
    assert settled["U3"]["user_fee"] == "0.00"


def test_the_matter_is_named_in_the_trace(month, store, tmp_path):
    from policy_engine.process.supply import supplied_by

    policy = pe.load("jibei/deviation", period="2018-06", known_on="2018-07-15")
    with SqlStore(store, create=False) as opened:
        facts = supplied_by(opened, policy, lambda p: pe.load(p, period="2018-06"), policy.known_on)
    result = pe.settle(policy, month, supplied=facts, executor="durable").assessment.result
    told = pe.explain(pe.trace(result, "user", USER))
    assert "事项 A-1（jibei/exemption，2018-07-12）" in told


def test_a_table_that_contradicts_a_matter_is_rejected(month, store, tmp_path):
    text = (month / "user.csv").read_text(encoding="utf-8").splitlines()
    changed = [text[0] + ",exempt", text[1] + ",否", *(line + "," for line in text[2:])]
    (month / "user.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
    assert settle(month, store, tmp_path / "out", "--known-on", "2018-07-15") == 2
    assert "PE6071" in (tmp_path / "out/rejected.csv").read_text(encoding="utf-8-sig")


def test_a_store_that_is_not_there_is_told(month, tmp_path, capsys):
    assert settle(month, str(tmp_path / "none.db"), tmp_path / "out") == 1
    assert "none.db" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_one_case_is_explained_with_its_matter(month, store, tmp_path, capsys):
    words = ["evaluate", "jibei/deviation", "--period", "2018-06", "--facts", str(month), "--matters", store]
    assert run([*words, "--known-on", "2018-07-15", "--explain", "--member", f"用户:{USER}"]) == 0
    assert "免考 = 是（事项 A-1（jibei/exemption，2018-07-12））" in capsys.readouterr().out
