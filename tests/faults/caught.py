"""What notices a fault: reading the files, ``check``, the scenarios, ``prove``. Each is asked, as long as it can be."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fault import ROOT, RULES, Fault

import policy_engine as pe
from policy_engine.analysis.checking import analyse_rules
from policy_engine.analysis.prove import prove
from policy_engine.analysis.prove_model import Proof, Verdict
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import NotInForce
from policy_engine.filing.looking import looking_once
from policy_engine.policy.checking import Checked
from policy_engine.testing.direct import Case, scenarios
from policy_engine.testing.mutants import LOADER, examine, with_mutant

PARTS = ("jibei", "jing-jin-tang")  # the files of the notice and their parent
FEATURES = ROOT / "features" / "jibei"
TODAY = dt.date(2018, 6, 30)  # nothing is out of date yet
LOAD, CHECK, SCENARIO, PROVE = "读取", "check", "场景", "prove"
PROVED, PERIOD = "jibei/deviation", "2018-06"  # the policy that says what should hold of it (性质)
FILES = ("jibei/deviation.yaml", "jing-jin-tang/deviation.yaml")  # it and its parent
SECONDS = 3.0  # for one proof: a case that can be found is found soon
_PLACE = re.compile(r"/\S*\.yaml:\d+:\d+ ")
_CODE = re.compile(r"\[(PE\d{4})\]")
Finding = tuple[str, str, str]  # its code, what it says, the policy it is about


@dataclass(frozen=True)
class Catch:
    """``by``: one of the four; ``what``: a code, or the name of the scenario that fails or of the property that has a
    counter-example; ``said``: in words."""

    by: str
    what: str
    said: str


@cache
def cases() -> tuple[Case, ...]:
    """Every scenario of the notice."""
    return tuple(case for path in sorted(FEATURES.glob("*.feature")) for case in scenarios(path))


def catches(fault: Fault) -> tuple[Catch, ...]:
    """The first of each kind; nothing else is asked of a file that cannot be read."""
    found = checked(fault)
    if LOAD in (c.by for c in found):
        return found[:1]
    noticed = tuple(tried(fault, cases()))
    if LOAD in (c.by for c in noticed):
        return (*found[:1], *noticed)
    return (*found[:1], *noticed, *refuted(fault))


def checked(fault: Fault) -> tuple[Catch, ...]:
    """What reading and ``check`` say that they do not say of the files as shipped."""
    with tempfile.TemporaryDirectory() as folder:
        rules = with_mutant(fault.mutant(), RULES.resolve(), Path(folder))
        new = [(c, d) for c in _analysed(rules) for d in c.diagnostics if _finding(c, d) not in _shipped()]
    return tuple(Catch(LOAD if c.bound is None else CHECK, d.code, d.message("zh")) for c, d in new)


def tried(fault: Fault, chosen: Sequence[Case]) -> Iterator[Catch]:
    """The first scenario of those ``chosen`` that fails."""
    with looking_once():
        noticed = examine(fault.mutant(), chosen, RULES.resolve(), project=ROOT)
    if noticed.by == LOADER:  # with other readings or on another day than those of ``check``
        first = noticed.message.splitlines()[0]
        code = _CODE.search(first)
        assert code is not None
        yield Catch(LOAD, code[1], first.partition("] ")[2])
    elif noticed.by is not None:
        yield Catch(SCENARIO, noticed.by, _reason(noticed.message))


def refuted(fault: Fault, names: Sequence[str] = (), seconds: float = SECONDS) -> Iterator[Catch]:
    """The first property with a counter-example, of those in ``names`` or of all."""
    if fault.file not in FILES:
        return
    with tempfile.TemporaryDirectory() as folder:
        rules = with_mutant(fault.mutant(), RULES.resolve(), Path(folder))
        try:
            policy = pe.load(PROVED, period=PERIOD, rules=rules)
        except NotInForce:  # in that month
            return
    for proof in prove(policy, seconds, names):
        if proof.verdict is Verdict.REFUTED:
            yield Catch(PROVE, proof.property.name, _claim(proof))
            return


def _claim(proof: Proof) -> str:
    clauses = "、".join(proof.property.clauses)
    return f"性质对{proof.entity}有反例（依据 {clauses}）"


def _analysed(rules: Path) -> Iterator[Checked]:
    """The files of other regions are left aside."""
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            shutil.copytree(rules / part, Path(folder) / part)
        yield from analyse_rules(Path(folder), today=TODAY)


def _finding(checked: Checked, item: Diagnostic) -> Finding:
    return item.code, item.message("zh"), checked.policy


@cache
def _shipped() -> frozenset[Finding]:
    return frozenset(_finding(c, d) for c in _analysed(RULES) for d in c.diagnostics)


def _reason(message: str) -> str:
    """The line that says what was otherwise; places in a passing folder say nothing to a reader."""
    lines = [_PLACE.sub("", line).strip() for line in message.splitlines()[1:]]
    return "".join(lines[:2] if lines[0].endswith("：") else lines[:1])
