"""Which names of files are taken, and in which form they are compared."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.papers.names import BadName, normalise_name, shown
from policy_engine.papers.problems import Problem


@pytest.mark.parametrize(
    "name",
    [
        "营业执照.pdf",
        "机组/1号/核准 文件.PDF",
        "(扫描)：一次接线图.pdf",
        "contract.pdf",
        "a..b.pdf",
        "v1.0/com10.txt",
    ],
)
def test_ordinary_names_stay_as_they_are(name):
    assert normalise_name(name) == name


def test_composed_and_decomposed_forms_are_one_name():
    assert normalise_name("Caf" + "e\u0301.pdf") == "Café.pdf"


def test_case_makes_another_name():
    assert normalise_name("A.pdf") != normalise_name("a.pdf")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", Problem.NAME_EMPTY),
        (" ", Problem.NAME_EMPTY),
        ("/etc/passwd", Problem.NAME_ABSOLUTE),
        ("../a.pdf", Problem.NAME_CLIMBS),
        ("a/../../b.pdf", Problem.NAME_CLIMBS),
        ("./a.pdf", Problem.NAME_CLIMBS),
        ("a//b.pdf", Problem.NAME_CLIMBS),
        ("a/", Problem.NAME_CLIMBS),
        ("．．/a.pdf", Problem.NAME_CLIMBS),
        ("‥/a.pdf", Problem.NAME_CLIMBS),
        ("..\\a.pdf", Problem.NAME_SLASH),
        ("\\\\server\\share", Problem.NAME_SLASH),
        ("a／b.pdf", Problem.NAME_SLASH),
        ("a＼b.pdf", Problem.NAME_SLASH),
        ("a∕b.pdf", Problem.NAME_SLASH),
        ("C:a.pdf", Problem.NAME_COLON),
        ("a.pdf:hidden", Problem.NAME_COLON),
        ("a\0.pdf", Problem.NAME_CONTROL),
        ("a\n.pdf", Problem.NAME_CONTROL),
        ("fdp.\u202epdf.exe", Problem.NAME_CONTROL),
        ("\udcff.pdf", Problem.NAME_CONTROL),
        ("\ufffd.pdf", Problem.NAME_CONTROL),
        ("CON", Problem.NAME_RESERVED),
        ("nul.pdf", Problem.NAME_RESERVED),
        ("a/Com1.tar.gz", Problem.NAME_RESERVED),
        ("a.pdf.", Problem.NAME_RESERVED),
        ("a.pdf ", Problem.NAME_RESERVED),
        ("长" * 86, Problem.NAME_LONG),
        ("a/" * 600 + "a", Problem.NAME_LONG),
    ],
    ids=lambda value: value.name if isinstance(value, Problem) else "name",
)
def test_what_could_lead_elsewhere_or_deceive_is_refused(name, reason):
    with pytest.raises(BadName) as refused:
        normalise_name(name)
    assert refused.value.reason is reason
    assert (refused.value.problem, refused.value.problem_en) == reason.words()


@given(st.text(st.sampled_from("a./\\:．／ \0é\u0301件CON1"), max_size=12) | st.text(max_size=12))
def test_a_name_that_is_taken_stays_inside_whatever_the_system(text):
    try:
        name = normalise_name(text)
    except BadName:
        return
    assert normalise_name(name) == name == unicodedata.normalize("NFC", text)
    windows = PureWindowsPath(name)
    assert not windows.drive and not windows.root and not windows.is_absolute()
    assert list(windows.parts) == list(PurePosixPath(name).parts) == name.split("/")
    assert ".." not in windows.parts


def test_a_name_on_disk_that_is_no_text_is_shown_but_not_taken():
    assert shown("\udcd6\udcb4.pdf") == "\ufffd\ufffd.pdf"
    with pytest.raises(BadName):
        normalise_name(shown("\udcd6\udcb4.pdf"))
