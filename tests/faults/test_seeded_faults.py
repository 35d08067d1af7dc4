"""Each seeded fault is noticed, by what docs/seeded-faults.md says: the table is not just a record of one day."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from caught import CHECK, LOAD, PROVE, SCENARIO, cases, checked, refuted, tried
from fault import ROOT, Fault
from table import HARMLESS

from faults import FAULTS

PAGE = ROOT / "docs" / "seeded-faults.md"
COMMAND = "python tests/faults/table.py > docs/seeded-faults.md"
SAMPLE = 16  # of what more than one notices


def _told() -> dict[str, dict[str, str]]:
    """What the page says of each fault: who notices it → by what."""
    found: dict[str, dict[str, str]] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)][1:-1]
        if len(cells) == 4 and cells[2] not in ("谁发现", "---"):
            by, _, what = cells[2].partition(" ")
            found.setdefault(cells[0], {})[by] = what
    return found


TOLD = _told()


def test_the_page_has_every_fault_and_no_other() -> None:
    names = [fault.what for fault in FAULTS]
    assert len(names) == len(set(names)) >= 40
    assert list(TOLD) == names, COMMAND


def test_a_fault_that_nobody_notices_says_why_it_does_no_harm() -> None:
    assert {f.what for f in FAULTS if f.harmless} == {w for w, told in TOLD.items() if HARMLESS in told}
    assert all(set(told) <= {LOAD, CHECK, SCENARIO, PROVE, HARMLESS} for told in TOLD.values()), COMMAND


def _cheapest(told: dict[str, str]) -> str | None:
    return next((by for by in (SCENARIO, PROVE, LOAD, CHECK) if by in told), None)


def _dearer() -> list[tuple[Fault, str]]:
    """What else the page says: a part of it, the same in every run, or all of it if the environment asks for it."""
    rest = [
        (f, by)
        for f in FAULTS
        for by in TOLD.get(f.what, {})
        if by not in (_cheapest(TOLD[f.what]), HARMLESS)
    ]
    return rest if os.environ.get("POLICY_ENGINE_FAULTS") == "all" else random.Random(1).sample(rest, SAMPLE)


def _is_noticed(fault: Fault, by: str) -> None:
    what = TOLD[fault.what][by]
    if by == SCENARIO:
        found = tuple(tried(fault, [case for case in cases() if case.name == what]))
    elif by == PROVE:
        found = tuple(refuted(fault, [what], seconds=20))
    elif by == CHECK:
        found = checked(fault)
    else:
        found = (*tried(fault, cases()), *checked(fault))
    assert (by, what) in {(c.by, c.what) for c in found}, COMMAND


@pytest.mark.parametrize("fault", [f for f in FAULTS if not f.harmless], ids=lambda fault: fault.what)
def test_it_is_noticed_as_the_page_says(fault: Fault) -> None:
    by = _cheapest(TOLD[fault.what])
    assert by is not None, COMMAND
    _is_noticed(fault, by)


@pytest.mark.parametrize(("fault", "by"), _dearer(), ids=lambda value: getattr(value, "what", value))
def test_it_is_noticed_by_others_as_the_page_says(fault: Fault, by: str) -> None:
    """``POLICY_ENGINE_FAULTS=all`` tries every one (some minutes)."""
    _is_noticed(fault, by)


def test_a_fault_that_is_none_is_not_noticed() -> None:
    """So the tests above can fail."""
    fault = Fault("照抄", "jibei/deviation.yaml", "{值: 5%,", "{值: 5.0%,")
    assert checked(fault) == () == tuple(tried(fault, cases())) == tuple(refuted(fault, ["恰为幅度时为零"]))


def test_a_fault_stands_in_the_file_once() -> None:
    with pytest.raises(ValueError, match="有0处"):
        Fault("没有", "jibei/deviation.yaml", "没有这一段", "").mutant()


def test_the_page_says_how_it_is_made() -> None:
    assert COMMAND in Path(PAGE).read_text(encoding="utf-8")
