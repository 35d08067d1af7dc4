"""The examples of docs/rule-files.md: rule files, and tables that show what comes of them.

An example is a ``yaml`` block. With a line ``政策:`` it is a whole file; otherwise its first line, ``# 加到 X``, names
the policy of an earlier block into which its entries are laid. What follows it, up to the next heading or example,
shows its outcome:

- ``办理 2018-06，截至 2018-06-01，口径 名称=取值：`` says what is asked for (from then on, until the next such line);
  the line may end in ``报 `PE4002`。`` or ``提醒 `PE3046`。``
- a table headed by an entity holds its rows: the key, facts, and after ``⇒`` what comes out; ``⇒ 命中`` is the row
  that decided the column before it, ``⇒ 退回`` the code with which the row is rejected
- a ``csv`` block with a name is a file beside the example's
- a table headed ``明细 X`` or ``结转 X`` is the table of X that is written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ARROW = "⇒"
_ASKED = re.compile(
    r"^办理 (?P<period>[\d-]+)(，截至 (?P<known>[\d-]+))?(，口径 (?P<name>[^=，：]+)=(?P<option>[^，：]+))?"
    r"(?P<tells>：报 `(?P<code>PE\d{4})`。|：提醒 `(?P<warning>PE\d{4})`。|：)$"
)
_POLICY = re.compile(r"^(?:政策|policy): *(\S+)", re.MULTILINE)
_ADDED_TO = re.compile(r"^# 加到 (\S+)$")


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def title(self) -> str:
        return self.header[0]


@dataclass
class Case:
    """What is asked of an example, and what it says comes out."""

    line: int
    period: str = "2018-06"
    known_on: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    warning: str | None = None
    tables: list[Table] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        written = any(t.title.startswith(("明细 ", "结转 ")) for t in self.tables)
        return (
            written or bool(self.code or self.warning) or any(ARROW in "".join(t.header) for t in self.tables)
        )


@dataclass
class Example:
    line: int
    policy: str
    text: str
    added: bool  # laid into an earlier example
    cases: list[Case] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # name → content of the files beside it


def examples(page: str) -> list[Example]:
    """Every example of the page, in order, with fragments already laid into their files."""
    found: list[Example] = []
    current: Example | None = None
    lines = page.split("\n")
    number = 0
    while number < len(lines):
        line, end = lines[number], number + 1
        if line.startswith("```"):
            end = lines.index("```", number + 1) + 1
            if line == "```yaml":
                current = _example(number + 1, "\n".join(lines[number + 1 : end - 1]) + "\n", found)
                found.append(current)
            elif line.startswith("```csv ") and current is not None:
                current.files[line.removeprefix("```csv ")] = "\n".join(lines[number + 1 : end - 1]) + "\n"
        elif line.startswith("#"):
            current = None
        elif line.startswith("|"):
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            if current is not None:
                _case(current, number + 1).tables.append(_table(lines[number:end]))
        elif current is not None and line.startswith("办理 "):
            asked = _ASKED.match(line)
            assert asked, f"line {number + 1}: “{line}” is not understood"
            current.cases.append(_asked(number + 1, asked))
        number = end
    return found


def _example(line: int, text: str, before: list[Example]) -> Example:
    policy = _POLICY.search(text)
    if policy:
        return Example(line, policy[1], text, added=False)
    first, rest = text.split("\n", 1)
    added = _ADDED_TO.match(first)
    assert added, f"line {line}: a block is a whole file or begins with “# 加到 X”"
    base = next(e for e in before if e.policy == added[1] and not e.added)
    return Example(line, added[1], laid_into(base.text, rest), added=True)


def _asked(line: int, asked: re.Match[str]) -> Case:
    options = {asked["name"]: asked["option"]} if asked["name"] else {}
    return Case(line, asked["period"], asked["known"], options, asked["code"], asked["warning"])


def _case(example: Example, line: int) -> Case:
    if not example.cases:
        example.cases.append(Case(line))
    return example.cases[-1]


def _table(lines: list[str]) -> Table:
    rows = [tuple(c.strip() for c in line.strip().strip("|").split("|")) for line in lines]
    assert set("".join(rows[1])) <= set("-: ")
    return Table(rows[0], tuple(rows[2:]))


# -- laying a fragment into a file ---------------------------------------------------------------


def laid_into(base: str, fragment: str) -> str:
    """``base`` with the fragment's sections laid over its own, entry by entry."""
    sections = dict(_sections(base))
    for key, body in _sections(fragment):
        if key not in sections or not body[1:] or (key != "词条" and body[0].endswith("|")):
            sections[key] = body
        elif key == "词条":
            header = next(i for i, line in enumerate(sections[key]) if line.strip().startswith("|"))
            added = [line for line in body[1:] if line.strip()]
            assert added[0].split() == sections[key][header].split(), "the fragment needs the same columns"
            sections[key] = [*sections[key], *added[1:]]
        else:
            entries = {**dict(_entries(sections[key][1:])), **dict(_entries(body[1:]))}
            sections[key] = [sections[key][0], *(line for entry in entries.values() for line in entry)]
    return "\n".join(line for body in sections.values() for line in body) + "\n"


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    yield from _grouped(
        [line for line in text.split("\n") if line.strip()], re.compile(r"([^\s#|][^:：]*)[:：]")
    )


def _entries(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield from _grouped(lines, re.compile(r"  ([^\s#|-][^:：]*)[:：]"))


def _grouped(lines: list[str], begins: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines by the key they stand under; what stands before the first key is its own group."""
    key, group = "", list[str]()
    for line in lines:
        found = begins.match(line)
        if found:
            if group:
                yield key, group
            key, group = found[1], []
        group.append(line)
    if group:
        yield key, group
