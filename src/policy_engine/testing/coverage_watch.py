"""Looks at what a scenario decides and does, and notes every item it reaches.

What was decided is decided once more by closures that tell what they do; the engine itself knows nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.judging import Case, eligibility_rules
from policy_engine.engine.matching import ReferenceMatcher
from policy_engine.engine.plan import CompiledStage, compile_stage
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.engine.same_texts import Others
from policy_engine.engine.truth import Truth
from policy_engine.feel.typed import Const, If, LookupCall, Node, ParamRef, ReadingRef
from policy_engine.feel.values import Value
from policy_engine.policy.model import (
    DEFAULT_ROW,
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Policy,
)
from policy_engine.policy.process_model import Process
from policy_engine.process.judge import Facts, Judge
from policy_engine.process.office import Office
from policy_engine.process.store import Store
from policy_engine.testing.coverage_items import Kind, Marks, hit
from policy_engine.testing.coverage_rows import (
    DEFAULT,
    HIT,
    HOLDS,
    INSIDE,
    INSTEAD,
    MET,
    NOT_MET,
    OUTSIDE,
    UNMET,
)

Note = Callable[[str], None]


class WatchingCompiler(Compiler):
    """Closures that note parameters read, branches taken and rows looked up."""

    def __init__(self, policy: Policy, marks: Marks, note: Note) -> None:
        super().__init__(policy)
        self._marks, self._note = marks, note

    def compile(self, node: Node) -> Closure:
        return self._branch(node) if isinstance(node, If) else super().compile(node)

    def _branch(self, node: If) -> Closure:
        test, yes, no = self.compile(node.condition), self.compile(node.then), self.compile(node.otherwise)
        key = self._marks.of(Kind.BRANCH, node.span)
        then, otherwise, note = hit(key, "那么"), hit(key, "否则"), self._note

        def branch(row: Row) -> Value:
            taken = bool(test(row))
            note(then if taken else otherwise)
            value: Value = (yes if taken else no)(row)
            return value

        return branch

    def constant(self, node: Const | ParamRef | ReadingRef) -> Closure:
        if not isinstance(node, ParamRef):
            return super().constant(node)
        parameter = self.policy.parameters[node.name]
        key, note, value = hit(self._marks.of(Kind.PARAMETER, parameter.span), "用到"), self._note, node.value

        def read(row: Row) -> Value:
            note(key)
            return value

        return read

    def _lookup(self, node: LookupCall) -> Closure:
        inner = super()._lookup(node)
        arguments = [self.compile(a) for a in node.args]

        def look_up(row: Row) -> Value:
            value: Value = inner(row)
            note_lookup(self.policy, node.table, tuple(a(row) for a in arguments), self._marks, self._note)
            return value

        return look_up


def note_lookup(policy: Policy, name: str, keys: tuple[Value, ...], marks: Marks, note: Note) -> None:
    lookup = policy.lookups[name]
    for (own, _), span in zip(lookup.rows, lookup.row_spans, strict=True):
        if own == keys:
            note(hit(marks.of(Kind.ROW, span), HIT))


@dataclass(frozen=True)
class Watched:
    """A policy made ready to be watched."""

    policy: Policy
    compiler: WatchingCompiler
    stages: tuple[CompiledStage, ...]


class Watcher:
    """Notes what is reached, for one session. ``note`` takes what ``hit`` makes."""

    def __init__(self, note: Note, marks: Marks | None = None) -> None:
        self.note = note
        self.marks = marks or Marks()
        self._watched: dict[int, Watched] = {}

    def watched(self, policy: Policy) -> Watched:
        """Kept by the object, for it is what the files say, not only what they mean."""
        if id(policy) not in self._watched:
            compiler = WatchingCompiler(policy, self.marks, self.note)
            stages = tuple(compile_stage(policy, s, compiler) for s in policy.stages)
            self._watched[id(policy)] = Watched(policy, compiler, stages)
        return self._watched[id(policy)]

    def office(self, policy: Policy, store: Store, executor: str) -> Office:
        return _WatchedOffice(policy, store, executor, self)

    def decided(self, result: Result) -> None:
        """Everything that was decided."""
        policy = result.policy
        for reading in policy.readings.values():
            self.note(hit(self.marks.of(Kind.READING, reading.span), reading.chosen))
        for compiled in self.watched(policy).stages:
            rows = [r for r in result.dataset.rows[compiled.base] if r.part in compiled.parts]
            if rows:
                self._replay(result, compiled, rows)

    # -- one stage -------------------------------------------------------------------------------

    def _replay(self, result: Result, compiled: CompiledStage, rows: list[Row]) -> None:
        fired = result.run.fired
        body, id_ = compiled.stage.body, compiled.stage.id
        for row in rows:
            names = fired.get((id_, id(row)), ())
            match body:
                case DecisionTable() as table:
                    self._table(compiled, table, row, names)
                case BracketScale() as scale:
                    for bracket in (b for b in scale.brackets if b.name in names):
                        self._row(bracket.threshold, "", HIT)
                    for closure in (*compiled.thresholds, *compiled.rates):
                        closure(row)
                    _value(compiled, row)
                case Allocation() as allocation:
                    self._share(compiled, allocation, row)
                case Eligibility() as eligibility:
                    self._eligibility(compiled, eligibility, row)
                case Check():
                    _value(compiled, row)
                    self.note(hit(self.marks.of(Kind.CHECK, compiled.stage.span), HOLDS))
                case _:
                    _value(compiled, row)
        if compiled.papers is not None:
            self._papers(compiled, rows)
        if compiled.form is not None:
            self._form(compiled, rows, result.dataset.rows[compiled.base])

    def _row(self, node: Node, more: str, side: str) -> None:
        self.note(hit(self.marks.of(Kind.ROW, node.span, more), side))

    def _table(self, compiled: CompiledStage, table: DecisionTable, row: Row, names: tuple[str, ...]) -> None:
        for test in compiled.tests:
            test(row)
        for number, own in enumerate(table.rows):
            if own.name in names:
                self.note(hit(self.marks.of(Kind.ROW, own.span), HIT))
                for output in compiled.outputs[number]:
                    output(row)
        if table.default and DEFAULT_ROW in names and compiled.default is not None:
            self._row(table.default[0], DEFAULT, HIT)
            for output in compiled.default:
                output(row)

    def _share(self, compiled: CompiledStage, allocation: Allocation, row: Row) -> None:
        inside = compiled.within is None or bool(compiled.within(row))
        if allocation.within is not None:
            side = INSIDE if inside else OUTSIDE
            self.note(hit(self.marks.of(Kind.SHARE, allocation.within.span), side))
        if inside:
            _value(compiled, row)

    def _eligibility(self, compiled: CompiledStage, body: Eligibility, row: Row) -> None:
        judge = compiled.judge
        assert judge is not None
        subject = judge.subject(row)
        documents = tuple(judge.evidence(document) for document in judge.documents(row))
        matcher = ReferenceMatcher(eligibility_rules(compiled.stage, body))
        (judgement,) = judge.judge([Case(subject, documents)], matcher)
        own = frozenset(range(len(judge.tests.subject)))
        for number, case in enumerate(body.cases):
            grounds = number < len(body.grounds)
            tests = (*judge.tests.grounds, *judge.tests.exclusions)[number]
            place = number if grounds else number - len(body.grounds)
            truths = [(d.grounds if grounds else d.exclusions).truth(place) for d in judgement.documents]
            if not grounds and not case.evidence:
                truths.append(judgement.exclusions.truth(place))
            key = self.marks.of(Kind.ROW, case.span)
            if Truth.YES in truths:
                self.note(hit(key, HIT))
            # It is about this subject, and there is a document that does not do.
            if case.evidence and Truth.NO in truths and (tests & own) <= subject.surely:
                self.note(hit(key, NOT_MET))

    def _papers(self, compiled: CompiledStage, rows: list[Row]) -> None:
        judge = compiled.papers
        assert judge is not None
        for row in rows:
            case = judge.alone(row)
            fills = frozenset(fill for paper in case.fills for fill in paper)
            for number, item in enumerate(judge.body.requirements):
                key = self.marks.of(Kind.ROW, item.span)
                sides = ((2 * number in fills, MET), (2 * number + 1 in fills, INSTEAD))
                for side in (*sides, (number in case.unmet, UNMET)):
                    if side[0]:
                        self.note(hit(key, side[1]))

    def _form(self, compiled: CompiledStage, rows: list[Row], everyone: list[Row]) -> None:
        judge = compiled.form
        assert judge is not None
        others = Others(judge.body.fields, everyone)
        for row in rows:
            case = judge.alone(row, others)
            for number, rule in enumerate(judge.body.fields):
                key = self.marks.of(Kind.ROW, rule.span)
                if number in case.unmet:
                    self.note(hit(key, UNMET))
                elif {"fit", "also", "withheld"} & case.ways(number):
                    self.note(hit(key, MET))


def _value(compiled: CompiledStage, row: Row) -> None:
    if compiled.value is not None:
        compiled.value(row)


# -- matters -----------------------------------------------------------------------------------------


class _WatchedOffice(Office):
    def __init__(self, policy: Policy, store: Store, executor: str, watcher: Watcher) -> None:
        super().__init__(policy, store, executor=executor)
        self._judge = _WatchingJudge(policy, executor, watcher)


class _WatchingJudge(Judge):
    """Preconditions and results are evaluated by closures that tell what they do."""

    def __init__(self, policy: Policy, executor: str, watcher: Watcher) -> None:
        super().__init__(policy, executor)
        self._watcher = watcher
        self._compiler = watcher.watched(policy).compiler

    def _decide(self, process: Process, matter: str, facts: Facts, what: str) -> tuple[Row, Result]:
        row, result = super()._decide(process, matter, facts, what)
        self._watcher.decided(result)
        return row, result
