"""Then-steps that evaluate an expression of the rule language on a decided row."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.engine.closures import Compiler
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.engine.scalars import plain
from policy_engine.engine.sensitive import reads_sensitive
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Compare, Node
from policy_engine.feel.types import BooleanType, NumberType
from policy_engine.policy.model import Entity, Policy
from policy_engine.policy.names import NameTable
from policy_engine.policy.terms import by_any_name
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import find_rows, who


def check_equation(assessment: Assessment, entity: Entity, key: str | None, text: str) -> None:
    policy = assessment.result.policy
    wrong = []
    for row in find_rows(assessment, entity, key):
        node = _compile(policy, row.part or row.entity, text)
        if evaluate(policy, node, row) is not True:
            wrong.append(f"对{who(row)}不成立{_sides(policy, node, row)}")
    if wrong:
        raise StepFailure("\n".join(wrong))


def _compile(policy: Policy, part: str, text: str) -> Node:
    names = NameTable(
        policy.entities,
        by_any_name(policy.terms),
        policy.parameters,
        policy.readings,
        {name: lookup.signature for name, lookup in policy.lookups.items()},
    )
    try:
        node = compile_expression(Fragment.of(text, "等式"), names.scope(part), BooleanType())
    except LoadError as error:
        raise StepFailure("等式看不懂：\n" + "\n".join(with_hint(d) for d in error.diagnostics)) from None
    if reads_sensitive(policy, node):
        raise StepFailure("等式读到敏感的词条，不能检查；请检查由它得出的结果")
    return node


def evaluate(policy: Policy, node: Node, row: Row) -> object:
    """The value of an expression on a row that was decided. Raises StepFailure when it has none."""
    try:
        value: object = Compiler(policy).compile(node)(row)
    except Fault as fault:
        raise StepFailure(str(fault.at(row.place))) from None
    except TypeError:
        raise StepFailure(f"{who(row)}：等式用到了空值") from None
    return value


def _sides(policy: Policy, node: Node, row: Row) -> str:
    """Both sides of a comparison of numbers, for the author to see how far they are apart."""
    if not isinstance(node, Compare) or not isinstance(node.left.type, NumberType):
        return ""
    left, right = (evaluate(policy, side, row) for side in (node.left, node.right))
    return f"：左边是 {_number(left)}，右边是 {_number(right)}"


def _number(value: object) -> str:
    return plain(value) if isinstance(value, Fraction) else "空"


def with_hint(diagnostic: Diagnostic) -> str:
    hint = diagnostic.hint_text()
    return f"{diagnostic}（{hint}）" if hint else str(diagnostic)
