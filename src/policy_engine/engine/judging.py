"""认定: cell tests with three values, cases matched as rows of tables, and the verdict that follows.

Each document is matched together with its subject, twice: with the tests that hold surely and with those that
hold possibly. Exclusions come first; whether a document is struck or pending are two further tests of the
grounds, so negation stays out of the matcher.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.matching import Matcher, TableRules
from policy_engine.engine.rows import Row
from policy_engine.engine.truth import Held, Truth, any_true, both, negated
from policy_engine.feel.typed import CellInput, IsNull, Node, children
from policy_engine.policy.canonical import structure
from policy_engine.policy.model import CellTest, Eligibility, Exclusion, Ground, Policy, Stage
from policy_engine.policy.substitute import fill_cell_input
from policy_engine.rulefile.choices import Consequence


@dataclass(frozen=True)
class Tests:
    """The distinct tests of an eligibility, the subject's first, and its cases as sets of their numbers."""

    subject: tuple[CellTest, ...]
    evidence: tuple[CellTest, ...]
    grounds: tuple[frozenset[int], ...]
    exclusions: tuple[frozenset[int], ...]

    @property
    def all(self) -> tuple[CellTest, ...]:
        return (*self.subject, *self.evidence)

    @property
    def not_struck(self) -> int:
        return len(self.all)

    @property
    def not_pending(self) -> int:
        return len(self.all) + 1


def distinct_tests(body: Eligibility) -> Tests:
    cases = body.cases
    subject = {_mark(cell): cell for case in cases for cell in case.conditions}
    evidence = {_mark(cell): cell for case in cases for cell in case.evidence}
    own = {mark: number for number, mark in enumerate(subject)}
    theirs = {mark: number for number, mark in enumerate(evidence, start=len(own))}

    def numbers(case: Ground | Exclusion) -> frozenset[int]:
        return frozenset([own[_mark(c)] for c in case.conditions] + [theirs[_mark(c)] for c in case.evidence])

    return Tests(
        tuple(subject.values()),
        tuple(evidence.values()),
        tuple(numbers(g) for g in body.grounds),
        tuple(numbers(x) for x in body.exclusions),
    )


def _mark(cell: CellTest) -> object:
    return structure(cell.value), structure(cell.test)


def eligibility_rules(stage: Stage, body: Eligibility) -> tuple[TableRules, TableRules]:
    """The exclusions and the grounds as the matchers see them."""
    tests = distinct_tests(body)
    usable = frozenset({tests.not_struck, tests.not_pending})
    grounds = tuple(ground | usable for ground in tests.grounds)
    count = len(tests.all)
    return (
        TableRules(f"{stage.id}|不予", tests.exclusions, count),
        TableRules(f"{stage.id}|可予", grounds, count + 2),
    )


@dataclass(frozen=True)
class CompiledTest:
    """``holds`` decides the test of a row; where ``value`` gives null the test is open, unless it holds."""

    holds: Closure
    value: Closure | None  # None: never open

    def truth(self, row: Row) -> Truth:
        if self.holds(row):
            return Truth.YES
        return Truth.UNKNOWN if self.value is not None and self.value(row) is None else Truth.NO


@dataclass(frozen=True)
class Case:
    """The tests of a subject and of each of its documents."""

    subject: Held
    documents: tuple[Held, ...]


@dataclass(frozen=True)
class Document:
    """What became of one document. ``exclusions`` and ``grounds`` are the cases that hold, by number."""

    struck: Truth
    pending: Truth
    exclusions: Held
    grounds: Held


@dataclass(frozen=True)
class Judgement:
    verdict: Truth
    refused: Truth
    exclusions: Held  # that hold for the subject without any document
    documents: tuple[Document, ...]


@dataclass(frozen=True, eq=False)
class Judge:
    """An eligibility made ready to decide subjects."""

    body: Eligibility
    tests: Tests
    compiled: tuple[CompiledTest, ...]
    exclusion_table: str
    ground_table: str
    base: str  # of the evidence
    parts: frozenset[str]

    def documents(self, row: Row) -> list[Row]:
        return [child for child in row.children.get(self.base, ()) if child.part in self.parts]

    def subject(self, row: Row) -> Held:
        """Raises Fault when a test cannot be decided."""
        return self._held(row, range(len(self.tests.subject)))

    def evidence(self, document: Row) -> Held:
        """Raises Fault when a test cannot be decided."""
        return self._held(document, range(len(self.tests.subject), len(self.compiled)))

    def _held(self, row: Row, numbers: Iterable[int]) -> Held:
        truths = {number: self.compiled[number].truth(row) for number in numbers}
        return Held(
            frozenset(n for n, truth in truths.items() if truth is Truth.YES),
            frozenset(n for n, truth in truths.items() if truth is not Truth.NO),
        )

    def judge(self, cases: Sequence[Case], matcher: Matcher) -> list[Judgement]:
        """Decide subjects. All are matched together: first what is excluded, then what is left."""
        pairs = [case.subject | document for case in cases for document in case.documents]
        alone = _match(matcher, self.exclusion_table, [case.subject for case in cases])
        excluded = _match(matcher, self.exclusion_table, pairs)
        standing = [self._standing(held) for held in excluded]
        usable = [pair | self._usable(*truths) for pair, truths in zip(pairs, standing, strict=True)]
        met = _match(matcher, self.ground_table, usable)
        documents = iter(
            Document(struck, pending, exclusions, grounds)
            for (struck, pending), exclusions, grounds in zip(standing, excluded, met, strict=True)
        )
        return [
            self._judgement(own, tuple(next(documents) for _ in case.documents))
            for case, own in zip(cases, alone, strict=True)
        ]

    def _standing(self, excluded: Held) -> tuple[Truth, Truth]:
        return (
            excluded.any_of(self._with(Consequence.STRIKE)),
            excluded.any_of(self._with(Consequence.PENDING)),
        )

    def _usable(self, struck: Truth, pending: Truth) -> Held:
        """A pending document may still do: nothing is known against it."""
        held = Held(frozenset(), frozenset({self.tests.not_pending}))
        held = held.but(self.tests.not_struck, negated(struck))
        return held.but(self.tests.not_pending, Truth.YES) if pending is Truth.NO else held

    def _judgement(self, alone: Held, documents: tuple[Document, ...]) -> Judgement:
        refusing = self._with(Consequence.REFUSE)
        refused = any_true(alone.any_of(refusing), *(d.exclusions.any_of(refusing) for d in documents))
        every = frozenset(range(len(self.body.grounds)))
        met = any_true(*(d.grounds.any_of(every) for d in documents))
        return Judgement(both(met, negated(refused)), refused, alone, documents)

    def _with(self, consequence: Consequence) -> frozenset[int]:
        cases = enumerate(self.body.exclusions)
        return frozenset(number for number, case in cases if case.consequence is consequence)

    def word(self, judgement: Judgement) -> str:
        met, pending, not_met = self.body.verdicts
        return {Truth.YES: met, Truth.UNKNOWN: pending, Truth.NO: not_met}[judgement.verdict]

    def decisive(self, judgement: Judgement) -> tuple[str, ...]:
        """The cases the verdict rests on: grounds met, or still open and what keeps them so, or exclusions."""
        chosen = list(dict.fromkeys(self._decisive(judgement)))
        return tuple(case.name for case in self.body.cases if any(case is c for c in chosen))

    def _decisive(self, judgement: Judgement) -> Iterator[Ground | Exclusion]:
        grounds, exclusions = self.body.grounds, self.body.exclusions
        refusing = self._with(Consequence.REFUSE)
        if judgement.verdict is Truth.YES:
            for document in judgement.documents:
                yield from (grounds[n] for n in document.grounds.surely)
        elif judgement.verdict is Truth.UNKNOWN:
            yield from (exclusions[n] for n in judgement.exclusions.possibly & refusing)
            for document in judgement.documents:
                yield from (grounds[n] for n in document.grounds.possibly)
                if document.grounds.possibly:
                    yield from (exclusions[n] for n in document.exclusions.possibly)
        else:
            yield from (exclusions[n] for n in judgement.exclusions.surely & refusing)
            for document in judgement.documents:
                yield from (exclusions[n] for n in document.exclusions.surely)


def make_judge(policy: Policy, stage: Stage, body: Eligibility, compiler: Compiler) -> Judge:
    exclusions, grounds = eligibility_rules(stage, body)
    tests = distinct_tests(body)
    return Judge(
        body,
        tests,
        tuple(_compiled(cell, compiler) for cell in tests.all),
        exclusions.name,
        grounds.name,
        policy.entities[body.evidence].base,
        policy.parts(body.evidence),
    )


def _compiled(cell: CellTest, compiler: Compiler) -> CompiledTest:
    holds = compiler.compile(fill_cell_input(cell.test, cell.value))
    open_ = cell.value.type.nullable and _asks_value(cell.test)
    return CompiledTest(holds, compiler.compile(cell.value) if open_ else None)


def _asks_value(test: Node) -> bool:
    """Whether a test asks for more than that there is a value (为空, 不为空)."""
    if isinstance(test, IsNull):
        return False
    return isinstance(test, CellInput) or any(_asks_value(child) for child in children(test))


def _match(matcher: Matcher, table: str, asked: Sequence[Held]) -> list[Held]:
    """The rows each fires, surely and possibly. Equal facts are matched once."""
    facts = list(dict.fromkeys(true for held in asked for true in (held.surely, held.possibly)))
    rows = matcher.match([(table, true) for true in facts])
    fired = {true: frozenset(hits) for true, hits in zip(facts, rows, strict=True)}
    return [Held(fired[held.surely], fired[held.possibly]) for held in asked]
