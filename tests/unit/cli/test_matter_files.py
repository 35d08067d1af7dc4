"""``policy-engine matter --files``: the papers of a matter are looked at, their names and digests kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_engine.cli.main import run

FACTS = """\
售电公司: R1
零售用户编号: U1
绑定期间: 2018-01-01 至 2018-12-31
绑定附件:
  - {栏目: 附件, 材料: 合同, 文件: 合同.pdf, 文件格式: OFD, 文件大小: 1}
  - {材料: 授权书, 文件: 授权书.pdf}
  - {材料: 说明}
"""
HEAD = ("--id", "B1", "--at", "2018-05-01", "--actor", "售电公司:R1")

Cli = Callable[..., str]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    from pypdf import PdfWriter

    monkeypatch.chdir(tmp_path)
    (tmp_path / "绑定.yaml").write_text(FACTS, "utf-8")
    folder = tmp_path / "附件"
    folder.mkdir()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(folder / "合同.pdf")

    def call(action: str, *words: str, code: int = 0) -> str:
        capsys.readouterr()
        given = run(["matter", action, "--store", "m.db", *words])
        told = capsys.readouterr()
        assert given == code, told.err + told.out
        return told.err if code else told.out

    return call


def opened(cli: Cli, *more: str) -> dict[str, object]:
    first = ("--policy", "hubei/binding", "--process", "售电绑定", "--facts", "绑定.yaml", "--files", "附件")
    found: dict[str, object] = json.loads(cli("open", *first, *HEAD, "--json", *more))
    return found


def test_what_the_file_is_counts_and_not_what_was_written(cli: Cli, tmp_path: Path) -> None:
    content = (tmp_path / "附件" / "合同.pdf").read_bytes()
    found = opened(cli)
    contract, letter, note = found["facts"]["binding_paper"]
    assert (contract["file_format"], contract["file_size"]) == ("PDF", str(len(content)))
    assert "file_problem" not in contract or contract["file_problem"] is None
    assert letter["file_problem"]
    assert note["kind"] == "说明"
    (event,) = found["history"]
    digest = hashlib.sha256(content).hexdigest()
    assert event["documents"] == [{"name": "合同.pdf", "sha256": digest}]
    shown = cli("show", "--id", "B1", "--on", "2018-05-02")
    assert f"文件：合同.pdf　sha256 {digest}" in shown


def test_files_come_with_amendments_and_steps_as_well(cli: Cli, tmp_path: Path) -> None:
    opened(cli)
    (tmp_path / "改.json").write_text(
        '{"绑定附件": [{"栏目": "附件", "材料": "合同", "文件": "合同.pdf"}]}', "utf-8"
    )
    facts = ("--facts", "改.json", "--files", "附件")
    cli("amend", *HEAD, *facts)
    cli("do", "保存", *HEAD, *facts, "--document", "绑定.yaml")
    history = json.loads(cli("show", "--id", "B1", "--on", "2018-05-02", "--json"))["history"]
    assert [[d["name"] for d in h["documents"]] for h in history] == [
        ["合同.pdf"],
        ["合同.pdf"],
        ["绑定.yaml", "合同.pdf"],
    ]


def test_a_folder_alone_says_nothing(cli: Cli) -> None:
    opened(cli)
    assert "--facts" in cli("do", "保存", *HEAD, "--files", "附件", code=64)
    told = cli("amend", *HEAD, "--facts", "绑定.yaml", "--files", "没有", code=1)
    assert "PE7081" in told
