"""Where an expression is read, and how its parts are read in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel import ast
from policy_engine.feel.describe import BOOLEAN, NUMBER, type_name
from policy_engine.feel.nulls import NOTHING, Known, never_null
from policy_engine.feel.refuse import refusal
from policy_engine.feel.scope import Scope
from policy_engine.feel.typed import Node
from policy_engine.feel.types import BooleanType, NumberType, Type

Rule = Callable[["ast.Expr", "Context", "Type | None"], Node]


@dataclass(frozen=True)
class Context:
    """Names, what is known not to be null, the column of a cell; ``rule`` types any expression."""

    scope: Scope
    rule: Rule
    known: Known = NOTHING
    column: Type | None = None

    def knowing(self, facts: Known) -> Context:
        return replace(self, known=self.known | facts)

    def infer(self, expr: ast.Expr, want: Type | None = None) -> Node:
        """The typed tree. ``want`` only guides literals and branches; ``fit`` enforces it."""
        return self.rule(expr, self, want)

    def value(self, expr: ast.Expr, want: Type | None = None) -> Node:
        """A value that is never null."""
        return never_null(self.infer(expr, want))

    def truth(self, expr: ast.Expr) -> Node:
        """A condition: yes or no, never null."""
        return never_null(self._of(BooleanType, BOOLEAN, self.infer(expr)))

    def number(self, expr: ast.Expr, want: Type | None = None) -> Node:
        """A number, never null."""
        return never_null(self._of(NumberType, NUMBER, self.infer(expr, want)))

    @staticmethod
    def _of(kind: type[BooleanType] | type[NumberType], name: Text, node: Node) -> Node:
        if not isinstance(node.type, kind):
            raise refusal("PE2032", node.span, wanted=name, found=type_name(node.type))
        return node


def gather(*steps: Callable[[], Node]) -> list[Node]:
    """All results, or one LoadError with everything that is wrong in any of them."""
    found: list[Node] = []
    wrong: list[Diagnostic] = []
    for step in steps:
        try:
            found.append(step())
        except LoadError as error:
            wrong.extend(d for d in error.diagnostics if d not in wrong)
    if wrong:
        raise LoadError(wrong)
    return found
