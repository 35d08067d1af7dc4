"""Whether the features notice a slip in a rule file: put it in, run the scenarios, see which is the first to fail."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from policy_engine.diagnostics.errors import LoadError
from policy_engine.policy.library import Library, Version, builtin_rules
from policy_engine.policy.model import Policy
from policy_engine.testing.direct import Case, run
from policy_engine.testing.loading import Loader, Request
from policy_engine.testing.mutants_text import Mutant

LOADER = "装载"
_EXECUTOR = "reference"  # decides as the other does, and starts sooner
_TAG = "条款-"
_ID = re.compile(r"^(?:政策|policy)\s*[:：]\s*([\w./-]+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Noticed:
    """What became of a mutant. ``by``: the case that failed, ``LOADER`` for a file that does not load, None for none."""

    mutant: Mutant
    by: str | None
    message: str = ""


def examine(
    mutant: Mutant, cases: Iterable[Case], rules: Path | None = None, *, project: Path | None = None
) -> Noticed:
    """Run cases until one fails, those tagged with a clause of the changed row first.

    The cases should all pass with the rules as they are. ``rules``: the folder in which the mutant's file is, or that
    file; without it, the built-in rules. The other files of the folder stay as they are.
    """
    with tempfile.TemporaryDirectory() as folder:
        changed = with_mutant(mutant, (rules or builtin_rules()).resolve(), Path(folder))
        loader = _Watching(changed)
        for case in by_clause(mutant, cases):
            outcome = run(case, changed, executor=_EXECUTOR, project=project, loader=loader)
            if loader.refused is not None:
                return Noticed(mutant, LOADER, str(loader.refused))
            if not outcome.passed:
                return Noticed(mutant, case.name, outcome.message)
    return Noticed(mutant, None)


def with_mutant(mutant: Mutant, root: Path, folder: Path) -> Path:
    """The rules of ``root`` in a new place, the mutant among them."""
    copied = folder / "rules"
    if root.is_file():
        copied.mkdir()
        written = copied / root.name
    else:
        shutil.copytree(root, copied)
        written = copied / mutant.path.resolve().relative_to(root)
    written.write_text(mutant.text, encoding="utf-8", newline="")
    return copied


def by_clause(mutant: Mutant, cases: Iterable[Case]) -> Sequence[Case]:
    """Cases with more of the mutant's clauses first, then those about clauses near them.

    Among equals, those that begin with its policy come first, and those that read it as it stands come before those
    that need it loaded once more.
    """
    own = policy_of(mutant)

    def order(case: Case) -> tuple[int, int, bool, bool]:
        other = bool(case.policies) and case.policies[0] != own
        return (*_distance(mutant.clauses, case.tags), other, _reads_otherwise(case))

    return sorted(cases, key=order)


def policy_of(mutant: Mutant) -> str:
    """The id of the policy, as its file says it."""
    found = _ID.search(mutant.text)
    return found.group(1) if found else ""


def _distance(clauses: Sequence[str], tags: Iterable[str]) -> tuple[int, int]:
    tagged = [tag.removeprefix(_TAG) for tag in tags if tag.startswith(_TAG)]
    same = sum(clause in tagged for clause in clauses)
    near = max((_common(a, b) for a in clauses for b in tagged), default=0)
    return -same, -near


def _common(a: str, b: str) -> int:
    """The number of characters with which both begin: 4.3.1 is nearer to 4.3.5 than to 4.4.1."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _reads_otherwise(case: Case) -> bool:
    return any(
        pattern.id in ("reading", "parameter") for bound in case.steps for pattern, _, _ in bound.meant
    )


class _OneState(Library):
    """A library whose files do not change: each is read once, however often the policy is bound."""

    def __init__(self, rules: Path) -> None:
        super().__init__(rules)
        self._read: dict[str, tuple[Version, ...]] = {}

    def versions(self, policy_id: str) -> tuple[Version, ...]:
        if policy_id not in self._read:
            self._read[policy_id] = super().versions(policy_id)
        return self._read[policy_id]


class _Watching(Loader):
    """Loads from one state of the files. Remembers one that did not load, which a scenario may expect and pass over."""

    def __init__(self, rules: Path) -> None:
        super().__init__()
        self._library = _OneState(rules)
        self._bound: dict[Request, Policy] = {}
        self.refused: LoadError | None = None

    def __call__(self, request: Request) -> Policy:
        try:
            return super().__call__(request) if request.parameters else self._plain(request)
        except LoadError as error:
            self.refused = error
            raise

    def _plain(self, request: Request) -> Policy:
        if request not in self._bound:
            self._bound[request] = self._library.load(
                request.policy,
                period=request.period,
                on=request.on,
                known_on=request.known_on,
                options=dict(request.options),
            )
        return self._bound[request]
