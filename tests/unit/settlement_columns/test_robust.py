"""Killed at any moment, out of memory, out of disk, interrupted: the earlier run or the new one, and nothing left over."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from decimal import Decimal

import duckdb
import pytest
from test_rejected_months import members, write

import policy_engine as pe
from policy_engine.cli.main import run
from policy_engine.settlement import output as output_module
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.outputs import QueryTable
from policy_engine.settlement.scratch import scratch

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and locks of POSIX")
PROGRAM = "from policy_engine.cli.main import main; main()"


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


def words(source, folder, *more):
    where = ["--input", str(source), "--output", str(folder)]
    return ["settle", "jibei/deviation", "--period", "2018-06", *where, *more]


def state(folder):
    """The digests of a run, after they were found to be those of the files; None while there is no run."""
    if not (folder / "run.json").exists():
        return None
    record = json.loads((folder / "run.json").read_bytes())
    for name, digest in record["output"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    return record["output"]


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def months(tmp_path):
    """Two inputs, with what they settle to."""
    found = []
    for number, count in enumerate((3_000, 3_001)):
        source = write(tmp_path / f"in{number}", list(members(count, random.Random(count))))
        assert run(words(source, tmp_path / f"alone{number}")) == 0
        found.append((source, state(tmp_path / f"alone{number}")))
    return found


@POSIX
def test_killed_at_any_moment(tmp_path, months):
    rng = random.Random(20180601)
    folder, spill = tmp_path / "out", tmp_path / "spill"
    spill.mkdir()
    known = [digests for _, digests in months]
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, *words(months[0][0], folder)], check=True, capture_output=True
    )
    long = time.monotonic() - started
    killed = 0
    for number in range(1, 11):
        source, _ = months[number % 2]
        argv = words(source, folder, "--spill", str(spill))
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(rng.uniform(0.2, 1) * long)
        killed += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert state(folder) in known
    assert killed >= 3
    assert run(words(months[1][0], folder, "--spill", str(spill))) == 0
    assert state(folder) == months[1][1]
    assert names(folder) == {"user.csv", "retailer.csv", "rejected.csv", "run.json"}
    assert names(spill) == set()


KILLED = """
import os, signal, sys
from pathlib import Path
from policy_engine.cli.main import run
moves, original = [], Path.replace
def counted(self, target):
    if self.parent.name in ("new", "old") or Path(target).parent.name == "old":
        moves.append(self.name)
        if len(moves) == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
    return original(self, target)
Path.replace = counted
sys.exit(run(sys.argv[1:]))
"""


@POSIX
@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("at", range(1, 9))
def test_killed_while_files_are_exchanged(tmp_path, at, format):
    """Of every file moved. Until the next run there may be no run at all, but never one of two."""
    inputs = [write(tmp_path / f"in{n}", list(members(60, random.Random(n)))) for n in (1, 2)]
    folder = tmp_path / "out"
    assert run(words(inputs[0], folder)) == 0
    first = state(folder)
    argv = words(inputs[1], folder, "--format", format)
    done = subprocess.run([sys.executable, "-c", KILLED.replace("{at}", str(at)), *argv], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert state(folder) in (first, None)
    refused = words(inputs[1], folder, "--memory", "much")
    assert run(refused) == 1
    assert run(words(inputs[1], folder, "--format", format)) == 0
    assert names(folder) == {f"{n}.{format}" for n in ("user", "retailer", "rejected")} | {"run.json"}
    assert state(folder) is not None


def test_what_a_killed_run_moved_is_put_back(tmp_path, monkeypatch):
    """The next run fails at writing: the folder is as it was before the killed one."""
    inputs = [write(tmp_path / f"in{n}", list(members(60, random.Random(n)))) for n in (1, 2)]
    folder = tmp_path / "out"
    assert run(words(inputs[0], folder)) == 0
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    argv = words(inputs[1], folder)
    subprocess.run([sys.executable, "-c", KILLED.replace("{at}", "7"), *argv], capture_output=True)
    monkeypatch.setattr(output_module, "_write", _fail)
    assert run(argv) == 1
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def _fail(*_):
    raise OSError(28, "no space")


@POSIX
def test_a_folder_in_use_is_not_taken_for_one_left_over(tmp_path):
    with scratch("x-", tmp_path) as first:
        with scratch("x-", tmp_path) as second:
            assert first.exists() and second.exists()
        assert first.exists() and not second.exists()
    assert list(tmp_path.iterdir()) == []


# -- memory -----------------------------------------------------------------------------------------


def test_little_memory_gives_the_same_result(policy, tmp_path):
    """Enough users that DuckDB has to spill: what it wrote is counted while it runs."""
    frame = users(200_000)
    source = {"user": frame, "market": {"average_bilateral_price": "350.5"}}
    roomy = pe.settle(policy, source, executor="columns")
    with watched(tmp_path) as spilled:
        tight = pe.settle(policy, source, executor="columns", limits=Limits("40MB", tmp_path, 1))
    assert max(spilled) > 0
    assert list(tmp_path.iterdir()) == []
    for name in ("user", "retailer"):
        one, other = roomy.arrow(name), tight.arrow(name)
        key = one.column_names[0]
        assert one.sort_by(key).equals(other.sort_by(key))
    assert tight.record["totals"] == roomy.record["totals"]


@contextmanager
def watched(folder):
    """Bytes in the spilled files, every few milliseconds."""
    seen, over = [0], threading.Event()

    def watch():
        while not over.wait(0.005):
            with suppress(OSError):
                seen.append(sum(p.stat().st_size for p in folder.glob("policy-engine-*/duckdb_temp*")))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def users(count):
    import pyarrow as pa

    rng = random.Random(11)
    energy = [rng.randrange(0, 10**8) for _ in range(count)]
    used = [e + rng.randrange(-(10**6), 10**6) if e > 10**6 else e for e in energy]

    def thousandths(values):
        return pa.array([Decimal(v).scaleb(-3) for v in values], pa.decimal128(18, 3))

    return pa.table(
        {
            "user_id": [f"U{n:07}" for n in range(count)],
            "retailer_id": [f"R{n // 40}" for n in range(count)],
            "contract_energy": thousandths(energy),
            "metered_energy": thousandths(used),
            "catalogue_price": pa.array([Decimal("600.5")] * count, pa.decimal128(10, 2)),
            "exempt": [n % 9 == 0 for n in range(count)],
        }
    )


def test_too_little_memory_is_told(policy, tmp_path):
    source = {"user": users(20_000), "market": {"average_bilateral_price": "350.5"}}
    with pytest.raises(pe.EngineError) as caught:
        pe.settle(policy, source, executor="columns", limits=Limits("1MB", tmp_path))
    assert caught.value.code == "PE9111"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("limits", [Limits("很多"), Limits(spill="nowhere")], ids=["memory", "spill"])
def test_limits_that_are_none(policy, tmp_path, limits):
    if limits.spill is not None:
        limits = Limits(spill=tmp_path / limits.spill)
    with pytest.raises(pe.InputError) as caught:
        pe.settle(policy, write(tmp_path / "in", list(members(3, random.Random(1)))), limits=limits)
    assert caught.value.code == "PE7012"


# -- what the database says on writing --------------------------------------------------------------

FULL = 'IO Error: Async write failed: {"exception_message":"Could not write file: No space left on device","errno":"28"}'


@pytest.mark.parametrize(
    "error, code, told",
    [
        (duckdb.IOException(FULL), 1, "磁盘已满"),
        (duckdb.IOException('IO Error: Cannot open file "/x": Permission denied'), 1, "没有权限"),
        (RuntimeError("Query interrupted"), 130, "已中断"),
        (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), 130, "已中断"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block"), 1, "PE9111"),
        (duckdb.InternalException("INTERNAL Error: assertion"), 1, "PE9001"),
    ],
    ids=["full", "permission", "ctrl-c", "interrupt", "memory", "internal"],
)
def test_what_duckdb_says_on_writing(tmp_path, monkeypatch, capsys, error, code, told):
    source = write(tmp_path / "in", list(members(60, random.Random(1))))
    folder = tmp_path / "out"
    assert run(words(source, folder)) == 0
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def stopped(*_):
        raise error

    monkeypatch.setattr(QueryTable, "write", stopped)
    assert run(words(source, folder)) == code
    assert told in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110 - a device
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_disk_that_is_full(format):
    """What this DuckDB really raises has the error number we look for."""
    options = "FORMAT csv" if format == "csv" else "FORMAT parquet"
    with pytest.raises(pe.EngineError) as caught, database(Limits()) as connection:
        connection.execute(f"COPY (SELECT range AS a FROM range(3000000)) TO '/dev/full' ({options})")
    assert "No space left" in caught.value.diagnostics[0].message()
