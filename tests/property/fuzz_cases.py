"""A number becomes a case: a spoilt rule file, or an expression, a cell, an expression of full FEEL."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

from fuzz_expressions import cell, damaged, expression, full
from fuzz_files import spoilt

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import check_cell, check_expression
from policy_engine.feel.parser import parse_expression, parse_full_expression, parse_full_tests
from policy_engine.policy.bind import bind
from policy_engine.policy.library import Library, builtin_rules
from policy_engine.policy.table_files import read_rule_text
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.encoding import MAX_BYTES, decode

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "feel"))

from feel_fake_scope import RETAILER, USER

KINDS = ("file", "file", "expression", "expression", "cell", "full")


def text_of(kind: str, seed: int) -> bytes:
    """Always the same for the same number."""
    chance = Random(seed)
    if kind == "file":
        return spoilt(chance)
    made = {"expression": lambda: damaged(chance, expression(chance)), "cell": lambda: cell(chance)}
    return made.get(kind, lambda: full(chance))().encode("utf-8", errors="replace")


def run(kind: str, data: bytes, seed: int) -> Iterable[Diagnostic]:
    """What the product says of it. Raises what the product raises."""
    if kind == "file":
        return _file(data)
    text = Fragment.of(data.decode("utf-8"))
    if kind == "full":
        (parse_full_tests if seed % 3 == 0 else parse_full_expression)(text, ("a b", "合同 电量"))
        return ()
    scope = RETAILER if seed % 4 == 0 else USER
    if kind == "expression":
        check_expression(parse_expression(text), scope)
    else:
        column = _columns()[seed % len(_columns())]
        check_cell(text, column, scope)
    return ()


@cache
def _columns() -> tuple:
    names = (
        "合同电量",
        "考核结论",
        "出具层级",
        "出具日期",
        "结算电量",
        "免考",
        "所在市",
        "抄表周期",
        "结算月",
        "分摊比例",
    )
    return tuple(check_expression(parse_expression(Fragment.of(name)), USER) for name in names)


def _file(data: bytes) -> tuple[Diagnostic, ...]:
    """Read it as from a folder without tables, then bind it for its first day."""
    report = Diagnostics()
    source = decode(data, "spoilt.yaml", report) if len(data) <= MAX_BYTES else None
    if source is None:
        return report.items
    doc, found = read_rule_text(source, Path(__file__).parent / "spoilt.yaml")
    if doc is None:
        return (*report.items, *found)
    policy = bind([doc, *_parents(doc)], period=doc.in_force.from_.value)
    return (*report.items, *found, *policy.warnings)


def _parents(doc: PolicyDoc) -> tuple[PolicyDoc, ...]:
    return _shipped().get(doc.extends.text, ()) if doc.extends is not None else ()


@cache
def _shipped() -> dict[str, tuple[PolicyDoc, ...]]:
    library = Library(builtin_rules())
    return {
        id_: (library.versions(id_)[0].doc,)
        for id_ in library.ids()
        if not library.versions(id_)[0].doc.extends
    }
