"""The columns of a table we write, and the exact text of their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from policy_engine.tables.limits import MAX_CELL_CHARS
from policy_engine.tables.problems import brief, fail
from policy_engine.tables.values import normalise_header

Kind = Literal["text", "number", "boolean", "integer"]
Value = Decimal | str | bool | int | None
_MAX_DIGITS: Final = 38  # of decimal128, and far beyond any quantity


@dataclass(frozen=True)
class Column:
    """``places`` fixes the decimal places of a number; None writes as many as the value has."""

    name: str
    kind: Kind
    places: int | None = None


class DoesNotFit(Exception):
    """A value its column cannot hold without being changed."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(zh)


def cell_text(column: Column, value: Value) -> str:
    """The text of a value; blank for None. Raises ``DoesNotFit``; ``TypeError`` for a wrong Python type."""
    if value is None:
        return ""
    if column.kind == "boolean":
        if not isinstance(value, bool):
            raise _wrong_type(column, value)
        return "是" if value else "否"
    if column.kind == "text":
        if not isinstance(value, str):
            raise _wrong_type(column, value)
        return _checked(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong_type(column, value)
    return plain(Decimal(value), 0 if column.kind == "integer" else column.places)


def plain(value: Decimal, places: int | None) -> str:
    """A decimal without exponent, with exactly ``places`` places; never rounded, never ``-0``."""
    if not value.is_finite():
        raise DoesNotFit("不是有限的数", "not a finite number")
    if value.adjusted() >= _MAX_DIGITS or len(value.as_tuple().digits) > 2 * _MAX_DIGITS:
        raise DoesNotFit("位数过多", "too many digits")
    whole, _, fraction = format(value, "f").partition(".")
    if places is not None:
        if fraction[places:].strip("0"):
            raise DoesNotFit(f"小数多于 {places} 位", f"more than {places} places")
        fraction = fraction[:places].ljust(places, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return text if text.strip("-0.") else text.lstrip("-")


def check_columns(columns: Sequence[Column]) -> None:
    """Refuse what could not be read back: no columns, blank names, two names that read the same."""
    names = [normalise_header(column.name) for column in columns]
    if not names or not all(names) or len(set(names)) < len(names):
        raise ValueError(f"columns need distinct names: {[column.name for column in columns]}")


def numbered(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> Iterator[tuple[int, Sequence[Value]]]:
    """Each row with its line in the file written (the header is line 1); its length is checked."""
    for line, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            raise ValueError(f"row {line} has {len(row)} values for {len(columns)} columns")
        yield line, row


def refuse(path: Path, line: int, column: Column, value: Value, error: DoesNotFit) -> None:
    """Report a value that does not fit."""
    fail(
        "PE5031",
        file=path,
        line=line,
        column=column.name,
        value=brief(str(value)),
        reason=error.zh,
        reason_en=error.en,
    )


def _checked(text: str) -> str:
    if len(text) > MAX_CELL_CHARS:
        raise DoesNotFit(f"超过 {MAX_CELL_CHARS} 个字", f"over {MAX_CELL_CHARS} characters")
    if "\0" in text or not (text.isascii() or _encodes(text)):
        raise DoesNotFit("含有不能写入文件的字符", "it has a character that no file can hold")
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong_type(column: Column, value: Value) -> TypeError:
    return TypeError(f"column {column.name!r} ({column.kind}) cannot hold a {type(value).__name__}")
