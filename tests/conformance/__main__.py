"""``PYTHONPATH=tests DMN_TCK=… python -m conformance [--write]``: the table of scores; ``--write`` keeps it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from .tck_score import SCORE, outcomes, passes, score, totals

COLUMNS = tuple(
    f"{kind} {way}" for kind in ("value", "null", "error") for way in ("strict", "dynamic", "near")
)
SHOWN = tuple(c for c in COLUMNS if c not in ("null near", "error near"))


def main() -> None:
    folder = os.environ.get("DMN_TCK")
    if not folder:
        sys.exit("DMN_TCK names no folder")
    found = outcomes(Path(folder))
    table = score(found)
    head = ("cases", *SHOWN, "skipped", "failed")
    print(" " * 50, *(f"{h:>13}" for h in head))
    for name, counts in table.items():
        print(f"{name:50}", *(f"{counts.get(h, 0) or '·':>13}" for h in head))
    for level in ("2", "3"):
        counts = totals(table, level)
        print(f"{'level ' + level:50}", *(f"{counts.get(h, 0) or '·':>13}" for h in head))
        print(f"  passes {passes(counts)} of {counts['cases']}: values {passes(counts, 'value')}")
    for outcome in found:
        if not outcome.passed or outcome.wrong:
            print("  not passed:", outcome.case.name, outcome.why)
    if "--write" in sys.argv:
        SCORE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


main()
