"""What files are by their content, and why one cannot be used."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics.errors import InputError
from policy_engine.papers import examiner
from policy_engine.papers.inspect import PaperFile, inspect
from policy_engine.papers.limits import DEFAULT, Limits
from policy_engine.papers.problems import Problem
from unit.papers import samples

FORMATS = {"PDF", "JPG", "PNG", "TIFF", "OFD", "DOCX", "XLSX", "其他"}


def in_id(value: object) -> str:
    return value.name if isinstance(value, Problem) else value if isinstance(value, str) else "content"


def looked_at(folder: Path, data: bytes, name: str = "文件.pdf", limits: Limits = DEFAULT) -> PaperFile:
    (folder / name).write_bytes(data)
    return inspect(folder, [name], limits=limits)[0]


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (samples.pdf(), "PDF"),
        (samples.pdf(30), "PDF"),
        (samples.jpg(), "JPG"),
        (samples.png(), "PNG"),
        (samples.tiff(), "TIFF"),
        (samples.ofd(), "OFD"),
        (samples.docx(), "DOCX"),
        (samples.xlsx(), "XLSX"),
        (samples.zipped({"a.txt": b"hello"}), "其他"),
        (
            samples.zipped(
                {"word/vbaProject.bin": b"", "[Content_Types].xml": b"", "word/document.xml": b""}
            ),
            "其他",
        ),
        (samples.zipped({"%PDF-1.7 explained.txt": b"hello"}), "其他"),
        (b"hello", "其他"),
    ],
    ids=in_id,
)
def test_the_content_says_the_format_whatever_the_name(tmp_path, data, format):
    found = looked_at(tmp_path, data)
    assert found == PaperFile(
        "文件.pdf", True, format, len(data), hashlib.sha256(data).hexdigest(), None, None
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b"%PDF-1.7\n", Problem.PDF_TRUNCATED),
        (samples.truncated_pdf(), Problem.PDF_TRUNCATED),
        (samples.pdf_with_garbage(), Problem.PDF_TRAILING),
        (samples.pdf() + samples.zipped({"a": b"b"}), Problem.PDF_TRAILING),
        (samples.pdf_and_zip(), Problem.PDF_TRAILING),
        (samples.pdf().replace(b"\n", b"\r\n"), Problem.PDF_BROKEN),
        (samples.encrypted_pdf(), Problem.PDF_PASSWORD),
        (samples.pdf_without_pages(), Problem.PDF_NO_PAGES),
        (samples.jpg()[:4] + samples.pdf(), Problem.PDF_HIDDEN),
        (b"MZ" + samples.pdf(), Problem.PDF_HIDDEN),
        (samples.png()[:-5], Problem.BROKEN),
        (samples.docx()[:-30], Problem.BROKEN),
    ],
    ids=in_id,
)
def test_what_is_wrong_is_said_in_both_languages(tmp_path, data, problem):
    found = looked_at(tmp_path, data)
    assert (found.problem, found.problem_en) == problem.words()
    assert (found.found, found.size, found.sha256) == (True, len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "tail", [b"\n", b"\r\n\r\n", b"\0" * 700, b" \t\0\n"], ids=lambda tail: str(len(tail))
)
def test_white_space_and_zeros_may_follow_the_end_of_a_pdf(tmp_path, tail):
    assert looked_at(tmp_path, samples.pdf() + tail).problem is None


def test_a_pdf_that_opens_without_a_password_may_forbid_things(tmp_path):
    assert looked_at(tmp_path, samples.encrypted_pdf(password="")).problem is None


def test_a_large_file_is_refused_unread(tmp_path):
    with (tmp_path / "大.pdf").open("wb") as file:
        file.truncate(1 << 30)
    found = inspect(tmp_path, ["大.pdf"])[0]
    assert found.problem == "文件太大（超过 100 MB）"
    assert (found.size, found.format, found.sha256) == (1 << 30, None, None)


def test_answers_come_in_the_order_of_the_names_and_one_bad_file_harms_no_other(tmp_path):
    (tmp_path / "甲.pdf").write_bytes(samples.pdf())
    (tmp_path / "乙.pdf").write_bytes(samples.exponential_pdf())
    names = ["乙.pdf", "没有.pdf", "甲.pdf", "../甲.pdf", "甲.pdf"]
    found = inspect(tmp_path, names)
    assert [f.name for f in found] == names
    assert [f.problem is None for f in found] == [False, False, True, False, True]
    assert [f.found for f in found] == [True, False, True, False, True]


def test_no_worker_is_started_when_nothing_claims_to_be_a_pdf(tmp_path, monkeypatch):
    monkeypatch.setattr(examiner.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    assert looked_at(tmp_path, samples.jpg()).format == "JPG"


def test_where_no_worker_can_be_started_the_file_is_not_passed(tmp_path, monkeypatch):
    monkeypatch.setattr(examiner.sys, "executable", "/nowhere/python")
    found = looked_at(tmp_path, samples.pdf())
    assert found.problem == Problem.PDF_UNSEEN.words()[0]
    assert found.sha256 == hashlib.sha256(samples.pdf()).hexdigest()


def test_too_many_names_are_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        inspect(tmp_path, ["x"] * 1001)
    assert refused.value.code == "PE7080"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"II*\0",
            b"PK\x03\x04",
            b"PK\x03\x04PK\x05\x06",
            b"\0%PDF-",
        ]
    ),
    st.binary(max_size=300),
)
def test_any_bytes_have_a_format_and_nothing_raises(tmp_path, head, data):
    assert looked_at(tmp_path, head + data).format in FORMATS
