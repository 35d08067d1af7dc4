from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_engine.diagnostics.catalog import tables as catalog
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.tables.columns import Column
from policy_engine.tables.read import read_tables
from policy_engine.tables.write import write_table

Refused = Callable[..., tuple[Diagnostic, ...]]


def csv(path: Path, text: str = "a,b\n1,2\n") -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_is_read_by_name(tmp_path: Path) -> None:
    csv(tmp_path / "b.CSV")
    csv(tmp_path / "a.csv")
    write_table(tmp_path / "c.xlsx", [Column("x", "text"), Column("y", "text")], [["1", "2"]], "xlsx")
    write_table(tmp_path / "d.parquet", [Column("x", "text")], [["1"]], "parquet")
    (tmp_path / "~$c.xlsx").write_bytes(b"lock")
    (tmp_path / "._a.csv").write_bytes(b"\xff\xff")
    (tmp_path / "readme.txt").write_bytes(b"?")
    (tmp_path / "sub").mkdir()
    csv(tmp_path / "sub" / "e.csv")
    assert [t.name for t in read_tables(tmp_path)] == ["a", "b", "c", "d"]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path, refused: Refused) -> None:
    csv(tmp_path / "a.csv", "")
    csv(tmp_path / "b.csv", "x,x\n")
    csv(tmp_path / "c.csv")
    assert [d.code for d in refused(read_tables, tmp_path)] == ["PE5006", "PE5017"]


def test_a_folder_without_tables(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "x.txt").write_text("")
    assert [d.code for d in refused(read_tables, tmp_path)] == ["PE5007"]


@pytest.mark.parametrize("name", ["用户.xls", "用户.et", "用户.xlsm"])
def test_other_spreadsheets_are_never_passed_over(tmp_path: Path, name: str, refused: Refused) -> None:
    csv(tmp_path / "a.csv")
    (tmp_path / name).write_bytes(b"x")
    (found,) = refused(read_tables, tmp_path)
    assert (found.code, name in found.message()) == ("PE5002", True)


def test_paths_that_lead_nowhere(tmp_path: Path, refused: Refused) -> None:
    assert [d.code for d in refused(read_tables, tmp_path / "x.csv")] == ["PE5001"]
    (tmp_path / "y").write_text("")
    assert [d.code for d in refused(read_tables, tmp_path / "y")] == ["PE5002"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path, refused: Refused) -> None:
    os.mkfifo(tmp_path / "x.csv")
    assert [d.code for d in refused(read_tables, tmp_path / "x.csv")] == ["PE5001"]


def test_links_may_not_leave_the_folder(tmp_path: Path, refused: Refused) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    inside = csv(folder / "a.csv")
    outside = csv(tmp_path / "out.csv")
    (folder / "b.csv").symlink_to(inside)
    assert len(read_tables(folder)) == 2
    (folder / "c.csv").symlink_to(outside)
    assert [d.code for d in refused(read_tables, folder)] == ["PE5008"]
    assert len(read_tables(folder / "c.csv")) == 1


def test_a_link_into_nothing_is_an_error(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone.csv")
    assert [d.code for d in refused(read_tables, tmp_path)] == ["PE5001"]


def test_the_size_is_looked_at_first(tmp_path: Path, refused: Refused) -> None:
    path = csv(tmp_path / "a.csv")
    assert [d.code for d in refused(read_tables, path, max_bytes=3)] == ["PE5003"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path, refused: Refused) -> None:
    path = csv(tmp_path / "a.csv")
    path.chmod(0)
    assert [d.code for d in refused(read_tables, path)] == ["PE5009"]


def test_every_code_of_this_area_has_a_page() -> None:
    codes = [spec.code for spec in catalog.CODES]
    assert codes == sorted(set(codes))
    for spec in catalog.CODES:
        assert "PE5001" <= spec.code <= "PE5049"
        assert spec.cause and spec.example and spec.fix and spec.message.zh and spec.message.en
        assert spec.hint or spec.severity != "error" or spec.code == "PE5032"
