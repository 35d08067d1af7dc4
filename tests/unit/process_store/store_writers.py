"""Writers for processes of their own: ``python store_writers.py WHAT ADDRESS …``. They say what is committed."""

from __future__ import annotations

import sys

from store_events import event

from policy_engine.diagnostics.errors import Conflict
from policy_engine.process.sqlstore import SqlStore


def contend(address: str, name: str, wins: int) -> None:
    """Go on from what is there until ``wins`` events are one's own."""
    store = SqlStore(address)
    lost = 0
    for number in range(wins):
        while True:
            seen = len(store.events("M"))
            try:
                store.append([event("M", seen + 1, note=f"{name}{number}")], {"M": seen})
                break
            except Conflict:
                lost += 1
    print(lost, flush=True)


def write(address: str, size: int) -> None:
    """Batches of ``size`` events without end; a line for each one committed."""
    store = SqlStore(address)
    done = len(store.events("M"))
    print(done, flush=True)
    while True:
        store.append([event("M", done + n) for n in range(1, size + 1)], {"M": done})
        done += size
        print(done, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "contend":
        contend(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        write(sys.argv[2], int(sys.argv[3]))
