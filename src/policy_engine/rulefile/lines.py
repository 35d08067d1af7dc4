"""The traps of YAML, found line by line before YAML itself reads the text.

Each trap is reported with the corrected line, and the text handed on is repaired, so that one trap does not
hide the other errors of a file. A full-width colon after a key is no trap: it is simply read as one.
"""

from __future__ import annotations

import re
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.rulefile.findings import MAX_FINDINGS
from policy_engine.rulefile.flow import Flow
from policy_engine.rulefile.keywords import is_key
from policy_engine.rulefile.levels import Levels, next_column
from policy_engine.rulefile.prepared import Edit, Prepared
from policy_engine.rulefile.rows import Rows
from policy_engine.rulefile.shape import takes_list, takes_text
from policy_engine.rulefile.traps import (
    ANCHOR_OR_TAG,
    LEADING,
    WITHOUT_COLON,
    ascii_separator,
    closing_quote,
    comment_start,
    is_cut,
    latin_name,
    quoted,
)

_BLOCK_HEADER = re.compile(r"[|>][+-]?[1-9]?[+-]?[ \t]*(#.*)?$")
_DASH = re.compile(r"-[ ]+")
_GLUED = re.compile(r"([^\s:\"'{}\[\],]+):(?!//)(\S.*)$")
_GLUED_KEY = re.compile(r"([^\s:\"'{}\[\],]+):([{\[\"'].*)$")
_QUOTED_PART = re.compile(r"\s*[{\[\"'].*")  # braces and quotes have separators of their own
_NO_COLON = re.compile(
    r"([^\s:：；;\"'{}\[\]#|｜-][^\s:：；;\"'{}\[\]#|｜]*)[ ]*[；;]?[ ]*(?=(\{)[^{}]*:[ ])"
)
_PREFIXED = re.compile(r"\s*(当|则|佐证)\s*$")


def repair(prepared: Prepared, report: Diagnostics) -> Prepared:
    """The text with its traps reported and repaired as far as their meaning is clear."""
    scanner = _Lines(prepared, report)
    scanner.run()
    return prepared.edited(scanner.edits)


class _Lines:
    def __init__(self, prepared: Prepared, report: Diagnostics) -> None:
        self.edits: list[Edit] = []
        self._prepared = prepared
        self._text = prepared.text
        self._report = report
        self._levels = Levels()
        self._open = self._levels.open
        self._rows = Rows()
        self._stray = False  # in lines that are no entries: the first of them is enough to be told of
        self._block: int | None = None  # inside a block scalar: its lines are indented deeper than this
        self._plain: int | None = None  # behind a plain value: deeper lines continue it

    def run(self) -> None:
        position = 0
        while position < len(self._text) and len(self._report) < MAX_FINDINGS:
            position = self._line(position)

    def _line(self, start: int) -> int:
        """Read the line (or the several lines of a value) at ``start``; returns where the next begins."""
        end = self._line_end(start)
        line = self._text[start:end]
        body = line.lstrip()
        if not body:
            if "\t" in line and self._block is None:
                self.edits.append(Edit(start, end, ""))
            return end + 1
        edit = self._rows.aligned(start, line, self._block)
        if edit is not None:
            self.edits.extend(edit)
            return end + 1
        indent = self._indentation(start, len(line) - len(body))
        if self._block is not None and indent > self._block:
            return end + 1
        self._block = None
        at = end - len(body)
        if body.rstrip() in ("-", "---", "...") or body.startswith(("#", "--- ", "... ")):
            return end + 1
        if self._plain is not None and indent > self._plain and self._levels.continues(body):
            return end + 1
        self._plain = None
        return self._entry(at, end, self._aligned(at, end, indent))

    def _aligned(self, at: int, end: int, indent: int) -> int:
        """The column of an entry; one that stands between two levels is reported and moved."""
        body = self._text[at:end].rstrip()
        wanted = self._levels.meant(indent, body, next_column(self._text, self._line_end(at)))
        if wanted == indent:
            return indent
        if self._text[at - 1 : at] in ("\t", "\u3000"):  # reported; how wide it is meant to be is unclear
            return wanted
        key = re.split("[ ]*[:：]", body, maxsplit=1)[0]
        span = self._prepared.span(at, at + len(key))
        fixed = " " * wanted + body
        self._report.report("PE1092", span, key=key, found=indent, wanted=wanted, fixed=fixed)
        if wanted > indent:
            self.edits.append(Edit(at, at, " " * (wanted - indent)))
        else:
            self.edits.append(Edit(at - (indent - wanted), at, ""))
        return wanted

    def _line_end(self, start: int) -> int:
        end = self._text.find("\n", start)
        return len(self._text) if end < 0 else end

    def _indentation(self, start: int, length: int) -> int:
        """The width of an indentation; tabs and full-width spaces in it are reported and count as two."""
        written = self._text[start : start + length]
        plain = len(written) - len(written.lstrip(" "))
        if plain == length or (self._block is not None and plain > self._block):
            return length
        odd = written[plain]
        what, what_en = ("制表符", "a tab") if odd == "\t" else ("全角空格", "a full-width space")
        at = start + plain
        self._report.report("PE1015", self._prepared.span(at, at + 1), what=what, what_en=what_en)
        odds = [start + i for i, ch in enumerate(written) if ch != " "]
        self.edits.extend(Edit(i, i + 1, "  ") for i in odds)
        return length + len(odds)

    def _entry(self, at: int, end: int, indent: int) -> int:
        """A key with its value, an item of a list, or a value on a line of its own."""
        column, item = indent, False
        while dash := _DASH.match(self._text, at, end):
            at, column, item = dash.end(), column + dash.end() - at, True
        if at >= end:
            return end + 1
        while self._open and self._open[-1][0] > column:
            self._open.pop()
        split = (
            None
            if self._text[at] in "{["
            else self._before_brace(at, end) or self._separator(at, end, column, item)
        )
        if split is None and not item and self._is_stray(at, column):
            return self._no_entry(at, end, column)
        self._stray = False
        if split is None:
            return self._value(at, end, self._outer(column, item), "")
        key_end, value = split
        key = self._text[at:key_end].strip()
        if not self._open or self._open[-1][0] < column:
            self._open.append((column, key, value))
        self._open[-1] = (column, key, value)
        return self._value(value, end, column, key)

    def _before_brace(self, at: int, end: int) -> tuple[int, int] | None:
        """``幅度 {值: 5%}``: the colon that is missing before the brace."""
        found = _NO_COLON.match(self._text, at, end)
        if found is None or LEADING.match(self._text, at):
            return None
        fixed = f"{found[1]}: {self._text[found.start(2) : comment_start(self._text, at, end)]}"
        self._report.report("PE1090", self._prepared.span(*found.span(1)), key=found[1], fixed=fixed)
        self.edits.append(Edit(found.end(1), found.start(2), ": "))
        return found.end(1), found.start(2)

    def _is_stray(self, at: int, column: int) -> bool:
        """Whether a line without a key stands where an entry belongs."""
        if not self._open or self._text[at] in "{[|｜\"'" or LEADING.match(self._text, at):
            return False
        if column <= self._open[-1][0] or not self._levels.awaits:
            return True
        following = next_column(self._text, self._line_end(at))
        return following is not None and following >= column and not takes_text(self._open[-1][1])

    def _no_entry(self, at: int, end: int, column: int) -> int:
        code = comment_start(self._text, at, end)
        written = self._text[at:code]
        without = WITHOUT_COLON.fullmatch(written)
        if without and is_key(without[1]):
            key, value = without.groups()
            self._report.report("PE1090", self._prepared.span(at, code), key=key, fixed=f"{key}: {value}")
            self.edits.append(Edit(at + without.end(1), at + without.start(2), ": "))
            del self._open[-1 if self._open[-1][0] == column else len(self._open) :]
            self._open.append((column, key, at + without.start(2)))
            return self._value(at + without.start(2), end, column, key)
        name = written.rstrip("；;，,、 ")
        following = next_column(self._text, end)
        if following is not None and following > column and not re.search("[。，；;,]", name):
            self._report.report("PE1090", self._prepared.span(at, code), key=name, fixed=f"{name}:")
            self.edits.append(Edit(at + len(name), code, ":", -1))
            del self._open[-1 if self._open[-1][0] == column else len(self._open) :]
            self._open.append((column, name, code))
            self._levels.awaits = True
            return end + 1
        if not self._stray:
            self._report.report("PE1093", self._prepared.span(at, code), fixed=f"# {written}")
        self._stray = True
        self.edits.append(Edit(at, end, ""))
        return end + 1

    def _outer(self, column: int, item: bool) -> int:
        """The column of what a value on a line of its own belongs to."""
        if item or not self._open:
            return column - 1
        return self._open[-1][0]

    def _separator(self, at: int, end: int, column: int, item: bool) -> tuple[int, int] | None:
        """Where the key ends and where the text behind its colon begins; None when the line has no key."""
        code = comment_start(self._text, at, end)
        if LEADING.match(self._text, at, code):
            return None
        if self._text[at] in "\"'":
            close = closing_quote(self._text, at, end)
            colon = re.compile(r"\s*:(?=\s|$)").match(self._text, close + 1, end) if close else None
            return (colon.start(), colon.end()) if colon else None
        half = ascii_separator(self._text, at, code)
        full = self._text.find("：", at, code)
        glued = (_GLUED_KEY if half else _GLUED).match(self._text, at, code)
        first = glued is not None and not 0 <= full < glued.end(1) and (half is None or glued.end(1) < half)
        if glued and first and self._is_entry(glued[1], column, item):
            return self._glued(glued)
        if full >= 0 and (half is None or full < half):
            return self._full_width(at, full, half, code, column, item)
        return (half, half + 1) if half is not None else None

    def _is_entry(self, key: str, column: int, item: bool) -> bool:
        """Whether a line without a proper separator is meant as a key all the same."""
        if is_key(key):
            return True
        if item or not self._open:
            return False
        return self._open[-1][0] == column or not takes_text(self._open[-1][1])

    def _glued(self, glued: re.Match[str]) -> tuple[int, int]:
        key, value = glued[1], glued[2].rstrip()
        span = self._prepared.span(glued.start(), glued.end(1) + 1)
        self._report.report("PE1024", span, key=key, fixed=f"{key}: {value}")
        self.edits.append(Edit(glued.end(1) + 1, glued.end(1) + 1, " ", -1))
        return glued.end(1), glued.end(1) + 1

    def _full_width(
        self, at: int, full: int, half: int | None, code: int, column: int, item: bool
    ) -> tuple[int, int] | None:
        key = self._text[at:full].strip()
        if half is not None:
            between = self._text[full + 1 : half].lstrip()
            if _PREFIXED.match(key) or not (is_key(key) or between[:1] in ("{", "[", '"', "'")):
                return (half, half + 1) if _PREFIXED.match(key) else self._ambiguous(at, full)
        elif _PREFIXED.match(key) and (second := self._text.find("：", full + 1, code)) > 0:
            full = second  # 当：类别：居民
        elif not self._is_entry(key, column, item):
            return None
        elif not is_key(key) and "：" in _QUOTED_PART.sub("", self._text[full + 1 : code]):
            return self._ambiguous(at, full)
        self.edits.append(Edit(full, full + 1, ": "))
        return full, full + 1

    def _ambiguous(self, at: int, full: int) -> tuple[int, int]:
        """Report the line and leave it out, for any reading of it would lead to further complaints."""
        end = self._line_end(at)
        self._report.report("PE1026", self._prepared.span(full, full + 1))
        self.edits.append(Edit(at, end, ""))
        return end, end

    def _value(self, at: int, end: int, indent: int, key: str) -> int:
        """The value that begins in ``at:end``; ``indent`` is the column of what it belongs to."""
        while at < end and self._text[at] in " \t":
            at += 1
        self._levels.awaits = at >= end or self._text[at] == "#"
        if self._levels.awaits:
            return end + 1
        if _BLOCK_HEADER.match(self._text, at, end):
            self._block = indent
            self._rows.begin()
            return end + 1
        first = self._text[at]
        code = comment_start(self._text, at, end)
        if first in "|｜":
            return self._bare_table(at, end, indent, key)
        if first in "{[":
            return self._collection(at, end, code, indent, key)
        if first in "\"'":
            return self._quotation(at, end, code, key)
        self._plain = indent
        anchor = ANCHOR_OR_TAG.match(self._text, at, code)
        if anchor:
            renamed = latin_name(anchor)
            self.edits.extend([renamed] if renamed else [])
            return end + 1
        if LEADING.match(self._text, at, code):
            self._wrap("PE1023", at, code, key, mark=first)
        elif self._never_opened(at, code, key):
            pass
        elif ascii_separator(self._text, at, code) is not None and key:
            self._wrap("PE1027", at, code, key, value=self._text[at:code])
        elif is_cut(self._text[at:code], self._text[code:end]):
            cut = self._text[code:end].strip()
            self._wrap("PE1022", at, end, key, cut=cut)
        return end + 1

    def _never_opened(self, at: int, code: int, key: str) -> bool:
        """A value that ends with a bracket nobody opened: ``值: 5%, 自: 2018-06-01}``, ``甲, 乙]``."""
        written = self._text[at:code]
        for mark, other, meant in (
            ("}", "{", ascii_separator(self._text, at, code)),
            ("]", "[", takes_list(key)),
        ):
            if written.endswith(mark) and other not in written and meant:
                self._report.report("PE1030", self._prepared.span(code - 1, code), mark=mark, other=other)
                self.edits.append(Edit(at, at, other))
                return True
        return False

    def _wrap(self, code: str, at: int, end: int, key: str, **params: Any) -> None:
        """Report a value that must be quoted, and quote it."""
        written = self._text[at:end].rstrip()
        stop = at + len(written)
        fixed = (f"{key}: " if key else "") + quoted(written)
        self._report.report(code, self._prepared.span(at, stop), fixed=fixed, **params)
        self.edits.append(Edit(at, stop, quoted(written)) if "'" in written else Edit(at, at, "'"))
        if "'" not in written:
            self.edits.append(Edit(stop, stop, "'", -1))

    def _bare_table(self, at: int, end: int, indent: int, key: str) -> int:
        """A table whose ``|`` after the key was forgotten: put it there."""
        own_line = not key and self._open
        name = self._open[-1][1] if own_line else key
        row = self._text[at:end].rstrip()
        span = self._prepared.span(at, at + len(row))
        self._report.report("PE1028", span, key=name or row, fixed=f"{name}: |")
        if own_line:
            place = self._open[-1][2]
            self.edits.append(Edit(place, place, " |", -1))
            self._block = self._open[-1][0]
        else:
            self.edits.append(Edit(at, at, "|\n" + " " * self._row_indent(end, indent)))
            self._block = indent
        return end + 1

    def _row_indent(self, end: int, indent: int) -> int:
        """The indentation of the rows below a table that began on the line of its key."""
        following = re.compile(r" *(?=[|｜])").match(self._text, end + 1)
        return max(indent + 1, len(following[0])) if following else indent + 2

    def _collection(self, at: int, end: int, code: int, indent: int, key: str) -> int:
        """``{…}`` or ``[…]``, unless the text only begins like one: ``[0..1] 且 …``, ``[0..1)``."""
        flow = Flow(self._prepared, self._report, at, indent)
        line_close = flow.closing(at, code)
        if line_close is not None:
            line_close, code = self._behind(at, line_close, code, end, key)
        if line_close is None and ".." in self._text[at:code] and self._text[at] == "[":
            self._wrap("PE1023", at, code, key, mark="[")
        elif line_close is not None and self._text[line_close + 1 : code].strip():
            self._wrap("PE1023", at, code, key, mark=self._text[at])
        else:
            stop = flow.run()
            self.edits.extend(flow.edits)
            return self._line_end(stop) + 1
        return end + 1

    def _behind(self, at: int, close: int, code: int, end: int, key: str) -> tuple[int, int]:
        """What stands behind the closing bracket: a remark gets its blank and ``#``, other text is left out."""
        rest = self._text[close + 1 : end].strip()
        start = self._text.index(rest, close + 1) if rest else end
        if rest[:1] in ("#", "＃") and (start == close + 1 or rest[0] == "＃"):
            self.edits.append(Edit(start, start + 1, " #"))
            return close, start
        mapping = self._text[at] == "{" and re.search("[:：]", self._text[at:close])
        if rest and not rest.startswith("#") and (mapping or rest.startswith("//")):
            shown = f"{key}: " if key else ""
            fixed = f"{shown}{self._text[at : close + 1]}  # {rest.lstrip('/ ')}"
            span = self._prepared.span(start, start + len(rest))
            self._report.report("PE1094", span, mark=self._text[close], rest=rest, fixed=fixed)
            self.edits.append(Edit(start, end, ""))
            return close, start
        return close, code

    def _quotation(self, at: int, end: int, code: int, key: str) -> int:
        mark = self._text[at]
        close = closing_quote(self._text, at, end)
        if close is not None:
            rest = self._text[close + 1 : end].strip()
            if rest and not (rest.startswith("#") and self._text[close + 1] in " \t"):
                self._wrap("PE1029", at, max(code, close + 1), key, rest=rest)
            return end + 1
        close = closing_quote(self._text, at, len(self._text))
        if close is None or re.search(r"\n *[^\s\"'|]+:(\s|$)", self._text[at:close]):
            span = self._prepared.span(at, at + len(self._text[at:end].rstrip()))
            self._report.report("PE1030", span, mark=mark, other=mark)
            self.edits.append(Edit(end, end, mark, -1))
            return end + 1
        return self._line_end(close) + 1
