"""What rows of papers say of their files is what the files are: format, size and problems come from the folder.

A value that people gave for these gives way, with a remark. A row without a file keeps none of them: it is a claim
that nobody could look at, so it cannot meet an item that asks for a format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.engine.facts import FactRow, FactTable
from policy_engine.filing.columns import FileColumns, file_name, papers_of
from policy_engine.filing.folder import Folder
from policy_engine.papers.inspect import PaperFile
from policy_engine.policy.checklist_model import FILE
from policy_engine.policy.model import Policy

SHOWN = 20  # remarks of a kind; the others are counted


def with_files(
    policy: Policy, tables: Sequence[FactTable], directory: Path
) -> tuple[tuple[FactTable, ...], tuple[Diagnostic, ...]]:
    """The tables with format, size (bytes) and problem of each file named, and remarks.

    Remarked: rows of papers without a file, values that gave way, files that no row names. Raises InputError when
    the folder cannot be read.
    """
    filled, notes, _ = tables_with_files(policy, tables, directory)
    return filled, notes


def tables_with_files(
    policy: Policy, tables: Sequence[FactTable], directory: Path
) -> tuple[tuple[FactTable, ...], tuple[Diagnostic, ...], Folder]:
    """``with_files``, and the files that were looked at."""
    papers = papers_of(policy)
    filled = [_Filled(t, FileColumns.of(policy, papers[t.entity])) for t in tables if t.entity in papers]
    folder = Folder.looked_at(directory, (name for one in filled for name in one.names() if name))
    by_entity = {one.table.entity: one.fill(folder) for one in filled}
    missing = [where for one in filled for where in one.without_file()]
    given = [claim for one in filled for claim in one.claims(folder)]
    notes = (
        *_bounded("PE7085", [(where, where) for where in missing], "行", "rows"),
        *_bounded("PE7086", [(claim, claim) for claim in given], "处", "values"),
        *_bounded("PE7087", [(name, name) for name in folder.unnamed()], "个文件", "files"),
    )
    return tuple(by_entity.get(t.entity, t) for t in tables), notes, folder


@dataclass(frozen=True)
class _Filled:
    """A table of papers, and how it is filled in."""

    table: FactTable
    columns: FileColumns

    def names(self) -> Iterator[str]:
        """The file of each row, blank for none."""
        at = self._places().get(FILE)
        for row in self.table.rows:
            yield file_name(row.cells[at]) if at is not None else ""

    def _places(self) -> dict[str, int]:
        written = self.columns.places(self.table.header)
        return {id_: self.table.header.index(header) for id_, header in written.items()}

    def fill(self, folder: Folder) -> FactTable:
        if not self.table.rows:
            return self.table  # an empty table without a header says that there are none
        places = self._places()
        added = [id_ for id_ in self.columns.known(None) if id_ not in places]
        rows = [
            self._row(row, places, added, self.columns.known(folder.file(name)))
            for row, name in zip(self.table.rows, self.names(), strict=True)
        ]
        return replace(self.table, header=(*self.table.header, *added), rows=tuple(rows))

    def _row(
        self, row: FactRow, places: Mapping[str, int], added: Iterable[str], known: Mapping[str, object]
    ) -> FactRow:
        at = {places[id_]: value for id_, value in known.items() if id_ in places}
        own = (at.get(index, cell) for index, cell in enumerate(row.cells))
        return replace(row, cells=(*own, *(known[id_] for id_ in added)), lossy=row.lossy - set(at))

    def without_file(self) -> Iterator[str]:
        return (self._place(row) for row, name in zip(self.table.rows, self.names(), strict=True) if not name)

    def claims(self, folder: Folder) -> Iterator[str]:
        """Values that people gave and that are not what the file says."""
        places = self._places()
        for row, name in zip(self.table.rows, self.names(), strict=True):
            known = self.columns.known(folder.file(name))
            for id_, value in known.items():
                given = file_name(row.cells[places[id_]]) if id_ in places else ""
                if given and given != file_name(value):
                    yield f"{self._place(row)} {self.columns.name(id_)}"

    def _place(self, row: FactRow) -> str:
        return f"{self.table.entity}（{self.table.source} 第{row.line}行）"


def _bounded(code: str, items: Sequence[tuple[str, str]], zh: str, en: str) -> Iterator[Diagnostic]:
    """A remark for each of the first, one more for how many others there are."""
    rest = len(items) - SHOWN
    more = [(f"另有 {rest} {zh}", f"{rest} more {en}")] if rest > 0 else []
    for name, name_en in [*items[:SHOWN], *more]:
        yield diagnostic(code, name=name, name_en=name_en)


def facts_with_files(
    policy: Policy, facts: Mapping[str, object], directory: Path
) -> tuple[Mapping[str, object], tuple[PaperFile, ...]]:
    """The same for facts of one matter: lists of rows under entities of papers, at any depth.

    Returns new facts and what was found out about every file named, each once. Raises InputError.
    """
    nested = _Nested({name: FileColumns.of(policy, entity) for name, entity in papers_of(policy).items()})
    folder = Folder.looked_at(directory, nested.names(facts))
    return nested.fill(facts, folder), folder.found


@dataclass(frozen=True)
class _Nested:
    """Rows inside rows; ``columns`` of papers by the entity's name and id."""

    columns: Mapping[str, FileColumns]

    def names(self, facts: Mapping[str, object]) -> Iterator[str]:
        for key, content in facts.items():
            for row in _rows(content):
                if key in self.columns:
                    name = self._file(self.columns[key], row)
                    if name:
                        yield name
                yield from self.names(row)

    def fill(self, facts: Mapping[str, object], folder: Folder) -> dict[str, object]:
        return {key: self._content(key, content, folder) for key, content in facts.items()}

    def _content(self, key: str, content: object, folder: Folder) -> object:
        if isinstance(content, Mapping):
            return self._row(key, content, folder)
        if isinstance(content, Sequence) and not isinstance(content, str | bytes):
            return [self._row(key, row, folder) if isinstance(row, Mapping) else row for row in content]
        return content

    def _row(self, key: str, row: Mapping[str, object], folder: Folder) -> dict[str, object]:
        inner = self.fill(row, folder)
        columns = self.columns.get(key)
        if columns is None:
            return inner
        name = self._file(columns, row)
        known = columns.known(folder.file(name))
        kept = {header: value for header, value in inner.items() if not _is_one_of(columns, header, known)}
        return {**kept, **known}

    def _file(self, columns: FileColumns, row: Mapping[str, object]) -> str:
        header = columns.places(map(str, row)).get(FILE)
        return file_name(row.get(header)) if header is not None else ""


def _is_one_of(columns: FileColumns, header: str, known: Mapping[str, object]) -> bool:
    term = columns.term(str(header))
    return term is not None and term.id in known


def _rows(content: object) -> Iterator[Mapping[str, object]]:
    if isinstance(content, Mapping):
        yield content
    elif isinstance(content, Sequence) and not isinstance(content, str | bytes):
        yield from (row for row in content if isinstance(row, Mapping))
