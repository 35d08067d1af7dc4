"""A test that names a code has to provoke it. Runs last, and looks back at the tests that ran with it.

Which code a bad file provokes is asserted there. For the others a name in a test proves nothing: here the program must
have told the code while the tests that name it ran. Where only some of them ran, nothing is said.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from bad_files import bad_files, code_of

from policy_engine.diagnostics.catalog import all_codes
from told_codes import RAN, TOLD

TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent / "src" / "policy_engine"
_CODE = re.compile(r"PE\d{4}")
_LOOKING_BACK = {"test_bad_files.py", "test_codes_told.py"}
PROVOKED = {code_of(path) for path in bad_files()}


@cache
def _source() -> str:
    files = (p for p in SOURCE.rglob("*.py") if "catalog" not in p.parts)
    return "\n".join(p.read_text(encoding="utf-8") for p in files)


@cache
def _naming() -> dict[str, frozenset[str]]:
    """Each code, and the node ids of the test functions whose strings name it, comments and docstrings aside."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name not in _LOOKING_BACK and "PE" in text:
            for function in _functions(ast.parse(text)):
                for code in _codes(function):
                    found.setdefault(code, set()).add(
                        f"{path.relative_to(TESTS.parent).as_posix()}::{function.name}"
                    )
    return {code: frozenset(names) for code, names in found.items()}


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _codes(function: ast.FunctionDef) -> set[str]:
    """With the decorators: codes are often parameters."""
    docstring = function.body[0].value if isinstance(function.body[0], ast.Expr) else None
    texts = [n.value for n in ast.walk(function) if isinstance(n, ast.Constant) and n is not docstring]
    return {code for text in texts if isinstance(text, str) for code in _CODE.findall(text)}


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_the_program_can_tell_every_code(code: str) -> None:
    assert code in _source(), "nothing tells it"


@pytest.mark.parametrize("code", sorted(set(all_codes()) - PROVOKED))
def test_a_test_that_names_a_code_provokes_it(code: str) -> None:
    naming = _naming().get(code, frozenset())
    if not naming or not naming <= RAN:
        pytest.skip("not all tests that name it ran")
    assert code in TOLD
