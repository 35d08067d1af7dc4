"""A bar table with the cells of its sheet: lines that did not change stay as they are."""

from __future__ import annotations

from policy_engine.diagnostics.render import width
from policy_engine.rulefile.bar_layout import escaped
from policy_engine.workbook.bars import BarLine, Bars
from policy_engine.workbook.content import Cell, Content, Row
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.same import paired, same
from policy_engine.workbook.weave import Patch, Piece, kept, patched


def put_bars(text: str, bars: Bars, content: Content, newline: str, problems: CellProblems) -> list[Piece]:
    """What stands in the place of ``bars.start:bars.end``."""
    return _Table(text, bars, content, newline, problems).pieces()


class _Table:
    def __init__(self, text: str, bars: Bars, content: Content, newline: str, problems: CellProblems) -> None:
        self._text, self._bars, self._newline = text, bars, newline
        self._content = content
        base = list(bars.header.texts)
        # Which column of the file each column of the sheet is; None for a new one.
        self._columns = [next((i for i, t in enumerate(base) if t == c.text), None) for c in content.header]
        self._same_columns = self._columns == list(range(len(base)))
        known = [[row.texts[i] for i in self._columns if i is not None] for row in bars.rows]
        given = [self._known(row) for row in content.rows]
        self._from = paired(known, given)
        self._lines = (bars.header, *bars.rows)
        self._new = [
            (bars.header, content.header),
            *zip(map(self._base, self._from), content.rows, strict=True),
        ]
        for line, row in self._new:
            for column, cell in zip(self._columns, row, strict=True):
                if not self._kept(line, column, cell):
                    problems.one_line(cell)

    def _known(self, row: Row) -> list[Cell]:
        return [cell for column, cell in zip(self._columns, row, strict=True) if column is not None]

    def _base(self, index: int | None) -> BarLine | None:
        return None if index is None else self._bars.rows[index]

    def _kept(self, line: BarLine | None, column: int | None, cell: Cell) -> bool:
        return line is not None and column is not None and same(cell, line.texts[column])

    def pieces(self) -> list[Piece]:
        slots = self._slots()
        again = not self._same_columns or (slots != list(self._bars.slots) and self._changed())
        lines = [
            self._rendered(line, row, slots)
            if again or line is None or not self._unchanged(line, row)
            else self._verbatim(line, row)
            for line, row in self._new
        ]
        if [line for line, _ in self._new] == list(self._lines):
            patches = [Patch(b.start, b.end, tuple(p)) for b, p in zip(self._lines, lines, strict=True)]
            return patched(self._text, self._bars.start, self._bars.end, patches)
        return [piece for line in lines for piece in self._ended(line)]

    def _ended(self, line: list[Piece]) -> list[Piece]:
        """The last line of a file may have no line end; here another line may follow it."""
        return line if any(p.text.endswith("\n") for p in line[-2:]) else [*line, Piece(self._newline)]

    def _changed(self) -> bool:
        same_lines = [line for line, _ in self._new] == list(self._lines)
        return not same_lines or not all(line and self._unchanged(line, row) for line, row in self._new)

    def _unchanged(self, line: BarLine, row: Row) -> bool:
        return all(same(cell, text) for cell, text in zip(row, line.texts, strict=True))

    def _slots(self) -> list[int]:
        """Columns grow for what is new; what stuck out before may go on doing so."""
        bars = self._bars
        if any(width(escaped(t)) > s for t, s in zip(bars.header.texts, bars.slots, strict=True)):
            bars_slots = [0] * len(bars.slots)  # written without blanks: not the house's style
        else:
            bars_slots = list(bars.slots)
        slots = [bars_slots[c] if c is not None else 0 for c in self._columns]
        for line, row in self._new:
            for i, (column, cell) in enumerate(zip(self._columns, row, strict=True)):
                needed = width(escaped(self._text_of(line, column, cell)))
                if not (
                    self._kept(line, column, cell)
                    and column is not None
                    and self._sticks_out(needed, bars_slots[column])
                ):
                    slots[i] = max(slots[i], needed)
        return slots

    @staticmethod
    def _sticks_out(needed: int, slot: int) -> bool:
        return 0 < slot < needed

    def _text_of(self, line: BarLine | None, column: int | None, cell: Cell) -> str:
        if line is not None and column is not None and same(cell, line.texts[column]):
            return line.texts[column]
        return cell.text

    def _rendered(self, line: BarLine | None, row: Row, slots: list[int]) -> list[Piece]:
        pieces = [Piece(self._bars.indent + "|")]
        for column, cell, slot in zip(self._columns, row, slots, strict=True):
            text = escaped(self._text_of(line, column, cell))
            pieces += [Piece(" "), Piece(text, cell.place), Piece(" " * (slot - width(text)) + " |")]
        return [*pieces, Piece(self._newline)]

    def _verbatim(self, line: BarLine, row: Row) -> list[Piece]:
        spans = [(fragment.span(), cell) for fragment, cell in zip(line.cells, row, strict=True)]
        patches = [kept(span.start, span.end, self._text, cell) for span, cell in spans]
        return patched(self._text, line.start, line.end, patches)
