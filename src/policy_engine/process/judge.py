"""What the policy says of a matter: preconditions and results, evaluated by the engine on the facts as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError, Refused
from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.evaluate import assess
from policy_engine.engine.facts import FactRow, FactTable, is_period_term
from policy_engine.engine.faults import Fault
from policy_engine.engine.publishing import published
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.engine.sensitive import WITHHELD
from policy_engine.feel.typed import Aggregate, Node, TermRef, Where, children
from policy_engine.policy.model import Entity, Policy
from policy_engine.policy.process_model import Process, ProcessStep
from policy_engine.process.lacking import lacking

MAX_KEPT = 4_096  # decided matters kept in memory

Facts = Mapping[str, object]


class Judge:
    """Evaluates matters of one policy. A matter whose facts did not change is not decided again."""

    def __init__(self, policy: Policy, executor: str) -> None:
        self.policy = policy
        self.executor = executor
        self._compiler = Compiler(policy)
        self._closures: dict[int, tuple[Node, Closure]] = {}
        self._decided: dict[tuple[str, str], tuple[Row, Result]] = {}

    def require(self, process: Process, step: ProcessStep, matter: str, facts: Facts) -> None:
        """Raises Refused when the step's precondition does not hold, or cannot be judged."""
        condition = step.precondition
        if condition is None:
            return
        row, result = self._found(process, matter, facts, step.name)
        if not self._of(condition, row, step.name, process, matter):
            values = "、".join(self._values(condition, row)) or "—"
            refusal = diagnostic(
                "PE8005",
                step.span,
                clause=step.clauses[0] if step.clauses else None,
                step=step.name,
                condition=condition.span.text,
                values=values,
            )
            raise Refused([refusal, *lacking(result, row, condition)])

    def value(self, process: Process, node: Node, matter: str, facts: Facts, what: str) -> Any:
        """The value of an expression of a matter. Raises Refused when the facts do not suffice."""
        return self._of(node, self.decided(process, matter, facts, what), what, process, matter)

    def decided(self, process: Process, matter: str, facts: Facts, what: str) -> Row:
        """The matter with everything the policy decides about it. Raises Refused."""
        return self._found(process, matter, facts, what)[0]

    def _found(self, process: Process, matter: str, facts: Facts, what: str) -> tuple[Row, Result]:
        key = (process.entity, json.dumps(facts, ensure_ascii=False, sort_keys=True))
        if key not in self._decided:
            found = self._decide(process, matter, facts, what)
            if len(self._decided) >= MAX_KEPT:
                self._decided.clear()
            self._decided[key] = found
        return self._decided[key]

    def _decide(self, process: Process, matter: str, facts: Facts, what: str) -> tuple[Row, Result]:
        tables = list(matter_tables(self.policy, process, matter, facts))
        try:
            found = assess(self.policy, tables, executor=self.executor)
        except PolicyEngineError as error:
            raise Refused([diagnostic("PE8016", step=what), *error.diagnostics]) from error
        own = [r.diagnostic for r in found.rejected if r.culprit is None]
        if own:
            raise Refused([diagnostic("PE8016", step=what), *own])
        return found.result.row(process.entity, matter), found.result

    def _of(self, node: Node, row: Row, what: str, process: Process, matter: str) -> Any:
        where = f"{process.entity} {matter}"  # the row may have been decided for another matter alike
        if id(node) not in self._closures:
            self._closures[id(node)] = (node, self._compiler.compile(node))
        try:
            return self._closures[id(node)][1](row)
        except Fault as fault:
            raise Refused([diagnostic("PE8016", step=what), fault.at(where)]) from None
        except TypeError:
            # The checker has typed the expression; an operand of a wrong type can only be a null.
            raise Refused([diagnostic("PE8016", step=what), Fault("PE6028", name=what).at(where)]) from None

    def _values(self, node: Node, row: Row) -> Iterator[str]:
        """``佐证份数 = 0`` for every term that a condition reads off the matter or above it."""
        if isinstance(node, TermRef):
            term = self.policy.term(node.entity, node.term)
            at = {
                Where.OWN: row,
                Where.UP: row.above(node.entity),
                Where.SINGLE: row.singles.get(node.entity),
            }
            there = at[node.where]
            shown = published(there.values.get(term.id), term) if there is not None else ""
            yield f"{term.name} = {shown or '未填'}"
        if not isinstance(node, Aggregate):
            for part in children(node):
                yield from self._values(part, row)


def matter_tables(policy: Policy, process: Process, matter: str, facts: Facts) -> Iterator[FactTable]:
    """The facts of a matter as the engine reads them; what is missing is missed by the row, not by its table."""
    entity = policy.entities[process.entity]
    yield _table(policy, entity, [{**facts, entity.key or "": matter}])
    for other in policy.base_entities:
        if other.name == entity.name:
            continue
        given = facts.get(other.id)
        if entity.name in policy.ancestors(other.name):
            above = policy.entities[other.parent] if other.parent == entity.name else None
            link = {above.key or "": matter} if above is not None else {}
            rows = given if isinstance(given, Sequence) else ()
            yield _table(policy, other, [{**link, **row} for row in rows])
        elif isinstance(given, Mapping):
            key = facts.get(other.key or "")
            yield _table(policy, other, [{**({other.key or "": key} if key else {}), **given}])


def _table(policy: Policy, entity: Entity, rows: Sequence[Mapping[str, object]]) -> FactTable:
    terms = [t for t in policy.terms_of(entity.name) if not t.decided and not is_period_term(policy, t)]
    columns = [t.id for t in terms]
    hidden = {t.id: t.kind for t in terms if t.sensitive}
    if not entity.single and entity.key is not None:
        columns.append(entity.key)
    parent = policy.entities[entity.parent] if entity.parent else None
    if parent is not None and parent.key is not None and parent.key not in columns:
        columns.append(parent.key)
    cells = [tuple(_cell(row.get(c), hidden.get(c)) for c in columns) for row in rows]
    return FactTable(entity.name, tuple(columns), tuple(FactRow(c, i) for i, c in enumerate(cells, start=1)))


def _cell(kept: object, hidden: str | None) -> object:
    """What is sensitive was looked at when it was filed; of a text it is still known that it is there."""
    if hidden is None or kept is None:
        return kept
    return WITHHELD if hidden == "text" else None
