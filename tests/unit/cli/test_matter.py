"""``policy-engine matter``: the Jibei exemption from the application to the letter, by the shipped rules."""

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policy_engine.cli.main import run

RULES = Path(__file__).parents[3] / "rules"
APPLICATION = """\
市场主体: U001
所在市: 唐山
结算月: 2018-06
方向: 用电
原因: 临时停限产令
抄表周期: 2018-06-01 至 2018-06-30
交易日: 2018-05-20
佐证:
  - document_id: D1
    种类: 停限产令
    出具单位: 政府部门
    出具层级: 县
    出具日期: 2018-06-10
"""
CITY, PROVINCE, MEMBER = "唐山市工信局", "省级主管部门", "市场主体:U001"


@pytest.fixture
def cli(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "申请.yaml").write_text(APPLICATION, encoding="utf-8")
    (tmp_path / "批次.json").write_text('{"所在市": "唐山", "结算月": "2018-06"}', encoding="utf-8")
    (tmp_path / "停限产令.pdf").write_bytes("停限产令的正文".encode())

    def call(*words, code=0, store="事项.db", lang=()):
        capsys.readouterr()
        given = run([*lang, "matter", words[0], *(("--store", store) if store else ()), *words[1:]])
        told = capsys.readouterr()
        assert given == code, told.err + told.out
        assert "Traceback" not in told.err
        return told.err if code else told.out

    return call


def opened(cli, *more, at="2018-07-02 09:00"):
    first = ("开立", "--policy", "jibei/exemption", "--process", "免考申请", "--id", "SQ-001")
    return cli(*first, "--facts", "申请.yaml", "--actor", MEMBER, "--at", at, *more)


def step(cli, name, at, actor=CITY, matter="SQ-001", *more, **how):
    return cli("办理", name, "--id", matter, "--actor", actor, "--at", at, *more, **how)


def batch(cli, *more):
    first = ("open", "--policy", "jibei/exemption", "--process", "汇总批次", "--id", "P-1")
    return cli(*first, "--facts", "批次.json", "--actor", CITY, "--at", "2018-07-06", *more)


def approved(cli):
    opened(cli)
    step(cli, "提交", "2018-07-03 10:20", MEMBER, "SQ-001", "--document", "停限产令.pdf")
    step(cli, "市级通过", "2018-07-05 11:00")
    batch(cli)


def shown(cli, *more, matter="SQ-001", on="2018-08-01"):
    return json.loads(cli("show", "--id", matter, "--on", on, "--json", *more))


# -- the whole way -------------------------------------------------------------------------------


def test_the_whole_way(cli):
    assert opened(cli) == "SQ-001　免考申请　起草（自2018-07-02）\n现在可以办理\n  提交　由市场主体 U001\n"
    told = step(cli, "提交", "2018-07-03 10:20", MEMBER, "SQ-001", "--document", "停限产令.pdf")
    assert told.splitlines()[0] == "SQ-001　免考申请　待市级审核（自2018-07-03）"
    assert "  市级通过　由唐山市工信局" in told
    step(cli, "市级通过", "2018-07-05 11:00")
    assert "  上报　由唐山市工信局，不迟于2018-07-08\n" in batch(cli)
    step(cli, "上报", "2018-07-09", CITY, "P-1")
    assert shown(cli)["state"] == "待省级确认"
    step(cli, "省级确认", "2018-07-10", PROVINCE)
    step(cli, "函告", "2018-07-12 16:00", PROVINCE, "P-1", "--note", "冀发改函1号")
    history = cli("查看", "--id", "SQ-001", "--on", "2018-08-01")
    digest = hashlib.sha256("停限产令的正文".encode()).hexdigest()
    assert (
        history
        == f"""\
SQ-001　免考申请　已生效（自2018-07-12）
事实
  市场主体 U001
  所在市 唐山
  结算月 2018-06
  方向 用电
  原因 临时停限产令
  抄表周期 2018-06-01 至 2018-06-30
  交易日 2018-05-20
  佐证
    佐证 D1
    种类 停限产令
    出具单位 政府部门
    出具层级 县
    出具日期 2018-06-10
  省级确认 是
经过
  1 2018-07-02 09:00　开立　市场主体 U001　→ 起草
  2 2018-07-03 10:20　提交　市场主体 U001　起草 → 待市级审核
      文件：停限产令.pdf　sha256 {digest}
  3 2018-07-05 11:00　市级通过　唐山市工信局　待市级审核 → 待上报
  4 2018-07-09　随批上报　唐山市工信局　待上报 → 待省级确认
      注明：P-1
  5 2018-07-10　省级确认　省级主管部门　待省级确认 → 待函告
  6 2018-07-12 16:00　随批函告　省级主管部门　待函告 → 已生效
      注明：P-1
现在可以办理
  撤销免考　由省级主管部门
"""
    )
    late = cli("查看", "--id", "P-1", "--on", "2018-08-01")
    assert "  2 2018-07-09　上报　唐山市工信局　汇总中 → 已上报（期限 2018-07-08，逾期）\n" in late
    assert "（期限 2018-07-12）\n      注明：冀发改函1号\n" in late


def test_a_matter_as_it_was_on_an_earlier_day(cli):
    approved(cli)
    assert shown(cli, on="2018-07-04")["state"] == "待市级审核"
    assert len(shown(cli, on="2018-07-02")["history"]) == 1
    assert "PE8001" in cli("show", "--id", "SQ-001", "--on", "2018-07-01", code=1)


def test_english(cli):
    approved(cli)
    step(cli, "上报", "2018-07-09", CITY, "P-1")
    told = cli("show", "--id", "P-1", "--on", "2018-07-10", lang=["--lang", "en"])
    assert "P-1　汇总批次　已上报（since 2018-07-09）" in told
    assert "(due 2018-07-08" in told.replace("（", "(") and "late" in told
    for word in ("事实", "经过", "现在可以", "期限 ", "逾期）", "由", "不迟于"):
        assert word not in told
    assert "2018-07-12　省级主管部门　函告" in cli("due", "--on", "2018-07-13", lang=["--lang", "en"])
    assert "nothing is due" in cli("due", "--on", "2018-07-01", lang=["--lang", "en"])
    assert "SQ-01" in cli("show", "--id", "SQ-01", code=1, lang=["--lang", "en"])


def test_json(cli):
    out = json.loads(opened(cli, "--json"))
    assert (out["format"], out["policy"], out["state"]) == (
        "policy-engine/matter/1",
        "jibei/exemption",
        "起草",
    )
    assert out["facts"]["settlement_month"] == "2018-06"
    assert out["facts"]["document"] == [
        {
            "document_id": "D1",
            "kind": "停限产令",
            "issuer_kind": "政府部门",
            "issuer_level": "县",
            "issued_on": "2018-06-10",
        }
    ]
    assert out["allowed"] == [{"step": "提交", "who": "市场主体 U001", "by": None, "overdue": False}]
    assert out["history"][0]["actor"] == {"role": "市场主体", "id": "U001"}
    assert out["history"][0]["at"] == "2018-07-02T09:00:00"


def test_amend(cli, tmp_path):
    opened(cli)
    (tmp_path / "更正.yaml").write_text("交易日: 2018-05-21\n", encoding="utf-8")
    cli("修改", "--id", "SQ-001", "--facts", "更正.yaml", "--actor", MEMBER, "--at", "2018-07-03")
    found = shown(cli)
    assert found["facts"]["trade_date"] == "2018-05-21"
    assert [h["kind"] for h in found["history"]] == ["open", "amend"]
    assert "  2 2018-07-03　修改　市场主体 U001\n" in cli("show", "--id", "SQ-001", "--on", "2018-08-01")


# -- lists ---------------------------------------------------------------------------------------


def test_list(cli):
    approved(cli)
    assert cli("列出", "--on", "2018-07-06") == (
        "P-1　汇总批次　汇总中（自2018-07-06）\nSQ-001　免考申请　待上报（自2018-07-05）\n"
    )
    assert cli("list", "--process", "汇总批次", "--on", "2018-07-06").count("\n") == 1
    assert "SQ-001" in cli("list", "--state", "待上报", "--on", "2018-07-06")
    assert cli("list", "--state", "起草", "--on", "2018-07-06") == "没有事项\n"
    assert cli("list", "--on", "2018-07-01") == "没有事项\n"
    assert cli("list", "--policy", "jibei/deviation") == "没有事项\n"
    out = json.loads(cli("list", "--on", "2018-07-06", "--json"))
    assert [(m["id"], m["state"]) for m in out["matters"]] == [("P-1", "汇总中"), ("SQ-001", "待上报")]


def test_due_overdue_first(cli, tmp_path):
    approved(cli)
    (tmp_path / "七月.json").write_text('{"所在市": "承德", "结算月": "2018-07"}', encoding="utf-8")
    july = (
        "open",
        "--policy",
        "jibei/exemption",
        "--process",
        "汇总批次",
        "--id",
        "P-0",
        "--facts",
        "七月.json",
    )
    cli(*july, "--actor", "承德市发展改革委", "--at", "2018-07-06")
    assert cli("到期", "--on", "2018-07-09") == (
        "2018-07-08　唐山市工信局　上报　P-1（汇总批次）　已逾期\n"
        "2018-08-08　承德市发展改革委　上报　P-0（汇总批次）\n"
    )
    out = json.loads(cli("due", "--on", "2018-07-09", "--json"))
    assert out["due"][0] == {
        "matter": "P-1",
        "process": "汇总批次",
        "step": "上报",
        "who": "唐山市工信局",
        "by": "2018-07-08",
        "overdue": True,
    }
    step(cli, "上报", "2018-07-09", CITY, "P-1")
    assert "补报" not in cli("due", "--on", "2018-07-10")  # allowed, not owed


# -- refused -------------------------------------------------------------------------------------


def test_refusals_change_nothing_and_say_what_is_allowed(cli):
    opened(cli)
    told = step(cli, "市级通过", "2018-07-03", code=1)
    assert "PE8003" in told and "提交（市场主体 U001）" in told
    assert "PE8004" in step(cli, "提交", "2018-07-03", "市场主体:U002", code=1)
    assert "PE8002" in step(cli, "寄出", "2018-07-03", MEMBER, code=1)
    assert "PE8009" in step(cli, "提交", "2018-07-01", MEMBER, code=1)
    assert "PE8001" in step(cli, "提交", "2018-07-03", MEMBER, "SQ-01", code=1)
    step(cli, "提交", "2018-07-03", MEMBER)
    assert "PE8006" in step(cli, "市级退回", "2018-07-04", code=1)
    assert "PE8007" in cli(
        *("open", "--policy", "jibei/exemption", "--process", "免考申请", "--id", "SQ-002"),
        *("--facts", "申请.yaml", "--actor", MEMBER, "--at", "2018-07-04"),
        code=1,
    )
    assert len(shown(cli)["history"]) == 2


@pytest.mark.parametrize("actor", ["", ":U001", "市场主体:", "：", " : "])
def test_actors_that_are_none(cli, actor):
    assert "PE8110" in opened_by(cli, actor, code=1)
    assert not Path("事项.db").exists()


def test_actors_with_a_full_width_colon(cli):
    assert "起草" in opened_by(cli, "市场主体： U001")


def opened_by(cli, actor, **how):
    first = ("open", "--policy", "jibei/exemption", "--process", "免考申请", "--id", "SQ-001")
    return cli(*first, "--facts", "申请.yaml", "--actor", actor, "--at", "2018-07-02", **how)


@pytest.mark.parametrize("text", ["2018-7-32", "昨天", "", "2018-07-02T25:00"])
def test_times_that_are_none(cli, text):
    first = ("open", "--policy", "jibei/exemption", "--process", "免考申请", "--id", "SQ-001")
    assert "PE4012" in cli(*first, "--facts", "申请.yaml", "--actor", MEMBER, "--at", text, code=1)
    assert "PE4012" in cli("due", "--on", text, code=1)


def test_now_is_beijing_time(cli):
    opened(cli)
    cli("do", "提交", "--id", "SQ-001", "--actor", MEMBER)
    at = dt.datetime.fromisoformat(shown(cli, on="2999-01-01")["history"][1]["at"])
    beijing = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(hours=8)
    assert dt.timedelta(0) <= beijing - at < dt.timedelta(minutes=2)


def test_files_that_cannot_be_read(cli, tmp_path):
    opened(cli)
    given = ("提交", "2018-07-03", MEMBER, "SQ-001")
    assert "PE5009" in step(cli, *given, "--document", "没有.pdf", code=1)
    assert "PE5009" in step(cli, *given, "--document", str(tmp_path), code=1)
    assert "PE5009" in step(cli, *given, "--facts", "没有.yaml", code=1)
    (tmp_path / "坏.json").write_text("[1]", encoding="utf-8")
    assert "PE7005" in step(cli, *given, "--facts", "坏.json", code=1)
    assert len(shown(cli)["history"]) == 1


def test_stores_that_are_none(cli):
    assert "PE8102" in cli("list", code=1)
    assert not Path("事项.db").exists()
    assert "PE8107" in cli("list", store="mysql://x", code=1)
    assert "--store" in cli("list", store=None, code=64)


def test_a_store_from_the_environment(cli, monkeypatch):
    opened(cli)
    monkeypatch.setenv("POLICY_ENGINE_STORE", "事项.db")
    assert "SQ-001" in cli("list", store=None)


def test_wrong_usage(cli):
    assert "可用：开立、办理、修改、查看、列出、到期" in cli("寄出", code=64)
    assert "--actor" in cli("do", "提交", "--id", "SQ-001", code=64)


# -- which rules ---------------------------------------------------------------------------------


def test_a_matter_stays_under_the_rules_of_its_month(cli, tmp_path):
    """From July on another version is in force, with another deadline; June's matters keep theirs."""
    shutil.copytree(RULES / "jibei", tmp_path / "规则")
    june = tmp_path / "规则" / "exemption.yaml"
    text = june.read_text(encoding="utf-8")
    old, new = "{自: 2018-06-01, 至: 未定,", "{自: 2018-06-01, 至: 2018-06-30,"
    assert old in text and "{月: 次月, 日: 8}" in text
    july = text.replace(old, "{自: 2018-07-01, 至: 未定,").replace("{月: 次月, 日: 8}", "{月: 次月, 日: 5}")
    june.write_text(text.replace(old, new), encoding="utf-8")
    (tmp_path / "规则" / "exemption-07.yaml").write_text(july, encoding="utf-8")
    (tmp_path / "七月.json").write_text('{"所在市": "唐山", "结算月": "2018-07"}', encoding="utf-8")
    for number, facts in (("P-6", "批次.json"), ("P-7", "七月.json")):
        first = ("open", "--policy", "jibei/exemption", "--process", "汇总批次", "--id", number)
        cli(*first, "--facts", facts, "--actor", CITY, "--at", "2018-07-06", "--rules", "规则")
    due = json.loads(cli("due", "--on", "2018-07-07", "--rules", "规则", "--json"))["due"]
    assert [(d["matter"], d["by"]) for d in due] == [("P-6", "2018-07-08"), ("P-7", "2018-08-05")]
    told = cli(
        "do", "上报", "--id", "P-6", "--actor", CITY, "--at", "2019-03-01", "--rules", "规则", "--json"
    )
    assert json.loads(told)["history"][1]["due"] == "2018-07-08"
    assert "PE4002" in cli("show", "--id", "P-6", "--rules", "规则", "--period", "2018-05", code=1)


def test_a_month_that_no_rules_cover(cli, tmp_path):
    text = APPLICATION.replace("结算月: 2018-06", "结算月: 2018-05")
    (tmp_path / "申请.yaml").write_text(text, encoding="utf-8")
    first = ("open", "--policy", "jibei/exemption", "--process", "免考申请", "--id", "SQ-001")
    assert "PE4002" in cli(*first, "--facts", "申请.yaml", "--actor", MEMBER, "--at", "2018-07-02", code=1)


# -- what is not kept, what is not loaded --------------------------------------------------------


def test_the_content_of_documents_is_not_kept(cli, tmp_path):
    approved(cli)
    found = b"".join(p.read_bytes() for p in tmp_path.glob("事项.db*"))
    assert "停限产令.pdf".encode() in found
    assert "停限产令的正文".encode() not in found


@pytest.mark.parametrize(
    "words", [["--help"], ["matter", "--help"], ["matter", "办理", "--help"]], ids=" ".join
)
def test_help_loads_nothing_heavy(words):
    code = (
        "import sys; from policy_engine.cli.main import run; run(sys.argv[1:]);"
        "sys.exit(bool({'sqlalchemy', 'pydantic', 'yaml', 'policy_engine.policy.model'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)
    assert ran.returncode == 0
    assert "办理" in ran.stdout.decode("utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("action", ["open", "do", "amend", "show", "list", "due"])
def test_every_option_has_help_in_both_languages(cli, action, lang):
    told = cli(action, "--help", lang=["--lang", lang], store=None)
    options = [line for line in told.splitlines() if line.startswith("  --") and "--help" not in line]
    assert options
    lines = told.splitlines()
    for option in options:
        rest = option.split(maxsplit=2)
        follows = lines[lines.index(option) + 1]
        assert len(rest) > 2 or (follows.startswith("    ") and follows.strip()), option


def test_opening_does_not_say_that_the_policy_may_be_left_out(cli):
    assert "政策编号，如 jibei/exemption" in cli("open", "--help", store=None)
    assert "事项已开立的不必写" not in cli("open", "--help", store=None)
    assert "事项已开立的不必写" in cli("do", "--help", store=None)
