"""Decision tables as rule sets that durable_rules 2.0.28 is able to match, in pure Python.

What its C core cannot do is excluded here. By its source (rete.c, events.c, state.c) and by experiment:

* 64 nodes on the stack while one fact is matched. Each node on it leads to a row of its own, so 60 rows, the
  acknowledgement and the guard stay below.
* 255 rules ending in one node and 511 tests under one node: at most 61 and 60 here.
* 255 properties of a fact: at most 200 tests, ``k``, ``id`` and ``sid`` here.
* 31 entries in the expression of a rule: a flat ``$and`` of constant tests needs 2, however wide it is (rows
  of up to 250 cells were tried), and is one level deep.
* Names are compared by their 32-bit FNV-1a hash alone: the fixed vocabulary is checked for distinct hashes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.engine.matching import TableRules, engine_fault

MAX_ROWS = 60
MAX_TESTS = 200
CHUNK = 100  # facts in a session at a time; the C core keeps about 9 kB for each, and never gives it back

GUARD = "k"

# Words that the C core looks for, by hash, where property names and fact ids stand.
_RESERVED = (
    "id sid sid-0 $s $m $i $time $forward $pulse all any pri count cap dist name "
    "$lt $lte $gt $gte $eq $neq $mt $imt $iall $iany $ex $nex $or $and $add $sub $mul $div $l $r"
)


@dataclass(frozen=True)
class Part:
    """The rows of one table that fit into one rule set.

    Rule ``i`` of ``rules`` (JSON) stands for row ``rows[i]`` of the table; the last rule,
    ``acknowledgement``, fires once for every fact and so proves that the fact was seen. ``always`` are the
    rules that fire without any true test. ``properties`` maps a test of the table to its text in a fact.
    """

    table: str
    guard: int
    rows: tuple[int, ...]
    rules: str
    always: tuple[int, ...]
    properties: dict[int, str]
    tests: frozenset[int]

    @property
    def acknowledgement(self) -> int:
        return len(self.rows)

    def fact(self, number: int, true: frozenset[int] = frozenset()) -> str:
        """The JSON of a fact: its id first, the guard, then the true tests that this part reads."""
        shown = "".join(map(self.properties.__getitem__, true & self.tests))
        return f'{{"id":{number},"{GUARD}":{self.guard}{shown}}}'


def split(table: TableRules, first_guard: int) -> tuple[Part, ...]:
    """The parts of a table, in row order; together they have all of its rows.

    A row with more than ``MAX_TESTS`` tests fits into no part and is an ``EngineError``.
    """
    groups = enumerate(_groups(table), first_guard)
    return tuple(_part(table, guard, rows) for guard, rows in groups)


def _groups(table: TableRules) -> Iterator[tuple[int, ...]]:
    rows: list[int] = []
    tests: frozenset[int] = frozenset()
    for number, row in enumerate(table.rows):
        if len(row) > MAX_TESTS:
            raise engine_fault(f"{table.name}, row {number}: {len(row)} tests > {MAX_TESTS}")
        if len(rows) == MAX_ROWS or len(tests | row) > MAX_TESTS:
            yield tuple(rows)
            rows, tests = [], frozenset()
        rows.append(number)
        tests |= row
    if rows:
        yield tuple(rows)


def _part(table: TableRules, guard: int, rows: tuple[int, ...]) -> Part:
    conditions = [table.rows[i] for i in rows]
    names = {test: str(i) for i, test in enumerate(sorted(frozenset().union(*conditions)))}
    rules = [_rule(guard, [names[test] for test in sorted(row)]) for row in conditions]
    rules.append(_rule(guard, []))  # last, so that a fact is acknowledged when its rows have fired
    return Part(
        table=table.name,
        guard=guard,
        rows=rows,
        rules=json.dumps({str(i): rule for i, rule in enumerate(rules)}),
        always=tuple(i for i, row in enumerate(conditions) if not row),
        properties={test: f',"{name}":true' for test, name in names.items()},
        tests=frozenset(names),
    )


def _rule(guard: int, names: list[str]) -> dict[str, object]:
    # The guard comes first in every condition: no rule may match the session's own fact.
    tests: list[dict[str, int]] = [{GUARD: guard}]
    tests.extend({name: True} for name in names)
    return {"all": [{"m": {"$and": tests}}]}


def check_vocabulary() -> None:
    """Refuse to run when two names, or two ids, would be one and the same to the C core."""
    properties = [GUARD, *map(str, range(MAX_TESTS))]
    ids = [str(number) for number in range(CHUNK)]
    for words in (properties, ids):
        words += _RESERVED.split()
        if len({fnv1a_32(word) for word in words}) != len(words):
            raise engine_fault("FNV-1a-32: names of tests or ids of facts collide")


def fnv1a_32(text: str) -> int:
    """The hash by which durable_rules identifies names and ids (state.c, fnv1Hash32), for ASCII text."""
    value = 0x811C9DC5
    for byte in text.encode("ascii"):
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
