"""Whether a mutant that nobody noticed means the same: both files decide two hundred random cases, and are compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.near_cases import Cases, given
from policy_engine.engine.near_common import common
from policy_engine.policy.canonical import digest
from policy_engine.policy.library import Library
from policy_engine.policy.model import Policy
from policy_engine.testing.check_equations import evaluate
from policy_engine.testing.mutants import with_mutant
from policy_engine.testing.mutants_cases import Facts, Setting, settings
from policy_engine.testing.mutants_policy import bound
from policy_engine.testing.mutants_scenario import Difference, written_scenario
from policy_engine.testing.mutants_text import Mutant
from policy_engine.testing.problems import StepFailure

CASES = 200
SETTINGS = 16  # months and readings over which the cases are spread
_LEAST_DECIDED = 40  # fewer say too little
SAME = f"等价（{CASES} 个随机算例无差别）"
Told = dict[tuple[str, ...], str]  # what can be seen of a case: (主体, 编号, 词条, what of it) → text


@dataclass(frozen=True)
class Comparison:
    """``same``: no case differs, in words. ``differs``: a scenario on which they do. Neither: cases cannot tell."""

    same: str = ""
    differs: str = ""


def compared(mutant: Mutant, rules: Path, policies: frozenset[str]) -> Comparison:
    """Compare what each of the ``policies`` that read the file makes of the cases."""
    with tempfile.TemporaryDirectory() as folder:
        changed = Library(with_mutant(mutant, rules.resolve(), Path(folder)))
        comparison = _Comparison(mutant, Library(rules), changed)
        return comparison.of(sorted(policies))


class _Comparison:
    def __init__(self, mutant: Mutant, original: Library, changed: Library) -> None:
        self._mutant, self._original, self._changed = mutant, original, changed
        self._decided = 0  # cases; few say too little
        self._fired: set[str] = set()  # rows of tables

    def of(self, policies: Sequence[str]) -> Comparison:
        for policy_id in policies:
            different = self._different(policy_id)
            if different is not None:
                return different
        shown = self._decided >= _LEAST_DECIDED and (not self._mutant.row or self._mutant.row in self._fired)
        return Comparison(same=SAME if shown else "")

    def _different(self, policy_id: str) -> Comparison | None:
        first = bound(self._original.versions(policy_id)[0].doc, self._original)
        pairs = []
        for setting in settings(first, 0, SETTINGS):
            before, after = (
                _loaded(policy_id, self._original, setting),
                _loaded(policy_id, self._changed, setting),
            )
            if isinstance(before, str) or isinstance(after, str):
                if _code(before) != _code(after):
                    return self._told(first, setting, {}, (("应报错",), _code(before)))
            elif _shown(before) != _shown(after):
                return Comparison()
            else:
                pairs.append((setting, before, after))
        if first.undecided or not pairs:
            return None
        # Near the bounds of both, so that a bound that was moved is tried where it is now as well.
        made = [Cases(common(before, after)) for _, before, after in pairs]
        for number in range(CASES):
            setting, before, after = pairs[number % len(pairs)]
            cases = made[number % len(pairs)]
            case = cases.make(number)
            facts = given(cases.common, case, 0)
            one, other = self._results(before, facts), self._results(after, given(cases.common, case, 1))
            if one != other:
                key = next(k for k in {**one, **other} if one.get(k) != other.get(k))
                return self._told(before, setting, facts, (key, one.get(key)))
        return None

    def _told(self, policy: Policy, setting: Setting, facts: Facts, difference: Difference) -> Comparison:
        return Comparison(differs=written_scenario(policy, setting, facts, self._mutant, difference))

    def _results(self, policy: Policy, facts: Facts) -> Told:
        try:
            found = assess(policy, tables_from_mapping(policy, facts), executor="reference")
        except PolicyEngineError as error:
            return {("应报错",): error.code}
        told = dict(_values(found))
        self._decided += len(told) > 0
        self._fired.update(row for key, text in told.items() if key[-1] == "行" for row in text.split("、"))
        for rejection in found.rejected:
            if rejection.culprit is None:
                told[rejection.row.entity, rejection.row.key, "", "退回"] = rejection.diagnostic.code
        return told


def _loaded(policy_id: str, library: Library, setting: Setting) -> Policy | str:
    try:
        return library.load(
            policy_id,
            period=setting.period,
            on=setting.on,
            known_on=setting.known_on,
            options=dict(setting.options),
        )
    except PolicyEngineError as error:
        return error.code


def _code(loaded: Policy | str) -> str | None:
    return loaded if isinstance(loaded, str) else None


def _shown(policy: Policy) -> str:
    """What cases do not show: statements, lookups, what is carried over, processes; without places in the file."""
    return digest(
        (
            [(s.entity, tuple(c.id for c in s.columns)) for s in policy.statements],
            {name: lookup.rows for name, lookup in policy.lookups.items()},
            policy.carry_over,
            dict(policy.processes),
        )
    )


def _values(found: Assessment) -> Iterator[tuple[tuple[str, ...], str]]:
    result = found.result
    issuers = {s.entity: s.issued_by for s in result.policy.statements if s.issued_by is not None}
    for row in result.dataset:
        for id_, decided in result.values(row.entity, row.key).items():
            if result.term(row.entity, id_).decided:
                yield (row.entity, row.key, id_, "值"), decided.text
                yield (row.entity, row.key, id_, "依据"), "、".join(decided.clauses)
                yield (row.entity, row.key, id_, "行"), decided.row or ""
        issuer = issuers.get(row.entity) or issuers.get(row.part)
        if issuer is not None:
            try:
                yield (row.entity, row.key, "", "出具"), str(evaluate(result.policy, issuer, row))
            except StepFailure:
                yield (row.entity, row.key, "", "出具"), ""
