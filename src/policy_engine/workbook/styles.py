"""The cell styles of a workbook. Every one of them is a text format, so that ``5%`` and ``001234`` stay as typed."""

from __future__ import annotations

from typing import Any

_LINE = "#BFBFBF"


class Styles:
    """Made once for a workbook."""

    def __init__(self, book: Any) -> None:
        def style(**more: Any) -> Any:
            return book.add_format(
                {"num_format": "@", "valign": "top", "font_name": "Microsoft YaHei", "font_size": 10, **more}
            )

        box = {"border": 1, "border_color": _LINE}
        mono = {"font_name": "Consolas"}
        self.plain = style()
        self.wrapped = style(text_wrap=True)
        self.title = style(bold=True, font_size=12)
        self.header = style(bold=True, bg_color="#D9E7F5", text_wrap=True, **box)
        self.edit = style(text_wrap=True, **box)
        self.fixed = style(bg_color="#EDEDED", font_color="#7F7F7F", **box)
        self.comment = style(italic=True, font_color="#2E7D32", **box)
        self.code = style(**mono)
        self.code_comment = style(font_color="#2E7D32", **mono)

    def of(self, name: str) -> Any:
        """By the name of a guide row's style."""
        return {
            "title": self.title,
            "header": self.header,
            "edit": self.edit,
            "fixed": self.fixed,
            "fact": self.plain,
            "comment": self.comment,
            "wrapped": self.wrapped,
        }.get(name, self.plain)
