"""Bind 对照表: keys to values, exact."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.feel.check import constant
from policy_engine.feel.scope import LookupSignature
from policy_engine.feel.types import NumberType, TextType, Type, with_nullable
from policy_engine.feel.values import Value
from policy_engine.policy.model import Clause, Lookup, Term
from policy_engine.policy.overlay import Merged
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.places import decimal_places
from policy_engine.rulefile.documents import BarTable


def bind_lookups(
    merged: Merged, terms: Mapping[tuple[str, str], Term], clauses: Mapping[str, Clause], report: Diagnostics
) -> dict[str, Lookup]:
    """The last column is the value, the others are the keys.

    A column named after a term has that term's type; any other column is text.
    """
    by_name = {t.name: t.type for t in terms.values()}
    found: dict[str, Lookup] = {}
    for name, doc, _ in merged.lookups:
        for clause in doc.clause:
            check_clause(clause, clauses, report)
        if len(doc.table.header) < 2:
            report.report("PE3110", doc.table.span, name=name.text)
            continue
        header, cells = _results_last(name, doc.table, report)
        types = tuple(_plain(by_name.get(h.text, TextType())) for h in header)
        rows = _rows(cells, types, report)
        _check_keys(name.text, rows, report)
        signature = LookupSignature(name.text, types[:-1], types[-1])
        found[name.text] = Lookup(
            name.text,
            signature,
            tuple((values[:-1], values[-1]) for _, values in rows),
            tuple(c.text for c in doc.clause),
            name.span(),
            tuple(cells[0].span().to(cells[-1].span()) for cells, _ in rows),
        )
    return found


def _results_last(name: Fragment, table: BarTable, report: Diagnostics) -> tuple[Cells, tuple[Cells, ...]]:
    """Header and rows. A column that is called like the table is its result.

    Anywhere but last it would be taken for a key; that is reported, and it is read as the result all the same: what
    stands to the right of it is left out, unless then no key were left.
    """
    at = next((i for i, h in enumerate(table.header[:-1]) if h.text == name.text), None)
    if at is None:
        return table.header, table.rows
    hint = _REMARKS if at else None
    report.report("PE3112", table.header[at].span(), hint=hint, name=name.text, last=table.header[-1].text)
    if at:
        return table.header[: at + 1], tuple(row[: at + 1] for row in table.rows)
    header, *rows = ((*row[1:], row[0]) for row in (table.header, *table.rows))
    return header, tuple(rows)


def _plain(type_: Type) -> Type:
    """A key or value column is never null, whatever the term is."""
    return with_nullable(type_, False)


_REMARKS = Text(
    "“{last}”是查的键的，移到“{name}”的左边；是备注的，去掉这一栏，写成表格上面的“# ”说明",
    "move column “{last}” to the left of “{name}”; if it is a remark, put it into a comment above the table",
)
Cells = tuple[Fragment, ...]
Row = tuple[Cells, tuple[Value, ...]]  # the cells and what they stand for


def _rows(cells: tuple[Cells, ...], types: tuple[Type, ...], report: Diagnostics) -> list[Row]:
    rows = []
    for row in cells:
        blank = next((cell for cell in row if not cell.text.strip()), None)
        if blank is not None:
            report.report("PE3113", blank.span(), row=next((c.text for c in row if c.text.strip()), ""))
            continue
        try:
            values = tuple(constant(cell, type_) for cell, type_ in zip(row, types, strict=True))
        except LoadError as error:
            for item in error.diagnostics:
                report.add(item)
            continue
        rows.append((row, values))
    return rows


def _check_keys(name: str, rows: list[Row], report: Diagnostics) -> None:
    seen: dict[tuple[Value, ...], Span] = {}
    for row, values in rows:
        span = row[0].span().to(row[-2].span())
        earlier = seen.setdefault(values[:-1], span)
        if earlier is not span:
            key = "、".join(cell.text for cell in row[:-1])
            report.report("PE3111", span, earlier, name=name, key=key)


def lookup_places(lookups: Mapping[str, Lookup]) -> dict[str, int | None]:
    """The most decimal places of each numeric lookup's values."""
    found: dict[str, int | None] = {}
    for lookup in lookups.values():
        if isinstance(lookup.signature.result, NumberType):
            digits = [decimal_places(v) for _, v in lookup.rows if isinstance(v, Fraction)]
            found[lookup.name] = max((d for d in digits if d is not None), default=0)
    return found
