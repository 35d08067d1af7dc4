"""The fast path for one case: compiled Python over whole numbers, no trace. Whatever is unusual goes to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError, PolicyEngineError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.fast_read import Reader, Rows
from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import EXECUTORS
from policy_engine.engine.policy_key import PolicyKey
from policy_engine.engine.publishing import json_value, published, to_plain
from policy_engine.engine.result import Decided, Result, row_clauses
from policy_engine.feel.values import Value
from policy_engine.lowering.planner import lower
from policy_engine.lowering.python_code import Unusual
from policy_engine.lowering.python_program import program
from policy_engine.lowering.python_rows import KEY_SLOT, KIND_SLOT, RowList
from policy_engine.lowering.python_run import run
from policy_engine.lowering.refusal import NotLowered, as_diagnostic
from policy_engine.policy.model import DecisionTable, Policy, Stage, Term
from policy_engine.rulefile.choices import HitPolicy

# What compiled code raises where a case is out of the ordinary, besides its own Unusual and the engine's errors.
_ASK_THE_ENGINE = (Unusual, Fault, PolicyEngineError, TypeError, ValueError, ArithmeticError, LookupError)


class CompiledPolicy:
    """A policy compiled to Python functions over whole numbers, for deciding many single cases.

    Safe to share between threads. ``refused``: why the policy has no such functions, so that every case is the
    engine's; None when it has them.
    """

    def __init__(self, policy: Policy, executor: str = "durable") -> None:
        self.policy, self.executor = policy, executor
        self.refused: Diagnostic | None = None
        self.reader: Reader | None = None
        try:
            self.reader = Reader(policy, program(lower(policy)))
        except NotLowered as refusal:
            self.refused = as_diagnostic(refusal)

    def evaluate(self, facts: Mapping[str, object]) -> FastResult:
        """Decide one case. ``facts`` as for ``evaluate``; they must not be changed while the result is in use.

        Values, checks and errors are the engine's: a case with anything out of the ordinary is decided by it.
        Raises InputError, NotCovered, EngineError.
        """
        reader = self.reader
        if reader is not None:
            try:
                rows = reader.read(facts)
                run(reader.program, rows)
                return FastResult(self, facts, rows)
            except _ASK_THE_ENGINE:
                pass
        return FastResult(self, facts, None, evaluate(self.policy, facts, executor=self.executor))


class FastResult:
    """The outcome of one case, converted when it is looked at. Looks like ``Result``; what fired is told by row.

    ``by_engine``: the engine decided the case, because something in it was out of the ordinary.
    """

    __slots__ = ("_compiled", "_engine", "_facts", "_rows", "by_engine")

    def __init__(
        self,
        compiled: CompiledPolicy,
        facts: Mapping[str, object],
        rows: Rows | None,
        engine: Result | None = None,
    ) -> None:
        self._compiled, self._facts, self._rows, self._engine = compiled, facts, rows, engine
        self.by_engine = rows is None

    @property
    def policy(self) -> Policy:
        return self._compiled.policy

    def explain(self) -> Result:
        """The engine's result of the same facts, for a trace. Raises EngineError (PE9001) if its values differ."""
        if self._engine is None:
            found = evaluate(self.policy, self._facts, executor=self._compiled.executor)
            if found.to_dict() != self.to_dict():
                raise EngineError(
                    diagnostic("PE9001", detail="compiled Python: other values than the engine's")
                )
            self._engine = found
        return self._engine

    def keys(self, entity: str) -> tuple[str, ...]:
        """The keys of an entity (id or name), in the order of the facts. Raises KeyError."""
        if self._rows is None:
            return self.explain().keys(entity)
        return tuple(row[KEY_SLOT] for row in self._rows[_entity(self.policy, entity)])

    def value(self, entity: str, key: str, term: str) -> Decided:
        """The value of a term for a member. Raises KeyError for an unknown name or key."""
        if self._rows is None:
            return self.explain().value(entity, key, term)
        base = _entity(self.policy, entity)
        return self._decided(base, self._row(base, key), _term(self.policy, base, term))

    def values(self, entity: str, key: str = "") -> Mapping[str, Decided]:
        """Every value of a row by term id."""
        if self._rows is None:
            return self.explain().values(entity, key)
        base = _entity(self.policy, entity)
        row = self._row(base, key)
        return {
            t.id: self._decided(base, row, t) for t in self.policy.terms_of(base) if self._has(base, row, t)
        }

    def to_dict(self) -> dict[str, dict[str, dict[str, object]]]:
        """Entity id → key → term id → value; numbers as decimal strings, ready for JSON."""
        if self._rows is None:
            return self.explain().to_dict()
        return {
            entity.id: {
                row[KEY_SLOT]: {
                    term.id: json_value(self._value(entity.name, row, term), term)
                    for term in self.policy.terms_of(entity.name)
                    if self._has(entity.name, row, term)
                }
                for row in self._rows[entity.name]
            }
            for entity in self.policy.base_entities
        }

    # -- one value ---------------------------------------------------------------------------------

    def _row(self, base: str, key: str) -> RowList:
        assert self._rows is not None
        for row in self._rows[base]:
            if row[KEY_SLOT] == key:
                return row
        near = "、".join(nearest(key, [str(r[KEY_SLOT]) for r in self._rows[base]])) or "—"
        raise KeyError(f"{base} {key}（{near}）")

    @property
    def _reader(self) -> Reader:
        assert self._compiled.reader is not None
        return self._compiled.reader

    def _has(self, base: str, row: RowList, term: Term) -> bool:
        if term.sensitive:
            return False
        return not term.decided or term.id in self._reader.program.results.get((base, row[KIND_SLOT]), {})

    def _value(self, base: str, row: RowList, term: Term) -> Value:
        intake = self._reader.intakes[base]
        if term.decided:
            found = self._reader.program.results.get((base, row[KIND_SLOT]), {}).get(term.id)
            return None if found is None else found.type.value(found.stored(row))
        stored = row[intake.slot(term)]
        column = intake.inputs.get(term.id)
        value: Value = stored if column is None else column.physical.value(stored)
        return value

    def _decided(self, base: str, row: RowList, term: Term) -> Decided:
        value = self._value(base, row, term)
        stage = _stage(self.policy, base, row[KIND_SLOT], term) if term.decided else None
        fired, clauses = None, tuple[str, ...]()
        if stage is not None:
            names = self._fired(base, row, stage)
            fired = "、".join(names) or None
            clauses = row_clauses(stage, names) or stage.clauses
        unit = term.unit.name if term.unit is not None and term.unit.name else None
        return Decided(to_plain(value), unit, fired, clauses, published(value, term))

    def _fired(self, base: str, row: RowList, stage: Stage) -> tuple[str, ...]:
        found = self._reader.program.fired.get((base, row[KIND_SLOT]), {}).get(stage.id)
        if found is not None:
            code = found[1].stored(row)
            return () if code is None else (found[0].rows[int(code)],)
        if isinstance(stage.body, DecisionTable) and stage.body.hit_policy is HitPolicy.COLLECT:
            # Which of several rows fired is not kept here.
            engine = self.explain()
            return engine.run.fired.get((stage.id, id(engine.row(base, row[KEY_SLOT]))), ())
        return ()


def _entity(policy: Policy, name: str) -> str:
    for entity in policy.entities.values():
        if name in (entity.id, entity.name):
            return entity.base
    raise KeyError(f"{name}（{'、'.join(e.name for e in policy.base_entities)}）")


def _term(policy: Policy, base: str, name: str) -> Term:
    own = policy.terms_of(base)
    for term in own:
        if name in (term.id, term.name, *term.aliases):
            return term
    raise KeyError(f"{base}.{name}（{'、'.join(nearest(name, [t.name for t in own]))}）")


def _stage(policy: Policy, base: str, kind: int, term: Term) -> Stage | None:
    subs = policy.sub_entities(base)
    part = subs[kind].name if subs else base
    for stage in policy.stages:
        if term.id in stage.outputs and part in policy.parts(stage.entity):
            return stage
    return None


@lru_cache(maxsize=16)
def _compiled(key: PolicyKey, executor: str) -> CompiledPolicy:
    return CompiledPolicy(key.policy, executor)


def compiled(policy: Policy, *, executor: str = "durable") -> CompiledPolicy:
    """A policy compiled for many single cases, made once. ``executor``: of the engine, for what is unusual.

    Raises EngineError for an executor that does not exist (PE6050).
    """
    if executor not in EXECUTORS:
        raise EngineError(diagnostic("PE6050", name=executor, known="、".join(EXECUTORS)))
    return _compiled(PolicyKey.of(policy), executor)
