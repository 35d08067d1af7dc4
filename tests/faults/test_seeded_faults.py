"""Each seeded fault is noticed, by what docs/seeded-faults.md says: the table is not just a record of one day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from caught import CHECK, LOAD, SCENARIO, cases, checked, tried
from fault import ROOT, Fault
from table import HARMLESS

from faults import FAULTS

PAGE = ROOT / "docs" / "seeded-faults.md"
COMMAND = "python tests/faults/table.py > docs/seeded-faults.md"
Told = tuple[str, str]  # who notices it, and the code or the name of the scenario


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
    assert all(set(told) <= {LOAD, CHECK, SCENARIO, HARMLESS} for told in TOLD.values()), COMMAND


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_it_is_noticed_as_the_page_says(fault: Fault) -> None:
    told = TOLD[fault.what]
    scenario = [case for case in cases() if case.name == told.get(SCENARIO)]
    if SCENARIO in told:
        assert [c.by for c in tried(fault, scenario)] == [SCENARIO], f"{told}：{COMMAND}"
    if CHECK in told:
        assert told[CHECK] in {c.what for c in checked(fault) if c.by == CHECK}, COMMAND
    if LOAD in told:
        found = {c.what for c in (*checked(fault), *tried(fault, cases())) if c.by == LOAD}
        assert told[LOAD] in found, COMMAND


def test_a_fault_that_is_none_is_not_noticed() -> None:
    """So the tests above can fail."""
    fault = Fault("照抄", "jibei/deviation.yaml", "{值: 5%,", "{值: 5.0%,")
    assert checked(fault) == () == tuple(tried(fault, cases()))


def test_a_fault_stands_in_the_file_once() -> None:
    with pytest.raises(ValueError, match="有0处"):
        Fault("没有", "jibei/deviation.yaml", "没有这一段", "").mutant()


def test_the_page_says_how_it_is_made() -> None:
    assert COMMAND in Path(PAGE).read_text(encoding="utf-8")
