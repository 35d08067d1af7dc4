"""The report of a form: each field with what is wrong with it. No value of a field is quoted."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.engine import checklist_words as words
from policy_engine.engine.checklist_document import ChecklistReport, ItemFinding, ItemProblem, Remark
from policy_engine.engine.checklist_words import Said
from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.engine.forms_judging import FormCase, FormJudge, state_of
from policy_engine.engine.rows import Row
from policy_engine.engine.same_texts import Others
from policy_engine.policy.model import Policy

SHOWN_PLACES = 3


class FormReporter:
    def __init__(self, policy: Policy, judge: FormJudge, others: Others) -> None:
        self.policy, self.judge, self.others = policy, judge, others

    def report(self, case: FormCase) -> ChecklistReport:
        body = self.judge.body
        return ChecklistReport(
            kind="form",
            name=body.name,
            entity=case.row.entity,
            key=case.row.key,
            term=body.term,
            verdict=self.judge.word(case),
            complete=case.complete,
            items=tuple(self._item(case, number) for number in range(len(body.fields))),
            remarks=tuple(self._remarks(case)),
        )

    def _item(self, case: FormCase, number: int) -> ItemFinding:
        rule = self.judge.body.fields[number]
        status, said, todo = self._status(case, number)
        known = self.policy.clauses
        return ItemFinding(
            name=rule.name,
            slot=rule.field,
            status=status,
            status_text=said.zh,
            status_text_en=said.en,
            required=number in case.required,
            papers=(),
            problems=tuple(self._problems(case.row, number)) if status == "unfit" else (),
            todo=todo.zh,
            todo_en=todo.en,
            clauses=tuple(CitedClause(c, known[c].position, known[c].summary) for c in rule.clauses),
            at=f"{rule.span.source.name}:{rule.span.line}",
        )

    def _status(self, case: FormCase, number: int) -> tuple[str, Said, Said]:
        field, ways = self.judge.body.fields[number].field, case.ways(number)
        if number not in case.applies:
            return "not_needed", words.NOT_NEEDED, words.NOTHING
        if "blank" in ways:
            return "optional", words.NEED_NOT_FILL_IN, words.NOTHING
        if ways:
            return "submitted", words.FILLED_IN, words.NOTHING
        if state_of(case.row, self.judge.body.fields[number]) == "blank":
            return "missing", words.MISSING, words.to_fill_in(field)
        return "unfit", words.UNFIT, words.to_correct(field)

    def _problems(self, row: Row, number: int) -> Iterator[ItemProblem]:
        rule, judge = self.judge.body.fields[number], self.judge
        sensitive = self.policy.term(row.entity, rule.term).sensitive
        for test in judge.tables.texts[number]:
            if not judge.text_fits(number, row, test):
                yield test.problem()
        if rule.length is not None and not judge.length_fits(number, row):
            count = None if sensitive else len(str(row.values[rule.term]))
            yield words.wrong_length(rule.length.span.text, count)
        if rule.must is not None and not judge.must_holds(number, row):
            yield words.must_meet(rule.must.cell)
        others = self.others.of(row, rule)
        if others:
            places = [] if sensitive else sorted(other.place for other in others)
            yield words.doubled(places[:SHOWN_PLACES], max(0, len(places) - SHOWN_PLACES))

    def _remarks(self, case: FormCase) -> Iterator[Remark]:
        for number in sorted(case.needless):
            rule = self.judge.body.fields[number]
            if rule.needless is not None and state_of(case.row, rule) != "blank":
                yield words.needless(rule.field, rule.needless.span.text)
