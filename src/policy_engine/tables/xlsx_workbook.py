"""What the sheets of a workbook share: their list, the strings, the number formats, the date system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from policy_engine.tables.number_format import NumberKind, kind_of, shown_places
from policy_engine.tables.xlsx_package import Attributes, BrokenWorkbook, Package, local, parse

_ESCAPE: Final = re.compile(r"_x(?![dD][89a-fA-F])([0-9A-Fa-f]{4})_")  # not half a character
_YES: Final = frozenset({"1", "true"})


@dataclass(frozen=True)
class SheetEntry:
    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """``kinds[s]`` is what style ``s`` makes of a number, ``shown[s]`` how many decimal places it shows of it."""

    sheets: tuple[SheetEntry, ...]
    strings: tuple[str, ...]
    kinds: tuple[NumberKind, ...]
    epoch_1904: bool
    shown: tuple[int | None, ...] = ()


def read_workbook(package: Package) -> Workbook:
    """Everything but the cells. Raises ``BrokenWorkbook``."""
    root = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), None)
    main = root or "xl/workbook.xml"
    relations = package.relations(main)
    by_kind = dict(relations.values())
    sheets, epoch_1904 = _sheets(package, main, relations)
    strings = _strings(package, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else ()
    formats = _formats(package, by_kind["styles"]) if "styles" in by_kind else []
    kinds = tuple(kind_of(format_id, code) for format_id, code in formats)
    shown = tuple(shown_places(format_id, code) for format_id, code in formats)
    return Workbook(sheets, strings, kinds, epoch_1904, shown)


def unescape(text: str) -> str:
    """``_x000D_`` → carriage return: how the format writes characters XML cannot hold."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _sheets(
    package: Package, main: str, relations: dict[str, tuple[str, str]]
) -> tuple[tuple[SheetEntry, ...], bool]:
    found: list[SheetEntry] = []
    epochs: list[bool] = []

    def start(element: str, attributes: Attributes) -> None:
        tag = local(element)
        if tag == "workbookPr":
            epochs.append(attributes.get("date1904") in _YES)
        elif tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            kind, part = relations.get(relation, ("", ""))
            if kind == "worksheet":  # not charts, dialogs and macros
                hidden = attributes.get("state", "visible") != "visible"
                found.append(SheetEntry(attributes.get("name", ""), part, hidden))

    with package.open(main) as stream:
        parse(stream, start)
    if not found:
        raise BrokenWorkbook("里面没有工作表", "it has no worksheet")
    return tuple(found), any(epochs)


def _strings(package: Package, part: str) -> tuple[str, ...]:
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(element: str, _: Attributes) -> None:
        tag = local(element)
        if tag == "si":
            pieces.clear()
        elif tag in inside:
            inside[tag] = True

    def end(element: str) -> None:
        tag = local(element)
        if tag == "si":
            strings.append(unescape("".join(pieces)))
        elif tag in inside:
            inside[tag] = False

    def text(data: str) -> None:
        if inside["t"] and not inside["rPh"]:  # rPh is the phonetic guide, not the text
            pieces.append(data)

    with package.open(part) as stream:
        parse(stream, start, end, text)
    return tuple(strings)


def _formats(package: Package, part: str) -> list[tuple[int, str | None]]:
    """The number format of each style: its id, and its text where the workbook has one of its own."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = [False]

    def start(element: str, attributes: Attributes) -> None:
        tag = local(element)
        if tag == "numFmt":
            codes[_number(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            formats.append(_number(attributes.get("numFmtId", "0")))

    def end(element: str) -> None:
        if local(element) == "cellXfs":
            inside[0] = False

    with package.open(part) as stream:
        parse(stream, start, end)
    return [(format_id, codes.get(format_id)) for format_id in formats]


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BrokenWorkbook(f"数字格式的编号“{text}”不对", f"number format id “{text}”") from None
