"""Settle a month: tables in, statements out, bad packages rejected whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.engine.evaluate import Assessment, Rejection, assess
from policy_engine.engine.result import published
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.lowering.refusal import NotLowered, as_diagnostic
from policy_engine.policy.model import Policy
from policy_engine.settlement.against import difference_table, read_run
from policy_engine.settlement.columns.database import Limits
from policy_engine.settlement.columns.month import ColumnMonth, settled
from policy_engine.settlement.columns.outputs import QueryTable
from policy_engine.settlement.input import read_month
from policy_engine.settlement.output import FORMATS, RecordOf, check_output, write_run
from policy_engine.settlement.record import RunFacts, balanced, facts_of, run_record
from policy_engine.settlement.statements import (
    OutputTable,
    Table,
    carry_over_tables,
    rejected_table,
    statement_tables,
    table_names,
)
from policy_engine.tables.write import Format

HEADERS = ("id", "name")
EXECUTORS = ("columns", "durable", "reference")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Settlement:
    """A settled month. ``record`` is what run.json holds; ``files`` what was written;
    ``notes`` what was passed over on reading and writing.

    ``tables`` are there when nothing was written, or when the engine decided; ``assessment`` when the engine did.
    """

    policy: Policy
    rejected: tuple[Rejection, ...]
    record: Mapping[str, object]
    files: tuple[Path, ...]
    notes: tuple[Diagnostic, ...] = ()
    tables: tuple[OutputTable, ...] = ()
    assessment: Assessment | None = None


@dataclass(frozen=True)
class _Wanted:
    """What a month is settled from and for."""

    source: Path
    folder: Path | None
    format: Format
    by_name: bool
    lang: str
    against: Path | None
    supplied: Sequence[Supplied]
    limits: Limits
    fired: bool
    tell: Progress


def settle(
    policy: Policy,
    source: str | Path,
    output: str | Path | None = None,
    *,
    format: Format = "csv",
    executor: str | None = None,
    headers: str = "id",
    lang: str = "zh",
    against: str | Path | None = None,
    supplied: Sequence[Supplied] = (),
    limits: Limits | None = None,
    fired: bool = False,
    progress: Progress | None = None,
) -> Settlement:
    """Settle the month a policy was loaded for.

    ``source``: a folder of tables or a workbook, one table an entity, named by entity id or name.
    ``output``: the folder for ``user``, ``retailer`` …, ``rejected`` and ``run.json`` (None: nothing is written).
    ``executor``: ``columns`` (exact integers in DuckDB), ``durable`` or ``reference`` (the engine, row by row); None:
    columns, and the engine where a policy has no columns, with a remark that says why.
    ``headers``: ``id`` or ``name`` (with units).
    ``against``: the folder of an earlier run of the month, to state the differences (退补).
    ``supplied``: facts that complete the tables, e.g. what confirmed matters say.
    ``limits``: memory, threads and the folder for what does not fit, for columns.
    ``fired``: add the row of each decision table that fired, for columns.

    Raises InputError, NotCovered or EngineError when nothing can be settled; a row that cannot be used is
    rejected with its package and the rest is settled.
    """
    if format not in FORMATS:
        raise InputError(diagnostic("PE7006", name=str(format)))
    if headers not in HEADERS:
        raise InputError(diagnostic("PE7010", name=str(headers)))
    folder = Path(output) if output is not None else None
    if folder is not None:
        check_output(Path(source), folder, table_names(policy))
    wanted = _Wanted(
        Path(source),
        folder,
        format,
        headers == "name",
        lang,
        Path(against) if against is not None else None,
        supplied,
        limits or Limits(),
        fired,
        progress or _silent,
    )
    if executor not in (None, "columns"):
        return _by_engine(policy, wanted, str(executor), ())
    try:
        return _by_columns(policy, wanted)
    except NotLowered as refused:
        if executor == "columns":
            raise EngineError(as_diagnostic(refused)) from None
        return _by_engine(policy, wanted, "durable", (as_diagnostic(refused),))


def _by_engine(policy: Policy, wanted: _Wanted, executor: str, remarks: Sequence[Diagnostic]) -> Settlement:
    wanted.tell("read", 0, 1)
    month = read_month(policy, wanted.source)
    earlier = read_run(policy, wanted.against) if wanted.against is not None else None
    assessment = assess(
        policy,
        month.tables,
        executor=executor,
        supplied=wanted.supplied,
        progress=lambda done, of: wanted.tell("settle", done, of),
    )
    statements = statement_tables(assessment.result, by_name=wanted.by_name)
    tables: tuple[OutputTable, ...] = (
        *statements,
        *carry_over_tables(assessment.result, by_name=wanted.by_name),
        rejected_table(policy, assessment.rejected, by_name=wanted.by_name, lang=wanted.lang),
    )
    if earlier is not None:
        tables = (*tables, difference_table(policy, earlier, statements, by_name=wanted.by_name))
    facts = facts_of(policy, month, assessment, wanted.supplied)
    done = _written(policy, wanted, facts, tables, remarks)
    return Settlement(policy, assessment.rejected, done.record, done.files, done.notes, tables, assessment)


def _by_columns(policy: Policy, wanted: _Wanted) -> Settlement:
    wanted.tell("read", 0, 1)
    with settled(
        policy,
        wanted.source,
        supplied=wanted.supplied,
        limits=wanted.limits,
        by_name=wanted.by_name,
        fired=wanted.fired,
        progress=wanted.tell,
    ) as month:
        rejected = rejected_table(policy, month.rejected, by_name=wanted.by_name, lang=wanted.lang)
        tables: tuple[Table, ...] = (*month.statements, *month.carried_over, rejected)
        if wanted.against is not None:
            earlier = read_run(policy, wanted.against)
            now = [t.in_memory() for t in month.statements]
            tables = (*tables, difference_table(policy, earlier, now, by_name=wanted.by_name))
        done = _written(policy, wanted, _facts(policy, month, wanted.supplied), tables, ())
        held = () if wanted.folder is not None else tuple(map(_in_memory, tables))
        return Settlement(policy, month.rejected, done.record, done.files, done.notes, held)


def _in_memory(table: Table) -> OutputTable:
    if isinstance(table, OutputTable):
        return table
    assert isinstance(table, QueryTable)
    return table.in_memory()


def _facts(policy: Policy, month: ColumnMonth, supplied: Sequence[Supplied]) -> RunFacts:
    """Raises EngineError when a row was lost."""
    refused: dict[str, dict[int, Row]] = {}
    for item in month.rejected:
        refused.setdefault(item.row.entity, {})[id(item.row)] = item.row
    rows = {
        e.id: balanced(
            e.name,
            month.handed_in.get(e.name, 0),
            month.implied.get(e.name, 0),
            month.out[e.name],
            len(refused.get(e.name, {})),
        )
        for e in policy.base_entities
    }
    return RunFacts("columns", month.digests, month.notes, rows, lambda: _totals(policy, month), supplied)


def _totals(policy: Policy, month: ColumnMonth) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for statement, table in zip(month.plan.outputs, month.statements, strict=True):
        entity = policy.entities[statement.entity]
        sums = table.sums()
        found[entity.id] = {
            c.statement.id: published(total, policy.term(entity.name, c.statement.reference.term))
            for c in statement.columns
            if (total := sums.get(c.statement.id)) is not None
        }
    return found


@dataclass(frozen=True)
class _Done:
    record: Mapping[str, object]
    files: tuple[Path, ...]
    notes: tuple[Diagnostic, ...]


def _written(
    policy: Policy, wanted: _Wanted, facts: RunFacts, tables: Sequence[Table], remarks: Sequence[Diagnostic]
) -> _Done:
    unwritten = () if policy.statements else (diagnostic("PE7011", id=policy.id),)
    remarks = (*remarks, *unwritten)
    notes = (*facts.notes, *remarks)

    def record_of(outputs: Mapping[str, str], notes: Sequence[Diagnostic] = ()) -> Mapping[str, object]:
        return run_record(policy, facts, outputs, wanted.lang, (*remarks, *notes))

    if wanted.folder is None:
        return _Done(record_of({}), (), notes)
    wanted.tell("write", 0, 1)
    made: RecordOf = record_of
    written = write_run(wanted.folder, tables, wanted.format, made)
    return _Done(written.record, written.files, (*notes, *written.notes))


def _silent(step: str, done: int, of: int) -> None:
    pass
