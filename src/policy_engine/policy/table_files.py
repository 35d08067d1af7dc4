"""Rule files as they stand in a folder: with the tables that 文件 names beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.policy.table_docs import replaced, unread
from policy_engine.policy.table_place import Content, read_content
from policy_engine.policy.table_rows import bar_table
from policy_engine.policy.table_sheets import read_sheet
from policy_engine.rulefile.documents import BarTable, PolicyDoc, TableFile, TableFileDoc
from policy_engine.rulefile.findings import Findings
from policy_engine.rulefile.parameter_tables import read_parameters
from policy_engine.rulefile.read import Read, read_policy, read_policy_file


def read_rule_file(
    path: Path, shown: str | None = None, parse: Callable[[Path, str], Read] = read_policy_file
) -> Read:
    """The document of a rule file with all its tables, and what is to be said about it; None when unusable.

    ``shown`` is the name used in messages instead of the path; the files of tables are named after it.
    ``parse`` may be a ``read_policy_file`` that remembers.
    """
    doc, found = parse(path, shown or str(path))
    return _with_tables(doc, found, path, shown or str(path))


def read_rule_text(source: Source, path: Path) -> Read:
    """The same for a text that is to stand at ``path``: its tables are looked for beside that."""
    doc, found = read_policy(source)
    return _with_tables(doc, found, path, source.name)


def _with_tables(doc: PolicyDoc | None, found: tuple[Diagnostic, ...], path: Path, shown: str) -> Read:
    if doc is None or not unread(doc):
        return doc, found
    report = Findings()
    whole = _Reader(doc, path, shown, report).whole()
    return (None if report.errors else whole), (*found, *report.items)


class _Reader:
    """Reads each file once, and each table once however often it is named."""

    def __init__(self, doc: PolicyDoc, path: Path, shown: str, report: Diagnostics) -> None:
        self._doc, self._path, self._shown, self._report = doc, path, shown, report
        self._contents: dict[str, Content | None] = {}
        self._tables: dict[tuple[str, str | None], BarTable | None] = {}

    def whole(self) -> PolicyDoc:
        doc = replaced(self._doc, lambda table: self._table(table) or table)
        table = doc.parameter_table
        if table is not None and not isinstance(table, TableFileDoc):
            parameters = read_parameters(table, doc.language, self._report) or ()
            doc = doc.model_copy(update={"parameters": parameters, "parameter_table": None})
        files = {c.shown: TableFile(c.shown, c.sha256) for c in self._contents.values() if c is not None}
        return doc.model_copy(update={"table_files": tuple(files.values())})

    def _table(self, doc: TableFileDoc) -> BarTable | None:
        key = (doc.file.text, doc.sheet.text if doc.sheet is not None else None)
        if key not in self._tables:
            self._tables[key] = self._read(doc)
        return self._tables[key]

    def _read(self, doc: TableFileDoc) -> BarTable | None:
        name = doc.file.text
        if name not in self._contents:
            self._contents[name] = read_content(doc.file, self._path, self._shown, self._report)
        content = self._contents[name]
        if content is None:
            return None
        shown = read_sheet(doc, content, self._doc.language, self._report)
        return None if shown is None else bar_table(shown, doc.file.span(), self._report)
