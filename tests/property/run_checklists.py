"""``python tests/property/run_checklists.py N [seed]``: at least N random submissions, and counts of what came up.

Stops at the first submission that is not as it must be, with the seed that makes it again.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random
from time import monotonic

sys.path.insert(0, str(Path(__file__).parents[1]))

from property.generate_checklists import random_case
from property.test_checklists import EXECUTORS, holds

SUBJECTS = 100  # in one rule file


def main(wanted: int, seed: int) -> None:
    found: Counter[str] = Counter()
    done, started = 0, monotonic()
    while done < wanted:
        dice = Random(seed)
        try:
            found += holds(random_case(dice, SUBJECTS), dice)
        except BaseException:
            print(f"seed {seed}", file=sys.stderr)
            raise
        done, seed = done + SUBJECTS, seed + 1
        if done % 5_000 == 0:
            print(f"{done} submissions, {monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print(
        f"{done} submissions under {done // SUBJECTS} rule files, {'、'.join(EXECUTORS)}, {monotonic() - started:.0f} s"
    )
    for what, count in sorted(found.items()):
        print(f"{count:>9}  {what}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
