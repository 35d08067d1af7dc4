"""Examples of the steps in the words of one policy: what an author can copy and change.

A step that speaks of something the policy does not have, such as a process, has no examples.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from policy_engine.policy.model import Check, DecisionTable, Eligibility, Entity, Policy, Term
from policy_engine.policy.process_model import ActorKind, ActorRule, Process
from policy_engine.testing.grammar import Pattern
from policy_engine.testing.samples import KEY, Words, table

MANY = 3  # examples of one step are enough
MATTER = "A-1"
_TERMS_OF_A_TABLE = 5
Slots = Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """A step as it can be written, and the lines of the table below it."""

    text: str
    table: tuple[str, ...] = ()


def examples(pattern: Pattern, policy: Policy) -> tuple[Example, ...]:
    """Some examples; none if the policy has nothing of the kind."""
    make = _MAKERS.get(pattern.id)
    if make is None:
        return tuple(Example(text) for text in pattern.examples)
    found = (Example(_fill(pattern, slots), lines) for slots, lines in make(Words(policy)))
    readable = (e for e in found if pattern.match(e.text) is not None)
    return tuple(islice(dict.fromkeys(readable), MANY))


def _fill(pattern: Pattern, slots: Slots) -> str:
    return re.sub(r"\{([^}]+)\}", lambda found: slots[found[1]], pattern.template)


Made = Iterator[tuple[Slots, tuple[str, ...]]]


def _policy(words: Words) -> dict[str, str]:
    return {"政策": words.policy.id, "月份": words.month, "日期": words.day.isoformat()}


def _for_month(words: Words) -> Made:
    if words.by_month:
        yield _policy(words), ()


def _on_day(words: Words) -> Made:
    if not words.by_month:
        yield _policy(words), ()


def _day(words: Words) -> Made:
    yield _policy(words), ()


def _reading(words: Words) -> Made:
    for reading in words.policy.readings.values():
        other = next((o for o in reading.options if o != reading.chosen), reading.chosen)
        yield {"口径": reading.name, "取法": other}, ()


def _parameter(words: Words) -> Made:
    for parameter in words.policy.parameters.values():
        yield {"参数": parameter.name, "值": parameter.text}, ()


def _rows(words: Words) -> Made:
    for entity in words.keyed:
        above = [entity.parent] if entity.parent else []
        terms = sorted(words.inputs(entity), key=lambda t: not t.required)[:_TERMS_OF_A_TABLE]
        header = [entity.name, *above, *(words.header(t) for t in terms)]
        row = ["1" if entity.papers else KEY, *(KEY for _ in above), *(words.cell(t) for t in terms)]
        yield {"主体": entity.name}, table([header, row])


def _change_rows(words: Words) -> Made:
    for entity in words.keyed:
        for term in words.inputs(entity)[:1]:
            lines = table([[entity.name, words.header(term)], [KEY, words.cell(term)]])
            yield {"主体": entity.name, "词条": term.name}, lines


def _fact(words: Words) -> Made:
    for entity in words.policy.base_entities:
        for term in words.inputs(entity)[:2]:
            yield {"谁": words.who(entity), "词条": term.name, "值": words.given(term)}, ()


def _files(words: Words) -> Made:
    if any(entity.papers for entity in words.policy.base_entities):
        yield {"目录": f"附件/{KEY}"}, ()


def _settle(words: Words) -> Made:
    yield {}, ()


def _judge(words: Words) -> Made:
    if words.policy.eligibilities:
        yield {}, ()


def _examine(words: Words) -> Made:
    if words.policy.checklists:
        yield {}, ()


def _value(words: Words) -> Made:
    for entity, term in words.decided():
        yield {"谁": words.who(entity), "词条": term.name, "值": words.published(term)}, ()


def _clause(words: Words) -> Made:
    for stage in words.policy.stages:
        if isinstance(stage.body, DecisionTable):
            for row in stage.body.rows:
                for clause in row.clauses:
                    yield {"谁": words.who(words.policy.entities[stage.entity]), "条款": clause}, ()


def _value_clause(words: Words) -> Made:
    for stage in words.policy.stages:
        for term in stage.outputs[:1]:
            entity = words.policy.entities[stage.entity]
            name = words.policy.term(stage.entity, term).name
            for clause in stage.clauses[:1]:
                yield {"谁": words.who(entity), "词条": name, "条款": clause}, ()


def _table(words: Words) -> Made:
    for entity in words.keyed:
        terms = [t for t in words.policy.terms_of(entity.name) if t.decided and not t.sensitive][:3]
        if terms:
            cells = [words.published(t).removesuffix(words.unit(t)).strip("“”") for t in terms]
            lines = table([[entity.name, *(words.header(t) for t in terms)], [KEY, *cells]])
            yield {"主体": entity.name}, lines


def _equation(words: Words) -> Made:
    for entity, term in words.decided():
        if term.kind in ("energy", "money", "number"):
            yield {"谁": words.who(entity), "等式": f"{term.name} >= 0"}, ()


def _rejected(words: Words) -> Made:
    for stage in words.policy.stages:
        if isinstance(stage.body, Check):
            yield {"谁": words.who(words.policy.entities[stage.entity]), "理由": stage.body.name}, ()
    for entity in words.keyed[:1]:
        yield {"谁": words.who(entity), "理由": "PE6016"}, ()


def _issuer(words: Words) -> Made:
    named = [str(result) for lookup in words.policy.lookups.values() for _, result in lookup.rows]
    for statement in words.policy.statements:
        if statement.issued_by is not None:
            who = words.who(words.policy.entities[statement.entity])
            yield {"谁": who, "机构": named[0] if named else words.policy.issuer}, ()


def _statement(words: Words) -> Made:
    for statement in words.policy.statements:
        columns = "、".join(column.name for column in statement.columns[:2])
        yield {"主体": statement.entity, "词条们": columns}, ()


def _lookup(words: Words) -> Made:
    for lookup in words.policy.lookups.values():
        for keys, result in lookup.rows[:1]:
            keyed = "、".join(str(key) for key in keys)
            yield {"对照表": lookup.name, "键": keyed, "结果": str(result)}, ()


def _judged(words: Words) -> Iterator[tuple[Eligibility, dict[str, str]]]:
    for judged in words.policy.eligibilities.values():
        entity = words.policy.entities[judged.entity]
        term = words.policy.term(judged.entity, judged.term).name
        yield judged, {"谁": words.who(entity), "词条": term}


def _case(words: Words) -> Made:
    for judged, slots in _judged(words):
        for case in judged.cases:
            yield {**slots, "情形": case.name}, ()


def _missing(words: Words) -> Made:
    for judged, slots in _judged(words):
        for term in words.policy.terms_of(judged.evidence):
            if term.nullable and not term.decided:
                yield {**slots, "事实": term.name}, ()


def _would_change(words: Words) -> Made:
    for judged, slots in _judged(words):
        for ground in judged.grounds:
            for cell in ground.evidence:
                term = next(
                    (t for t in words.policy.terms_of(judged.evidence) if t.name == cell.column), None
                )
                if term is not None:
                    to = words.given(term).strip("“”")
                    yield {**slots, "栏": term.name, "改为": to, "情形": ground.name}, ()


def _items(words: Words) -> Iterator[tuple[str, dict[str, str]]]:
    for list_ in words.policy.checklists.values():
        who = words.who(words.policy.entities[list_.entity])
        rows = list_.requirements if hasattr(list_, "requirements") else list_.fields
        for row in rows[:2]:
            done = "已交" if hasattr(list_, "requirements") else "已填"
            yield row.clauses[0], {"谁": who, "清单": list_.name, "项": row.name, "状况": done}


def _item(words: Words) -> Made:
    for _, slots in _items(words):
        yield slots, ()


def _item_saying(words: Words) -> Made:
    for _, slots in _items(words):
        yield {**slots, "状况": "不合格", "文字": slots["项"]}, ()


def _items_table(words: Words) -> Made:
    for clause, slots in _items(words):
        yield slots, table([["项", "结果", "条款"], [slots["项"], slots["状况"], clause]])


def _remark(words: Words) -> Made:
    for _, slots in _items(words):
        yield {**slots, "文字": "不归任何一项"}, ()


def _refused(words: Words) -> Made:
    if words.policy.processes:
        yield {"理由": "PE8004"}, ()


def _never_told(words: Words) -> Made:
    if any(term.sensitive for term in words.policy.terms):
        yield {"文字": "Mima#2018"}, ()


# -- matters ---------------------------------------------------------------------------------------


def _process(words: Words, process: Process) -> dict[str, str]:
    first = process.steps[0]
    return {
        **_policy(words),
        "流程": process.name,
        "事项": MATTER,
        "时刻": words.day.isoformat(),
        "角色": _role(first.actor),
        "办理主体": _person(first.actor),
        "步骤": first.name,
        "状态": process.start,
        "逾期或按期": "按期",
        "期限": words.day.isoformat(),
        "注明": "情况属实",
    }


def _role(actor: ActorRule) -> str:
    if actor.kind is ActorKind.MEMBER:
        return f"{actor.name}“{KEY}”"
    if actor.kind is ActorKind.LOOKUP and actor.table:
        return f"{re.split('[(（]', actor.name)[0]}“{actor.table[0][1]}”"
    return actor.name


def _person(actor: ActorRule) -> str:
    if actor.kind is ActorKind.MEMBER:
        return f"{actor.name} {KEY}"
    return actor.table[0][1] if actor.kind is ActorKind.LOOKUP and actor.table else actor.name


def _matter(words: Words) -> Made:
    for process in words.policy.processes.values():
        if process.steps:
            yield _process(words, process), ()


def _fill_in(words: Words) -> Made:
    for process in words.policy.processes.values():
        entity = words.policy.entities[process.entity]
        if process.steps:
            yield _process(words, process), _one_row(words, entity, words.inputs(entity), "")


def _attach(words: Words) -> Made:
    for process, entity in _below(words):
        terms = [t for t in words.inputs(entity) if t.filled_by is None]
        yield {**_process(words, process), "主体": entity.name}, _one_row(words, entity, terms, "1")


def _fill_in_rows(words: Words) -> Made:
    """Rows that somebody else than the opener fills in, if there are any."""
    for process, entity in _below(words):
        for term in words.inputs(entity):
            if term.filled_by is not None:
                slots = {**_process(words, process), "角色": term.filled_by, "主体": entity.name}
                yield slots, _one_row(words, entity, [term], "1")
    yield from _attach(words)


def _below(words: Words) -> Iterator[tuple[Process, Entity]]:
    for process in words.policy.processes.values():
        for entity in words.keyed:
            if process.steps and process.entity in words.policy.ancestors(entity.name):
                yield process, entity


def _one_row(words: Words, entity: Entity, terms: Sequence[Term], key: str) -> tuple[str, ...]:
    """A table of one row; without a key, the matter says which row it is."""
    shown = terms[:_TERMS_OF_A_TABLE]
    first = [(entity.name, key)] if key else [(entity.parent, KEY)] if entity.parent else []
    cells = [*first, *((words.header(t), words.cell(t)) for t in shown)]
    return table([[name for name, _ in cells], [cell for _, cell in cells]]) if cells else ()


def _noting(words: Words) -> Made:
    for process in words.policy.processes.values():
        for step in process.steps:
            if step.note:
                slots = {**_process(words, process), "角色": _role(step.actor), "步骤": step.name}
                yield slots, ()


def _deadline(words: Words) -> Made:
    for process in words.policy.processes.values():
        for step in process.steps:
            if step.deadline is not None:
                end = (words.day + dt.timedelta(days=7)).isoformat()
                slots = {"办理主体": _person(step.actor), "步骤": step.name, "期限": end}
                lines = table([["流程", "事项", "步骤"], [process.name, MATTER, step.name]])
                yield {**_process(words, process), **slots}, lines


def _without_tables(make: Callable[[Words], Made]) -> Callable[[Words], Made]:
    def made(words: Words) -> Made:
        for slots, _ in make(words):
            yield slots, ()

    return made


def _once(make: Callable[[Words], Made]) -> Callable[[Words], Made]:
    """One is enough: the others would read the same."""
    return lambda words: islice(make(words), 1)


def _difference(words: Words) -> Made:
    if words.policy.processes or any(t.kind == "money" for _, t in words.decided()):
        for entity, term in words.decided():
            if term.kind == "money":
                slots = {"谁": words.who(entity), "词条": term.name, "值": words.published(term)}
                yield {**_policy(words), **slots}, ()


_MAKERS: Mapping[str, Callable[[Words], Made]] = MappingProxyType(
    {
        "policy_for_month": _for_month,
        "policy_on_day": _on_day,
        "known_on": _day,
        "reading": _reading,
        "parameter": _parameter,
        "rows": _rows,
        "change_rows": _change_rows,
        "fact": _fact,
        "files": _files,
        "settle": _settle,
        "judge": _judge,
        "examine": _examine,
        "settle_known": _day,
        "fill_in": _fill_in,
        "attach": _attach,
        "fill_in_rows": _fill_in_rows,
        "take": _matter,
        "take_noting": _noting,
        "value": _value,
        "clause": _clause,
        "value_clause": _value_clause,
        "table": _table,
        "equation": _equation,
        "rejected": _rejected,
        "issuer": _issuer,
        "statement": _statement,
        "lookup": _lookup,
        "case": _case,
        "missing": _missing,
        "would_change": _would_change,
        "item": _item,
        "item_saying": _once(_item_saying),
        "items": _items_table,
        "remark": _once(_remark),
        "no_remark": _once(_remark),
        "never_told": _never_told,
        "refused": _refused,
        "state": _matter,
        "lateness": _without_tables(_deadline),
        "next_step": _matter,
        "next_step_by": _without_tables(_deadline),
        "due": _once(_deadline),
        "none_due": _once(_matter),
        "difference": _once(_difference),
    }
)
