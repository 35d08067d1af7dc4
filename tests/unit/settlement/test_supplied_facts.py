"""Facts that come from matters complete the tables; a contradiction is told, never decided in silence."""

from decimal import Decimal

import pytest

import policy_engine as pe

MARKET = "average_bilateral_price\n350\n"
USERS = "user_id,contract_energy,metered_energy,catalogue_price,exempt,liability_share\n"


@pytest.fixture
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.fixture
def month(tmp_path):
    def write(users):
        folder = tmp_path / "month"
        folder.mkdir(exist_ok=True)
        (folder / "user.csv").write_text(USERS + users, encoding="utf-8")
        (folder / "market.csv").write_text(MARKET, encoding="utf-8")
        return folder

    return write


def exempt(key, value="是", origin="事项 A-001"):
    return pe.Supplied("用户", key, "免考", value, origin)


def test_a_confirmed_exemption_is_applied_and_its_matter_is_in_the_trace(policy, month):
    folder = month("001234,10000,9000,620,,\n")
    before = pe.settle(policy, folder, executor="reference")
    assert before.assessment.result.value("user", "001234", "verdict").value == "应予考核"
    after = pe.settle(policy, folder, supplied=[exempt("001234")], executor="reference")
    result = after.assessment.result
    assert result.value("user", "001234", "verdict").value == "免考"
    assert result.value("user", "001234", "assessment_fee").value == Decimal("0")
    reads = [r for s in pe.trace(result, "user", "001234").steps for r in s.reads if r.name == "免考"]
    assert reads and {r.source for r in reads} == {"事项 A-001"}


def test_the_record_names_the_matters_and_the_run_is_another(policy, month):
    folder = month("001234,10000,9000,620,,\n")
    plain, with_matter = pe.settle(policy, folder), pe.settle(policy, folder, supplied=[exempt("001234")])
    assert plain.record["supplied_by"] == []
    assert with_matter.record["supplied_by"] == ["事项 A-001"]
    assert plain.record["run_id"] != with_matter.record["run_id"]
    again = pe.settle(policy, folder, supplied=[exempt("001234")])
    assert again.record["run_id"] == with_matter.record["run_id"]


def test_a_table_that_says_the_same_is_no_contradiction(policy, month):
    settled = pe.settle(policy, month("001234,10000,9000,620,是,\n"), supplied=[exempt("001234")])
    assert settled.rejected == ()


def test_a_table_that_says_otherwise_is_rejected(policy, month):
    settled = pe.settle(policy, month("001234,10000,9000,620,否,\n"), supplied=[exempt("001234")])
    (rejected,) = settled.rejected
    assert rejected.diagnostic.code == "PE6071"
    assert "事项 A-001" in rejected.diagnostic.message() and rejected.column == "exempt"


def test_a_member_who_is_not_there_is_told(policy, month):
    settled = pe.settle(policy, month("001234,10000,9000,620,,\n"), supplied=[exempt("001235")])
    assert [n.code for n in settled.notes if n.code == "PE6072"] == ["PE6072"]
    assert settled.rejected == ()


def test_two_matters_that_disagree_stop_the_run(policy, month):
    pair = [exempt("001234"), exempt("001234", "否", "事项 B-002")]
    with pytest.raises(pe.InputError) as refused:
        pe.settle(policy, month("001234,10000,9000,620,,\n"), supplied=pair)
    assert refused.value.code == "PE6073"


def test_a_result_of_the_rules_cannot_be_supplied(policy, month):
    wrong = pe.Supplied("用户", "001234", "考核结论", "免考", "事项 A-001")
    with pytest.raises(pe.InputError) as refused:
        pe.settle(policy, month("001234,10000,9000,620,,\n"), supplied=[wrong])
    assert refused.value.code == "PE6074"


def test_a_required_fact_may_be_supplied(policy, month):
    price = pe.Supplied("user", "001234", "catalogue_price", "620", "目录")
    settled = pe.settle(policy, month("001234,10000,10400,,,\n"), supplied=[price])
    (row,) = settled.table("user").rows
    names = [c.name for c in settled.table("user").columns]
    assert dict(zip(names, row, strict=True))["over_fee"] == Decimal("248000")
