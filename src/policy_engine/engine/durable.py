"""Row matching by durable_rules; the only module that imports its C core.

The C core is driven directly: no ``Host``, hence no timers and no threads. A rule set has one session, whose
life is a strict cycle: assert every fact, run the dispatch loop dry, retract every fact. Any other order
corrupts the core, in which a fact goes on pointing at its matches after they were dispatched and freed. So
a cycle that breaks while matches are being dispatched costs the rule set its life; the next call makes a new
one.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from threading import RLock
from typing import Protocol, cast

from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine.durable_plan import CHUNK, Part, check_vocabulary, split
from policy_engine.engine.matching import Fact, TableRules, by_name, engine_fault, table_of

# A pending match as the core words it: rule, then the fact, which begins with its id.
_MATCH = re.compile(r'\{"(\d+)":\{"m":\{"id":(\d+),')


class _Core(Protocol):
    """What is used of ``durable_rules_engine``. Sessions are meant by a number that comes with a fact."""

    error: type[Exception]

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def delete_ruleset(self, handle: int, /) -> None: ...
    def delete_state(self, handle: int, sid: str | None, /) -> None: ...
    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...
    def retract_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, session: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, session: int, /) -> str | None: ...


def available() -> bool:
    """Whether the C core can be imported on this machine."""
    try:
        _core()
    except ImportError:
        return False
    return True


def _core() -> _Core:
    import durable_rules_engine  # type: ignore[import-not-found]  # a C extension

    return cast(_Core, durable_rules_engine)


class _RuleSet:
    """One part of a table, compiled, with its one session. Not for several threads at a time."""

    def __init__(self, core: _Core, part: Part) -> None:
        self.part = part
        self._core = core
        # The name means nothing to the core: rule sets are told apart by handle.
        self._handle = core.create_ruleset("table", part.rules)
        self._dispatching = False
        try:
            # The first fact makes the session, its first action completes it (deletion before is a crash).
            self._session = self._asserted(part.fact(0))
            self._finish(1)
            self._probe()
        except BaseException:
            self.abandon()
            raise

    def fire(self, facts: Sequence[str]) -> list[list[int]]:
        """The rules each fact fires, ascending. The facts' ids must be 0, 1, 2, … and at most ``CHUNK``."""
        for fact in facts:
            if self._asserted(fact) != self._session:
                raise self._fault("assert_fact: another session")
        return self._finish(len(facts))

    def recover(self, facts: int) -> None:
        """Finish a cycle of ``facts`` facts that broke off, and prove that the session is at rest again."""
        if self._dispatching:
            raise self._fault("recover: a match was left in dispatch")
        self._drain(facts)
        self._retract(facts)
        self._probe()

    def delete(self) -> None:
        """Free the rule set and its session, which must be at rest."""
        self._core.delete_state(self._handle, None)
        self._core.delete_ruleset(self._handle)

    def abandon(self) -> None:
        """Free the rule set only: the session may be in any condition, and its memory is lost."""
        self._core.delete_ruleset(self._handle)

    def _asserted(self, fact: str) -> int:
        code, session = self._core.assert_fact(self._handle, fact)
        if code != 0:  # 1 matches no rule, 2 id already known, 3 put off: the fact would be lost
            raise self._fault(f"assert_fact: {code}")
        return session

    def _finish(self, facts: int) -> list[list[int]]:
        fired = self._by_fact(self._drain(facts), facts)
        self._retract(facts)
        return fired

    def _drain(self, facts: int) -> list[tuple[int, int]]:
        """Run the dispatch loop until nothing is pending: the (rule, fact) of each match."""
        limit = 4 * facts * (len(self.part.rows) + 1) + 1_000
        hits: list[tuple[int, int]] = []
        self._dispatching = True
        started = self._core.start_action_for_state(self._handle, self._session)
        message = started[1] if started else None
        while message is not None:
            found = _MATCH.match(message)
            if found is None or len(hits) == limit:
                raise self._fault(f"dispatch: step {len(hits)}, limit {limit}")
            hits.append((int(found[1]), int(found[2])))
            message = self._core.complete_and_start_action(self._handle, self._session)
        self._dispatching = False
        return hits

    def _retract(self, facts: int) -> None:
        for number in range(facts):
            code, _ = self._core.retract_fact(self._handle, f'{{"id":{number}}}')
            if code != 0:
                raise self._fault(f"retract_fact: {code}")

    def _by_fact(self, hits: list[tuple[int, int]], facts: int) -> list[list[int]]:
        """The rules by fact, without the acknowledgement, of which each fact must have exactly one."""
        last = self.part.acknowledgement
        fired: list[list[int]] = [[] for _ in range(facts)]
        for rule, fact in hits:
            if fact >= facts or rule > last:
                raise self._fault(f"dispatch: rule {rule} of {last}, fact {fact} of {facts}")
            fired[fact].append(rule)
        for number, rules in enumerate(fired):
            rules.sort()
            if not rules or rules.pop() != last or len(set(rules)) != len(rules) or last in rules:
                raise self._fault(f"dispatch: fact {number} of {facts} was lost or matched twice")
        return fired

    def _probe(self) -> None:
        """A fact without true tests fires exactly the rows without conditions."""
        if self.fire([self.part.fact(0)]) != [list(self.part.always)]:
            raise self._fault("probe: wrong rows")

    def _fault(self, what: str) -> EngineError:
        return engine_fault(f"{self.part.table}: {what}")


class _Slot:
    """The place of a rule set in a matcher; it holds a new one after the old one broke."""

    def __init__(self, core: _Core, part: Part) -> None:
        self._core = core
        self.part = part
        self._rules: _RuleSet | None = None

    def fire(self, facts: Sequence[str]) -> list[list[int]]:
        if self._rules is None:
            self._rules = _RuleSet(self._core, self.part)
        rules = self._rules
        self._rules = None  # until the cycle is closed, whatever may interrupt it
        try:
            fired = rules.fire(facts)
        except BaseException:
            self._rules = self._recovered(rules, len(facts))
            raise
        self._rules = rules
        return fired

    def release(self) -> None:
        if self._rules is not None:
            self._rules.delete()
            self._rules = None

    def _recovered(self, rules: _RuleSet, facts: int) -> _RuleSet | None:
        try:
            rules.recover(facts)
        except Exception:  # the error being handled is the one to tell; this one only decides what is kept
            rules.abandon()
            return None
        return rules


class DurableMatcher:
    """Matches decision tables with durable_rules; compiled once, to be kept as long as the policy is.

    Raises ``EngineError`` (PE9001) for tables the C core cannot hold, for facts about unknown tables or
    tests, and for anything the core does that it should not. A failed call answers for none of its facts; the
    next call works again. A table is compiled when it is first asked for; its memory is given back by
    ``close``, or when the matcher is collected.
    """

    def __init__(self, tables: Sequence[TableRules]) -> None:
        check_vocabulary()
        self._lock = RLock()
        self._tables = by_name(tables)
        try:
            core = _core()
        except ImportError as error:
            raise engine_fault("durable_rules_engine: not installed") from error
        self._slots: dict[str, tuple[_Slot, ...]] = {}
        count = 0
        for table in tables:
            parts = split(table, count)
            count += len(parts)
            self._slots[table.name] = tuple(_Slot(core, part) for part in parts)
        slots = [slot for table_slots in self._slots.values() for slot in table_slots]
        self._release = weakref.finalize(self, _release, slots)
        self._release.atexit = False
        self._core = core

    def match(self, facts: Sequence[Fact]) -> list[tuple[int, ...]]:
        """For each (table name, indices of the true tests) the indices of the fired rows, ascending."""
        by_table: dict[str, list[int]] = {}
        for position, (name, true) in enumerate(facts):
            table_of(self._tables, name, true)
            by_table.setdefault(name, []).append(position)
        fired: list[list[int]] = [[] for _ in facts]
        with self._lock:
            if not self._release.alive:
                raise engine_fault("matcher: closed")
            try:
                for name, positions in by_table.items():
                    for slot in self._slots[name]:
                        _fire(slot, facts, positions, fired)
            except (self._core.error, MemoryError) as error:
                raise engine_fault(f"durable_rules: {error}") from error
        # Parts follow the order of the rows, so the union is ascending as it is.
        return [tuple(rows) for rows in fired]

    def close(self) -> None:
        """Free the rule sets. The matcher answers no more; closing again does nothing."""
        with self._lock:
            self._release()


def _fire(slot: _Slot, facts: Sequence[Fact], positions: list[int], fired: list[list[int]]) -> None:
    """Fire one part for the facts at ``positions``, a chunk at a time, and add its rows to ``fired``."""
    part = slot.part
    for start in range(0, len(positions), CHUNK):
        chunk = positions[start : start + CHUNK]
        texts = [part.fact(number, facts[position][1]) for number, position in enumerate(chunk)]
        for position, rules in zip(chunk, slot.fire(texts), strict=True):
            fired[position].extend(part.rows[rule] for rule in rules)


def _release(slots: list[_Slot]) -> None:
    for slot in slots:
        slot.release()
