"""Policies kept between runs: the same policy comes back, whatever changed or was put in the folder meanwhile."""

import dataclasses
import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import small_library
from policy_engine.cli.main import run
from policy_engine.diagnostics.errors import LoadError, NotInForce
from policy_engine.policy import cache_inputs
from policy_engine.policy.cache_folder import CacheFolder, default_folder
from policy_engine.policy.library import Library, load
from policy_engine.policy.model import Policy
from policy_engine.policy.remembered import load_remembered
from policy_engine.policy.stored import Stored, read, written
from small_library import CHILD, TABLE, put

READING = "口径:\n  缺省: {取: 甲, 可取: [甲, 乙]}\n"
PARENT = small_library.PARENT + READING


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


def asked(folder: Path, tmp_path: Path, policy: str = "t/child", **which) -> tuple[Policy, int]:
    """The policy, which is as without a memory, and how many files had to be read for it."""
    which = {"period": "2018-06", **which}
    read_files = 0
    real = Library.read

    def counted(self, path, level):
        nonlocal read_files
        read_files += 1
        return real(self, path, level)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Library, "read", counted)
        found = load_remembered(policy, CacheFolder(tmp_path / "cache"), rules=folder, **which)
    assert same(found, load(policy, rules=folder, **which))
    return found, read_files


def same(one: Policy, other: Policy) -> bool:
    """Equal in every field, which == of policies does not ask."""
    return all(getattr(one, f.name) == getattr(other, f.name) for f in dataclasses.fields(Policy))


SHIPPED = [
    ("jibei/deviation", "period", "2018-07"),
    ("jibei/exemption", "period", "2018-07"),
    ("jibei/agreements", "period", "2018-07"),
    ("jibei/publication", "period", "2018-07"),
    ("jing-jin-tang/deviation", "period", "2018-07"),
    ("hubei/registration", "on", "2018-07-01"),
    ("hubei/binding", "on", "2018-07-01"),
]


@pytest.mark.parametrize(("policy", "by", "when"), SHIPPED, ids=lambda x: str(x))
def test_every_shipped_policy_comes_back_as_it_was(policy, by, when, tmp_path):
    folder = CacheFolder(tmp_path)
    first = load_remembered(policy, folder, **{by: when})
    (entry,) = tmp_path.iterdir()
    stored = read(entry.read_bytes(), entry.stem)
    assert stored is not None and same(stored.policy, first)
    again = load_remembered(policy, folder, **{by: when})
    assert again is not first and same(again, first)
    assert same(again, load(policy, **{by: when}))
    with pytest.raises(TypeError):
        again.entities["x"] = None  # still frozen


def test_shipped_is_all_there_is():
    assert {p for p, _, _ in SHIPPED} <= set(Library().ids())


def test_what_has_not_changed_is_not_read_again(rules, tmp_path):
    assert asked(rules, tmp_path)[1] == 2
    assert asked(rules, tmp_path)[1] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"b.yaml": CHILD.replace("下位", "下级")},
        {"a.yaml": PARENT.replace("0 至 9", "0 至 5")},
        {"档.csv": TABLE.replace("不超过 5", "小于 5").replace("超过 5,高", "不低于 5,高")},
        {"c.yaml": CHILD.replace("2018-06-01", "2019-06-01")},
        {"nameless.yaml": "# 还没有写完\n发文机关: 委员会\n施行: {自: 2018-06-01}\n"},
    ],
    ids=["itself", "parent", "table", "a version", "no id"],
)
def test_what_rests_on_a_change_is_read_again(change, rules, tmp_path):
    asked(rules, tmp_path)
    put(rules, **change)
    assert asked(rules, tmp_path)[1] >= 2
    assert asked(rules, tmp_path)[1] == 0


def test_another_policy_beside_it_changes_nothing(rules, tmp_path):
    asked(rules, tmp_path)
    put(rules, **{"d.yaml": PARENT.replace("t/parent", "t/other")})
    assert asked(rules, tmp_path)[1] == 0


@pytest.mark.parametrize(
    "which", [{"period": "2018-07"}, {"known_on": "2019-01-01"}, {"options": {"缺省": "乙"}}], ids=str
)
def test_what_is_asked_for_is_part_of_the_question(which, rules, tmp_path):
    before, _ = asked(rules, tmp_path)
    after, files = asked(rules, tmp_path, **which)
    assert files == 2 and not same(before, after)
    assert asked(rules, tmp_path, **which)[1] == 0


def test_another_place_or_program_does_not_answer(rules, tmp_path, monkeypatch):
    asked(rules, tmp_path)
    monkeypatch.setattr(cache_inputs, "_code", lambda: "edited")
    assert asked(rules, tmp_path)[1] == 2
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert asked(rules, tmp_path)[1] == 2


def test_errors_are_told_every_time(rules, tmp_path):
    folder = CacheFolder(tmp_path / "cache")
    for _ in range(2):
        with pytest.raises(NotInForce):
            load_remembered("t/child", folder, period="2018-05", rules=rules)
    put(rules, **{"b.yaml": CHILD.replace("格式: 1\n", "")})
    for _ in range(2):
        with pytest.raises(LoadError):
            load_remembered("t/child", folder, period="2018-06", rules=rules)
    assert not (tmp_path / "cache").exists()


def test_an_error_after_a_good_load_is_told(rules, tmp_path):
    asked(rules, tmp_path)
    put(rules, **{"档.csv": TABLE.replace("高", "更高")})
    with pytest.raises(LoadError):
        load_remembered("t/child", CacheFolder(tmp_path / "cache"), period="2018-06", rules=rules)


def test_the_shown_name_of_a_table_is_found_from_any_folder(rules, tmp_path, monkeypatch):
    monkeypatch.chdir(rules)
    for folder in (".", "../r", str(rules)):
        for _ in range(2):
            load_remembered("t/child", CacheFolder(tmp_path / "c"), period="2018-06", rules=folder)
        put(rules, **{"档.csv": TABLE.replace("小,", f"小{folder},")})
        assert "小" + folder in str(
            load_remembered("t/child", CacheFolder(tmp_path / "c"), period="2018-06", rules=folder).stages
        )
        put(rules, **{"档.csv": TABLE})


# -- a folder anybody could have written to ----------------------------------------------------------


class Runs:
    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def entry(payload: bytes, key: str = "k") -> bytes:
    body = b'{"key": "%s", "rule_files": "", "tables": []}\n' % key.encode() + payload
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize(
    "payload",
    [
        lambda place: pickle.dumps(Runs(os.system, f"touch {place}")),
        lambda place: pickle.dumps(Runs(eval, f"open({str(place)!r}, 'w')")),
        lambda place: pickle.dumps(Runs(Path.touch, place)),
        lambda place: pickle.dumps(Runs(open, str(place), "w")),
        lambda place: pickle.dumps(Runs(subprocess.run, ["touch", str(place)])),
        # A name of ours that is no class, one that reaches out of a module of ours, one of another package of ours.
        lambda place: b"cpolicy_engine.policy.levels\nlevels\n(Vx\ntR.",
        lambda place: b"\x80\x04\x8c\x1bpolicy_engine.policy.levels\x8c\tos.system\x93\x8c\x01xR.",
        lambda place: b"cpolicy_engine.policy.levels\nos\n.",
        lambda place: b"cpolicy_engine.policy.cache_folder\nCacheFolder\n(Vx\ntR.",
        lambda place: b"cpolicy_engine.engine.durable\nDurable\n.",
        lambda place: pickle.dumps({"not": "a policy"}),
        lambda place: b"",
        lambda place: b"\x80",
        lambda place: b"." * 100,
    ],
)
def test_nothing_but_a_policy_comes_out_of_an_entry(payload, tmp_path):
    place = tmp_path / "ran"
    assert read(entry(payload(place)), "k") is None
    assert not place.exists()


@pytest.fixture(scope="module")
def whole():
    return written(Stored("k", load("jing-jin-tang/deviation", period="2018-07"), "x", ()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.data())
def test_a_broken_entry_is_no_entry(whole, data):
    at = data.draw(st.integers(0, len(whole) - 1))
    other = bytes([data.draw(st.integers(0, 255).filter(lambda b: b != whole[at]))])
    assert read(whole[:at], "k") is None
    assert read(whole[:at] + other + whole[at + 1 :], "k") is None
    assert read(whole, "another") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.data())
def test_an_entry_with_a_changed_pickle_gives_a_policy_or_nothing(whole, data):
    body = whole.partition(b"\n")[2]
    head, _, pickled = body.partition(b"\n")
    at = data.draw(st.integers(0, len(pickled) - 1))
    changed = head + b"\n" + pickled[:at] + data.draw(st.binary(max_size=3)) + pickled[at + 1 :]
    found = read(hashlib.sha256(changed).hexdigest().encode() + b"\n" + changed, "k")
    assert found is None or isinstance(found.policy, Policy)


@pytest.mark.skipif(os.name == "nt", reason="there the home folder is private by itself")
def test_a_folder_others_may_write_to_is_not_used(rules, tmp_path):
    asked(rules, tmp_path)
    (tmp_path / "cache").chmod(0o777)
    assert asked(rules, tmp_path)[1] == asked(rules, tmp_path)[1] == 2
    (tmp_path / "cache").chmod(0o700)
    assert asked(rules, tmp_path)[1] == 0


# -- the command line ---------------------------------------------------------------------------------


def test_where_it_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("POLICY_ENGINE_CACHE", str(tmp_path / "own"))
    assert default_folder("policies") == tmp_path / "own" / "policies"
    monkeypatch.setenv("POLICY_ENGINE_CACHE", "OFF")
    assert default_folder("policies") is None
    monkeypatch.setenv("POLICY_ENGINE_CACHE", "relative")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder("policies") == tmp_path / "policy_engine" / "policies"


def test_the_command_line_remembers_unless_told_not_to(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("POLICY_ENGINE_CACHE", "off")
    assert run(["show", "jibei/deviation", "--period", "2018-07"]) == 0
    assert not (tmp_path / "policy_engine").exists()
    first = capsys.readouterr().out
    monkeypatch.delenv("POLICY_ENGINE_CACHE")
    for _ in range(2):
        assert run(["show", "jibei/deviation", "--period", "2018-07"]) == 0
        assert capsys.readouterr().out == first
    assert len(list((tmp_path / "policy_engine" / "policies").iterdir())) == 1


def test_a_remembered_policy_needs_no_grammar_no_models_and_no_yaml(tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from policy_engine.policy.cache_folder import CacheFolder\n"
        "from policy_engine.policy.remembered import load_remembered\n"
        f"p = load_remembered('jibei/deviation', CacheFolder(Path({str(tmp_path)!r})), period='2018-07')\n"
        "print(p.id, sorted({'lark', 'pydantic', 'yaml'} & set(sys.modules)))"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["jibei/deviation ['lark', 'pydantic', 'yaml']\n", "jibei/deviation []\n"]
