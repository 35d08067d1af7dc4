"""What stands where in a rule file, as far as it can be told from its lines alone.

The reader of rule files refuses a half-typed one; an editor has to know all the same in which key, cell or list the
cursor stands. Nothing is judged here: what looks like a key is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BARS = "|｜"
MAX_TEXT = 2_000_000  # characters; the reader takes no more bytes either
_KEY = re.compile(r"(?P<key>[^\s:：\"'{}\[\]#|｜][^:：{}\[\]|｜#\"']*?)[ ]*(?::(?=\s|$)|：)")
_BLOCK = re.compile(r"[|>][+-]?\d?[ \t]*(?:#.*)?$")
_RULE = re.compile(r"\s*:?-{3,}:?\s*")


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, without blanks around."""

    text: str
    start: int
    end: int

    def holds(self, offset: int) -> bool:
        return self.start <= offset <= self.end


@dataclass(frozen=True)
class Entry:
    """A key, the keys above it, and the column it stands in."""

    path: tuple[str, ...]
    key: Piece
    indent: int


@dataclass(frozen=True)
class Written:
    """A text behind a key, or one item of the list behind it."""

    path: tuple[str, ...]
    piece: Piece


@dataclass(frozen=True)
class Table:
    """A bar table: its lines as cells, headers first; ``first`` and ``last`` are its lines from 0."""

    path: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]
    first: int
    last: int

    @property
    def header(self) -> tuple[Piece, ...]:
        return self.rows[0] if self.rows else ()


@dataclass(frozen=True)
class Spot:
    """Where an offset is. ``path``: the keys it stands below. In a table, which ``column`` (from 0) of which row."""

    path: tuple[str, ...]
    role: str  # "key", "value", "cell", "header" or "comment"
    table: Table | None = None
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Outline:
    """The whole file."""

    text: str
    entries: tuple[Entry, ...]
    values: tuple[Written, ...]
    tables: tuple[Table, ...]
    stacks: tuple[tuple[tuple[int, str], ...], ...]  # for each line, the open block keys before it
    blocks: tuple[bool, ...]  # whether it is a line of a block scalar
    flows: tuple[tuple[Frame, ...], ...]  # the braces that are open before it


@dataclass
class Frame:
    """An open brace or bracket; ``key`` is the last one in it."""

    sign: str
    path: tuple[str, ...]
    key: str | None = None


@dataclass
class _Scanner:
    text: str
    entries: list[Entry] = field(default_factory=list)
    values: list[Written] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    stack: list[tuple[int, str]] = field(default_factory=list)
    flow: list[Frame] = field(default_factory=list)
    block: int | None = None  # the column of the key whose block scalar is open
    rows: list[tuple[Piece, ...]] = field(default_factory=list)
    first: int = 0
    plain: Piece | None = None  # a piece of a flow mapping that goes on

    def path(self) -> tuple[str, ...]:
        return tuple(key for _, key in self.stack)

    def line(self, number: int, line: str, start: int) -> None:
        if self.flow:
            self.flow_text(line, start)
            return
        bare = line.lstrip(" \t\u3000")
        indent = len(line) - len(bare)
        if self.block is not None and bare and indent <= self.block:
            self.block = None
        if not bare or (bare.startswith("#") and self.block is None):
            return
        if bare[0] in BARS:
            self.bars(number, bare, start + indent)
            return
        self.close_table(number)
        if self.block is not None:
            self.add_value(line, start + indent, start + len(line))
            return
        self.key_line(line, start, indent, bare)

    def key_line(self, line: str, start: int, indent: int, bare: str) -> None:
        while bare.startswith("- "):
            skipped = len(bare) - len(bare[2:].lstrip(" "))
            bare, indent = bare[skipped:], indent + skipped
        found = _KEY.match(bare)
        if found is None:
            if bare[:1] in ("{", "["):
                self.leave(indent)
                self.flow_text(line[indent:], start + indent)
            else:
                self.add_value(line, start + indent, start + len(line))
            return
        self.leave(indent)
        key = Piece(found["key"], start + indent, start + indent + len(found["key"]))
        self.entries.append(Entry(self.path(), key, indent))
        self.stack.append((indent, found["key"]))
        rest = bare[found.end() :]
        value = rest.lstrip(" \t")
        at = start + indent + found.end() + len(rest) - len(value)
        if value[:1] in ("{", "["):
            self.flow_text(value, at)
        elif _BLOCK.match(value):
            self.block = indent
        elif value and not value.startswith("#"):
            self.add_value(self.text, at, start + len(line))

    def leave(self, indent: int) -> None:
        while self.stack and self.stack[-1][0] >= indent:
            self.stack.pop()

    def add_value(self, _: str, start: int, end: int) -> None:
        piece = _trimmed(self.text, start, _before_comment(self.text, start, end))
        if piece.text:
            self.values.append(Written(self.path(), piece))

    def bars(self, number: int, bare: str, start: int) -> None:
        cells = tuple(_cells(self.text, bare, start))
        if not self.rows:
            self.first = number
        if not (cells and all(_RULE.fullmatch(c.text) for c in cells)):
            self.rows.append(cells)

    def close_table(self, number: int) -> None:
        if self.rows:
            self.tables.append(Table(self.path(), tuple(self.rows), self.first, number - 1))
            self.rows = []

    # flow mappings and lists

    def flow_text(self, line: str, start: int) -> None:
        """One line of braces: keys and values as they come."""
        at, begin = 0, 0
        while at < len(line):
            ch = line[at]
            if ch == "#" and (at == 0 or line[at - 1] in " \t"):
                break
            if ch in "\"'" and not line[begin:at].strip():
                at = _quoted(line, at)
                continue
            if ch in "{[":
                path = self.flow_path()
                self.flow.append(Frame(ch, path))
                begin = at + 1
            elif ch in "}]" and self.flow:
                self.flow_value(start + begin, start + at)
                self.flow.pop()
                begin = at + 1
                if not self.flow:
                    return
            elif ch == "," and self.flow:
                self.flow_value(start + begin, start + at)
                if self.flow[-1].sign == "{":
                    self.flow[-1].key = None
                begin = at + 1
            elif self.flow_key(line, at):
                key = _trimmed(self.text, start + begin, start + at)
                self.entries.append(Entry(self.flow[-1].path, key, -1))
                self.flow[-1].key = key.text
                begin = at + 1
            at += 1
        if self.flow:
            self.flow_value(start + begin, start + at)

    def flow_key(self, line: str, at: int) -> bool:
        if not self.flow or self.flow[-1].sign != "{" or self.flow[-1].key is not None:
            return False
        return line[at] == "：" or (line[at] == ":" and line[at + 1 : at + 2] in ("", " ", "\t", "{", "["))

    def flow_path(self) -> tuple[str, ...]:
        """The keys above what comes next."""
        if not self.flow:
            return self.path()
        last = self.flow[-1]
        return last.path if last.key is None else (*last.path, last.key)

    def flow_value(self, start: int, end: int) -> None:
        piece = _trimmed(self.text, start, end)
        frame = self.flow[-1]
        if piece.text and (frame.sign == "[" or frame.key is not None):
            self.values.append(Written(self.flow_path(), piece))


def scan(text: str) -> Outline:
    """The outline of a text; of one that is too long, of its beginning."""
    scanner = _Scanner(text[:MAX_TEXT])
    stacks, blocks, flows = [], [], []
    at = 0
    lines = scanner.text.split("\n")
    for number, whole in enumerate(lines):
        line = whole.rstrip("\r")
        if scanner.flow and _section_starts(line):
            scanner.flow = []  # a brace was left open: the next section shows it
        stacks.append(tuple(scanner.stack))
        blocks.append(scanner.block is not None)
        flows.append(tuple(Frame(f.sign, f.path, f.key) for f in scanner.flow))
        scanner.line(number, line, at)
        at += len(whole) + 1
    scanner.close_table(len(lines))
    return Outline(
        scanner.text,
        tuple(scanner.entries),
        tuple(scanner.values),
        tuple(scanner.tables),
        tuple(stacks),
        tuple(blocks),
        tuple(flows),
    )


def spot(outline: Outline, offset: int) -> Spot:
    """Where an offset is."""
    text = outline.text
    number = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].rstrip("\r")
    bare = line.lstrip(" \t\u3000")
    indent = len(line) - len(bare)
    if bare[:1] and bare[0] in BARS and not outline.flows[number]:
        return _in_table(outline, number, bare, start + indent, offset)
    scanner = _Scanner(text[:offset])
    scanner.stack = list(outline.stacks[number])
    scanner.flow = [Frame(f.sign, f.path, f.key) for f in outline.flows[number]]
    before = text[start:offset]
    if outline.blocks[number] and (not bare or indent > scanner.stack[-1][0]):
        return Spot(scanner.path(), "value")
    if not scanner.flow and _commented(before):
        return Spot(scanner.path(), "comment")
    if not before.strip() and not scanner.flow:
        scanner.leave(offset - start if not bare else indent)
        return Spot(scanner.path(), "key")
    count = len(scanner.entries)
    scanner.line(number, before, start)
    if scanner.flow:
        frame = scanner.flow[-1]
        role = "key" if frame.sign == "{" and frame.key is None else "value"
        return Spot(scanner.flow_path(), role)
    if len(scanner.entries) > count or ("}" in before or "]" in before):
        return Spot(scanner.path(), "value")
    entry = _KEY.match(bare)
    deeper = scanner.stack and indent > scanner.stack[-1][0]
    if deeper and entry is None and _has_value(outline, scanner.path(), start):
        return Spot(scanner.path(), "value")
    scanner.leave(indent + (len(bare) - len(bare.lstrip("- "))))
    return Spot(scanner.path(), "key")


def _has_value(outline: Outline, path: tuple[str, ...], before: int) -> bool:
    """Whether a plain text already began behind the key: then a further line goes on with it."""
    return any(v.path == path and v.piece.start < before for v in outline.values)


def _in_table(outline: Outline, number: int, bare: str, start: int, offset: int) -> Spot:
    table = next((t for t in outline.tables if t.first <= number <= t.last), None)
    column = 0
    for index, ch in enumerate(bare[: max(0, offset - start)]):
        if index and ch in BARS and bare[index - 1] != "\\":
            column += 1
    if table is None:
        return Spot(tuple(k for _, k in outline.stacks[number]), "header")
    if number == table.first:
        return Spot(table.path, "header", table, 0, column)
    return Spot(table.path, "cell", table, _row(table, start), column)


def _row(table: Table, start: int) -> int:
    for index, row in enumerate(table.rows):
        if row and row[0].start > start:
            return index
    return 0


def _cells(text: str, bare: str, start: int) -> list[Piece]:
    found, begin = [], 1
    for at in range(1, len(bare)):
        if bare[at] in BARS and bare[at - 1] != "\\":
            found.append(_trimmed(text, start + begin, start + at))
            begin = at + 1
    if bare[begin:].strip():
        found.append(_trimmed(text, start + begin, start + len(bare)))
    return found


def _trimmed(text: str, start: int, end: int) -> Piece:
    raw = text[start:end]
    left = len(raw) - len(raw.lstrip())
    bare = raw.strip()
    return Piece(bare, start + left, start + left + len(bare))


def _before_comment(text: str, start: int, end: int) -> int:
    quote = ""
    for at in range(start, end):
        ch = text[at]
        if quote:
            quote = "" if ch == quote else quote
        elif ch in "\"'":
            quote = ch
        elif ch == "#" and (at == 0 or text[at - 1] in " \t\n"):
            return at
    return end


def _commented(before: str) -> bool:
    return _before_comment(before, 0, len(before)) < len(before)


def _quoted(line: str, at: int) -> int:
    """Behind the closing quote, or at the end of the line."""
    end = line.find(line[at], at + 1)
    return len(line) if end < 0 else end + 1


def _section_starts(line: str) -> bool:
    found = _KEY.match(line)
    return found is not None and line[:1] not in (" ", "\t", "-")
