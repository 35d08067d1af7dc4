"""Decisions, checks, eligibilities, checklists and forms as entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_engine.analysis.diff_meaning import fields_of, meaning, shown
from policy_engine.analysis.diff_model import ByEntity, Entry, Field
from policy_engine.analysis.diff_places import Places
from policy_engine.analysis.diff_words import Words
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Exclusion,
    Formula,
    Ground,
    Policy,
    Rounding,
    Stage,
    TableRow,
)
from policy_engine.rulefile.choices import HitPolicy, RoundingMode


def decisions(policy: Policy, words: Words, place: Places) -> Iterator[Entry]:
    """One entry for what is written once, to however many (sub-)entities it applies."""
    groups: dict[tuple[str, str, int], list[Stage]] = {}
    for stage in policy.stages:
        groups.setdefault((stage.key, stage.span.source.name, stage.span.start), []).append(stage)
    for stages in groups.values():
        yield _Group(policy, stages, words, place).entry()


class _Group:
    """The stages of one decision. Rows and cells are those of the first; the meaning is that of each."""

    def __init__(self, policy: Policy, stages: Sequence[Stage], words: Words, place: Places) -> None:
        self._policy, self._stages, self._words, self._place = policy, stages, words, place

    def entry(self) -> Entry:
        stage = self._stages[0]
        kind = {Check: "check", Eligibility: "eligibility", Checklist: "checklist", Form: "form"}.get(
            type(stage.body), "decision"
        )
        fields = [self._plain("entities", tuple(s.entity for s in self._stages))]
        if kind == "decision":
            way = type(stage.body).__name__
            fields.append(Field("way", self._words.word(way), way))
            names = "、".join(self._policy.term(stage.entity, out).name for out in stage.outputs)
            fields.append(Field("outputs", names, stage.outputs))
        fields += self._body()
        for number, term in enumerate(stage.outputs):
            fields.append(self._rounding(number, term))
        fields.append(self._plain("clauses", stage.clauses))
        own = sorted({self._id(s.entity) for s in self._stages})
        return self._place.entry(
            kind,
            stage.key,
            stage.span,
            tuple(fields),
            stage.clauses,
            tuple(self._rows()),
            ordered=isinstance(stage.body, DecisionTable) and stage.body.hit_policy is HitPolicy.FIRST,
            alias=(*own, *sorted(stage.outputs)) if stage.outputs else None,
        )

    def _id(self, entity: str) -> str:
        found = self._policy.entities[entity]
        return entity if found.is_sub else found.id

    def _plain(self, what: str, value: object) -> Field:
        return Field(what, shown(value, self._words.word), meaning(value))

    def _each(self, what: str, pieces: Sequence[object], of: str = "") -> Field:
        """One piece for each stage."""
        found = tuple((self._id(s.entity), meaning(p)) for s, p in zip(self._stages, pieces, strict=True))
        return Field(what, shown(pieces[0], self._words.word), ByEntity(found), of)

    def _rounding(self, number: int, term: str) -> Field:
        rounding = self._stages[0].roundings[number]
        name = self._policy.term(self._stages[0].entity, term).name
        return Field("rounding", self._rounded(rounding), meaning(rounding), name)

    def _rounded(self, rounding: Rounding | None) -> str:
        if rounding is None:
            return ""
        mode = "" if rounding.mode is RoundingMode.GRID else f"{self._words.word(rounding.mode.value)} "
        return f"{mode}{rounding.places} {self._words.word('digits')}"

    def _body(self) -> Iterator[Field]:
        bodies = [s.body for s in self._stages]
        match bodies[0]:
            case Formula():
                yield self._each("expression", [b.expression for b in bodies if isinstance(b, Formula)])
            case Check():
                yield self._each("condition", [b.condition for b in bodies if isinstance(b, Check)])
            case Allocation():
                shares = [b for b in bodies if isinstance(b, Allocation)]
                yield self._each("total", [b.total for b in shares])
                yield self._each("within", [b.within for b in shares])
                yield self._each("weight", [b.by for b in shares])
                yield self._plain("places", bodies[0].places)
            case BracketScale(method=method):
                yield self._each("of", [b.of for b in bodies if isinstance(b, BracketScale)])
                yield self._plain("method", method)
            case DecisionTable():
                yield from self._table([b for b in bodies if isinstance(b, DecisionTable)])
            case Eligibility() | Checklist() | Form() as body:
                leave = frozenset({"entity", "grounds", "exclusions", "requirements", "fields"})
                yield from fields_of(body, self._words.word, leave)

    def _table(self, tables: Sequence[DecisionTable]) -> Iterator[Field]:
        first = tables[0]
        hit = first.hit_policy
        special = {HitPolicy.UNIQUE: "hit_unique", HitPolicy.COLLECT: "hit_collect"}
        yield Field("hit_policy", self._words.word(special.get(hit, hit.value)), hit.value)
        yield self._plain("collect", first.collect)
        yield self._each("otherwise", [t.default for t in tables])

    def _rows(self) -> Iterator[Entry]:
        body = self._stages[0].body
        match body:
            case DecisionTable():
                tables = [s.body for s in self._stages if isinstance(s.body, DecisionTable)]
                for number, row in enumerate(body.rows):
                    yield self._row(row, [(t, t.rows[number]) for t in tables])
            case BracketScale(brackets=brackets):
                for bracket in brackets:
                    fields = fields_of(bracket, self._words.word)
                    yield self._place.entry("row", bracket.name, bracket.rate.span, fields, bracket.clauses)
            case Eligibility(grounds=grounds, exclusions=exclusions):
                yield from map(self._case, grounds)
                yield from map(self._case, exclusions)
            case Checklist(requirements=requirements):
                for item in requirements:
                    fields = fields_of(item, self._words.word)
                    yield self._place.entry("row", item.name, item.span, fields, item.clauses)
            case Form(fields=rules):
                for rule in rules:
                    fields = fields_of(rule, self._words.word, frozenset({"term"}))
                    yield self._place.entry("row", rule.name, rule.span, fields, rule.clauses)

    def _row(self, row: TableRow, rows: Sequence[tuple[DecisionTable, TableRow]]) -> Entry:
        """A cell for each column the row has a test in, and for each output."""
        table = rows[0][0]
        columns = dict.fromkeys(table.tests[i].column for i in row.tests)
        fields = []
        for column in columns:
            tests = [[t.tests[i].expression for i in r.tests if t.tests[i].column == column] for t, r in rows]
            cell = next(table.tests[i].cell for i in row.tests if table.tests[i].column == column)
            each = self._each("when", tests, column)
            fields.append(Field("when", " ".join(cell.split()), each.meaning, column))
        for number, term in enumerate(self._stages[0].outputs):
            name = self._policy.term(self._stages[0].entity, term).name
            fields.append(self._each("then", [r.outputs[number] for _, r in rows], name))
        fields.append(self._plain("clauses", row.clauses))
        return self._place.entry("row", row.name, row.span, tuple(fields), row.clauses)

    def _case(self, case: Ground | Exclusion) -> Entry:
        fields = fields_of(case, self._words.word)
        return self._place.entry("row", case.name, case.span, fields, case.clauses)
