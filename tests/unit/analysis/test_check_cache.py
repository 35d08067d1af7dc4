"""What ``check`` remembers: the same is told as without a memory, whatever changed or broke meanwhile."""

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import small_library
from policy_engine.analysis.cache_entry import read, written
from policy_engine.analysis.cached import told_rules
from policy_engine.cli.main import run
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.render import render_text
from policy_engine.diagnostics.span import Source, Span
from policy_engine.policy import cache_folder, cache_inputs, checking
from policy_engine.policy.cache_folder import CacheFolder, default_folder
from policy_engine.policy.levels import builtin_rules
from policy_engine.policy.table_view import SheetSource
from small_library import PARENT, TABLE, put

BAD = Path(__file__).parents[2] / "bad"
TODAY = dt.date(2020, 1, 1)
CHILD = (
    small_library.CHILD
    + """\
参数:
  系数: {值: 20%, 自: 2018-01-01, 至: 未定, 复核: 2021-01-01, 来源: 推定}
"""
)


@pytest.fixture(autouse=True)
def _nobody_edits_the_program(monkeypatch):
    monkeypatch.setattr(cache_inputs, "_code", lambda: "as it is")


@pytest.fixture
def rules(tmp_path, monkeypatch):
    folder = tmp_path / "r"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    put(folder, **{"a.yaml": PARENT, "b.yaml": CHILD, "档.csv": TABLE})
    return folder


def told(folder: Path, tmp_path: Path, today: dt.date = TODAY) -> tuple[str, int]:
    """What is told, and how many files had to be read for it. It is what would be told without a memory."""
    count = 0
    real = checking.check_file

    def counted(*args):
        nonlocal count
        count += 1
        return real(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "check_file", counted)
        found = list(told_rules(folder, today, CacheFolder(tmp_path / "cache")))
    assert found == list(told_rules(folder, today))
    return "".join(render_text(t.diagnostics) for t in found), count


def test_what_has_not_changed_is_not_read_again(rules, tmp_path):
    first, read_first = told(rules, tmp_path)
    again, read_again = told(rules, tmp_path)
    assert (read_first, read_again) == (2, 0)
    assert first == again and "PE3321" in first


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        ({"b.yaml": CHILD.replace("20%", "30%")}, 1),
        ({"a.yaml": PARENT.replace("0 至 9", "0 至 5")}, 2),
        ({"档.csv": TABLE.replace("不超过 5", "小于 5")}, 2),
        ({"c.yaml": CHILD.replace("2018-06-01", "2019-06-01")}, 2),
        ({"nameless.yaml": "发文机关: 委员会\n施行: {自: 2018-06-01}\n"}, 3),
        ({"d.yaml": PARENT.replace("t/parent", "t/other")}, 1),
    ],
    ids=["itself", "parent", "table", "a version", "no id", "another policy"],
)
def test_what_rests_on_a_change_is_read_again(change, concerned, rules, tmp_path):
    before, _ = told(rules, tmp_path)
    put(rules, **change)
    after, read_again = told(rules, tmp_path)
    assert read_again == concerned
    if set(change) != {"d.yaml"}:
        assert (after != before) or "b.yaml" in change


def test_a_day_that_changes_what_is_told_is_waited_for(rules, tmp_path):
    put(rules, **{"b.yaml": CHILD + "决定:\n  用户.系数额: {计算公式: 系数}\n" + TERM})
    assert "PE3343" not in told(rules, tmp_path)[0]
    assert told(rules, tmp_path, dt.date(2020, 12, 31))[1] == 0
    text, read_again = told(rules, tmp_path, dt.date(2021, 1, 1))
    assert "PE3343" in text and read_again == 1
    assert told(rules, tmp_path, dt.date(2030, 1, 1))[1] == 0


TERM = "词条: |\n  | 主体 | 名称 | 代号 | 类型 | 小数位 |\n  | 用户 | 系数额 | share | 比例 | 2 |\n"


def test_another_program_or_place_does_not_answer(rules, tmp_path, monkeypatch):
    told(rules, tmp_path)
    monkeypatch.setattr(cache_inputs, "FORMAT", 2)
    assert told(rules, tmp_path)[1] == 2
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert told(rules, tmp_path)[1] == 2


def test_in_a_checkout_the_program_is_its_files(rules, tmp_path, monkeypatch):
    told(rules, tmp_path)
    monkeypatch.setattr(cache_inputs, "_code", lambda: "edited")
    assert told(rules, tmp_path)[1] == 2


def test_a_file_that_cannot_be_bound_is_read_every_time(rules, tmp_path):
    put(rules, **{"a.yaml": PARENT.replace("格式: 1\n", "")})
    assert told(rules, tmp_path)[1] == told(rules, tmp_path)[1] == 2


def test_what_the_solver_did_not_finish_is_asked_again_tomorrow(rules, tmp_path, monkeypatch):
    late = diagnostic("PE3312", Span(Source("b", "x"), 0, 1), name="x", entity="y")
    monkeypatch.setattr("policy_engine.analysis.checking.findings", lambda *_: (late,))
    folder = CacheFolder(tmp_path / "cache")
    list(told_rules(rules, TODAY, folder))
    monkeypatch.undo()
    tomorrow = TODAY + dt.timedelta(days=1)
    assert "PE3312" not in {d.code for t in told_rules(rules, tomorrow, folder) for d in t.diagnostics}


FINDINGS = sorted(p for p in BAD.glob("PE33*") if p.suffix != ".txt")


@pytest.mark.parametrize("path", FINDINGS, ids=lambda p: p.stem)
def test_every_finding_of_analysis_comes_back_as_it_was(path, tmp_path, monkeypatch):
    monkeypatch.chdir(BAD)
    first, _ = told(Path(path.name), tmp_path)
    again, read_again = told(Path(path.name), tmp_path)
    cannot_be_bound = first.count("PE40")
    assert (again, read_again) == (first, cannot_be_bound)


def test_the_place_in_a_sheet_comes_back(tmp_path):
    source = SheetSource("表.xlsx［费率］", "甲 | 乙\n1 | 2", "表.xlsx", ((0, 0), (4, 1), (6, 0), (10, 1)))
    entry = an_entry(diagnostic("PE3360", Span(source, 10, 11), text="乙", case="甲 = 1"))
    again = read(written(entry), entry.key)
    assert again == entry
    (label,) = again.told.diagnostics[0].labels
    assert str(label.span).endswith("(B2)")


def an_entry(*diagnostics):
    from policy_engine.analysis.cache_entry import Entry
    from policy_engine.analysis.told import Told

    told_ = Told("a.yaml", "t/x", diagnostics)
    return Entry("k", told_, ("t/x",), "around", (("档.csv", "00"),), dt.date(2018, 1, 1), dt.date.max)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.data())
def test_a_broken_entry_is_no_entry(data):
    entry = an_entry(diagnostic("PE3360", Span(Source("a.yaml", "除以零"), 0, 2), text="乙", case="甲"))
    whole = written(entry)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = bytes([data.draw(st.integers(0, 255).filter(lambda b: b != whole[at]))])
    assert read(whole[:at], "k") is None
    assert read(whole[:at] + other + whole[at + 1 :], "k") is None
    assert read(whole, "another") is None
    assert read(data.draw(st.binary()), "k") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(["path", "ids", "tables", "days", "sources", "diagnostics", "rule_files"]), JSON)
def test_an_entry_of_another_shape_is_no_entry_or_a_whole_one(field, value):
    entry = an_entry(diagnostic("PE3360", Span(Source("a.yaml", "除以零"), 0, 2), text="乙", case="甲"))
    data = json.loads(written(entry).partition(b"\n")[2]) | {field: value}
    text = json.dumps(data).encode()
    found = read(hashlib.sha256(text).hexdigest().encode() + b"\n" + text, "k")
    if found is not None:
        assert render_text(found.told.diagnostics) is not None


@pytest.mark.parametrize(
    "label",
    [[1, 0, 1, None], [0, 2, 1, None], [0, 0, 99, None], [0, 0, 1], [True, 0, 1, None], [0, 0, 1, ["x"]]],
    ids=str,
)
def test_a_place_that_is_not_there_is_no_entry(label):
    entry = an_entry(diagnostic("PE3360", Span(Source("a.yaml", "除以零"), 0, 2), text="乙", case="甲"))
    data = json.loads(written(entry).partition(b"\n")[2])
    data["diagnostics"][0]["labels"] = [label]
    text = json.dumps(data).encode()
    assert read(hashlib.sha256(text).hexdigest().encode() + b"\n" + text, "k") is None


def test_broken_entries_do_no_harm(rules, tmp_path):
    before, _ = told(rules, tmp_path)
    for file in (tmp_path / "cache").iterdir():
        file.write_bytes(b"\x80\x04.")
    assert told(rules, tmp_path) == (before, 2)
    assert told(rules, tmp_path) == (before, 0)


def test_a_folder_that_cannot_be_written_is_no_reason_to_complain(rules, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "cache", tmp_path / "file"):
        assert run(["check", str(rules), "--cache-dir", str(place)]) == 0
        assert capsys.readouterr().err == ""


def test_old_entries_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_folder, "MAX_ENTRIES", 3)
    folder = CacheFolder(tmp_path / "cache")
    for number in range(5):
        folder.put(f"{number}", b"x")
        os.utime(tmp_path / "cache" / f"{number}.entry", (number, number))
    assert folder.get("0") == b"x"  # asked for: now it is the newest
    folder.tidy()
    assert sorted(p.stem for p in (tmp_path / "cache").iterdir()) == ["0", "3", "4"]
    monkeypatch.setattr(cache_folder, "MAX_BYTES", 1)
    folder.tidy()
    assert [p.stem for p in (tmp_path / "cache").iterdir()] == ["0"]


def test_an_entry_that_is_too_large_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_folder, "MAX_ENTRY", 3)
    folder = CacheFolder(tmp_path / "cache")
    folder.put("a", b"1234")
    assert folder.get("a") is None and not (tmp_path / "cache").exists()


def test_where_it_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder("check") == tmp_path / "policy_engine" / "check"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert default_folder("check") == tmp_path / "home" / ".cache" / "policy_engine" / "check"


def test_without_a_memory_nothing_is_written(rules, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert run(["check", str(rules), "--no-cache"]) == 0
    assert not (tmp_path / "xdg").exists()
    assert run(["check", str(rules)]) == 0
    assert len(list((tmp_path / "xdg" / "policy_engine" / "check").iterdir())) == 2


def test_a_remembered_answer_needs_no_grammar_no_models_and_no_solver(tmp_path):
    code = (
        "import sys; from policy_engine.cli.main import run; "
        f"run(['check', {str(builtin_rules())!r}, '--cache-dir', {str(tmp_path / 'c')!r}]); "
        "print(sorted({'z3', 'lark', 'pydantic', 'yaml'} & set(sys.modules)))"
    )
    for expected in (True, False):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
        )
        assert ("pydantic" in done.stdout.splitlines()[-1]) is expected
    assert done.stdout.splitlines()[-1] == "[]"


def test_two_processes_at_once(rules, tmp_path):
    command = [sys.executable, "-m", "policy_engine.cli", "check", "r", "--cache-dir", "c"]
    both = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert said[0] == said[1] and all(process.returncode == 0 for process in both)
    assert all(p.suffix == ".entry" for p in (tmp_path / "c").iterdir())


def test_a_file_that_changes_while_it_is_read_is_not_remembered(rules, tmp_path, monkeypatch):
    real = checking.check_file

    def slow(*args):
        found = real(*args)
        put(rules, **{"b.yaml": CHILD.replace("20%", "30%")})
        return found

    monkeypatch.setattr(checking, "check_file", slow)
    list(told_rules(rules, TODAY, CacheFolder(tmp_path / "cache")))
    monkeypatch.undo()
    os.chdir(tmp_path)
    entries = [read(p.read_bytes(), p.stem) for p in (tmp_path / "cache").iterdir()]
    assert {e.told.policy for e in entries if e} == {"t/parent"}


def test_an_entry_is_one_thing():
    entry = an_entry()
    assert read(written(entry), "k") == entry != replace(entry, last=TODAY)
