"""Bar tables: ``| a | b |`` lines in a ``|`` block, or a list of rows, to one BarTable."""

from __future__ import annotations

import re

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.nodes import Mapping, Node, Scalar, Sequence

BARS = "|｜"
_RULE = re.compile(r":?-{3,}:?")
_Row = tuple[Fragment, ...]


def read_table(node: Node, name: str, report: Diagnostics) -> BarTable | None:
    """The table in a node; None when something is wrong with it, which has been reported."""
    if isinstance(node, Scalar):
        return _from_text(node.fragment, node.span, report)
    if isinstance(node, Sequence) and all(isinstance(item, Mapping) for item in node.items):
        rows = [item for item in node.items if isinstance(item, Mapping)]
        return _from_rows(rows, node.span, report)
    report.report(
        "PE1007",
        node.span,
        place=name,
        wanted="表格（“|”块里的竖线表、一行一项的列表，或者 {文件: 表.csv}）",
        wanted_en="a table (a bar table in a | block, a list of rows, or {file: table.csv})",
    )
    return None


def _from_text(block: Fragment, span: Span, report: Diagnostics) -> BarTable | None:
    before = report.failures
    header: _Row | None = None
    top = block
    rows: list[_Row] = []
    lines: list[Fragment] = []
    for line in _lines(block):
        cells = _cells(line, report)
        if cells is None or _is_rule(cells):
            continue
        if header is None:
            header, top = cells, line
        else:
            rows.append(cells)
            lines.append(line)
    if header is None or not rows:
        if report.failures == before:
            report.report("PE1056", span)
        return None
    _check_widths(top, header, list(zip(lines, rows, strict=True)), report)
    if report.failures > before:
        return None
    return BarTable(span=span, header=header, rows=tuple(rows))


def _lines(block: Fragment) -> list[Fragment]:
    """The lines that hold something, stripped."""
    found: list[Fragment] = []
    start = 0
    for line in block.text.split("\n"):
        piece = block.slice(start, start + len(line)).strip()
        if piece.text:
            found.append(piece)
        start += len(line) + 1
    return found


def _cells(line: Fragment, report: Diagnostics) -> _Row | None:
    text = line.text
    if text[0] == "#":
        report.report("PE1052", line.span())
        return None
    if text[0] not in BARS:
        report.report("PE1051", line.span())
        return None
    cells: list[Fragment] = []
    start = 1
    for i in range(1, len(text)):
        if text[i] in BARS and text[i - 1] != "\\":
            cells.append(_unescaped(line.slice(start, i).strip()))
            start = i + 1
    rest = line.slice(start, len(text)).strip()
    if rest.text.startswith("#"):
        report.report("PE1052", rest.span())
    elif rest.text:
        cells.append(_unescaped(rest))
    return tuple(cells)


def _unescaped(cell: Fragment) -> Fragment:
    r"""``\|`` in a cell is a bar."""
    if "\\" not in cell.text:
        return cell
    kept = [
        i
        for i, ch in enumerate(cell.text)
        if not (ch == "\\" and i + 1 < len(cell.text) and cell.text[i + 1] in BARS)
    ]
    offsets = (*(cell.offsets[i] for i in kept), cell.offsets[-1])
    return Fragment("".join(cell.text[i] for i in kept), cell.source, offsets)


def _is_rule(cells: _Row) -> bool:
    return bool(cells) and all(_RULE.fullmatch(c.text) for c in cells)


def _check_widths(
    top: Fragment, header: _Row, rows: list[tuple[Fragment, _Row]], report: Diagnostics
) -> None:
    """Each row has the cells of the header; where all rows agree with each other, the header is wrong."""
    widths = {len(cells) for _, cells in rows}
    if len(rows) > 1 and len(widths) == 1 and widths != {len(header)}:
        report.report("PE1098", top.span(), found=len(header), wanted=widths.pop())
        return
    for number, (line, cells) in enumerate(rows, start=1):
        if len(cells) != len(header):
            _report_width(line, cells, header, number, report)


def _report_width(line: Fragment, cells: _Row, header: _Row, row: int, report: Diagnostics) -> None:
    missing = header[len(cells) :]
    hint = None
    if missing:
        hint = Text("从“{column}”栏起没有内容；不填的格子也要留出来", "nothing from column “{column}” on")
    report.report(
        "PE1050",
        line.span(),
        hint=hint,
        row=row,
        name=f"“{cells[0].text}”" if cells and cells[0].text else "",
        found=len(cells),
        wanted=len(header),
        column=missing[0].text if missing else "",
    )


def _from_rows(rows: list[Mapping], span: Span, report: Diagnostics) -> BarTable | None:
    """A list of rows: every key is a column; a row that does not mention a column holds ``-`` there."""
    header: dict[str, Fragment] = {}
    for row in rows:
        for entry in row.entries:
            header.setdefault(entry.key.text.strip(), entry.key.fragment.strip())
    table: list[_Row] = []
    for row in rows:
        cells = {e.key.text.strip(): _cell(e.value, report) for e in row.entries}
        table.append(tuple(cells.get(name) or _absent(row.span) for name in header))
    if not header or not table:
        report.report("PE1056", span)
        return None
    return BarTable(span=span, header=tuple(header.values()), rows=tuple(table))


def _cell(node: Node, report: Diagnostics) -> Fragment:
    if isinstance(node, Scalar):
        return node.fragment
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return _joined(node)
    report.report("PE1007", node.span, place="单元格", wanted="文字", wanted_en="a text")
    return _absent(node.span)


def _joined(node: Sequence) -> Fragment:
    """A list of names in a cell reads as if the names were joined by ``、``."""
    text, offsets = "", []
    for item in node.items:
        assert isinstance(item, Scalar)
        if text:
            text += "、"
            offsets.append(item.span.start)
        text += item.text
        offsets.extend(item.fragment.offsets[:-1])
    return Fragment(text, node.span.source, (*offsets, node.span.end))


def _absent(span: Span) -> Fragment:
    return Fragment("-", span.source, (span.start, span.start))
