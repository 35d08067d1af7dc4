"""``import``: the edited cells back into the text of the rule file; writes only what was checked."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics, Severity, diagnostic
from policy_engine.diagnostics.errors import InputError, LoadError, PolicyEngineError
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.encoding import decode
from policy_engine.tables.atomic import write_bytes
from policy_engine.tables.problems import os_reason, problem
from policy_engine.workbook.book_in import EditedBook, open_book
from policy_engine.workbook.check import check_text
from policy_engine.workbook.compare import changes
from policy_engine.workbook.content import Book
from policy_engine.workbook.exporting import read_bytes
from policy_engine.workbook.guide_in import check_guide
from policy_engine.workbook.labels import label
from policy_engine.workbook.layout import Layout, lay_out
from policy_engine.workbook.placing import at_cells
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.put_back import put_back
from policy_engine.workbook.read_again import check_read_again
from policy_engine.workbook.sheet_parse import parse_book
from policy_engine.workbook.shown import shown
from policy_engine.workbook.targets import file_to_write, rules_around
from policy_engine.workbook.weave import Woven

_MOST = 8  # changes named in a message
_UNCLEAR = Text("只动了空白、注释或次序，或者读不出来", "blanks, comments or order, or it cannot be read")
_NOW, _SEE = "就在刚才", "见上面列出的改动"
_ENGLISH = {"theirs_en": "just now", "ours_en": "see the changes above"}


@dataclass(frozen=True)
class Imported:
    """What an edited workbook says. ``path`` is the file to write, ``data`` what it will hold.

    ``changes``: by meaning; ``diff``: the lines of a unified diff; ``notes``: remarks; ``before``: what the file
    holds, None where it is not there. Nothing is written yet.
    """

    path: Path
    data: bytes
    changes: tuple[Text, ...]
    diff: tuple[str, ...]
    notes: tuple[Diagnostic, ...]
    before: bytes | None

    @property
    def is_new(self) -> bool:
        return self.before is None

    def write(self) -> None:
        """Atomically. UTF-8 without a byte-order mark where anything changed, else the bytes as they were.

        Raises InputError: the file changed since (PE7095), or cannot be written (PE7090).
        """
        path = self.path.resolve()
        try:
            if (path.read_bytes() if path.exists() else None) != self.before:
                raise InputError(problem("PE7095", path=path, theirs=_NOW, ours=_SEE, **_ENGLISH))
            write_bytes(path, self.data)
        except OSError as error:
            raise InputError(problem("PE7090", path=path, **os_reason(error))) from None


def import_book(book: Path, to: Path | None = None, rules: Path | None = None) -> Imported:
    """Read an edited workbook, put its cells back and check the result.

    Raises InputError: the workbook (PE7091 to PE7098) or the file it belongs to (PE7095) is not as expected;
    LoadError: the new text cannot be read or bound, told at the cells.
    """
    edited = open_book(book)
    base = _base(edited)
    layout = lay_out(base)
    path = file_to_write(edited.stamp, to, rules)
    new, content = _put_back(edited, layout)
    before = _before(path, edited, layout, new)
    if new.text == base.text:
        return Imported(path, edited.stamp.data, (), (), _extra_sheets(edited, layout), before)
    source = Source(base.name, new.text)
    told = at_cells(
        check_text(source, path, rules or rules_around(path, layout.doc.policy.text)), source, new
    )
    if any(item.severity is Severity.ERROR for item in told):
        raise LoadError(told)
    after = lay_out(source)
    check_read_again(content, after, new)
    diff = _diff(base.text, new.text, path)
    found = changes(shown(layout), shown(after))
    return Imported(
        path, new.text.encode("utf-8"), found, diff, (*_extra_sheets(edited, layout), *told), before
    )


def _base(edited: EditedBook) -> Source:
    report = Diagnostics()
    source = decode(edited.stamp.data, edited.stamp.path, report)
    if source is None:
        raise InputError(diagnostic("PE7091", book=edited.path.name))
    return source


def _put_back(edited: EditedBook, layout: Layout) -> tuple[Woven, Book]:
    problems = CellProblems()
    content = parse_book(layout, dict(edited.sheets), problems)
    check_guide(edited.sheets.get(label("guide", layout.language)), layout, problems)
    if problems.errors:
        raise InputError(problems.items)
    new = put_back(layout, content, problems)
    if problems.errors:
        raise InputError(problems.items)
    return new, content


def _before(path: Path, edited: EditedBook, layout: Layout, new: Woven) -> bytes | None:
    """What the file holds: what was exported, or already what the workbook says; None when it is not there."""
    if not path.exists():
        return None
    data, source = read_bytes(path)
    if data == edited.stamp.data or source.text == new.text:
        return data
    found = {
        "theirs": _said(layout, source.text, "zh"),
        "theirs_en": _said(layout, source.text, "en"),
        "ours": _said(layout, new.text, "zh"),
        "ours_en": _said(layout, new.text, "en"),
    }
    raise InputError(problem("PE7095", path=path, **found))


def _said(layout: Layout, text: str, lang: str) -> str:
    """What a text has that the base has not, in a few words."""
    if text == layout.text:
        return "没有改动" if lang == "zh" else "nothing"
    try:
        found = changes(shown(layout), shown(lay_out(Source("", text))))
    except PolicyEngineError:
        found = ()
    lines = [item.render(lang, {}) for item in found[:_MOST]]
    more = f"…（{len(found)}）" if len(found) > _MOST else ""
    return "；".join(lines) + more if lines else _UNCLEAR.render(lang, {})


def _diff(base: str, new: str, path: Path) -> tuple[str, ...]:
    name = path.as_posix()
    lines = difflib.unified_diff(base.splitlines(), new.splitlines(), name, name, lineterm="")
    return tuple(lines)


def _extra_sheets(edited: EditedBook, layout: Layout) -> tuple[Diagnostic, ...]:
    known = {*layout.sheets, label("guide", layout.language), label("text", layout.language)}
    return tuple(
        diagnostic("PE7099", sheet=name)
        for name, sheet in edited.sheets.items()
        if name not in known and (sheet.rows or sheet.bad)
    )
