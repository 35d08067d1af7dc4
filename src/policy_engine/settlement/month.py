"""Settle a month: tables in, statements out, bad packages rejected whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import Assessment, Rejection, assess
from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Policy
from policy_engine.settlement.against import difference_table, read_run
from policy_engine.settlement.input import read_month
from policy_engine.settlement.output import FORMATS, check_output, write_run
from policy_engine.settlement.record import run_record
from policy_engine.settlement.statements import (
    OutputTable,
    carry_over_tables,
    rejected_table,
    statement_tables,
    table_names,
)
from policy_engine.tables.write import Format

HEADERS = ("id", "name")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Settlement:
    """A settled month. ``record`` is what run.json holds; ``files`` what was written;
    ``notes`` what was passed over on reading and writing."""

    policy: Policy
    assessment: Assessment
    tables: tuple[OutputTable, ...]
    record: Mapping[str, object]
    files: tuple[Path, ...]
    notes: tuple[Diagnostic, ...] = ()

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        return self.assessment.rejected


def settle(
    policy: Policy,
    source: str | Path,
    output: str | Path | None = None,
    *,
    format: Format = "csv",
    executor: str = "durable",
    headers: str = "id",
    lang: str = "zh",
    against: str | Path | None = None,
    supplied: Sequence[Supplied] = (),
    progress: Progress | None = None,
) -> Settlement:
    """Settle the month a policy was loaded for.

    ``source``: a folder of tables or a workbook, one table an entity, named by entity id or name.
    ``output``: the folder for ``user``, ``retailer`` …, ``rejected`` and ``run.json`` (None: nothing is written).
    ``headers``: ``id`` or ``name`` (with units).
    ``against``: the folder of an earlier run of the month, to state the differences (退补).
    ``supplied``: facts that complete the tables, e.g. what confirmed matters say.

    Raises InputError, NotCovered or EngineError when nothing can be settled; a row that cannot be used is
    rejected with its package and the rest is settled.
    """
    if format not in FORMATS:
        raise InputError(diagnostic("PE7006", name=str(format)))
    if headers not in HEADERS:
        raise InputError(diagnostic("PE7010", name=str(headers)))
    tell = progress or _silent
    folder = Path(output) if output is not None else None
    if folder is not None:
        check_output(Path(source), folder, table_names(policy))
    tell("read", 0, 1)
    month = read_month(policy, Path(source))
    earlier = read_run(policy, Path(against)) if against is not None else None
    assessment = assess(
        policy,
        month.tables,
        executor=executor,
        supplied=supplied,
        progress=lambda done, of: tell("settle", done, of),
    )
    by_name = headers == "name"
    statements = statement_tables(assessment.result, by_name=by_name)
    tables: tuple[OutputTable, ...] = (
        *statements,
        *carry_over_tables(assessment.result, by_name=by_name),
        rejected_table(policy, assessment.rejected, by_name=by_name, lang=lang),
    )
    if earlier is not None:
        tables = (*tables, difference_table(policy, earlier, statements, by_name=by_name))

    unwritten = () if policy.statements else (diagnostic("PE7011", id=policy.id),)

    def record_of(outputs: Mapping[str, str], notes: Sequence[Diagnostic] = ()) -> Mapping[str, object]:
        return run_record(policy, month, assessment, outputs, lang, (*unwritten, *notes), supplied)

    notes = (*month.notes, *assessment.notes, *unwritten)
    if folder is None:
        return Settlement(policy, assessment, tables, record_of({}), (), notes)
    tell("write", 0, 1)
    written = write_run(folder, tables, format, record_of)
    return Settlement(policy, assessment, tables, written.record, written.files, (*notes, *written.notes))


def _silent(step: str, done: int, of: int) -> None:
    pass
