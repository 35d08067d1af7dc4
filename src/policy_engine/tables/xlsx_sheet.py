"""The cells of one worksheet, row by row, as exact text.

A reader of our own, because the fast libraries drop what decides about money: an error cell (``#DIV/0!``)
and a formula without a stored result both read as blank there. This one streams, so that a lone cell in the
last row costs nothing, and shares the strings instead of copying them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import IO, Final

from policy_engine.tables.limits import EXACT_DIGITS
from policy_engine.tables.model import RawRow, column_letter
from policy_engine.tables.number_format import NumberKind, serial_text
from policy_engine.tables.xlsx_package import Attributes, BrokenWorkbook, events, local
from policy_engine.tables.xlsx_workbook import Workbook, unescape

_MAX_COLUMN: Final = 16_384
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
# A decimal of at most 15 digits in shortest form is what its double would be shown as anyway.
_SHORTEST: Final = re.compile(r"(?!-0$)(?=[-0-9.]{1,15}$)-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_MIDNIGHT: Final = re.compile(r"T00:00:00(?:\.0+)?Z?$")
_VALUES: Final = frozenset({"v", "t"})
_TIMES: Final = frozenset({NumberKind.DATE, NumberKind.ELAPSED})
_TEXT_TYPES: Final = frozenset({"str", "inlineStr"})


class SheetReader:
    """Iterate over it once; then ``merged`` and ``uncached`` are complete.

    ``merged`` are the merged ranges (``A3:A5``), ``uncached`` the formula cells without a stored result.
    """

    def __init__(self, stream: IO[bytes], workbook: Workbook) -> None:
        self.merged: list[str] = []
        self.uncached: list[str] = []
        self._stream = stream
        self._book = workbook
        self._done: list[RawRow] = []
        self._line = 0
        self._cells: list[str | None] = []
        self._lossy: set[int] = set()
        self._column = -1
        self._type = "n"
        self._style: str | None = None
        self._formula = False
        self._collecting = False
        self._phonetic = False
        self._pieces: list[str] = []
        self._names: dict[str, str] = {}

    def __iter__(self) -> Iterator[RawRow]:
        for _ in events(self._stream, self._start, self._end, self._text):
            yield from self._done
            self._done.clear()

    def _start(self, element: str, attributes: Attributes) -> None:
        name = self._names.get(element)
        if name is None:
            name = self._names[element] = local(element)
        if name == "c":
            self._open_cell(attributes)
        elif name in _VALUES:
            self._collecting = not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._open_row(attributes.get("r"))
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))

    def _text(self, data: str) -> None:
        if self._collecting:
            self._pieces.append(data)

    def _end(self, element: str) -> None:
        name = self._names[element]
        if name in _VALUES:
            self._collecting = False
        elif name == "c":
            if self._pieces:
                self._close_cell("".join(self._pieces))
            elif self._formula and self._type not in _TEXT_TYPES:
                self.uncached.append(f"{column_letter(self._column)}{self._line}")
        elif name == "row":
            self._done.append(RawRow(self._line, tuple(self._cells), frozenset(self._lossy)))
        elif name == "rPh":
            self._phonetic = False

    def _open_row(self, number: str | None) -> None:
        line = index_of(number) if number else self._line + 1
        if line is None or line <= self._line:
            raise BrokenWorkbook(f"第 {self._line} 行之后的行号不对", f"wrong row number after {self._line}")
        self._line = line
        self._cells = []
        self._lossy = set()
        self._column = -1

    def _open_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = column_index(reference.rstrip("0123456789")) if reference else self._column + 1
        if self._column >= _MAX_COLUMN:
            raise BrokenWorkbook(f"第 {self._line} 行的列号越界", f"row {self._line} has no such column")
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s")
        self._formula = False
        self._pieces.clear()

    def _close_cell(self, raw: str) -> None:
        value = self._value(raw)
        missing = self._column - len(self._cells)
        if missing:
            if missing < 0:
                raise BrokenWorkbook(
                    f"第 {self._line} 行的单元格次序不对", f"cells of row {self._line} out of order"
                )
            self._cells.extend([None] * missing)
        self._cells.append(value)

    def _value(self, raw: str) -> str:
        match self._type:
            case "s":
                return self._shared(raw)
            case "n":
                return self._number(raw.strip())
            case "b":
                return "是" if raw.strip() in ("1", "true") else "否"
            case "e":
                return raw.strip()
            case "d":
                return _MIDNIGHT.sub("", raw.strip())
            case "str" | "inlineStr":
                return unescape(raw)
        raise BrokenWorkbook(f"不认识的单元格类型“{self._type}”", f"unknown cell type “{self._type}”")

    def _shared(self, raw: str) -> str:
        index = index_of(raw)
        if index is None or index >= len(self._book.strings):
            raise BrokenWorkbook(f"没有编号为“{raw}”的文本", f"no shared string “{raw}”")
        return self._book.strings[index]

    def _number(self, raw: str) -> str:
        shortest = _SHORTEST.fullmatch(raw)
        if not shortest and not _NUMBER.fullmatch(raw):
            raise BrokenWorkbook(f"第 {self._line} 行的“{raw}”不是数", f"“{raw}” is not a number")
        if self._style is not None:
            kind = self._kind(self._style)
            shown = serial_text(raw, kind, self._book.epoch_1904) if kind in _TIMES else None
            if shown is not None:
                return shown
        if shortest:
            return raw
        text, exact = double_text(float(raw))
        if not exact:
            self._lossy.add(self._column)
        return text

    def _kind(self, style: str) -> NumberKind:
        index = index_of(style)
        if index is None or index >= len(self._book.kinds):
            return NumberKind.NUMBER
        return self._book.kinds[index]


def index_of(text: str) -> int | None:
    """A whole number of the format: not negative, of reasonable length."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def double_text(value: float) -> tuple[str, bool]:
    """The shortest decimal that names this double, without exponent; and whether it has at most 15 digits.

    A number typed with more digits than 15 has lost some: the second value is then False.
    """
    if value in (float("inf"), float("-inf")):
        raise BrokenWorkbook("有超出范围的数", "a number is out of range")
    if value.is_integer() and abs(value) < 10**EXACT_DIGITS:
        return str(int(value)), True
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    if abs(value) >= 10**EXACT_DIGITS:
        return text.removesuffix(".0"), False
    digits = text.lstrip("-").replace(".", "").strip("0")
    return text, len(digits) <= EXACT_DIGITS


@lru_cache(maxsize=_MAX_COLUMN)
def column_index(letters: str) -> int:
    """A → 0, AA → 26."""
    index = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or index > _MAX_COLUMN:
            raise BrokenWorkbook(f"列号“{letters[:10]}”不对", f"column “{letters[:10]}”")
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
