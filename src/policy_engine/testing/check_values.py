"""Then-steps about published values: one of them, or all rows of an entity as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from policy_engine.engine.columns import key_names
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.publishing import published, to_plain
from policy_engine.engine.result import Decided
from policy_engine.feel.units import unit_name
from policy_engine.policy.model import Entity
from policy_engine.tables.values import normalise_header, split_unit
from policy_engine.testing.names import find_term, refuse_sensitive, shown_term, the_term
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import find_rows, one_row, who
from policy_engine.testing.values import mismatch

NOT_CHECKED = "-"


def check_value(assessment: Assessment, entity: Entity, key: str | None, term: str, expected: str) -> None:
    row = one_row(assessment, entity, key)
    wanted = shown_term(assessment.result.policy, entity, term)
    decided = assessment.result.value(entity.base, row.key, wanted.id)
    wrong = mismatch(wanted, decided, expected, None, sentence=True)
    if wrong:
        basis = f"（依据 {'、'.join(decided.clauses)}）" if decided.clauses else ""
        raise StepFailure(f"{who(row)}的{wanted.name}{wrong}{basis}")


def check_difference(
    before: Assessment, after: Assessment, entity: Entity, key: str | None, term: str, expected: str
) -> None:
    """How much more was settled than before; less is negative."""
    rows = [one_row(assessment, entity, key) for assessment in (before, after)]
    wanted = shown_term(after.result.policy, entity, term)
    then, now = (row.values[wanted.id] for row in rows)
    if not isinstance(then, Fraction) or not isinstance(now, Fraction):
        raise StepFailure(f"{wanted.name}不是数，没有差额")
    unit = unit_name(wanted.unit) if wanted.unit is not None else None
    difference = Decided(to_plain(now - then), unit, None, (), published(now - then, wanted))
    wrong = mismatch(wanted, difference, expected, None, sentence=True)
    if wrong:
        raise StepFailure(f"{who(rows[1])}的{wanted.name}差额{wrong}")


def check_table(assessment: Assessment, entity: Entity, table: Sequence[Sequence[str]]) -> None:
    """Every row of the entity stands in the table, with these values."""
    policy = assessment.result.policy
    header = [split_unit(h) for h in table[0]]
    keys = [
        i for i, (name, _) in enumerate(header) if name in key_names(policy, policy.entities[entity.base])
    ]
    if not keys:
        raise StepFailure(f"表里要有一栏写编号，表头为“{entity.name}”")
    wrong: list[str] = []
    for line in table[1:]:
        wrong += _line_mismatches(assessment, entity, table[0], line, keys[0])
    listed = {line[keys[0]].strip() for line in table[1:]}
    missing = [r.key for r in find_rows(assessment, entity, None) if r.key not in listed]
    if missing:
        wrong.append(f"表里没有列出：{'、'.join(missing)}")
    if wrong:
        raise StepFailure("\n".join(wrong))


def _line_mismatches(
    assessment: Assessment, entity: Entity, header: Sequence[str], line: Sequence[str], key: int
) -> Iterator[str]:
    policy = assessment.result.policy
    row = one_row(assessment, entity, line[key].strip())
    for index, cell in enumerate(line):
        if index == key or cell.strip() == NOT_CHECKED:
            continue
        name, unit = split_unit(header[index])
        whole = find_term(policy, entity, normalise_header(header[index]))
        term = whole or the_term(policy, entity, name)
        refuse_sensitive(term)
        decided = assessment.result.value(entity.base, row.key, term.id)
        wrong = mismatch(term, decided, cell, None if whole else unit, sentence=False)
        if wrong:
            yield f"{who(row)}的{term.name}{wrong}"
