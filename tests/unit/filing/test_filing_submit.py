"""Submissions held against checklists and forms."""

import json

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.checklists import Reports
from policy_engine.filing import submit
from policy_engine.filing.document import blank_document, filing_document, to_json
from policy_engine.filing.submit import hold, only
from policy_engine.filing.text import blank_lines, filing_lines, summary_line
from policy_engine.filing.wording import width
from policy_engine.policy.library import load
from unit.filing import submissions as given


@pytest.fixture
def held(policy, folder):
    def call(facts=None, files=True, **changes):
        tables = given.tables(policy, facts or given.facts(**changes))
        return hold(policy, tables, folder if files else None, executor="reference")

    return call


def test_complete(held):
    filing = held()
    assert filing.complete
    assert filing.unmet == 0
    assert summary_line(filing).startswith("齐全：6 项")


def test_reports_go_from_each_row_to_those_below_it(held):
    filing = held(
        企业=[{"company_id": "A"}, {"company_id": "B"}],
        机组=[{"unit_id": "2", "企业": "B"}, {"unit_id": "1", "企业": "A"}],
    )
    keys = list(dict.fromkeys((r.entity, r.key) for r in filing.reports))
    assert keys == [("企业", "A"), ("机组", "1"), ("企业", "B"), ("机组", "2")]


def test_what_all_rows_share_is_made_once(held, monkeypatch):
    made = []
    monkeypatch.setattr(submit, "Reports", lambda result: made.append(result) or Reports(result))
    rows = [{"company_id": str(number)} for number in range(5)]
    assert len(held(企业=rows, 机组=[]).reports) >= 5
    assert len(made) == 1


def test_nobody_looked_at_the_files(held):
    filing = held(files=False)
    assert not filing.complete
    assert filing.unmet == 1


def test_a_claim_without_a_file_does_not_fill_an_item_with_a_format(held):
    rows = [{"机组": "1", "材料": "电价批复", "文件格式": "PDF", "文件大小": 12}]
    assert not held(机组材料=rows).complete


def test_a_rejected_row_is_not_complete_and_is_told(held):
    filing = held(企业=[{"company_id": "A", "豁免": "也许"}, {"company_id": "B"}])
    assert filing.rejected
    assert not filing.complete
    assert any(line.startswith("退回：") for line in filing_lines(filing))


def test_nothing_to_hold_against_is_not_complete(held):
    filing = held({"企业": []})
    assert not filing.complete
    assert summary_line(filing) == "没有可对照的主体"


def test_one_member_with_what_is_below_it(held):
    filing = held(企业=[{"company_id": "A"}, {"company_id": "B"}])
    assert {(r.entity, r.key) for r in only(filing, [("company", "A")]).reports} == {
        ("企业", "A"),
        ("机组", "1"),
    }
    assert {(r.entity, r.key) for r in only(filing, [("机组", "1")]).reports} == {("机组", "1")}
    with pytest.raises(KeyError):
        only(filing, [("企业", "C")])


def test_a_rejected_member_can_be_asked_for(held):
    filing = held(企业=[{"company_id": "A", "豁免": "也许"}, {"company_id": "B"}])
    assert not only(filing, [("企业", "A")]).complete
    assert not only(filing, [("企业", "B")]).rejected


def test_a_policy_without_checklists():
    with pytest.raises(InputError) as refused:
        hold(load("jibei/deviation", period="2018-06"), ())
    assert refused.value.code == "PE7089"


# -- text -------------------------------------------------------------------------------------------


def test_lines_of_what_is_missing(held):
    lines = filing_lines(held(企业材料=[]))
    at = next(n for n, line in enumerate(lines) if "✗ 营业执照" in line)
    below = "\n".join(lines[at + 1 : at + 3])
    assert "要做：" in below
    assert "依据 三（第3条）三证合一的可用信用代码证" in below
    assert "papers.yaml:" in below
    assert lines[-1] == "不齐全：3 项未齐（共 6 项）"


def test_statuses_stand_below_each_other(held):
    lines = [line for line in filing_lines(held()) if "已填" in line or "已交" in line]
    assert len({width(line[: line.index("已")]) for line in lines if "录名" in line or "密码" in line}) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sensitive_value_is_nowhere(held, lang):
    filing = held(企业=[{"company_id": "A", "登录名": "acme1", "密码": "geheim"}])
    told = "\n".join(filing_lines(filing, lang)) + to_json(filing_document(filing, lang))
    assert "geheim" not in told
    assert filing.unmet


def test_a_file_name_cannot_steer_the_terminal(held):
    rows = [{"机组": "1", "材料": "电价批复", "文件": "\x1b[2J假.pdf"}]
    assert not any("\x1b" in line for line in filing_lines(held(机组材料=rows)))


def test_problems_of_files_are_told_in_english(held):
    rows = [{"机组": "1", "材料": "电价批复", "文件": "没有.pdf"}]
    filing = held(机组材料=rows)
    (item,) = next(r for r in filing.reports if r.entity == "机组").items
    (problem, *_) = item.papers[0].problems
    assert problem.text_en.isascii()
    assert not problem.text.isascii()


def test_the_blank_list_says_everything_in_words(policy):
    text = "\n".join(blank_lines(policy))
    assert "限：豁免为是" in text
    assert "三证合一为是时，可用信用代码证代替" in text
    assert "没有时可用情况说明代替；用代件的，代件须加盖公章" in text
    assert "格式：PDF（看文件内容），不大于 1 MB" in text
    assert "字数：8 至 20；须含有字母、数字" in text
    assert "其他" not in text, "a reading switches that row off"


def test_a_reading_may_list_it(tmp_path):
    text = "\n".join(blank_lines(given.policy(tmp_path, 其他一栏="列出")))
    assert "□ 其他" in text
    assert "口径" not in text, "a condition that is settled needs no words"


# -- document ---------------------------------------------------------------------------------------


def test_document(held):
    document = json.loads(to_json(filing_document(held(企业材料=[]))))
    assert document["format"] == "policy-engine/checklist/1"
    assert document["complete"] is False
    assert document["unmet"] == 3
    assert {r["name"] for r in document["reports"]} == {"企业附件", "机组附件", "账号"}
    assert document["readings"] == {"其他一栏": "不列"}


def test_blank_document(policy):
    document = json.loads(to_json(blank_document(policy)))
    assert [a["entity"] for a in document["asks"]] == ["企业", "企业", "机组"]
    assert "reports" not in document
