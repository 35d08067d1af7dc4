"""The text of a rule file with the cells of an edited workbook."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.workbook.content import Book, Cell, Content
from policy_engine.workbook.labels import label
from policy_engine.workbook.layout import EntryPart, Layout, Part, TablePage
from policy_engine.workbook.layout_sections import ListPart
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.put_bars import put_bars
from policy_engine.workbook.put_entry import put_entry
from policy_engine.workbook.put_list import put_list
from policy_engine.workbook.same import matching
from policy_engine.workbook.shown import marker, text_rows
from policy_engine.workbook.weave import Entangled, Piece, Woven, woven


def put_back(layout: Layout, book: Book, problems: CellProblems) -> Woven:
    """The new text, each piece with the cell it comes from. What cannot be put back goes to ``problems``."""
    put = _Putter(layout, book, problems)
    return woven(put.pieces())


class _Putter:
    def __init__(self, layout: Layout, book: Book, problems: CellProblems) -> None:
        self._layout, self._book, self._problems = layout, book, problems
        self._newline = "\r\n" if "\r\n" in layout.text else "\n"
        self._markers = {marker(layout, part.sheet): part for part in layout.parts}

    def pieces(self) -> list[Piece]:
        base = list(text_rows(self._layout))
        while base and not base[-1][0].strip():
            base.pop()
        tail = self._tail(base)
        keys = [text.rstrip() for text, _ in base]
        cells = [replace(cell, text=cell.text.rstrip()) for cell in self._book.lines]
        while cells and not cells[-1].text:
            cells.pop()
        matcher = matching(keys, [cell.text for cell in cells])
        self._check_markers()
        pieces: list[Piece] = []
        for tag, start, _, first, last in matcher.get_opcodes():
            for offset, cell in enumerate(cells[first:last]):
                at = base[start + offset][1] if tag == "equal" else None
                pieces += self._line(cell, at)
                if (
                    pieces
                    and pieces[-1].text
                    and not pieces[-1].text.endswith("\n")
                    and cell is not cells[-1]
                ):
                    pieces.append(Piece(self._newline))
        if cells and tail is not None and pieces and tail and not _ends(pieces):
            pieces.append(Piece(self._newline))
        return [*pieces, Piece(tail)]

    def _tail(self, base: list[tuple[str, int]]) -> str:
        """The blank lines at the end of the file."""
        if not base:
            return ""
        at = base[-1][1]
        end = self._layout.parts[-1 - at].end if at < 0 else self._layout.lines.end(at)
        return self._layout.text[end:]

    def _line(self, cell: Cell, at: int | None) -> list[Piece]:
        part = self._markers.get(cell.text.strip())
        if part is not None:
            return self._part(part)
        if at is not None and at >= 0:
            return [
                Piece(self._layout.text[at : self._layout.lines.stop(at)], cell.place),
                Piece(self._layout.text[self._layout.lines.stop(at) : self._layout.lines.end(at)]),
            ]
        self._problems.one_line(cell)
        return [Piece(cell.text, cell.place), Piece(self._newline)]

    def _part(self, part: Part) -> list[Piece]:
        book, problems = self._book, self._problems
        names = [t.sheet for t in part.tables] if isinstance(part, EntryPart) else [part.sheet]
        contents = [book.sheet(name) for name in names]
        if any(content is None for content in contents):
            return []  # told already
        content = contents[0]
        assert content is not None
        try:
            return self._put(part, content)
        except Entangled:
            problems.unwritable(part.sheet, "几处改动连在一起，分不开", "several changes run into each other")
            return []

    def _put(self, part: Part, content: Content) -> list[Piece]:
        layout, book, problems = self._layout, self._book, self._problems
        if isinstance(part, TablePage):
            return put_bars(layout.text, part.bars, content, self._newline, problems)
        if isinstance(part, ListPart):
            return put_list(layout.lines, part, content, layout.language, self._newline, problems)
        return put_entry(layout.lines, part, book, layout.language, self._newline, problems)

    def _check_markers(self) -> None:
        """Each sheet has its marker once, and each marker its sheet; both may go together."""
        text = label("text", self._layout.language)
        for mark, part in self._markers.items():
            found = [cell for cell in self._book.lines if cell.text.strip() == mark]
            names = [t.sheet for t in part.tables] if isinstance(part, EntryPart) else [part.sheet]
            there = [name for name in names if self._book.sheet(name)]
            for cell in found[1:]:
                self._problems.misfit(cell.place, f"标记行“{mark}”重复了", "the marker stands twice")
            if found and len(there) < len(names):
                missing = next(name for name in names if name not in there)
                self._problems.misfit(
                    missing, "缺少这张工作表，或者它被改了名字", "the sheet is missing or renamed"
                )
            if not found and there:
                self._problems.misfit(text, f"缺少标记行“{mark}”", f"marker “{mark}” is missing")


def _ends(pieces: list[Piece]) -> bool:
    last = next((piece.text for piece in reversed(pieces) if piece.text), "")
    return last.endswith("\n")
