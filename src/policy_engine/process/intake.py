"""Facts as people supply them become facts as they are kept: named by id, checked, JSON-able, nothing sensitive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import Refused
from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.columns import key_names
from policy_engine.engine.faults import Fault
from policy_engine.engine.scalars import key_text, plain, read_value
from policy_engine.feel.values import Value
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.policy.process_model import Process
from policy_engine.process.intake_fields import SecretForms
from policy_engine.process.intake_rows import merged_rows, numbered
from policy_engine.tables.values import normalise_header

MAX_ROWS = 100_000


def keep(value: Value) -> object:
    """A value as it is kept: yes/no as such, everything else as text; None stays None."""
    if value is None or isinstance(value, bool):
        return value
    return plain(value) if isinstance(value, Fraction) else str(value)


def take_in(
    policy: Policy,
    process: Process,
    matter: str,
    facts: Mapping[str, object],
    salt: Callable[[], str],
    before: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Check and name the facts supplied for a matter, beside those it has. Raises Refused with all that is wrong.

    Own facts by term id, the parent's key by its column, rows below as lists under their entity's id, rows above
    and one-row entities as mappings. A sensitive value is replaced by a salted digest, once it is found to be as
    the forms ask: afterwards nobody can look at it any more.
    """
    intake = _Intake(policy, process, matter, salt)
    kept = intake.read(facts)
    kept |= intake.merged({**(before or {}), **kept}, kept)
    if intake.problems:
        raise Refused(intake.problems)
    return kept


@dataclass
class _Intake:
    policy: Policy
    process: Process
    matter: str
    salt: Callable[[], str]
    problems: list[Diagnostic] = field(default_factory=list)
    secrets: dict[str, Value] = field(default_factory=dict, repr=False)  # by digest, while the facts are read

    @cached_property
    def forms(self) -> SecretForms:
        return SecretForms.of(self.policy)

    def read(self, facts: Mapping[str, object]) -> dict[str, object]:
        entity = self.policy.entities[self.process.entity]
        own = {k: v for k, v in facts.items() if self._other(entity, k, v) is None}
        kept = self._row(entity, own, self.matter, self.process.written)
        if entity.key is not None and kept.get(entity.key, self.matter) != self.matter:
            self._report("PE8023", name=entity.key, reason=f"{kept[entity.key]} ≠ {self.matter}")
        kept.pop(entity.key or "", None)
        for name, content in facts.items():
            other = self._other(entity, name, content)
            if other is not None:
                kept[other.id] = rows = self._rows(entity, other, content)
                if other.name == entity.parent and isinstance(rows, dict) and other.key in rows:
                    kept.setdefault(str(other.key), rows[other.key])
        return kept

    def _other(self, entity: Entity, name: str, content: object) -> Entity | None:
        """Another entity that facts are given for; the parent's name with a plain value is the parent's key."""
        if self._term(entity, name) is not None:
            return None
        found = next((e for e in self.policy.base_entities if name in (e.id, e.name)), None)
        if found is None or found.name == entity.name:
            return None
        return None if found.name == entity.parent and not isinstance(content, Mapping) else found

    def _rows(self, entity: Entity, other: Entity, content: object) -> object:
        if other.single or other.name in self.policy.ancestors(entity.name):
            if isinstance(content, Mapping):
                return self._row(other, content, other.name)
        elif entity.name in self.policy.ancestors(other.name):
            rows = content if isinstance(content, Sequence) and not isinstance(content, str | bytes) else None
            if rows is not None and len(rows) <= MAX_ROWS and all(isinstance(row, Mapping) for row in rows):
                return self._below(other, rows)
        else:
            self._unknown(entity, other.name)
            return None
        self._report("PE8023", name=other.name, reason=type(content).__name__)
        return None

    def _below(self, other: Entity, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
        read = [self._row(other, row, f"{other.name} 第{n}行") for n, row in enumerate(rows, start=1)]
        kept, seen = numbered(other, read), set[object]()
        for number, row in enumerate(kept, start=1):
            key = row.get(other.key or "")
            if key is None:
                self._report("PE6011", name=other.key or other.name, where=f"{other.name} 第{number}行")
            elif key in seen and other.merged_within is None:
                self._report(
                    "PE6012", key=str(key), lines=str(number), where=other.name, whose="", whose_en=""
                )
            seen.add(key)
        return kept

    def merged(self, facts: Mapping[str, object], kept: Mapping[str, object]) -> dict[str, object]:
        """Rows that are one row, merged; ``facts`` are those of the whole matter."""
        matter = self.policy.entities[self.process.entity]
        found: dict[str, object] = {}
        for other in self.policy.base_entities:
            rows = kept.get(other.id)
            if other.merged_within is not None and isinstance(rows, list):
                one, problems = merged_rows(self.policy, matter, other, facts, rows, self._plain)
                found[other.id] = one
                self.problems += problems
        return found

    def _plain(self, value: object) -> Value:
        """A kept value to be compared, a digest as what it is of."""
        if isinstance(value, str):
            return self.secrets.get(value, value)
        return value if isinstance(value, bool) else None

    def _row(
        self, entity: Entity, row: Mapping[str, object], where: str, written: frozenset[str] = frozenset()
    ) -> dict[str, object]:
        kept: dict[str, object] = {}
        for name, raw in row.items():
            term = self._term(entity, name)
            key = self._key(entity, name) if term is None else None
            if term is not None and term.id in written:
                self._report("PE8012", name=term.name)
            elif term is not None and term.decided:
                self._report("PE8014", name=term.name)
            elif term is not None:
                kept[term.id] = self._checked(where, self._value, term, raw)
            elif key is not None:
                kept[key] = self._checked(where, key_text, raw, False, name)
            else:
                self._unknown(entity, name)
        return kept

    def _checked(self, where: str, read: Callable[..., object], *given: object) -> object:
        try:
            return read(*given)
        except Fault as fault:
            self.problems.append(fault.at(where))
            return None

    def _value(self, term: Term, raw: object) -> object:
        if term.filled_by is not None and (raw is None or raw == ""):
            return None  # not even the default is said by who leaves it blank
        value = keep(read_value(raw, term, None))
        if value is None or not term.sensitive:
            return value
        for problem in self.forms.problems(term, str(value)):
            self._report("PE8032", name=term.name, problem=problem.text, problem_en=problem.text_en)
        salt = self.salt()
        digest = f"sha256:{salt}:" + hashlib.sha256(f"{salt}{value}".encode()).hexdigest()
        self.secrets[digest] = str(value)
        return digest

    def _term(self, entity: Entity, name: str) -> Term | None:
        own = self.policy.terms_of(entity.name)
        return next((t for t in own if name in (t.id, t.name, *t.aliases)), None)

    def _key(self, entity: Entity, name: str) -> str | None:
        """The column of the own key or of the parent's key."""
        written = normalise_header(name)
        for one in (entity, self.policy.entities[entity.parent] if entity.parent else None):
            if one is not None and not one.single and written in key_names(self.policy, one):
                return one.key
        return None

    def _unknown(self, entity: Entity, name: str) -> None:
        own = self.policy.terms_of(entity.name)
        known = [t.name for t in own if not t.decided] + [e.name for e in self.policy.base_entities]
        near = "、".join(nearest(name, known)) or "、".join(known[:8])
        self._report("PE8013", where=entity.name, name=name, near=near)

    def _report(self, code: str, **params: str) -> None:
        self.problems.append(diagnostic(code, hint=None, clause=None, counter_example=None, **params))
