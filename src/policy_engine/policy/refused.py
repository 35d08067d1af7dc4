"""Names that are declared, but wrongly. What uses them is not blamed as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged


def refused_names(merged: Merged, table: NameTable, report: Diagnostics) -> Mapping[str, Diagnostic]:
    """What the files meant to declare and nothing came of, each with a fault that has been told."""
    if not report.failures:
        return {}
    fault = report.errors[0]
    known = {name for _, name in table.terms}.union(table.parameters, table.lookups, table.entities)
    return {name: fault for name in _written(merged) if name not in known}


def _written(merged: Merged) -> Iterator[str]:
    for doc in merged.docs:
        for row in doc.terms.rows if doc.terms is not None else ():
            yield from (cell.text for cell in row if cell.text)
    yield from (name.text for name, _, _ in merged.parameters)
    yield from (name.text for name, _, _ in merged.lookups)
    yield from (name.text for name, _, _ in merged.eligibilities)
    yield from (name.text for name, _, _ in merged.checklists)
    for name, form, _ in merged.forms:
        yield name.text
        yield from (cell.text for row in form.fields_.rows for cell in row if cell.text)
    for _, entity, _ in merged.entities:
        yield from (reference.text for reference in (entity.belongs_to, entity.base) if reference is not None)
