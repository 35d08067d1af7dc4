"""Pieces of HTML. Whatever comes from a file is escaped here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from policy_engine.filing.wording import printable

Html = str  # already escaped
_PLAIN_ID = re.compile(r"[\w.\-]+\Z")


def text(words: object) -> Html:
    """For the inside of an element or of an attribute."""
    return escape(printable(str(words)), quote=True)


def tag(name: str, *inner: Html, **attributes: str | None) -> Html:
    """An element. ``class_`` stands for class, ``data_x`` for data-x; None leaves an attribute out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>{''.join(inner)}</{name}>"


def anchor(kind: str, name: str) -> str:
    """The id of a thing on the page: ``条款-二-3``. An id has no blanks."""
    return f"{kind}-{'_'.join(name.split())}"


def link(target: str, words: str, class_: str | None = None) -> Html:
    """A link within the page; its address stays readable where it can."""
    address = target if _PLAIN_ID.match(target) else quote(target)
    return tag("a", text(words), href=f"#{address}", class_=class_)


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Html]],
    marked: Sequence[bool] = (),
    caption: str = "",
) -> Html:
    """A table in a frame that scrolls by itself. Cells are HTML; the first of a row is its header."""
    head = tag("tr", *(tag("th", text(h), scope="col") for h in header))
    body = [
        tag(
            "tr",
            *(
                tag("th", cell, scope="row") if column == 0 else tag("td", cell)
                for column, cell in enumerate(row)
            ),
            class_="own" if number < len(marked) and marked[number] else None,
        )
        for number, row in enumerate(rows)
    ]
    above = tag("caption", text(caption)) if caption else ""
    inner = tag("table", above, tag("thead", head), tag("tbody", *body))
    return tag("div", inner, class_="frame", tabindex="0", role="region", aria_label=caption or "表格")


def code(words: object) -> Html:
    return tag("code", text(words))


def paragraph(words: object, class_: str | None = None) -> Html:
    return tag("p", text(words), class_=class_)
