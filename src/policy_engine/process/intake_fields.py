"""What forms ask of a sensitive field whichever way the readings go: looked at when it is filed, or never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from policy_engine.engine.checklist_document import ItemProblem
from policy_engine.engine.closures import Compiler
from policy_engine.engine.field_rules import field_problems
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Const, Node, ParamRef, ReadingRef, children
from policy_engine.policy.cell_test import CellTest
from policy_engine.policy.checklist_model import FieldRule, Form
from policy_engine.policy.model import Policy, Term
from policy_engine.policy.substitute import fill_cell_input


@dataclass(frozen=True)
class SecretForms:
    """The forms of a policy once its readings are chosen: conditions on these alone hold for all rows or for none."""

    policy: Policy

    @classmethod
    def of(cls, policy: Policy) -> SecretForms:
        compiler = Compiler(policy)
        stages = tuple(
            replace(s, body=replace(s.body, fields=tuple(_settled(compiler, s.body))))
            if isinstance(s.body, Form)
            else s
            for s in policy.stages
        )
        return cls(replace(policy, stages=stages))

    def problems(self, term: Term, text: str) -> tuple[ItemProblem, ...]:
        """What is wrong with the text of a sensitive field; the words never quote it."""
        return field_problems(self.policy, term.entity, term.id, text)


def _settled(compiler: Compiler, form: Form) -> Iterator[FieldRule]:
    """The rows of a form without the conditions that surely hold; rows that surely do not concern anybody are gone."""
    for rule in form.fields:
        fixed = [cell for cell in rule.conditions if _is_fixed(_condition(cell))]
        if all(_holds(compiler, cell) for cell in fixed):
            yield replace(rule, conditions=tuple(c for c in rule.conditions if c not in fixed))


def _condition(cell: CellTest) -> Node:
    return fill_cell_input(cell.test, cell.value)


def _is_fixed(node: Node) -> bool:
    """Whether an expression is the same for every row: made of readings, parameters and constants."""
    below = list(children(node))
    return all(map(_is_fixed, below)) if below else isinstance(node, Const | ParamRef | ReadingRef)


def _holds(compiler: Compiler, cell: CellTest) -> bool:
    return bool(compiler.compile(_condition(cell))(Row("", "", {})))
