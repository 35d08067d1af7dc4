"""PDFs made to harm their reader are refused, in bounded time and memory, and harm no other file."""

import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policy_engine.papers.examiner import Examiner
from policy_engine.papers.inspect import inspect
from policy_engine.papers.limits import DEFAULT, MEGABYTE, Limits
from policy_engine.papers.problems import Problem
from unit.papers import samples

# The work alone ends after ``seconds_per_file``; the rest is for a busy machine.
_GENEROUS = 30.0

HOSTILE = {
    "a bomb in a stream": samples.bomb_pdf,
    "a bomb in a bomb": samples.nested_bomb_pdf,
    "a bomb in an object stream": samples.object_stream_bomb_pdf,
    "a small bomb in an object stream": lambda: samples.object_stream_bomb_pdf(64 * MEGABYTE),
    "a bomb in the table of objects": samples.xref_stream_bomb_pdf,
    "a small bomb in the table of objects": lambda: samples.xref_stream_bomb_pdf(64 * MEGABYTE),
    "a page tree that is its own child": samples.page_loop_pdf,
    "a page tree that doubles": samples.exponential_pdf,
    "arrays in arrays": samples.deep_pdf,
    "ten thousand files inside": lambda: samples.pdf_with_embedded(10_000),
    "very many objects": lambda: samples.pdf_of_objects(
        samples.minimal_objects() | dict.fromkeys(range(5, 120000), b"null")
    ),
    "very many end markers": lambda: b"%PDF-1.4\nxref\n" + b"%%EOF\n" * 1_000_000 + b"startxref\n9\n%%EOF",
    "blanks without end": lambda: b"%PDF-1.4\n" + b" " * (50 * MEGABYTE) + b"xref\nstartxref\n9\n%%EOF",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_and_the_next_file_is_looked_at(tmp_path, make):
    (tmp_path / "坏.pdf").write_bytes(make())
    (tmp_path / "好.pdf").write_bytes(samples.pdf())
    began = time.monotonic()
    bad, good = inspect(tmp_path, ["坏.pdf", "好.pdf"])
    assert time.monotonic() - began < _GENEROUS
    assert (bad.format, bad.problem is None) == ("PDF", False)
    assert bad.sha256 is not None
    assert good.problem is None


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (samples.bomb_pdf, Problem.EXPANDS),
        (samples.nested_bomb_pdf, Problem.EXPANDS),
        (samples.object_stream_bomb_pdf, Problem.EXPANDS),
    ],
    ids=["in a stream", "in a bomb", "in an object stream"],
)
def test_a_bomb_is_called_one(tmp_path, make, problem):
    (tmp_path / "a.pdf").write_bytes(make())
    assert inspect(tmp_path, ["a.pdf"])[0].problem == problem.words()[0]


def test_limits_are_named(tmp_path):
    (tmp_path / "a.pdf").write_bytes(samples.pdf_with_embedded(4))
    assert inspect(tmp_path, ["a.pdf"])[0].problem is None
    few_files, few_objects = Limits(max_embedded_files=3), Limits(max_objects=5)
    assert inspect(tmp_path, ["a.pdf"], limits=few_files)[0].problem == "PDF 内夹带的文件太多（超过 3 个）"
    assert inspect(tmp_path, ["a.pdf"], limits=few_objects)[0].problem == "PDF 内的对象太多（超过 5 个）"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_worker_limits_itself():
    with Examiner(DEFAULT) as examiner:
        assert examiner.problem_of([samples.pdf()], len(samples.pdf())) is None
        assert examiner._worker is not None
        lines = Path(f"/proc/{examiner._worker.pid}/limits").read_text().splitlines()
        process = Path(f"/proc/{examiner._worker.pid}")
    limits = {line[:26].strip(): line[26:].split()[:2] for line in lines}
    assert limits["Max address space"] == [str(DEFAULT.max_memory_bytes)] * 2
    assert limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert not process.exists()  # it ended with the examiner


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory otherwise")
def test_memory_stays_within_the_limit_in_parent_and_worker(tmp_path):
    names = []
    for n, make in enumerate(HOSTILE.values()):
        names.append(f"{n}.pdf")
        (tmp_path / names[-1]).write_bytes(make())
    script = (
        "import json, resource, sys; from pathlib import Path; from policy_engine.papers.inspect import inspect\n"
        "found = inspect(Path(sys.argv[1]), json.loads(sys.argv[2]))\n"
        "assert all(f.problem for f in found)\n"
        "status = Path('/proc/self/status').read_text()\n"
        "own = status.split('VmHWM:')[1].split()[0]\n"
        "print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path), json.dumps(names)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    parent, worker = (int(kilobytes) * 1024 for kilobytes in told.stdout.split())
    assert parent < 100 * MEGABYTE  # it never has a file in memory as a whole
    assert worker < DEFAULT.max_memory_bytes


@pytest.mark.skipif(sys.platform != "linux", reason="needs RLIMIT_AS")
def test_too_little_memory_is_a_problem_of_the_file(tmp_path):
    stream = samples.stream(b"\0" * (90 * MEGABYTE), b"")
    (tmp_path / "a.pdf").write_bytes(samples.pdf_of_objects(samples.minimal_objects(stream)))
    (tmp_path / "b.pdf").write_bytes(samples.pdf())
    tight = Limits(max_memory_bytes=150 * MEGABYTE)
    found = inspect(tmp_path, ["a.pdf", "b.pdf"], limits=tight)
    assert [f.problem for f in found] == [Problem.PDF_MEMORY.words()[0], None]
    assert inspect(tmp_path, ["a.pdf"])[0].problem is None


def test_the_clock_of_the_parent_ends_a_worker_that_hangs(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "policy_engine.papers.examiner._PROGRAM",
        "import sys, time; print('READY', flush=True); time.sleep(60)",
    )
    (tmp_path / "a.pdf").write_bytes(samples.pdf() + b"\0" * MEGABYTE)  # more than a pipe takes
    began = time.monotonic()
    found = inspect(tmp_path, ["a.pdf"], limits=Limits(patience_per_file=0.5))[0]
    assert found.problem == Problem.PDF_SLOW.words()[0]
    assert time.monotonic() - began < _GENEROUS


def test_all_pdfs_together_have_a_limit_too(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(samples.pdf())
    found = inspect(tmp_path, ["a.pdf", "b.pdf"], limits=Limits(seconds_in_all=0.0))
    assert [f.problem for f in found] == [None, Problem.PDF_NO_TIME.words()[0]]
    assert found[1].sha256 == found[0].sha256


def test_honest_large_files_pass(tmp_path):
    pages = {n: samples.stream(bytes(range(256)) * 4096, b"/Filter/DCTDecode") for n in range(5, 90)}
    (tmp_path / "扫描.pdf").write_bytes(samples.pdf_of_objects(samples.minimal_objects() | pages))
    (tmp_path / "多页.pdf").write_bytes(samples.pdf(1000))
    assert [f.problem for f in inspect(tmp_path, ["扫描.pdf", "多页.pdf"])] == [None, None]


def test_modern_encryption_that_opens_without_a_password(tmp_path):
    (tmp_path / "a.pdf").write_bytes(samples.restricted_pdf())
    installed = importlib.util.find_spec("cryptography") or importlib.util.find_spec("Crypto")
    expected = None if installed else Problem.PDF_CIPHER.words()[0]
    assert inspect(tmp_path, ["a.pdf"])[0].problem == expected
