"""What would change a verdict: one column of the subject, or of one document, having another value.

A column with a known set of values (options, levels, yes and no) is tried with each of them, in every case
that reads it. Any other column is taken to meet the one cell it fails, if no other case reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from policy_engine.engine.closures import Compiler
from policy_engine.engine.eligibility_document import Change
from policy_engine.engine.faults import Fault
from policy_engine.engine.judging import Case, Judge, Judgement
from policy_engine.engine.matching import Matcher
from policy_engine.engine.rows import Row
from policy_engine.engine.sensitive import reads_sensitive
from policy_engine.engine.truth import Held, Truth
from policy_engine.feel.typed import And, Compare, CompareOp, Const, Node
from policy_engine.feel.types import BooleanType, LevelType, OptionType, Type, with_nullable
from policy_engine.feel.values import Value
from policy_engine.policy.canonical import structure
from policy_engine.policy.model import CellTest, Ground, Policy
from policy_engine.policy.substitute import fill_cell_input


@dataclass(frozen=True)
class Hearing:
    """A subject, its documents, how their tests came out, and the judgement."""

    row: Row
    documents: tuple[Row, ...]
    case: Case
    judgement: Judgement


@dataclass(frozen=True)
class _Column:
    """A column on one side: the numbers of the tests that read it. ``document`` None: the subject's."""

    value: Node
    name: str
    tests: Mapping[int, CellTest]
    document: int | None


@dataclass(frozen=True)
class _To:
    """What a column would have to be: values, or a test such as ``不低于 县``."""

    words: tuple[str, ...]
    values: bool


class Changes:
    """Looks for single changes by judging again."""

    def __init__(self, policy: Policy, judge: Judge, matcher: Matcher, hearing: Hearing) -> None:
        self.policy, self.judge, self.matcher, self.hearing = policy, judge, matcher, hearing
        self.compiler = Compiler(policy)

    def found(self) -> tuple[Change, ...]:
        """In the order of the grounds; none when the verdict is met."""
        if self.hearing.judgement.verdict is Truth.YES:
            return ()
        found: list[Change] = []
        for column in self._columns():
            # A value that some cell cannot be decided with is no advice.
            with suppress(Fault):
                found += self._of(column)
        found += self._with_a_document()
        rank = {ground.name: number for number, ground in enumerate(self.judge.body.grounds)}
        return tuple(sorted(found, key=lambda change: rank[change.case]))

    def _columns(self) -> Iterator[_Column]:
        """Sensitive columns are left out: what would change the verdict gives their value away."""
        first = len(self.judge.tests.subject)
        sides: list[tuple[int, Sequence[CellTest], int | None]] = [(0, self.judge.tests.subject, None)]
        sides += [(first, self.judge.tests.evidence, n) for n in range(len(self.hearing.documents))]
        for start, cells, document in sides:
            by_value: dict[object, dict[int, CellTest]] = {}
            for number, cell in enumerate(cells, start):
                by_value.setdefault(structure(cell.value), {})[number] = cell
            for tests in by_value.values():
                some = next(iter(tests.values()))
                if not reads_sensitive(self.policy, some.value):
                    yield _Column(some.value, some.column, tests, document)

    def _of(self, column: _Column) -> Iterator[Change]:
        values = _values(column.value.type)
        if values is not None:
            yield from self._by_trying(column, values)
        elif len(column.tests) == 1:
            ((number, cell),) = column.tests.items()
            for met in self._grounds_with(column, {number: Truth.YES}):
                yield self._change(self.judge.body.grounds[met], column, _cell(cell))

    def _by_trying(self, column: _Column, values: Sequence[Value]) -> Iterator[Change]:
        row = self._row(column)
        now = self.compiler.compile(column.value)(row)
        met: dict[int, list[Value]] = {}
        for value in values:
            if value != now:
                for number in self._grounds_with(column, self._truths(column, value, row)):
                    met.setdefault(number, []).append(value)
        for number, fitting in met.items():
            ground = self.judge.body.grounds[number]
            yield self._change(ground, column, self._to(ground, column, fitting, row))

    def _truths(self, column: _Column, value: Value, row: Row) -> dict[int, Truth]:
        """The tests of a column, were this its value."""
        plain = with_nullable(column.value.type, False)
        given = Const(plain, column.value.span, value)
        return {
            number: Truth.YES if self._holds(cell, given, row) else Truth.NO
            for number, cell in column.tests.items()
        }

    def _holds(self, cell: CellTest, given: Node, row: Row) -> bool:
        return bool(self.compiler.compile(fill_cell_input(cell.test, given))(row))

    def _grounds_with(self, column: _Column, truths: Mapping[int, Truth]) -> list[int]:
        """The grounds that are met, and carry the verdict, with these tests changed."""
        case = self.hearing.case
        if column.document is None:
            case = replace(case, subject=_changed(case.subject, truths))
        else:
            documents = list(case.documents)
            documents[column.document] = _changed(documents[column.document], truths)
            case = replace(case, documents=tuple(documents))
        (judgement,) = self.judge.judge([case], self.matcher)
        if judgement.verdict is not Truth.YES:
            return []
        return sorted({n for document in judgement.documents for n in document.grounds.surely})

    def _with_a_document(self) -> Iterator[Change]:
        """A subject without documents: the grounds that only want one."""
        hearing = self.hearing
        if hearing.documents or hearing.judgement.refused is not Truth.NO:
            return
        own = frozenset(range(len(self.judge.tests.subject)))
        for ground, numbers in zip(self.judge.body.grounds, self.judge.tests.grounds, strict=True):
            if numbers & own <= hearing.case.subject.surely:
                wanted = "；".join(f"{cell.column}：{cell.cell}" for cell in ground.evidence)
                evidence = self.judge.body.evidence
                text, text_en = f"若有一份{evidence}", f"if there were a {evidence}"
                if wanted:
                    text, text_en = f"{text}满足 {wanted}", f"{text_en} with {wanted}"
                yield Change(
                    ground.name,
                    evidence,
                    "",
                    "",
                    wanted,
                    f"{text}，且不在不予认定之列，即符合“{ground.name}”",
                    f"{text_en}, not excluded, “{ground.name}” would be met",
                )

    def _to(self, ground: Ground, column: _Column, fitting: Sequence[Value], row: Row) -> _To:
        """A level cell where all it takes will do, else the values that do."""
        cells = ground.conditions if column.document is None else ground.evidence
        for cell in cells:
            if isinstance(column.value.type, LevelType) and structure(cell.value) == structure(column.value):
                plain = with_nullable(column.value.type, False)
                levels = (Const(plain, column.value.span, v) for v in column.value.type.levels)
                if [level.value for level in levels if self._holds(cell, level, row)] == list(fitting):
                    return _cell(cell)
        return _To(tuple(_word(value) for value in fitting), True)

    def _change(self, ground: Ground, column: _Column, to: _To) -> Change:
        row = self._row(column)
        zh = f"若“{column.name}”{'为 ' if to.values else ''}{'或'.join(to.words)}，即符合“{ground.name}”"
        en = f"if “{column.name}” were {' or '.join(to.words)}, “{ground.name}” would be met"
        return Change(ground.name, row.entity, row.key, column.name, "、".join(to.words), zh, en)

    def _row(self, column: _Column) -> Row:
        return self.hearing.row if column.document is None else self.hearing.documents[column.document]


def _cell(cell: CellTest) -> _To:
    """The cell as written; on a nullable column its test is the second of two."""
    bare = cell.test.items[-1] if isinstance(cell.test, And) else cell.test
    return _To((cell.cell,), isinstance(bare, Compare) and bare.op is CompareOp.EQ)


def _changed(held: Held, truths: Mapping[int, Truth]) -> Held:
    for number, truth in truths.items():
        held = held.but(number, truth)
    return held


def _values(type_: Type) -> tuple[Value, ...] | None:
    """Every value of a type, where they can be counted."""
    match type_:
        case OptionType(options=options):
            return options
        case LevelType(levels=levels):
            return levels
        case BooleanType():
            return (True, False)
        case _:
            return None


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
