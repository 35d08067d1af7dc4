"""kill -9 at any time: what was answered is there, a batch is whole, the store goes on."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from store_events import event

from policy_engine.process.sqlstore import SqlStore

WRITERS = str(Path(__file__).with_name("store_writers.py"))


def kill_while_writing(address, size, lines, delay):
    """Run a writer, kill it after some lines and a moment; the last event it was told to be safe."""
    run = subprocess.Popen([sys.executable, WRITERS, "write", address, str(size)], stdout=subprocess.PIPE)
    said = [run.stdout.readline() for _ in range(lines)]
    time.sleep(delay)
    run.send_signal(signal.SIGKILL)
    rest = run.communicate(timeout=60)[0].splitlines()
    assert run.returncode == -signal.SIGKILL
    return int([line for line in (*said, *rest) if line.strip()][-1])


@pytest.mark.parametrize("size", [1, 40])
def test_nothing_that_was_answered_is_lost(address, size):
    dice = random.Random(7)
    safe = 0
    for _ in range(3):
        before = safe
        safe = kill_while_writing(address, size, dice.randint(2, 8), dice.random() / 20)
        assert safe > before
        with SqlStore(address, create=False) as store:
            events = store.events("M")
            assert [e.seq for e in events] == list(range(1, len(events) + 1))
            assert len(events) in (
                safe,
                safe + size,
            )  # the last batch may have been saved but not yet answered
            store.append([event("M", len(events) + 1)], {"M": len(events)})
            safe = len(events) + 1


def test_the_file_is_sound_after_a_kill(tmp_path):
    import sqlite3

    path = tmp_path / "m.db"
    kill_while_writing(str(path), 5, 6, 0.01)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_killed_while_it_is_being_made(tmp_path):
    """Whatever moment: the next one makes it or finds it made."""
    code = "import sys; from policy_engine.process.sqlstore import SqlStore; print(flush=True); SqlStore(sys.argv[1])"
    for number in range(4):
        path = tmp_path / f"{number}.db"
        run = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        run.stdout.readline()
        time.sleep(number / 150)
        run.kill()
        run.communicate(timeout=60)
        with SqlStore(path) as store:
            store.append([event("M", 1)], {})
            assert store.matters() == ("M",)
