"""What becomes of a table in a file: it is noticed when it changes, recorded, inherited, shown and shipped."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from policy_engine.cli.main import run
from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.library import load
from policy_engine.policy.schema import input_schema
from unit.policy.rule_text import document, policy_of, rule_file
from unit.table_files.moved_tables import write_sheets

TABLE = "城市,输配电价\n唐山,180.5\n承德,175\n"
TERMS = """
    用户 | 城市 | city | 文本 | | | |
    用户 | 输配电价 | price | 电价 | 元/兆瓦时 | 2 | |
"""
ENTITIES = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
DECISIONS = "用户.输配电价: {计算公式: 各市电价(城市)}"


def rules(folder: Path, name: str = "a.yaml", table: str = "{文件: 电价.csv}", **more: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = rule_file(
        DECISIONS, terms=TERMS, entities=ENTITIES, more=f"对照表:\n  各市电价:\n    表: {table}", **more
    )
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def price(folder: Path, policy: str = "t/t", city: str = "唐山") -> str:
    policy_ = load(policy, period="2018-06", rules=folder)
    return evaluate(policy_, {"user": [{"user_id": "1", "city": city}]}).value("用户", "1", "输配电价").text


def test_a_changed_table_is_noticed(tmp_path: Path) -> None:
    rules(tmp_path)
    (tmp_path / "电价.csv").write_text(TABLE, encoding="utf-8")
    before = load("t/t", period="2018-06", rules=tmp_path)
    assert price(tmp_path) == "180.50"
    (tmp_path / "电价.csv").write_text(TABLE.replace("180.5", "190.5"), encoding="utf-8")
    after = load("t/t", period="2018-06", rules=tmp_path)
    assert price(tmp_path) == "190.50"
    assert before.digest != after.digest
    (tmp_path / "电价.csv").write_bytes(TABLE.encode("gbk"))
    again = load("t/t", period="2018-06", rules=tmp_path)
    assert again.digest == before.digest
    assert again.files != before.files


def test_the_files_of_a_policy_are_those_it_was_read_from(tmp_path: Path) -> None:
    rules(tmp_path)
    (tmp_path / "电价.csv").write_text(TABLE, encoding="utf-8")
    files = {Path(f.path).name: f for f in load("t/t", period="2018-06", rules=tmp_path).files}
    assert set(files) == {"a.yaml", "电价.csv"}
    assert files["电价.csv"].sha256 == hashlib.sha256(TABLE.encode()).hexdigest()
    assert files["电价.csv"].policy == "t/t"


def test_a_run_records_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules(tmp_path / "规则", table="{文件: 附表/电价.csv}")
    (tmp_path / "规则" / "附表").mkdir()
    (tmp_path / "规则" / "附表" / "电价.csv").write_text(TABLE, encoding="utf-8")
    data = tmp_path / "数据"
    data.mkdir()
    (data / "user.csv").write_text("user_id,city\n1,唐山\n", encoding="utf-8")
    out = tmp_path / "结果"
    which = ["t/t", "--period", "2018-06", "--rules", str(tmp_path / "规则")]
    assert run(["settle", *which, "--input", str(data), "--output", str(out)]) == 0, capsys.readouterr().err
    (record,) = out.rglob("*.json")
    files = json.loads(record.read_text(encoding="utf-8"))["policy"]["files"]
    assert [Path(f["path"]).name for f in files] == ["a.yaml", "电价.csv"]
    assert files[1]["sha256"] == hashlib.sha256(TABLE.encode()).hexdigest()


def test_a_child_keeps_the_tables_of_its_parent(tmp_path: Path) -> None:
    rules(tmp_path / "上位", policy="t/parent")
    (tmp_path / "上位" / "电价.csv").write_text(TABLE, encoding="utf-8")
    child = rule_file(terms="", entities="", policy="t/child", more="沿用: t/parent").replace(
        "词条: |\n  | 主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围 |\n", ""
    )
    child = "\n".join(line for line in child.splitlines() if "结算月 |" not in line) + "\n"
    (tmp_path / "child.yaml").write_text(child, encoding="utf-8")
    assert price(tmp_path, "t/child") == "180.50"
    own = child + "对照表:\n  各市电价:\n    表: {文件: 电价.csv}\n"
    (tmp_path / "child.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "电价.csv").write_text(TABLE.replace("180.5", "200"), encoding="utf-8")
    assert price(tmp_path, "t/child") == "200.00"
    assert price(tmp_path, "t/parent") == "180.50"


def test_show_tells_the_file_and_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["名称", "值", "来源"], ["幅度", "5%", "推定"], ["上限", "3", "原文"]]
    write_sheets(tmp_path / "表.xlsx", {"费率": rows})
    text = rule_file(entities=ENTITIES, more="参数: {文件: 表.xlsx, 工作表: 费率}")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    which = ["t/t", "--period", "2018-06", "--rules", str(tmp_path)]
    assert run(["show", *which]) == 0
    out = capsys.readouterr().out
    assert f"{tmp_path.as_posix()}/表.xlsx［费率］:3" in out
    assert f"{tmp_path.as_posix()}/表.xlsx（t/t）" in out
    assert run(["show", *which, "--json"]) == 0
    picture = json.loads(capsys.readouterr().out)
    assert [p["from"] for p in picture["parameters"]] == ["t/t", "t/t"]


def test_check_tells_the_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_sheets(tmp_path / "表.xlsx", {"电价": [["城市", "输配电价"], ["唐山", "一百八"]]})
    rules(tmp_path, table="{文件: 表.xlsx, 工作表: 电价}")
    assert run(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "表.xlsx［电价］:2:6 (B2)" in out
    assert "唐山 | 一百八" in out
    assert run(["--lang", "en", "check", str(tmp_path), "--format", "json"]) == 1
    (label,) = json.loads(capsys.readouterr().out)[0]["labels"]
    assert (label["line"], label["column"]) == (2, 6)


def test_the_schema_knows_the_terms_of_a_file(tmp_path: Path) -> None:
    text = rule_file(
        DECISIONS, terms=TERMS, entities=ENTITIES, more=f"对照表:\n  各市电价:\n    表: |\n{_bars()}"
    )
    (doc,) = [document(text)]
    assert doc.terms is not None
    rows = [[c.text for c in row] for row in (doc.terms.header, *doc.terms.rows)]
    write_sheets(tmp_path / "表.xlsx", {"词条": rows})
    start, end = doc.terms.span.start, doc.terms.span.end
    moved = text[:start] + "{文件: 表.xlsx}\n" + text[end:]
    (tmp_path / "a.yaml").write_text(moved, encoding="utf-8")
    assert input_schema(load("t/t", period="2018-06", rules=tmp_path)) == input_schema(policy_of(text))


def _bars() -> str:
    return "".join(f"      | {line.replace(',', ' | ')} |\n" for line in TABLE.splitlines())


def test_tables_are_shipped_with_the_rules(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    root = Path(__file__).parents[3]
    project = tmp_path / "project"
    (project / "src" / "policy_engine").mkdir(parents=True)
    (project / "src" / "policy_engine" / "__init__.py").write_text("")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (project / name).write_bytes((root / name).read_bytes())
    rules(project / "rules" / "x")
    (project / "rules" / "x" / "电价.csv").write_text(TABLE, encoding="utf-8")
    write_sheets(project / "rules" / "x" / "表.xlsx", {"费率": [["甲"]]})
    (project / "schemas").mkdir()
    (project / "features").mkdir()
    (project / "features" / "a.feature").write_text("")
    build = (
        "from hatchling.builders.wheel import WheelBuilder; print(*WheelBuilder('.').build(directory='dist'))"
    )
    subprocess.run([sys.executable, "-c", build], cwd=project, check=True, capture_output=True)
    (wheel,) = (project / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"policy_engine/_rules/x/电价.csv", "policy_engine/_rules/x/表.xlsx"} <= set(names)
