"""``policy-engine checklist``: exit codes, files and pages."""

import json

import pytest

from policy_engine.cli.main import run
from unit.filing import submissions as given


@pytest.fixture
def checklist(capsys, tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()
    given.policy(rules)
    files = given.attach(tmp_path / "附件")

    def call(*options, code=0, facts=None, attached=True, policy="test/papers"):
        words = ["checklist", policy, "--on", "2018-05-01", "--rules", str(rules)]
        if facts is not None:
            path = tmp_path / "事实.json"
            path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
            words += ["--facts", str(path), "--executor", "reference"]
            words += ["--files", str(files)] if attached else []
        capsys.readouterr()
        assert run([*words, *options]) == code
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        call.err = printed.err
        return printed.out

    return call


def test_complete(checklist):
    assert checklist(facts=given.facts()).endswith("齐全：6 项都已满足\n")


def test_not_complete(checklist):
    out = checklist(facts=given.facts(企业材料=[]), code=1)
    assert out.endswith("不齐全：3 项未齐（共 6 项）\n")


def test_rejected(checklist):
    checklist(facts=given.facts(企业=[{"company_id": "A", "豁免": "也许"}]), code=2)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_errors(checklist, lang):
    checklist("--lang", lang, facts={"没有的主体": []}, code=2)
    assert "PE6002" in checklist.err


def test_no_checklists(checklist):
    checklist("--lang", "en", policy="没有这个政策", code=2)


def test_blank(checklist):
    assert "□ 营业执照" in checklist()
    assert json.loads(checklist("--json"))["asks"]


def test_json(checklist):
    assert json.loads(checklist("--json", facts=given.facts()))["complete"] is True


def test_remarks_go_to_standard_error(checklist):
    out = checklist("--json", facts=given.facts(机组材料=[{"机组": "1", "材料": "电价批复"}]), code=1)
    assert json.loads(out)["notes"]
    assert "PE7085" in checklist.err
    assert "机组/电价.pdf" in checklist.err


def test_page(checklist, tmp_path):
    page = tmp_path / "清单.html"
    checklist("--page", str(page), facts=given.facts())
    assert "企业 A" in page.read_text(encoding="utf-8")
    checklist("--page", str(page))
    assert "企业 A" not in page.read_text(encoding="utf-8")
    checklist("--page", str(tmp_path / "附件" / "清单.html"), facts=given.facts(), code=2)


def test_member(checklist):
    out = checklist("--member", "机组：1", facts=given.facts(企业材料=[]))
    assert "企业附件" not in out
    checklist("--member", "企业:B", facts=given.facts(), code=2)
    assert "PE7008" in checklist.err


@pytest.mark.parametrize("lang, word", [("zh", "要与 --facts 一起用"), ("en", "go with --facts")])
def test_files_without_facts(checklist, lang, word):
    checklist("--files", "x", "--lang", lang, code=64)
    assert word in checklist.err


@pytest.mark.parametrize("lang, word", [("zh", "退出码"), ("en", "Exit codes")])
def test_help_tells_the_exit_codes(checklist, lang, word):
    assert word in checklist("--help", "--lang", lang)
