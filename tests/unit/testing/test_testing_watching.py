"""Changes of files are noticed by looking, and told when they have come to rest."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from policy_engine.testing.watching import changes, snapshot


def acting(*actions: Callable[[], object]) -> Callable[[float], None]:
    """A pause in which the next thing happens; after the last one, somebody presses Ctrl-C."""
    waiting = iter(actions)

    def pause(seconds: float) -> None:
        assert 0 < seconds <= 1
        action = next(waiting, None)
        if action is None:
            raise KeyboardInterrupt
        action()

    return pause


def nothing() -> None:
    pass


def seen(folder: Path, *actions: Callable[[], object]) -> list[list[str]]:
    told: Iterator[list[Path]] = changes([folder], acting(*actions))
    found = []
    try:
        for paths in told:
            found.append([path.name for path in paths])
    except KeyboardInterrupt:
        pass
    return found


def test_added_changed_and_removed_files_are_told(tmp_path: Path) -> None:
    file = tmp_path / "一 个" / "甲.yaml"
    file.parent.mkdir()
    actions = (
        lambda: file.write_text("1"),
        nothing,
        lambda: file.write_text("12"),
        nothing,
        file.unlink,
        nothing,
    )
    assert seen(tmp_path, *actions) == [["甲.yaml"]] * 3


def test_nothing_is_told_when_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a.feature").touch()
    assert seen(tmp_path, nothing, nothing) == []


def test_a_change_between_the_call_and_the_first_look_counts(tmp_path: Path) -> None:
    told = changes([tmp_path], acting(nothing, nothing))
    (tmp_path / "a.csv").touch()
    assert next(told) == [tmp_path / "a.csv"]


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    sizes = itertools.count(1)

    def grow():
        return file.write_text("x" * next(sizes))

    assert seen(tmp_path, grow, grow, grow, nothing, nothing) == [["a.xlsx"]]


def test_a_file_that_came_and_went_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    assert seen(tmp_path, file.touch, file.unlink, nothing) == []


def test_only_files_that_matter_are_looked_at(tmp_path: Path) -> None:
    for name in ("a.feature", "b.yaml", "c.yml", "d.xlsx", "e.csv", "~$d.xlsx", ".f.yaml", "g.txt", "h.xml"):
        (tmp_path / name).touch()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "i.yaml").touch()
    assert [p.name for p in sorted(snapshot([tmp_path]))] == [
        "a.feature",
        "b.yaml",
        "c.yml",
        "d.xlsx",
        "e.csv",
    ]
