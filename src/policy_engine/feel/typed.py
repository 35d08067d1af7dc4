"""The typed expression tree: what the checker makes of a parsed expression and all executors run from.

Every node has its type and the span it came from. Names are resolved, units converted (``Scale``),
option names checked; nothing here needs a name table any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from policy_engine.diagnostics.span import Span
from policy_engine.feel.types import Type
from policy_engine.feel.values import Value


@dataclass(frozen=True)
class Node:
    type: Type
    span: Span


@dataclass(frozen=True)
class Const(Node):
    value: Value


class Where(StrEnum):
    """Whose row a term is read from."""

    OWN = "own"
    UP = "up"  # an ancestor
    SINGLE = "single"  # the one row of a one-row entity


@dataclass(frozen=True)
class TermRef(Node):
    """A term. ``entity`` is the base entity that holds it, ``part`` the (sub-)entity it was asked of."""

    where: Where
    entity: str
    part: str
    term: str  # the term's id


@dataclass(frozen=True)
class ParentKey(Node):
    """``所属X``: the key of the ancestor X, or null."""

    entity: str


@dataclass(frozen=True)
class ParamRef(Node):
    name: str
    value: Value


@dataclass(frozen=True)
class ReadingRef(Node):
    """``口径.X``: the option chosen when the policy was bound."""

    name: str
    value: str


@dataclass(frozen=True)
class CellInput(Node):
    """The value of the column a unary test stands in (FEEL's ``?``)."""


class ArithOp(StrEnum):
    ADD = "+"
    SUB = "-"
    MUL = "*"
    DIV = "/"


@dataclass(frozen=True)
class Arith(Node):
    op: ArithOp
    left: Node
    right: Node


@dataclass(frozen=True)
class Power(Node):
    """``base ** exponent`` with a literal whole exponent from 0 to 64."""

    base: Node
    exponent: int


@dataclass(frozen=True)
class Neg(Node):
    operand: Node


@dataclass(frozen=True)
class Scale(Node):
    """Unit conversion: ``operand × factor``."""

    operand: Node
    factor: Fraction


class CompareOp(StrEnum):
    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@dataclass(frozen=True)
class Compare(Node):
    """For levels, ``levels`` of the operand type give the order."""

    op: CompareOp
    left: Node
    right: Node


@dataclass(frozen=True)
class And(Node):
    """Left to right, stops at the first false."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    """Left to right, stops at the first true."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class InRange(Node):
    """``low`` / ``high`` None = unbounded on that side."""

    operand: Node
    low: Node | None
    low_inclusive: bool
    high: Node | None
    high_inclusive: bool


@dataclass(frozen=True)
class InDates(Node):
    """A date inside a date-range value (both ends included)."""

    operand: Node
    dates: Node


@dataclass(frozen=True)
class IsNull(Node):
    operand: Node


@dataclass(frozen=True)
class Coalesce(Node):
    """The first that is not null."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Call(Node):
    """A function of the closed list, by its canonical English name."""

    function: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class LookupCall(Node):
    """``对照表(键…)``."""

    table: str
    args: tuple[Node, ...]


class AggregateKind(StrEnum):
    SUM = "sum"
    COUNT = "count"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True)
class Aggregate(Node):
    """A total over the rows of ``part`` (base ``entity``) below this row; its parts are read on the child."""

    kind: AggregateKind
    entity: str
    part: str
    value: Node | None  # None for COUNT
    only: Node | None = None
    skip: Node | None = None


def children(node: Node) -> Iterator[Node]:
    """The direct sub-expressions of a node."""
    for name in node.__dataclass_fields__:
        item = getattr(node, name)
        if isinstance(item, Node):
            yield item
        elif isinstance(item, tuple):
            yield from (x for x in item if isinstance(x, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)
