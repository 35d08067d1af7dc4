"""A policy made ready to run: every stage compiled once, its tables handed to a matcher."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.durable import DurableMatcher, available
from policy_engine.engine.form_tables import form_tables
from policy_engine.engine.forms_judging import FormJudge, make_form_judge
from policy_engine.engine.judging import Judge, eligibility_rules, make_judge
from policy_engine.engine.matching import Matcher, ReferenceMatcher, TableRules
from policy_engine.engine.paper_tables import paper_tables
from policy_engine.engine.papers_judging import PaperJudge, make_paper_judge
from policy_engine.engine.policy_key import PolicyKey
from policy_engine.engine.sensitive import reads_sensitive
from policy_engine.feel.typed import Compare, walk
from policy_engine.feel.types import NumberType
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Formula,
    Policy,
    Stage,
)

EXECUTORS = ("durable", "reference")


@dataclass(frozen=True)
class CompiledStage:
    """A stage and the closures it needs, in the order its body lists its expressions."""

    stage: Stage
    parts: frozenset[str]
    base: str
    tests: tuple[Closure, ...] = ()
    outputs: tuple[tuple[Closure, ...], ...] = ()  # one tuple a row
    default: tuple[Closure, ...] | None = None
    value: Closure | None = None  # formula, check, bracket quantity, allocation weight
    within: Closure | None = None
    thresholds: tuple[Closure, ...] = ()
    rates: tuple[Closure, ...] = ()
    hides_total: bool = False  # the total of an allocation is sensitive
    judge: Judge | None = None  # of an eligibility
    papers: PaperJudge | None = None  # of a checklist
    form: FormJudge | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    policy: Policy
    stages: tuple[CompiledStage, ...]
    matcher: Matcher
    executor: str


def compile_stage(policy: Policy, stage: Stage, compiler: Compiler) -> CompiledStage:
    parts, base = policy.parts(stage.entity), policy.entities[stage.entity].base
    to = compiler.compile
    match stage.body:
        case Formula(expression=expression):
            return CompiledStage(stage, parts, base, value=to(expression))
        case Check(condition=condition):
            # The two sides of each equation, to tell a failing member by how much it fails.
            equations = [
                n
                for n in walk(condition)
                if isinstance(n, Compare)
                and isinstance(n.left.type, NumberType)
                and not reads_sensitive(policy, n)
            ]
            sides = tuple((to(n.left), to(n.right)) for n in equations)
            return CompiledStage(stage, parts, base, value=to(condition), outputs=sides)
        case DecisionTable() as table:
            return CompiledStage(
                stage,
                parts,
                base,
                tests=tuple(to(t.expression) for t in table.tests),
                outputs=tuple(tuple(to(o) for o in row.outputs) for row in table.rows),
                default=tuple(to(d) for d in table.default) if table.default is not None else None,
            )
        case Eligibility() as eligibility:
            return CompiledStage(stage, parts, base, judge=make_judge(policy, stage, eligibility, compiler))
        case Checklist() as checklist:
            papers = make_paper_judge(policy, stage, checklist, compiler)
            return CompiledStage(stage, parts, base, papers=papers)
        case Form() as form:
            return CompiledStage(stage, parts, base, form=make_form_judge(policy, stage, form, compiler))
        case BracketScale() as scale:
            return CompiledStage(
                stage,
                parts,
                base,
                value=to(scale.of),
                thresholds=tuple(to(b.threshold) for b in scale.brackets),
                rates=tuple(to(b.rate) for b in scale.brackets),
            )
        case Allocation() as allocation:
            within = to(allocation.within) if allocation.within is not None else None
            hides = reads_sensitive(policy, allocation.total)
            return CompiledStage(
                stage, parts, base, value=to(allocation.by), within=within, hides_total=hides
            )


def table_rules(policy: Policy) -> tuple[TableRules, ...]:
    """Decision tables, cases of eligibilities and rows of checklists and forms as the matchers see them."""
    found: list[TableRules] = []
    for stage in policy.stages:
        match stage.body:
            case DecisionTable(tests=tests, rows=rows):
                found.append(TableRules(stage.id, tuple(frozenset(r.tests) for r in rows), len(tests)))
            case Eligibility() as eligibility:
                found += eligibility_rules(stage, eligibility)
            case Checklist() as checklist:
                found += paper_tables(stage, checklist).rules
            case Form() as form:
                found += form_tables(stage, form).rules
    return tuple(found)


def make_matcher(policy: Policy, executor: str) -> Matcher:
    """The matcher of an executor. Raises EngineError if there is none of that name."""
    if executor not in EXECUTORS:
        raise EngineError(diagnostic("PE6050", name=executor, known="、".join(EXECUTORS)))
    rules = table_rules(policy)
    return DurableMatcher(rules) if executor == "durable" else ReferenceMatcher(rules)


def usable(executor: str) -> str:
    """The executor that will run: where the C extension of durable_rules is missing, the reference."""
    return "reference" if executor == "durable" and not available() else executor


def compile_plan(policy: Policy, executor: str, compiler: Compiler | None = None) -> Plan:
    compiler = compiler or Compiler(policy)
    stages = tuple(compile_stage(policy, s, compiler) for s in policy.stages)
    return Plan(policy, stages, make_matcher(policy, executor), executor)


@lru_cache(maxsize=16)
def _plan(key: PolicyKey, executor: str) -> Plan:
    return compile_plan(key.policy, executor)


def plan_for(policy: Policy, executor: str) -> Plan:
    """The plan of a policy, made once: a reloaded file finds it again."""
    return _plan(PolicyKey.of(policy), executor)
