"""Try every mutant of a policy against its features, in several processes, and tell which nobody noticed."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.filing.looking import looking_once
from policy_engine.policy.library import Library, Version, builtin_rules
from policy_engine.testing.direct import Case, run, scenarios
from policy_engine.testing.loading import Loader
from policy_engine.testing.mutants import LOADER, Noticed, examine
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_policy import policy_mutants
from policy_engine.testing.mutants_same import Comparison, compared
from policy_engine.testing.mutants_text import Mutant

_EXECUTOR = "reference"
_CHUNK = 4  # mutants handed to a process at a time
Progress = Callable[[int, int, int], None]  # done, of how many, survivors so far


@dataclass(frozen=True)
class Subject:
    """What is tried: the mutants of a policy's files, and the cases that could notice them."""

    policy: str
    rules: Path
    mutants: tuple[Mutant, ...]
    features: tuple[Path, ...]
    project: Path
    policies: frozenset[str]  # that read the files: the policy, its parents, the policies that extend it
    failing: tuple[str, ...] = ()  # cases that fail with the rules as they are: they could tell nothing
    cases: int = 0

    @property
    def usable(self) -> int:
        """How many cases can notice something."""
        return self.cases - len(self.failing)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant; one that nobody noticed has been compared with the file as it stands."""

    noticed: Noticed
    comparison: Comparison = field(default_factory=Comparison)

    @property
    def mutant(self) -> Mutant:
        return self.noticed.mutant

    @property
    def killed(self) -> bool:
        return self.noticed.by is not None

    @property
    def by_loader(self) -> bool:
        return self.noticed.by == LOADER

    @property
    def same(self) -> bool:
        return bool(self.comparison.same)


@dataclass(frozen=True)
class Score:
    """Of all mutants that do not mean the same, how many were noticed; in percent."""

    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0

    @property
    def killed(self) -> int:
        return sum(o.killed for o in self.outcomes)

    @property
    def by_loader(self) -> int:
        return sum(o.by_loader for o in self.outcomes)

    @property
    def same(self) -> int:
        return sum(o.same for o in self.outcomes)

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes if not o.killed and not o.same)

    @property
    def percent(self) -> float:
        counted = len(self.outcomes) - self.same
        return 100.0 * self.killed / counted if counted else 100.0

    def of(self, kind: Kind) -> Score:
        return Score(tuple(o for o in self.outcomes if o.mutant.kind is kind))


def subject(
    policy: str,
    features: Path,
    rules: Path | None = None,
    *,
    parents: bool = False,
    only: Sequence[Kind] = (),
    sample: int | None = None,
    seed: int = 0,
) -> Subject:
    """The mutants of a policy and the feature files that name it. Raises LoadError, FeatureError.

    Its versions count, and with ``parents`` the files it extends. ``sample``: that many of them, chosen by ``seed``.
    """
    root = (rules or builtin_rules()).resolve()
    library = Library(root)
    own = library.versions(policy)
    above = tuple(_above(own, library))
    files = tuple(dict.fromkeys(v.path for v in (*own, *(above if parents else ()))))
    mutants = [m for path in files for m in policy_mutants(path, library) if not only or m.kind in only]
    if sample is not None and sample < len(mutants):
        chosen = set(random.Random(seed).sample(range(len(mutants)), sample))  # noqa: S311 - no secret: the same every time
        mutants = [m for i, m in enumerate(mutants) if i in chosen]
    readers = frozenset({policy, *_below(policy, library)})
    files_read = tuple(p for p in _feature_files(features) if _names(p, readers))
    home = features.resolve() if features.is_dir() else features.resolve().parent
    found = Subject(policy, root, tuple(mutants), files_read, home.parent, readers)
    cases = [case for path in files_read for case in scenarios(path) if _reads(case, readers)]
    with looking_once():
        loader = Loader()
        failing = tuple(
            _name(case) for case in cases
            if not run(case, root, executor=_EXECUTOR, project=found.project, loader=loader).passed
        )  # fmt: skip
    return replace(found, failing=failing, cases=len(cases))


def tried(subject: Subject, jobs: int = 0, progress: Progress | None = None) -> Score:
    """What became of each mutant, in their order. ``jobs``: processes; 0: one for each core, 1: none but this."""
    wanted, began = jobs or os.cpu_count() or 1, time.monotonic()
    numbered = list(enumerate(subject.mutants))
    found: dict[int, Outcome] = {}
    survivors = 0
    for number, outcome in _here(subject, numbered) if wanted == 1 else _apart(subject, numbered, wanted):
        found[number] = outcome
        survivors += not outcome.killed and not outcome.same
        if progress is not None:
            progress(len(found), len(numbered), survivors)
    return Score(tuple(found[n] for n, _ in numbered), time.monotonic() - began)


# -- processes -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    subject: Subject
    cases: tuple[Case, ...]


_WORK: ContextVar[_Work] = ContextVar("work")  # of a process: what it was started for


def _here(subject: Subject, numbered: Sequence[tuple[int, Mutant]]) -> Iterator[tuple[int, Outcome]]:
    work = _Work(subject, _cases(subject))
    with looking_once():
        for number, mutant in numbered:
            yield number, _examined(work, mutant)


def _apart(
    subject: Subject, numbered: Sequence[tuple[int, Mutant]], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    bare = replace(subject, mutants=())
    chunks = [numbered[i : i + _CHUNK] for i in range(0, len(numbered), _CHUNK)]
    # Started anew, not forked: threads and open databases do not survive a fork.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (bare,)) as pool:
        for done in as_completed([pool.submit(_chunk, chunk) for chunk in chunks]):
            yield from done.result()


def _start(subject: Subject) -> None:
    _WORK.set(_Work(subject, _cases(subject)))


def _chunk(numbered: Sequence[tuple[int, Mutant]]) -> list[tuple[int, Outcome]]:
    work = _WORK.get()
    with looking_once():
        return [(number, _examined(work, mutant)) for number, mutant in numbered]


def _examined(work: _Work, mutant: Mutant) -> Outcome:
    subject = work.subject
    noticed = examine(mutant, work.cases, subject.rules, project=subject.project)
    if noticed.by is not None:
        return Outcome(noticed)
    return Outcome(noticed, compared(mutant, subject.rules, subject.policies))


def _cases(subject: Subject) -> tuple[Case, ...]:
    failing = set(subject.failing)
    found = (case for path in subject.features for case in scenarios(path))
    return tuple(c for c in found if _reads(c, subject.policies) and _name(c) not in failing)


# -- which cases ---------------------------------------------------------------------------------------


def _above(versions: Iterable[Version], library: Library) -> Iterator[Version]:
    for version in versions:
        if version.doc.extends is not None:
            found = library.versions(version.doc.extends.text)
            yield from found
            yield from _above(found, library)


def _below(policy: str, library: Library) -> Iterator[str]:
    """The policies that extend it."""
    for other in library.ids():
        if other == policy:
            continue
        try:
            above = {v.doc.policy.text for v in _above(library.versions(other), library)}
        except PolicyEngineError:  # a file that cannot be read extends nothing
            above = set()
        if policy in above:
            yield other


def _feature_files(features: Path) -> Iterator[Path]:
    if features.is_file():
        yield features
    else:
        yield from sorted(p for p in features.rglob("*.feature") if p.is_file())


def _names(path: Path, policies: frozenset[str]) -> bool:
    text = path.read_text(encoding="utf-8", errors="ignore")
    return any(policy in text for policy in policies)


def _reads(case: Case, policies: frozenset[str]) -> bool:
    return any(policy in policies for policy in case.policies)


def _name(case: Case) -> str:
    return f"{case.path}::{case.name}"
