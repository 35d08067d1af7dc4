"""What differs between two versions of a rule file, said in the words of its sheets."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.diagnostics.catalog import Text
from policy_engine.workbook.content import COMMENT, Book, Cell, Content, KeyRow, Row
from policy_engine.workbook.same import matching, paired

_SHOWN = 40


def changes(base: Book, new: Book) -> tuple[Text, ...]:
    """Values and rows added, removed and changed, sheet by sheet; lines of 原文 last."""
    found: list[Text] = []
    for sheet in base.sheets:
        other = new.sheet(sheet.sheet)
        found += _sheet(sheet, other) if other else [_said(sheet.sheet, "整张表去掉", "taken out")]
    for sheet in new.sheets:
        if base.sheet(sheet.sheet) is None:
            found.append(_said(sheet.sheet, "新增一张表", "a new table"))
    return (*found, *_lines(base.lines, new.lines))


def _sheet(base: Content, new: Content) -> list[Text]:
    found: list[Text] = []
    if base.name and new.name:
        found += _value(base.sheet, "名称", "name", base.name.value, new.name.value)
        found += _keys(base.sheet, base.keys, new.keys)
    return [*found, *_rows(base, new)]


def _keys(sheet: str, base: tuple[KeyRow, ...], new: tuple[KeyRow, ...]) -> Iterator[Text]:
    before = {row.key.text: row for row in base if row.key.text != COMMENT}
    after = {row.key.text: row for row in new if row.key.text != COMMENT}
    for key in {**before, **after}:
        old, now = before.get(key), after.get(key)
        blank = Cell("")
        yield from _value(sheet, key, key, old.value if old else blank, now.value if now else blank)
        yield from _value(
            sheet, f"{key} 备注", f"{key} note", old.note if old else blank, now.note if now else blank
        )
    comments = [[r.value.text for r in rows if r.key.text == COMMENT] for rows in (base, new)]
    yield from _comments(sheet, *comments)


def _rows(base: Content, new: Content) -> Iterator[Text]:
    old_heads, new_heads = [c.text for c in base.header], [c.text for c in new.header]
    for head in new_heads:
        if head not in old_heads:
            yield _said(base.sheet, f"新增“{head}”栏", f"new column “{head}”")
    for head in old_heads:
        if head not in new_heads:
            yield _said(base.sheet, f"去掉“{head}”栏", f"column “{head}” taken out")
    listing = base.name is None
    old_rows, new_rows = _data(base.rows, listing), _data(new.rows, listing)
    common = [head for head in old_heads if head in new_heads]
    left = [[row[old_heads.index(head)].text for head in common] for row in old_rows]
    right = [[row[new_heads.index(head)] for head in common] for row in new_rows]
    pairs = paired(left, right)
    for number, (row, index) in enumerate(zip(new_rows, pairs, strict=True), start=1):
        name = f"“{row[0].text}”" if row[0].text else ""
        if index is None:
            whole = "；".join(f"{h} {c.text}" for h, c in zip(new_heads, row, strict=True) if c.text)
            yield _said(base.sheet, f"新增第 {number} 行：{_cut(whole)}", f"new row {number}: {_cut(whole)}")
            continue
        old = old_rows[index]
        for i, head in enumerate(new_heads):
            was = old[old_heads.index(head)] if head in old_heads else Cell("")
            where = f"第 {number} 行{name}，{head}"
            yield from _value(base.sheet, where, f"row {number} {name}, {head}", was, row[i])
    gone = [row for i, row in enumerate(old_rows) if i not in pairs]
    for row in gone:
        whole = "；".join(f"{h} {c.text}" for h, c in zip(old_heads, row, strict=True) if c.text)
        yield _said(base.sheet, f"去掉一行：{_cut(whole)}", f"row taken out: {_cut(whole)}")
    order = [index for index in pairs if index is not None]
    if order != sorted(order):
        yield _said(base.sheet, "行的次序变了", "rows were moved")
    if listing:
        comments = [[r[1].text for r in rows if r[0].text == COMMENT] for rows in (base.rows, new.rows)]
        yield from _comments(base.sheet, *comments)


def _data(rows: tuple[Row, ...], listing: bool) -> list[Row]:
    return [row for row in rows if not (listing and row[0].text == COMMENT)]


def _value(sheet: str, zh: str, en: str, old: Cell, new: Cell) -> Iterator[Text]:
    if old.text == new.text:
        return
    if not old.text:
        yield _said(sheet, f"{zh}：新写 {_cut(new.text)}", f"{en}: now {_cut(new.text)}")
    elif not new.text:
        yield _said(sheet, f"{zh}：去掉 {_cut(old.text)}", f"{en}: no more {_cut(old.text)}")
    else:
        yield _said(
            sheet, f"{zh}：{_cut(old.text)} → {_cut(new.text)}", f"{en}: {_cut(old.text)} → {_cut(new.text)}"
        )


def _comments(sheet: str, base: list[str], new: list[str]) -> Iterator[Text]:
    if base != new:
        yield _said(sheet, "注释改了", "comments changed")


def _lines(base: Row, new: Row) -> Iterator[Text]:
    old, now = [c.text.rstrip() for c in base], [c.text.rstrip() for c in new]
    for tag, start, end, first, last in matching(old, now).get_opcodes():
        if tag == "equal":
            continue
        for text in old[start:end]:
            if text.strip():
                yield _said("原文", f"去掉：{_cut(text.strip())}", f"taken out: {_cut(text.strip())}")
        for text in now[first:last]:
            if text.strip():
                yield _said("原文", f"写上：{_cut(text.strip())}", f"written: {_cut(text.strip())}")


def _said(sheet: str, zh: str, en: str) -> Text:
    # Braces of a rule file are no parameters of a message.
    return Text(*(f"{sheet}｜{text}".replace("{", "{{").replace("}", "}}") for text in (zh, en)))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN * 2 else line[: _SHOWN * 2] + "…"
