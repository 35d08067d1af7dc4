"""Read spoilt rule files and expressions, many of them, and tell what went otherwise than the oracle allows.

    python tests/property/fuzz_rule_files.py --count 50000 --seed 1 --seconds 3600

Each finding is told once, with the number that makes its case again (``--only KIND:SEED``). Exit code 1: there was one.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from fuzz_cases import KINDS, run, text_of
from fuzz_oracle import Finding, judged

MEMORY = 3 * 1024**3  # bytes of address space of the whole process
MEASURED = 200  # every so many cases the memory of one is measured


def fuzz(
    count: int, seed: int, seconds: float = float("inf"), tell: bool = False
) -> dict[str, tuple[str, Finding]]:
    """``count`` cases, or as many as fit into ``seconds``. What was found: what → (kind:seed of the first, finding)."""
    found: dict[str, tuple[str, Finding]] = {}
    began, done = time.monotonic(), 0
    for number in range(seed * 10**9, seed * 10**9 + count):
        if time.monotonic() - began > seconds:
            break
        kind = KINDS[number % len(KINDS)]
        finding = one(kind, number)
        done += 1
        if finding is not None and finding.what not in found:
            found[finding.what] = (f"{kind}:{number}", finding)
            if tell:
                print(f"FOUND {kind}:{number} {finding.what}\n{finding.detail}", flush=True)
        if tell and done % 1000 == 0:
            print(f"{done} cases, {len(found)} findings, {time.monotonic() - began:.0f} s", flush=True)
    if tell:
        print(f"DONE {done} cases, {len(found)} findings, {time.monotonic() - began:.0f} s", flush=True)
    return found


def one(kind: str, number: int) -> Finding | None:
    data = text_of(kind, number)
    return judged(lambda: run(kind, data, number), memory=number % MEASURED == 0)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--only", metavar="KIND:SEED")
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if asked.only:
        kind, _, number = asked.only.partition(":")
        sys.stdout.buffer.write(text_of(kind, int(number)))
        finding = one(kind, int(number))
        print(f"\n--\n{finding.what}\n{finding.detail}" if finding else "\n--\nnothing")
        return int(finding is not None)
    return int(bool(fuzz(asked.count, asked.seed, asked.seconds, tell=True)))


if __name__ == "__main__":
    sys.exit(main())
