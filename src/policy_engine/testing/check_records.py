"""A then-step about everything a scenario leaves behind: results, explanations, reports, events, messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.checklists import checklist_report
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.explain import explain
from policy_engine.engine.rows import Row
from policy_engine.engine.trace import trace
from policy_engine.process.store import Store
from policy_engine.testing.problems import StepFailure

Record = tuple[str, object]  # what people call it, and anything made of texts

MAX_TOLD = 10


@dataclass(frozen=True)
class Records:
    """What a scenario leaves behind."""

    assessments: tuple[Assessment, ...]
    errors: tuple[PolicyEngineError, ...]
    store: Store

    def __bool__(self) -> bool:
        return bool(self.assessments or self.errors or self.store.matters())

    def __iter__(self) -> Iterator[Record]:
        for assessment in self.assessments:
            yield from _of_assessment(assessment)
        for error in self.errors:
            yield "报错", (str(error), repr(error), [_of_diagnostic(d) for d in error.diagnostics])
        for matter, events in self.store.everything().items():
            for event in events:
                yield f"事项“{matter}”的第{event.seq}条记录", (event.to_dict(), repr(event))


def check_never_told(said: Iterable[str], records: Records, words: str) -> None:
    """``words`` stand in no record. ``said``: what the steps before wrote; without the words nothing is proved."""
    if not any(words in text for text in said):
        raise StepFailure(f"前面的步骤里没有写过“{words}”，什么也没有检查")
    if not records:
        raise StepFailure("还没有办理；请先办理")
    found = [where for where, record in records if _holds(record, words)]
    if found:
        told = "\n".join(f"  {where}" for where in list(dict.fromkeys(found))[:MAX_TOLD])
        raise StepFailure(f"“{words}”出现在：\n{told}")


def _of_assessment(assessment: Assessment) -> Iterator[Record]:
    result = assessment.result
    yield "结果", (result.to_dict(), result.carry_over(), repr(result.run))
    for rejection in assessment.rejected:
        yield f"{rejection.row.entity}的退回", (_of_diagnostic(rejection.diagnostic), repr(rejection))
    yield "附注", [_of_diagnostic(note) for note in assessment.notes]
    for row in result:
        where = f"{row.entity}“{row.key}”"
        traced = trace(result, row.entity, row.key)
        yield f"{where}的说明", (traced.to_dict(), explain(traced), explain(traced, "en"), repr(row))
        for name in _lists_of(assessment, row):
            yield f"{where}的{name}", asdict(checklist_report(result, row.entity, row.key, name))


def _lists_of(assessment: Assessment, row: Row) -> Iterator[str]:
    """The checklists and forms that are held against a row."""
    policy = assessment.result.policy
    for name, body in policy.checklists.items():
        if row.entity == policy.entities[body.entity].base and row.part in policy.parts(body.entity):
            yield name


def _of_diagnostic(found: Diagnostic) -> object:
    spoken = [text for lang in ("zh", "en") for text in (found.message(lang), found.hint_text(lang))]
    return (str(found), spoken, found.params, found.counter_example)


def _holds(record: object, words: str) -> bool:
    """Whether a text anywhere in the record contains the words."""
    if isinstance(record, str):
        return words in record
    if isinstance(record, Mapping):
        return any(_holds(part, words) for pair in record.items() for part in pair)
    if isinstance(record, Sequence | Set):
        return any(_holds(part, words) for part in record)
    return record is not None and words in str(record)
