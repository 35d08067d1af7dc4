"""Evaluate one stage for one row again, writing down what is read on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.plan import CompiledStage, compile_stage
from policy_engine.engine.rows import Row
from policy_engine.engine.same_texts import Others
from policy_engine.engine.sensitive import reads_sensitive
from policy_engine.feel.typed import Const, LookupCall, Node, ParamRef, ReadingRef, TermRef, Where
from policy_engine.feel.values import Value
from policy_engine.policy.model import Allocation, DecisionTable, Policy, Stage


@dataclass(frozen=True)
class TermRead:
    """A term of some row."""

    row: Row
    term: str
    value: Value


@dataclass(frozen=True)
class ParameterRead:
    name: str
    value: Value


@dataclass(frozen=True)
class ReadingRead:
    """A reading (口径) that was asked."""

    name: str
    value: str


@dataclass(frozen=True)
class LookupRead:
    name: str
    keys: tuple[Value, ...]
    value: Value
    hidden: bool  # a key is sensitive


Read = TermRead | ParameterRead | ReadingRead | LookupRead


class RecordingCompiler(Compiler):
    """Closures that tell what they read. One row at a time."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self._reads: list[Read] = []
        self._seen: set[tuple[object, ...]] = set()

    @contextmanager
    def recording(self) -> Iterator[list[Read]]:
        self._reads = []
        self._seen = set()
        yield self._reads

    def term(self, node: TermRef) -> Closure:
        inner = super().term(node)

        def watched(row: Row) -> Value:
            value: Value = inner(row)
            holder = _holder(node, row)
            if holder is not None:
                self._note(TermRead(holder, node.term, value))
            return value

        return watched

    def constant(self, node: Const | ParamRef | ReadingRef) -> Closure:
        if isinstance(node, ParamRef):
            return self._watched(ParameterRead(node.name, node.value), node.value)
        if isinstance(node, ReadingRef):
            return self._watched(ReadingRead(node.name, node.value), node.value)
        return super().constant(node)

    def _watched(self, read: Read, value: Value) -> Closure:
        def watched(row: Row) -> Value:
            self._note(read)
            return value

        return watched

    def _lookup(self, node: LookupCall) -> Closure:
        inner = super()._lookup(node)
        arguments = [self.compile(a) for a in node.args]
        hidden = reads_sensitive(self.policy, *node.args)

        def watched(row: Row) -> Value:
            value: Value = inner(row)
            self._note(LookupRead(node.table, tuple(a(row) for a in arguments), value, hidden))
            return value

        return watched

    def _note(self, read: Read) -> None:
        """Once each: a total of ten thousand rows must not be searched ten thousand times."""
        if isinstance(read, TermRead):
            mark: tuple[object, ...] = (id(read.row), read.term)
        else:
            mark = (type(read), read.name, repr(getattr(read, "keys", ())))
        if mark not in self._seen:
            self._seen.add(mark)
            self._reads.append(read)


def _holder(node: TermRef, row: Row) -> Row | None:
    if node.where is Where.OWN:
        return row
    return row.singles.get(node.entity) if node.where is Where.SINGLE else row.above(node.entity)


class Recorder:
    """Stages of a policy, compiled to record."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._compiler = RecordingCompiler(policy)
        self._stages: dict[str, CompiledStage] = {}

    def reads(self, stage: Stage, row: Row, fired: tuple[str, ...], output: int) -> list[Read]:
        """What a stage read to decide one of its outputs for ``row``, given the rows of its table that fired."""
        if stage.id not in self._stages:
            self._stages[stage.id] = compile_stage(self.policy, stage, self._compiler)
        compiled = self._stages[stage.id]
        with self._compiler.recording() as reads:
            self._replay(stage, compiled, row, fired, output)
        return list(reads)

    def reads_of(self, node: Node, row: Row) -> list[Read]:
        """What an expression reads on ``row``."""
        closure = self._compiler.compile(node)
        with self._compiler.recording() as reads:
            closure(row)
        return list(reads)

    def _replay(
        self, stage: Stage, compiled: CompiledStage, row: Row, fired: tuple[str, ...], output: int
    ) -> None:
        body = stage.body
        if isinstance(body, DecisionTable):
            for number, table_row in enumerate(body.rows):
                if table_row.name in fired:
                    for test in table_row.tests:
                        compiled.tests[test](row)
                    compiled.outputs[number][output](row)
            missed = not fired or all(r.name not in fired for r in body.rows)
            if missed and compiled.default is not None:
                compiled.default[output](row)
            return
        if compiled.judge is not None:
            compiled.judge.subject(row)
            for document in compiled.judge.documents(row):
                compiled.judge.evidence(document)
            return
        if compiled.papers is not None:
            compiled.papers.alone(row)
            return
        if compiled.form is not None:
            rules = compiled.form.body.fields
            for number in sorted(compiled.form.alone(row, Others(rules, [row])).applies):
                term = rules[number].term
                self._compiler._note(TermRead(row, term, row.values.get(term)))
            return
        if isinstance(body, Allocation):
            group = row.singles.get(body.group) or row.above(body.group)
            if group is not None:
                self._compiler._note(TermRead(group, body.total.term, group.values[body.total.term]))
            if compiled.within is not None and not compiled.within(row):
                return
        if compiled.value is not None:
            compiled.value(row)
        for closure in (*compiled.thresholds, *compiled.rates):
            closure(row)
