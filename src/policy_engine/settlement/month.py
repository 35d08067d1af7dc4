"""Settle a month: tables in, statements out, bad packages rejected whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.engine.publishing import published
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.lowering.refusal import NotLowered, as_diagnostic
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.database import Limits, writing
from policy_engine.settlement.columns.held import held
from policy_engine.settlement.columns.month import ColumnMonth, settled
from policy_engine.settlement.columns.outputs import without_rows
from policy_engine.settlement.frames import Frames, month_of, taken
from policy_engine.settlement.input import read_month
from policy_engine.settlement.output import FORMATS, RecordOf, check_output, write_run
from policy_engine.settlement.record import RunFacts, balanced, facts_of, run_record
from policy_engine.settlement.rejections import in_order
from policy_engine.settlement.statements import (
    HeldTable,
    OutputTable,
    Table,
    carry_over_tables,
    rejected_table,
    statement_tables,
    table_names,
)
from policy_engine.tables.write import Format

if TYPE_CHECKING:
    from policy_engine.engine.evaluate import Assessment
    from policy_engine.settlement.explain import Explained

HEADERS = ("id", "name")
EXECUTORS = ("columns", "durable", "reference", "spark")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Settlement:
    """A settled month. ``record`` is what run.json holds; ``files`` what was written;
    ``notes`` what was passed over on reading and writing.

    ``tables`` are there when nothing was written, when differences to an earlier run were asked for, or when the engine
    decided; ``assessment`` when the engine did.
    """

    policy: Policy
    rejected: tuple[Rejection, ...]
    record: Mapping[str, object]
    files: tuple[Path, ...]
    notes: tuple[Diagnostic, ...] = ()
    tables: tuple[HeldTable, ...] = ()
    assessment: Assessment | None = None
    _wanted: _Wanted | None = field(default=None, repr=False)

    def table(self, name: str) -> HeldTable:
        """A table by its name. Raises KeyError when there is none in memory."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"{name}（{'、'.join(t.name for t in self.tables) or '—'}）")

    def arrow(self, name: str) -> Any:
        """A table as a pyarrow Table; pandas and Polars take it as it is. Raises KeyError as ``table``."""
        return self.table(name).arrow()

    def explain(self, key: str, entity: str | None = None) -> Explained:
        """Why a settled row is what it is: the engine decides its package again and is held against the row.

        ``entity``: by id or name; None: whichever has the key. Raises InputError when nobody has it, or several have.
        """
        from policy_engine.settlement.explain import explain_members
        from policy_engine.settlement.stored import HeldRun, WrittenRun

        wanted = self._wanted
        if wanted is None:
            raise ValueError("a settlement that settle() did not make")
        stored = HeldRun(self.tables) if wanted.folder is None else WrittenRun(wanted.folder, self.record)
        (found,) = explain_members(
            self.policy, wanted.source, [key], stored, entity, wanted.supplied, wanted.limits
        )
        return found


@dataclass(frozen=True)
class _Wanted:
    """What a month is settled from and for."""

    source: Path | Frames
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
    source: str | Path | Mapping[str, object],
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

    ``source``: a folder of tables or a workbook, one table an entity, named by entity id or name; or the tables in memory
    by entity: Arrow tables, pandas or Polars frames, or rows as ``evaluate`` takes them.
    ``output``: the folder for ``user``, ``retailer`` …, ``rejected`` and ``run.json`` (None: nothing is written).
    ``executor``: ``columns`` (exact integers in DuckDB), ``durable`` or ``reference`` (the engine, row by row); None:
    columns, and the engine where a policy has no columns, with a remark that says why. ``spark``: a folder of Parquet
    files in, Parquet by period out (the extra spark, and Java).
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
    handed = taken(source) if isinstance(source, Mapping) else Path(source)
    if folder is not None and isinstance(handed, Path):
        check_output(handed, folder, table_names(policy))
    wanted = _Wanted(
        handed,
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
    if executor == "spark":
        return _by_spark(policy, wanted)
    if executor not in (None, "columns"):
        return _by_engine(policy, wanted, str(executor), ())
    try:
        return _by_columns(policy, wanted)
    except NotLowered as refused:
        if executor == "columns":
            raise EngineError(as_diagnostic(refused)) from None
        return _by_engine(policy, wanted, "durable", (as_diagnostic(refused),))


def _by_spark(policy: Policy, wanted: _Wanted) -> Settlement:
    """Raises InputError for what Spark is not asked for, besides what ``settle`` raises."""
    from policy_engine.settlement.spark.month import settle_by_spark

    unsupported = {
        "format xlsx": wanted.format == "xlsx",
        "against": wanted.against is not None,
        "output = None": wanted.folder is None,
    }
    if any(unsupported.values()) or not isinstance(wanted.source, Path) or wanted.folder is None:
        name = next((n for n, asked in unsupported.items() if asked), "source")
        raise InputError(diagnostic("PE7032", name=name))
    try:
        month = settle_by_spark(
            policy,
            wanted.source,
            wanted.folder,
            by_name=wanted.by_name,
            lang=wanted.lang,
            supplied=wanted.supplied,
            fired=wanted.fired,
            progress=wanted.tell,
        )
    except NotLowered as refused:
        raise EngineError(as_diagnostic(refused)) from None
    return Settlement(policy, month.rejected, month.record, month.files, month.notes)


def _by_engine(policy: Policy, wanted: _Wanted, executor: str, remarks: Sequence[Diagnostic]) -> Settlement:
    from policy_engine.engine.evaluate import assess
    from policy_engine.settlement.against import difference_table, read_run

    wanted.tell("read", 0, 1)
    source = wanted.source
    month = read_month(policy, source) if isinstance(source, Path) else month_of(policy, source)
    earlier = read_run(policy, wanted.against) if wanted.against is not None else None
    assessment = assess(
        policy,
        month.tables,
        executor=executor,
        supplied=wanted.supplied,
        progress=lambda done, of: wanted.tell("settle", done, of),
    )
    rejected = in_order(policy, assessment.rejected)
    statements = statement_tables(assessment.result, by_name=wanted.by_name)
    tables: tuple[OutputTable, ...] = (
        *statements,
        *carry_over_tables(assessment.result, by_name=wanted.by_name),
        rejected_table(policy, rejected, by_name=wanted.by_name, lang=wanted.lang),
    )
    if earlier is not None:
        tables = (*tables, difference_table(policy, earlier, statements, by_name=wanted.by_name))
    facts = facts_of(policy, month, assessment, wanted.supplied)
    done = _written(policy, wanted, facts, tables, remarks)
    return Settlement(policy, rejected, done.record, done.files, done.notes, tables, assessment, wanted)


def _by_columns(policy: Policy, wanted: _Wanted) -> Settlement:
    wanted.tell("read", 0, 1)
    source = wanted.source
    with settled(
        policy,
        source if isinstance(source, Path) else source.tables,
        supplied=wanted.supplied,
        limits=wanted.limits,
        by_name=wanted.by_name,
        fired=wanted.fired,
        progress=wanted.tell,
    ) as month:
        rejected = rejected_table(policy, month.rejected, by_name=wanted.by_name, lang=wanted.lang)
        by_database = wanted.format == "parquet" and not rejected.rows
        last: Table = without_rows(rejected, month.connection) if by_database else rejected
        tables: tuple[Table, ...] = (*month.statements, *month.carried_over, last)
        kept: tuple[HeldTable, ...] = ()
        if wanted.folder is None or wanted.against is not None:
            kept = (*map(held, month.statements), *map(held, month.carried_over), rejected)
        if wanted.against is not None:
            from policy_engine.settlement.against import difference_table, read_run

            earlier = read_run(policy, wanted.against)
            difference = difference_table(policy, earlier, kept, by_name=wanted.by_name)
            tables, kept = (*tables, difference), (*kept, difference)
        digests = month.digests if isinstance(source, Path) else source.digests
        with writing(wanted.folder or Path()):
            done = _written(policy, wanted, _facts(policy, month, digests, wanted.supplied), tables, ())
        return Settlement(policy, month.rejected, done.record, done.files, done.notes, kept, _wanted=wanted)


def _facts(
    policy: Policy, month: ColumnMonth, digests: Mapping[str, str], supplied: Sequence[Supplied]
) -> RunFacts:
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
    return RunFacts("columns", digests, month.notes, rows, lambda: _totals(policy, month), supplied)


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
