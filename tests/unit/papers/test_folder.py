"""Finding and opening files without leaving the folder, and without waiting."""

import os
import sys
import time
from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.papers import folder as folder_module
from policy_engine.papers.folder import list_files
from policy_engine.papers.inspect import inspect
from policy_engine.papers.limits import Limits
from policy_engine.papers.problems import Problem
from unit.papers import samples

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs links, pipes and names of bytes")


@pytest.fixture(params=["by handle", "by path"])
def folder(request, tmp_path, monkeypatch) -> Path:
    """A folder of files, looked at in both ways that systems offer."""
    if request.param == "by path":
        monkeypatch.setattr(folder_module, "_BY_HANDLE", False)
    inside = tmp_path / "附件"
    (inside / "机组" / "1号").mkdir(parents=True)
    (inside / "营业执照.jpg").write_bytes(samples.jpg())
    (inside / "机组" / "1号" / "照片.png").write_bytes(samples.png())
    (tmp_path / "外面.jpg").write_bytes(samples.jpg())
    return inside


def problem(folder: Path, name: str) -> str | None:
    return inspect(folder, [name])[0].problem


def test_files_are_found_in_sub_folders(folder):
    assert inspect(folder, ["机组/1号/照片.png"])[0].format == "PNG"


@pytest.mark.parametrize(
    "name", ["没有.jpg", "机组/照片.png", "营业执照.jpg/x", "机组/2号/照片.png", "营业执照.JPG"]
)
def test_what_is_not_there_is_not_found(folder, name):
    found = inspect(folder, [name])[0]
    assert (found.found, found.problem, found.sha256) == (False, Problem.NOT_FOUND.words()[0], None)


@pytest.mark.parametrize("name", ["../外面.jpg", "机组/../../外面.jpg", "..／外面.jpg"])
def test_names_that_climb_are_refused(folder, name):
    found = inspect(folder, [name])[0]
    assert found.problem is not None
    assert (found.found, found.size, found.format) == (False, None, None)


def test_an_absolute_name_is_refused_even_of_a_file_in_the_folder(folder):
    assert problem(folder, str(folder / "营业执照.jpg")) == Problem.NAME_ABSOLUTE.words()[0]


@posix
def test_links_are_refused(folder):
    (folder / "链接.jpg").symlink_to(folder.parent / "外面.jpg")
    (folder / "机组" / "出去").symlink_to(folder.parent)
    (folder / "自己").symlink_to("自己")
    for name in ("链接.jpg", "机组/出去/外面.jpg", "自己"):
        assert problem(folder, name) == Problem.LINK.words()[0]


@posix
def test_pipes_and_folders_are_refused_without_waiting(folder):
    os.mkfifo(folder / "管道.pdf")
    began = time.monotonic()
    assert problem(folder, "管道.pdf") == Problem.NOT_REGULAR.words()[0]
    assert problem(folder, "机组") == Problem.NOT_REGULAR.words()[0]
    assert time.monotonic() - began < 2


@posix
def test_both_unicode_forms_find_the_file(folder):
    (folder / "Cafe\u0301.jpg").write_bytes(samples.jpg())  # as some systems write it
    for name in ("Caf\u00e9.jpg", "Cafe\u0301.jpg"):
        found = inspect(folder, [name])[0]
        assert (found.name, found.format) == (name, "JPG")


@posix
def test_names_that_look_alike_are_told_not_guessed(folder):
    for name in ("Caf\u00e9.jpg", "Cafe\u0301.jpg"):
        (folder / name).write_bytes(samples.jpg())
    assert problem(folder, "Caf\u00e9.jpg") == Problem.NAME_TWICE.words()[0]


@posix
def test_names_that_differ_in_case_are_two_files(folder):
    (folder / "a.bin").write_bytes(samples.jpg())
    (folder / "A.bin").write_bytes(samples.png())
    assert [f.format for f in inspect(folder, ["A.bin", "a.bin"])] == ["PNG", "JPG"]


def test_listing_is_sorted_composed_and_without_hidden_files(folder):
    for name in (".hidden", "~$合同.docx", "Thumbs.db", "Cafe\u0301.jpg", "B.pdf", "a.pdf"):
        (folder / name).write_bytes(b"x")
    if sys.platform != "win32":
        (folder / "链接").symlink_to(folder.parent)
        os.mkfifo(folder / "管道")
    expected = ("B.pdf", "Caf\u00e9.jpg", "a.pdf", "机组/1号/照片.png", "营业执照.jpg")
    assert list_files(folder) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_a_name_that_is_no_text_is_listed_and_refused(folder):
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + "执照".encode("gbk")))).write_bytes(samples.jpg())
    odd = [name for name in list_files(folder) if "\ufffd" in name]
    assert len(odd) == 1
    assert problem(folder, odd[0]) == Problem.NAME_CONTROL.words()[0]


@posix
def test_a_folder_with_too_many_files_is_refused_at_once(folder):
    for n in range(10_000):
        (folder / "机组" / f"{n}.pdf").touch()
    began = time.monotonic()
    for look in (lambda: list_files(folder), lambda: inspect(folder, ["机组/1.pdf"])):
        with pytest.raises(InputError) as refused:
            look()
        assert refused.value.code == "PE7080"
    assert time.monotonic() - began < 2


def test_a_folder_may_hold_as_many_files_as_the_limit_says(folder):
    assert len(list_files(folder, Limits(max_files=4))) == 2
    with pytest.raises(InputError):
        list_files(folder, Limits(max_files=3))


@pytest.mark.parametrize("name", ["没有", "营业执照.jpg", "\0"])
def test_a_folder_that_cannot_be_read_is_said(folder, name):
    for look in (lambda: list_files(folder / name), lambda: inspect(folder / name, ["x"])):
        with pytest.raises(InputError) as refused:
            look()
        assert refused.value.code == "PE7081"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="everything is open to root")
def test_a_file_without_permission_is_said(folder):
    (folder / "营业执照.jpg").chmod(0)
    assert problem(folder, "营业执照.jpg") == Problem.UNREADABLE.words()[0]
