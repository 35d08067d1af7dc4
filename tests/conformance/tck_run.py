"""One case: which way through the language gave what was wanted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from policy_engine.dmn.notes import Notes
from policy_engine.dmn.values import Function
from policy_engine.engine.rounding import round_to
from policy_engine.feel.decimals import decimal_places
from policy_engine.rulefile.choices import RoundingMode

from .tck_errors import listed
from .tck_files import Case, Exact
from .tck_model import Session, Unreadable, load
from .tck_strict import Refused, strict_results

NEAR = Fraction(1, 10**8)  # what the kit's own runners allow


@dataclass(frozen=True)
class Outcome:
    """``way``: ``strict``, ``dynamic``, ``near`` (within 1e-8 only), or empty where none passed.

    ``wrong``: the checker of policies let something pass that came out wrong.
    """

    case: Case
    way: str
    why: str = ""
    wrong: bool = False

    @property
    def passed(self) -> bool:
        return bool(self.way)


def run(case: Case) -> Outcome:
    why, wrong = "", False
    try:
        got, codes = strict_results(case)
        why = _judge(case, got, codes)
        if not why:
            return Outcome(case, "strict")
        wrong = case.wants != "error"
    except Refused as error:
        why = str(error)
        if case.wants == "error" and listed(case, [error.code], strict=True):
            return Outcome(case, "strict")
    if wrong:
        return Outcome(case, "", f"the checker passed it: {why}", True)
    try:
        got, codes = _dynamic(case)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, AssertionError) as error:
        return Outcome(case, "", f"the runner does not know this: {error!r}")
    except Unreadable as error:
        return Outcome(case, "", f"outside the grammar: {error.code}")
    why = _judge(case, got, codes)
    if why and all(same(e.value, got[e.node], NEAR) for e in case.expected) and case.wants == "value":
        return Outcome(case, "near", why)
    return Outcome(case, "" if why else "dynamic", why)


def _dynamic(case: Case) -> tuple[dict[str, Any], list[str]]:
    session = Session(load(Path(case.model)), dict(case.inputs), Notes())
    if case.kind == "decision":
        return {e.node: session.result(e.node) for e in case.expected}, session.notes.codes
    function = session.result(case.invocable or "")
    assert isinstance(function, Function)
    # A caller may leave inputs out; they are null.
    named = {name: case.inputs.get(name) for name in function.names}
    result = session.evaluator.apply(function, [named[x] for x in function.names])
    several = isinstance(result, dict) and len(case.expected) > 1
    return {e.node: result[e.node] if several else result for e in case.expected}, session.notes.codes


def _judge(case: Case, got: dict[str, Any], codes: list[str]) -> str:
    """Empty if everything is as wanted, else what is not."""
    for wanted in case.expected:
        if not same(wanted.value, got[wanted.node]):
            return f"{wanted.node}: wanted {_shown(wanted.value)}, got {_shown(got[wanted.node])} {codes[:3]}"
    if case.wants == "error" and not listed(case, codes):
        return f"null without a listed code: {codes[:5]}"
    return ""


def _shown(value: Any) -> str:
    return str(value.value if isinstance(value, Exact) else value)[:120]


def same(wanted: Any, got: Any, within: Fraction | None = None) -> bool:
    """Equal. Only a number that no decimal holds is rounded, to the places printed."""
    if isinstance(wanted, Exact):
        if not isinstance(got, Fraction):
            return False
        return wanted.value in (got, _rounded(got, wanted)) or (
            within is not None and abs(got - wanted.value) <= within
        )
    if isinstance(wanted, list):
        same_length = isinstance(got, list) and len(got) == len(wanted)
        return same_length and all(same(w, g, within) for w, g in zip(wanted, got, strict=True))
    if isinstance(wanted, dict):
        same_keys = isinstance(got, dict) and got.keys() == wanted.keys()
        return same_keys and all(same(v, got[k], within) for k, v in wanted.items())
    return type(wanted) is type(got) and bool(wanted == got)


def _rounded(got: Fraction, wanted: Exact) -> Fraction:
    places = decimal_places(got)
    if places is not None and places <= 30:
        return got
    return round_to(got, wanted.places, RoundingMode.HALF_EVEN)
