"""Slips in 流程: who, when, under which condition, by when, what follows."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.choices import LatenessWord, MonthWord
from policy_engine.rulefile.documents import Named
from policy_engine.rulefile.keywords import NO, WORDS, YES
from policy_engine.rulefile.process_documents import (
    DeadlineDoc,
    ExclusiveDoc,
    LatenessDoc,
    ProcessDoc,
    ResultsDoc,
    StepDoc,
    UniqueDoc,
)
from policy_engine.testing.mutants_feel import in_expression, in_number
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_place import Place, Placed, Sheet, within
from policy_engine.testing.mutants_text import Edit, Slip, exchanged


def of_processes(sheet: Sheet) -> Placed:
    for entry in sheet.doc.processes:
        process = _Process(sheet, entry)
        cited = dict.fromkeys(c.text for s in entry.value.steps for c in s.value.clause)
        whole = Place(f"流程“{entry.name.text}”", tuple(cited))
        yield from ((whole, slip) for slip in process.slips())
        for step in entry.value.steps:
            place = Place(f"{whole.name}的“{step.name.text}”", tuple(c.text for c in step.value.clause))
            yield from ((place, slip) for slip in process.step(step))


class _Process:
    def __init__(self, sheet: Sheet, entry: Named[ProcessDoc]) -> None:
        self.sheet, self.doc = sheet, entry.value
        self.around = sheet.around((self.doc.matter.text,))
        steps = [s.value for s in self.doc.steps]
        self.states = tuple(dict.fromkeys(f.text for s in steps for f in (*s.from_, s.to)))
        self.actors = tuple(dict.fromkeys(s.actor.text for s in steps))

    # -- the whole ---------------------------------------------------------------------------------

    def slips(self) -> Iterator[Slip]:
        doc = self.doc
        if doc.unique is not None:
            yield from self.unique(doc.unique)
        if doc.exclusive is not None:
            yield from self.exclusive(doc.exclusive)
        yield from within(self.another_state(doc.start), self.sheet.word(ProcessDoc, "start"))
        yield from self.inclusive()
        if doc.lateness is not None:
            yield from self.lateness(doc.lateness)
        yield from self.editable(doc.editable)
        if doc.inbox is not None:
            yield from self.sheet.lost(Kind.INBOX, doc.inbox.span)
            yield from self.sheet.items_lost(Kind.INBOX, doc.inbox.same)
        for result in doc.results:
            yield from within(self.result(result.value), f"结果“{result.name.text}”")

    def unique(self, unique: UniqueDoc) -> Iterator[Slip]:
        yield from self.sheet.lost(Kind.UNIQUE, unique.span)
        for group in unique.groups:
            yield from self.sheet.items_lost(Kind.UNIQUE, group)

    def exclusive(self, exclusive: ExclusiveDoc) -> Iterator[Slip]:
        yield from self.sheet.lost(Kind.UNIQUE, exclusive.span)
        for items in (exclusive.same, exclusive.holding, exclusive.steps):
            yield from self.sheet.items_lost(Kind.UNIQUE, items)
        for text in (exclusive.period, exclusive.only_if):
            if text is not None:
                yield from self.sheet.lost(Kind.UNIQUE, text.span())
        if exclusive.only_if is not None:
            yield from in_expression(exclusive.only_if, self.around)

    def inclusive(self) -> Iterator[Slip]:
        """期限含当日 the other way round, where it is written."""
        language = self.sheet.doc.language
        for span in self.sheet.written.values(self.doc.span, self.sheet.word(ProcessDoc, "inclusive")):
            word = NO if self.doc.inclusive else YES
            yield exchanged(Kind.DEADLINE, span, word.of(language))

    def editable(self, states: tuple[Fragment, ...]) -> Iterator[Slip]:
        """One state less; or one more."""
        names = {s.text for s in states}
        for state in states:
            edit = self.sheet.written.without_item(state.span())
            if edit is not None:
                yield Slip(Kind.EDITABLE, state.text, "", (edit,))
            else:
                yield from self.sheet.lost(Kind.EDITABLE, state.span(), state.text)
        for other in [s for s in self.states if s not in names] if states else []:
            last = states[-1].span()
            yield Slip(Kind.EDITABLE, "", other, (Edit(last.end, last.end, f", {other}"),))

    def result(self, results: ResultsDoc) -> Iterator[Slip]:
        for entry in results.entries:
            edit = self.sheet.written.without_entry(entry.value.span())
            edit = edit or self.sheet.written.without_section(entry.value.span())
            if edit is not None:
                yield Slip(Kind.RESULT, entry.name.text, "", (edit,), where=entry.name.text)
            for slip in in_expression(entry.value, self.around):
                yield Slip(Kind.RESULT, slip.before, slip.after, slip.edits, where=entry.name.text)

    # -- a step ------------------------------------------------------------------------------------

    def step(self, entry: Named[StepDoc]) -> Iterator[Slip]:
        step = entry.value
        yield from self.actor(step.actor)
        yield from within(self.another_state(step.to), self.sheet.word(StepDoc, "to"))
        yield from within(self.before(step.from_), self.sheet.word(StepDoc, "from_"))
        if step.precondition is not None:
            yield from self.sheet.lost(Kind.PRECONDITION, step.precondition.span())
            yield from within(
                in_expression(step.precondition, self.around), self.sheet.word(StepDoc, "precondition")
            )
        if step.deadline is not None:
            yield from self.deadline(step.deadline)
        for kind, text in ((Kind.NOTE, step.note), (Kind.DRIVES, step.drives)):
            if text is not None:
                yield from self.sheet.lost(kind, text.span())
        if (edit := self.sheet.written.without_entry(step.span)) is not None:
            yield Slip(Kind.ROW, entry.name.text, "", (edit,))

    def before(self, states: tuple[Fragment, ...]) -> Iterator[Slip]:
        yield from self.sheet.items_lost(Kind.STATE, states)
        if len(states) == 1:
            yield from self.another_state(states[0])

    def actor(self, actor: Fragment) -> Iterator[Slip]:
        others = (*self.actors, *self.sheet.words.entities)
        other = next((o for o in others if o != actor.text), None)
        if other is not None:
            yield exchanged(Kind.ACTOR, actor.span(), other)

    def another_state(self, state: Fragment) -> Iterator[Slip]:
        """The next state that steps speak of."""
        at = self.states.index(state.text) if state.text in self.states else -1
        others = (*self.states[at + 1 :], *self.states[: max(at, 0)])
        if others:
            yield exchanged(Kind.STATE, state.span(), others[0])

    def deadline(self, deadline: DeadlineDoc) -> Iterator[Slip]:
        yield from self.sheet.lost(Kind.DEADLINE, deadline.span)
        if deadline.month is not None:
            others = [w for w in MonthWord if w is not deadline.month.value]
            yield from self.sheet.other_words(
                Kind.DEADLINE, deadline.month.span, deadline.month.value, others
            )
        for number in (deadline.day, deadline.working_days):
            if number is not None:
                yield from in_number(number, Kind.DEADLINE)
        for date in (deadline.since, deadline.not_after):
            if date is not None:
                for slip in in_expression(date, self.around):
                    yield Slip(Kind.DEADLINE, slip.before, slip.after, slip.edits)
        if deadline.lateness is not None:
            yield from self.lateness(deadline.lateness)

    def lateness(self, lateness: LatenessDoc) -> Iterator[Slip]:
        """Late steps are recorded instead of refused, or the other way round; another step counts as taken."""
        language = self.sheet.doc.language
        if lateness.deemed is not None:
            names = [s.name.text for s in self.doc.steps]
            for other in [n for n in names if n != lateness.deemed.text][:1]:
                yield exchanged(Kind.DEADLINE, lateness.deemed.span(), other)
            word = LatenessWord.RECORD
        else:
            word = LatenessWord.REFUSE if lateness.word is LatenessWord.RECORD else LatenessWord.RECORD
        yield exchanged(Kind.DEADLINE, lateness.span, WORDS[LatenessWord][word].of(language))
