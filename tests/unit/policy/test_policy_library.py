"""Finding rule files: encodings, links out of the folder, hostile sizes, parents in circles."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import InputError, LoadError
from policy_engine.policy import levels, library
from policy_engine.policy.library import Library, load
from unit.policy.rule_text import codes, rule_file


def put(path: Path, policy: str, more: str = "", encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(rule_file(policy=policy, more=more).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_that_can_be_read_is_found(tmp_path: Path, encoding: str) -> None:
    put(tmp_path / "a.yaml", "t/enc", encoding=encoding)
    assert load("t/enc", period="2018-06", rules=tmp_path).title == "试行办法"


def test_the_id_may_be_the_first_line_behind_a_byte_order_mark(tmp_path: Path) -> None:
    text = rule_file(policy="t/first").replace(
        "# language: zh-CN\n格式: 1\n政策: t/first", "政策: t/first\n格式: 1"
    )
    (tmp_path / "a.yaml").write_bytes(text.encode("utf-8-sig"))
    assert load("t/first", period="2018-06", rules=tmp_path).id == "t/first"


def test_an_english_keyword_may_be_capitalised(tmp_path: Path) -> None:
    lines = [
        "# language: en",
        "Format: 1",
        "Policy: t/en",
        "Title: A trial",
        "Issuer: Somebody",
        "In force: {from: 2018-01-01, to: open, by: month}",
        "Entities: {market: {id: m, single: yes}}",
    ]
    (tmp_path / "a.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert load("t/en", period="2018-06", rules=tmp_path).title == "A trial"


def test_a_broken_file_hides_no_other(tmp_path: Path) -> None:
    put(tmp_path / "good.yaml", "t/good")
    (tmp_path / "broken.yaml").write_text("政策: t/broken\n格式: [", encoding="utf-8")
    assert load("t/good", period="2018-06", rules=tmp_path).id == "t/good"
    with pytest.raises(LoadError):
        load("t/broken", period="2018-06", rules=tmp_path)


def test_an_unknown_policy_gets_the_nearest_name() -> None:
    with pytest.raises(LoadError) as error:
        load("jibei/deviatoin", period="2018-06")
    assert error.value.code == "PE4001"
    assert "jibei/deviation" in str(error.value.diagnostics[0].hint_text())


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    secret = put(tmp_path / "outside" / "secret.yaml", "t/secret")
    inside = tmp_path / "rules"
    put(inside / "own.yaml", "t/own")
    (inside / "link.yaml").symlink_to(secret)
    (inside / "folder").symlink_to(secret.parent, target_is_directory=True)
    (inside / "dangling.yaml").symlink_to(tmp_path / "nowhere.yaml")
    (inside / "round").symlink_to(inside, target_is_directory=True)
    assert "t/secret" not in Library(inside).ids()
    assert codes(lambda: load("t/secret", period="2018-06", rules=inside)) == ["PE4001"]
    assert load("t/own", period="2018-06", rules=inside).id == "t/own"


def test_an_id_is_not_a_path(tmp_path: Path) -> None:
    put(tmp_path / "outside.yaml", "t/outside")
    (tmp_path / "rules").mkdir()
    for id_ in ("../outside", "../outside.yaml", str(tmp_path / "outside.yaml"), "..", ""):
        assert codes(lambda id_=id_: load(id_, period="2018-06", rules=tmp_path / "rules")) == ["PE4001"]


def test_one_file_may_be_given_for_the_folder(tmp_path: Path) -> None:
    path = put(tmp_path / "one.yaml", "t/one")
    put(tmp_path / "two.yaml", "t/two")
    assert load("t/one", period="2018-06", rules=path).id == "t/one"
    assert codes(lambda: load("t/two", period="2018-06", rules=path)) == ["PE4001"]
    assert codes(lambda: load("t/one", period="2018-06", rules=tmp_path / "absent")) == ["PE4006"]


def test_a_folder_hides_the_built_in_policy_of_the_same_id(tmp_path: Path) -> None:
    put(tmp_path / "mine.yaml", "jing-jin-tang/deviation")
    assert load("jing-jin-tang/deviation", period="2018-06", rules=tmp_path).title == "试行办法"
    assert load("jibei/deviation", period="2018-06").title != "试行办法"


def test_line_ends_of_old_editors_hide_no_policy(tmp_path: Path) -> None:
    text = rule_file(policy="jing-jin-tang/deviation").replace("\n", "\r")
    (tmp_path / "mine.yaml").write_bytes(text.encode())
    assert load("jing-jin-tang/deviation", period="2018-06", rules=tmp_path).title == "试行办法"


def test_the_built_in_policy_does_not_stand_in_for_a_file_that_lost_its_name(tmp_path: Path) -> None:
    text = rule_file(policy="jing-jin-tang/deviation").replace("政策: ", "政策；")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    assert codes(lambda: load("jing-jin-tang/deviation", period="2018-06", rules=tmp_path)) == ["PE1090"]
    put(tmp_path / "other.yaml", "t/other")
    assert load("t/other", period="2018-06", rules=tmp_path).id == "t/other"


def test_other_files_of_the_folder_are_nobodys_policy(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  a: {image: b}\n", encoding="utf-8")
    assert load("jing-jin-tang/deviation", period="2018-06", rules=tmp_path).id == "jing-jin-tang/deviation"


def test_the_environment_names_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "env" / "a.yaml", "t/env")
    put(tmp_path / "own" / "a.yaml", "t/env", more="知悉日: 2018-02-02")
    monkeypatch.setenv(library.RULES_VARIABLE, str(tmp_path / "env"))
    assert load("t/env", period="2018-06").known_from is not None
    assert str(load("t/env", period="2018-06", rules=tmp_path / "own").known_from) == "2018-02-02"


# -- hostile files ---------------------------------------------------------------------------------


def test_a_huge_file_is_neither_scanned_nor_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "huge.yaml", "t/huge")
    with path.open("ab") as file:
        file.truncate(2_000_000_000)  # sparse: it takes no room on the disk
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read as a whole"))
    assert "t/huge" in Library(tmp_path).ids()
    with pytest.raises(LoadError):
        load("t/huge", period="2018-06", rules=tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_stop_the_library(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    put(tmp_path / "a.yaml", "t/a")
    assert "t/a" in Library(tmp_path).ids()


def test_parents_in_a_circle(tmp_path: Path) -> None:
    put(tmp_path / "a.yaml", "t/a", more="沿用: t/b")
    put(tmp_path / "b.yaml", "t/b", more="沿用: t/a")
    put(tmp_path / "self.yaml", "t/self", more="沿用: t/self")
    assert codes(lambda: load("t/a", period="2018-06", rules=tmp_path)) == ["PE4005"]
    assert codes(lambda: load("t/self", period="2018-06", rules=tmp_path)) == ["PE4005"]


def test_a_chain_of_parents_has_an_end(tmp_path: Path) -> None:
    for number in range(40):
        put(tmp_path / f"{number}.yaml", f"t/{number}", more=f"沿用: t/{number + 1}")
    assert codes(lambda: load("t/0", period="2018-06", rules=tmp_path)) == ["PE4005"]


def test_a_parent_that_does_not_exist(tmp_path: Path) -> None:
    put(tmp_path / "a.yaml", "t/a", more="沿用: t/lost")
    assert codes(lambda: load("t/a", period="2018-06", rules=tmp_path)) == ["PE4001"]


# -- options ---------------------------------------------------------------------------------------


def test_options_name_a_reading_and_one_of_its_choices() -> None:
    with pytest.raises(InputError) as error:
        load("jibei/deviation", period="2018-06", options={"分配权": "全部负偏差"})
    assert error.value.code == "PE4013"
    assert "分配权重" in str(error.value.diagnostics[0].hint_text())
    assert codes(lambda: load("jibei/deviation", period="2018-06", options={"分配权重": "一半"})) == [
        "PE4014"
    ]


def test_an_option_is_kept_with_what_the_file_chose() -> None:
    policy = load("jibei/deviation", period="2018-06", options={"分配权重": "超出幅度的部分"})
    reading = policy.readings["分配权重"]
    assert (reading.chosen, reading.default) == ("超出幅度的部分", "全部负偏差")


# -- packs -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An entry point of an installed pack."""

    name: str
    root: Path

    def load(self) -> object:
        return lambda: self.root


def install(monkeypatch: pytest.MonkeyPatch, **packs: Path) -> None:
    entries = [Entry(name, root) for name, root in packs.items()]
    monkeypatch.setattr(levels.metadata, "entry_points", lambda group: entries)


def test_two_packs_with_one_policy_are_an_error_that_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "甲" / "a.yaml", "t/packed")
    put(tmp_path / "乙" / "b.yaml", "t/packed", more="知悉日: 2018-02-02")
    put(tmp_path / "乙" / "c.yaml", "t/alone")
    install(monkeypatch, one=tmp_path / "甲", two=tmp_path / "乙")
    with pytest.raises(LoadError) as error:
        load("t/packed", period="2018-06")
    assert error.value.code == "PE4007"
    for words in ("one", "two", str(tmp_path / "甲"), str(tmp_path / "乙")):
        assert words in str(error.value)
    assert load("t/alone", period="2018-06").id == "t/alone"
    assert load("t/packed", period="2018-06", rules=tmp_path / "甲").known_from == dt.date(2018, 1, 1)


def test_a_pack_that_is_announced_twice_is_one_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "甲" / "a.yaml", "t/packed")
    install(monkeypatch, one=tmp_path / "甲", two=tmp_path / "甲")
    assert load("t/packed", period="2018-06").id == "t/packed"
