"""Whether the features notice a slip in a rule file: put it in, run the scenarios, see which is the first to fail."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.errors import LoadError
from policy_engine.policy.library import builtin_rules
from policy_engine.policy.model import Policy
from policy_engine.testing.direct import Case, run
from policy_engine.testing.loading import Loader, Request
from policy_engine.testing.mutants_text import Mutant

LOADER = "装载"
_EXECUTOR = "reference"  # decides as the other does, and starts sooner
_TAG = "条款-"


@dataclass(frozen=True)
class Noticed:
    """What became of a mutant. ``by``: the case that failed, ``LOADER`` for a file that does not load, None for none."""

    mutant: Mutant
    by: str | None
    message: str = ""


def examine(mutant: Mutant, cases: Iterable[Case], rules: Path | None = None) -> Noticed:
    """Run cases until one fails, those tagged with a clause of the changed row first.

    The cases should all pass with the rules as they are. ``rules``: the folder in which the mutant's file is; without
    it, the built-in rules. The other files of that folder stay as they are.
    """
    root = (rules or builtin_rules()).resolve()
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "rules"
        shutil.copytree(root, changed)
        (changed / mutant.path.resolve().relative_to(root)).write_text(
            mutant.text, encoding="utf-8", newline=""
        )
        loader = _Watching()
        for case in by_clause(mutant, cases):
            outcome = run(case, changed, executor=_EXECUTOR, loader=loader)
            if loader.refused is not None:
                return Noticed(mutant, LOADER, str(loader.refused))
            if not outcome.passed:
                return Noticed(mutant, case.name, outcome.message)
    return Noticed(mutant, None)


def by_clause(mutant: Mutant, cases: Iterable[Case]) -> Sequence[Case]:
    """Cases with more of the mutant's clauses first, else in their order."""
    wanted = {_TAG + clause for clause in mutant.clauses}
    return sorted(cases, key=lambda case: -len(wanted & case.tags))


class _Watching(Loader):
    """Remembers that a file did not load, which a scenario may expect and so pass over."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: LoadError | None = None

    def __call__(self, request: Request) -> Policy:
        try:
            return super().__call__(request)
        except LoadError as error:
            self.refused = error
            raise
