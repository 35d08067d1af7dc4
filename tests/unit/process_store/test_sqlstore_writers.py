"""Two writers on one matter: one wins, the other is told, nothing is lost and no number is left out."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from store_events import event

from policy_engine.diagnostics.errors import Conflict, StoreError
from policy_engine.process import sqlstore_address
from policy_engine.process.sqlstore import SqlStore
from policy_engine.process.sqlstore_rows import to_row
from policy_engine.process.sqlstore_tables import EVENTS

WRITERS = str(Path(__file__).with_name("store_writers.py"))


def attempt(store, batch, expected, barrier):
    barrier.wait()
    try:
        store.append(batch, expected)
    except Conflict as conflict:
        return dict(conflict.diagnostics[0].params)
    return None


@pytest.mark.parametrize("shared", [True, False], ids=["one-store", "two-stores"])
def test_of_two_threads_one_wins_each_time(address, shared):
    first = SqlStore(address)
    second = first if shared else SqlStore(address)
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        for seen in range(30):
            tries = [
                pool.submit(attempt, s, [event("M", seen + 1, note=f"{n}-{seen}")], {"M": seen}, barrier)
                for n, s in enumerate((first, second))
            ]
            told = [t.result() for t in tries]
            assert sorted(t is None for t in told) == [False, True]
            lost = next(t for t in told if t is not None)
            assert (lost["matter"], lost["expected"], lost["found"]) == ("M", str(seen), str(seen + 1))
    events = first.events("M")
    assert [e.seq for e in events] == list(range(1, 31))
    assert [e.note.partition("-")[2] for e in events] == [str(n) for n in range(30)]
    first.close()
    second.close()


def test_batches_that_overlap_are_whole_or_not_at_all(address):
    """Neither blocks the other for good, whatever order each names its matters in."""
    first, second = SqlStore(address), SqlStore(address)
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        for seen in range(20):
            ab = [event(m, seen + 1, note="甲") for m in ("A", "B")]
            ba = [event(m, seen + 1, note="乙") for m in ("B", "A")]
            tries = [
                pool.submit(attempt, first, ab, {"A": seen, "B": seen}, barrier),
                pool.submit(attempt, second, ba, {"A": seen, "B": seen}, barrier),
            ]
            assert sorted(t.result() is None for t in tries) == [False, True]
    assert [e.note for e in first.events("A")] == [e.note for e in first.events("B")]
    first.close()
    second.close()


def test_processes_lose_nothing(address):
    SqlStore(address).close()
    names = ["甲", "乙", "丙"]
    command = [sys.executable, WRITERS, "contend", address]
    runs = [
        subprocess.Popen([*command, n, "25"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for n in names
    ]
    for run in runs:
        _, told = run.communicate(timeout=120)
        assert run.returncode == 0, told.decode()
    with SqlStore(address) as store:
        events = store.events("M")
    assert [e.seq for e in events] == list(range(1, 76))
    for name in names:  # each one's events, all of them and in his order
        assert [e.note for e in events if e.note.startswith(name)] == [f"{name}{n}" for n in range(25)]


def test_one_who_gives_up_leaves_no_gap(address):
    """A writer whose transaction is rolled back was never there for the one who waited for it."""
    store = SqlStore(address)
    store.append([event("M", 1)], {"M": 0})
    holding, released = threading.Event(), threading.Event()

    def give_up():
        engine = sqlstore_address.connect(sqlstore_address.parse(address))
        with engine.connect().execution_options(**{sqlstore_address.WRITES: True}) as connection:
            connection.execute(EVENTS.insert(), [to_row(event("M", 2, note="没有办成"))])
            holding.set()
            released.wait(5)
            connection.rollback()
        engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(give_up)
        assert holding.wait(5)
        mine = pool.submit(store.append, [event("M", 2, note="等到了")], {"M": 1})
        with pytest.raises(TimeoutError):
            mine.result(0.3)
        released.set()
        other.result()
        mine.result()
    assert [e.note for e in store.events("M")] == ["", "等到了"]
    store.close()


def test_readers_do_not_wait_for_a_writer(opened, address):
    engine = sqlstore_address.connect(sqlstore_address.parse(address))
    with engine.connect().execution_options(**{sqlstore_address.WRITES: True}) as connection:
        connection.exec_driver_sql("UPDATE policy_engine_store SET created_at = created_at")
        assert len(opened.events("M")) == 1
        connection.rollback()
    engine.dispose()


def test_one_who_holds_the_store_for_too_long(address, monkeypatch):
    monkeypatch.setattr(sqlstore_address, "PATIENCE", 0.2)
    monkeypatch.setattr("policy_engine.process.sqlstore._CAREFUL", _impatient())
    store = SqlStore(address)
    engine = sqlstore_address.connect(sqlstore_address.parse(address))
    with engine.connect().execution_options(**{sqlstore_address.WRITES: True}) as connection:
        if "://" in address:
            connection.exec_driver_sql("LOCK TABLE policy_engine_events IN EXCLUSIVE MODE")
        else:
            connection.exec_driver_sql("UPDATE policy_engine_store SET created_at = created_at")
        with pytest.raises(StoreError) as caught:
            store.append([event("M", 1)], {})
        assert caught.value.code == "PE8105"
        connection.rollback()
    engine.dispose()
    store.append([event("M", 1)], {})
    store.close()


def _impatient():
    from sqlalchemy import text

    return text("SELECT set_config('lock_timeout', '200ms', true)")


def test_a_forked_process_uses_connections_of_its_own(address):
    import multiprocessing

    store = SqlStore(address)
    store.append([event("M", 1)], {"M": 0})
    child = multiprocessing.get_context("fork").Process(target=_child, args=(store,))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    store.append([event("M", 3)], {"M": 2})
    assert [e.seq for e in store.events("M")] == [1, 2, 3]
    store.close()


def _child(store):
    store.append([event("M", 2)], {"M": 1})
    store.close()
