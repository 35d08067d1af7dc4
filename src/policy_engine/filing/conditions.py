"""Conditions of rule files in words that people who fill in forms understand.

Only common shapes are reworded; anything else is told as it stands in the rule file. ``X 不为空 且 X = 1`` is told
as ``X为 1``: that X must be filled in goes without saying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from policy_engine.engine.closures import Compiler
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.typed import (
    Aggregate,
    And,
    CellInput,
    Coalesce,
    Compare,
    CompareOp,
    Const,
    IsNull,
    Node,
    Not,
    Or,
    ParentKey,
    TermRef,
    Where,
    walk,
)
from policy_engine.feel.types import BooleanType
from policy_engine.feel.values import Value
from policy_engine.filing.wording import asked_text, is_operator, range_text
from policy_engine.filing.words import Words
from policy_engine.policy.model import CellTest, Policy
from policy_engine.policy.substitute import fill_cell_input

_SIGNS: Mapping[CompareOp, str] = MappingProxyType(
    {
        CompareOp.NE: "not_equal",
        CompareOp.LT: "less",
        CompareOp.LE: "at_most",
        CompareOp.GT: "more",
        CompareOp.GE: "at_least",
    }
)


class Conditions:
    """Words conditions, and settles those that read no row."""

    def __init__(self, policy: Policy, words: Words) -> None:
        self.policy, self.words = policy, words
        self.compiler = Compiler(policy)

    def settled(self, node: Node) -> bool | None:
        """The value of a condition on readings and parameters alone; None: it depends on the subject."""
        if any(isinstance(part, TermRef | ParentKey | Aggregate | CellInput) for part in walk(node)):
            return None
        try:
            return bool(self.compiler.compile(node)(Row("", "", {})))
        except Fault:  # told when a subject is there to be told about
            return None

    def cell_settled(self, cell: CellTest) -> bool | None:
        return self.settled(fill_cell_input(cell.test, cell.value))

    def cell(self, cell: CellTest) -> str:
        """``许可证豁免为是``, ``金额 > 100``."""
        if isinstance(cell.test, IsNull | Not):
            return self.text(fill_cell_input(cell.test, cell.value))
        asked = range_text(" ".join(cell.cell.split()), self.words)
        name = self._operand(cell.value)
        if isinstance(cell.value, Coalesce) and not is_operator(asked):
            return self._is_or_blank(cell.value, asked)
        return f"{name} {asked}" if is_operator(asked) else self.words["is"].format(name=name, value=asked)

    def must(self, cell: CellTest) -> str:
        """A test of a field's own value: ``须为入市``, ``须与营业执照名称一致``."""
        test = cell.test
        if isinstance(test, Compare) and test.op is CompareOp.EQ and not isinstance(test.right, Const):
            return self.words["must_equal"].format(other=self._operand(test.right))
        asked = range_text(" ".join(cell.cell.split()), self.words)
        return self.words["must" if is_operator(asked) else "must_be"].format(test=asked)

    def text(self, node: Node) -> str:
        """A condition of the subject."""
        match node:
            case And(items=items):
                kept = [item for number, item in enumerate(items) if not _guards(item, items[number + 1 :])]
                return self.words["and"].join(self._grouped(item) for item in kept)
            case Or(items=items):
                return self.words["either"].join(self._grouped(item) for item in items)
            case Not(operand=IsNull(operand=operand)):
                return self.words["filled"].format(name=self._operand(operand))
            case IsNull(operand=operand):
                return self.words["unfilled"].format(name=self._operand(operand))
            case Not(operand=TermRef() as operand):
                return self._is(operand, self._value(False))
            case Not(operand=Coalesce() as operand):
                return self._is_or_blank(operand, self._value(False))
            case TermRef() if isinstance(node.type, BooleanType):
                return self._is(node, self._value(True))
            case Coalesce() if isinstance(node.type, BooleanType):
                return self._is_or_blank(node, self._value(True))
            case Compare(op=CompareOp.EQ, left=Coalesce() as left, right=Const(value=value)):
                return self._is_or_blank(left, self._value(value))
            case Compare(op=CompareOp.EQ, left=left, right=right):
                return self._is(left, self._operand(right))
            case Compare(op=op, left=left, right=right):
                one, other = self._operand(left), self._operand(right)
                return self.words[_SIGNS[op]].format(name=one, value=other)
        return asked_text(node)

    def _grouped(self, node: Node) -> str:
        """A part of a longer condition."""
        text = self.text(node)
        several = isinstance(node, Or) or (isinstance(node, And) and len(node.items) > 1)
        return self.words["brackets"].format(text=text) if several else text

    def _is(self, node: Node, value: str) -> str:
        return self.words["is"].format(name=self._operand(node), value=value)

    def _is_or_blank(self, node: Coalesce, value: str) -> str:
        """``首个有值(X, 否)`` is 是 where X is; it is 否 where X is, or is blank."""
        match node.items:
            case (TermRef() as term, Const(value=default)):
                told = self._is(term, value)
                blank = value in (self._value(default), default)
                return self.words["or_blank"].format(text=told) if blank else told
        return self._is(node, value)

    def _operand(self, node: Node) -> str:
        match node:
            case TermRef(where=where, entity=entity, term=term):
                name = self.policy.term(entity, term).name
                return name if where is Where.OWN else self.words["of"].format(entity=entity, name=name)
            case Coalesce(items=(TermRef() as term, Const(value=value))):
                name = self._operand(term)
                return (
                    name
                    if value == ""
                    else self.words["if_blank"].format(name=name, value=self._value(value))
                )
            case Const(value=value):
                return self._value(value)
        return asked_text(node)

    def _value(self, value: Value) -> str:
        if isinstance(value, bool):
            return self.words["yes" if value else "no"]
        if isinstance(value, Fraction):
            return decimal_text(value)
        return f"“{value}”" if isinstance(value, str) else str(value)


def _guards(item: Node, later: Sequence[Node]) -> bool:
    """Whether an item only says that what a later one reads is filled in."""
    match item:
        case Not(operand=IsNull(operand=TermRef() as guarded)):
            return any(_same(part, guarded) for other in later for part in walk(other))
    return False


def _same(node: Node, term: TermRef) -> bool:
    """Whether a node reads the same term; behind a guard its type is a narrower one."""
    return isinstance(node, TermRef) and (node.where, node.entity, node.term) == (
        term.where,
        term.entity,
        term.term,
    )
