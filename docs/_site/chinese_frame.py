"""What the theme leaves in English around the pages, in Chinese: its catalogue lacks these words, some are fixed in it."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

WORDS = {
    "Next": "下一页",
    "Previous": "上一页",
    "Home": "首页",
    "Menu": "菜单",
    "Contents": "目录",
    "Expand": "展开",
    "Light mode": "浅色",
    "Dark mode": "深色",
    "Auto light/dark, in light mode": "自动（浅色）",
    "Auto light/dark, in dark mode": "自动（深色）",
    "Skip to content": "跳到正文",
    "Back to top": "回到顶部",
    "On this page": "本页内容",
    "Toggle Light / Dark / Auto color theme": "浅色、深色、自动",
    "Toggle site navigation sidebar": "显示或收起目录",
    "Toggle table of contents sidebar": "显示或收起本页内容",
}
_SHOWN = re.compile(r'(?<=[>"])\s*(' + "|".join(map(re.escape, WORDS)) + r')\s*(?=[<"])')


def chinese(html: str) -> str:
    """A page with the words of its frame in Chinese: whole texts of an element or an attribute."""
    return _SHOWN.sub(lambda found: WORDS[found[1]], html)


def _translate(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir).rglob("*.html"):
            path.write_text(chinese(path.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", _translate)
    return {"parallel_read_safe": True}
