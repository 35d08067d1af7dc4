"""An edit as staff made it, in plain text: which file, which text became which, and what was meant.

The head says ``键: 值``, one a line; a section begins with a line ``━━ 原文`` (as shipped), ``━━ 改成`` (as it was saved),
``━━ 本意`` (what the same edit looks like when it is written with care). The three may be repeated for several places
of one file. A character that does not show is written ``⟦U+00A0⟧``.

    场合    who did what, in which program
    文件    the file, as it is shipped
    结果    照旧  the policy still means the same to the letter
            改到  it means what the careful edit means, which is not what it meant before
            提示  it is refused with one message, recorded in told.txt
    存成    how the file was saved: UTF-16, UTF-16BE, GB18030, BOM, CRLF, CR (several with blanks between)
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_SECTION = re.compile(r"^━━ (原文|改成|本意)\n", re.MULTILINE)
_SHOWN = re.compile(r"⟦U\+([0-9A-F]{4,6})⟧")


@dataclass(frozen=True)
class Place:
    """One place of the file: three texts; ``meant`` is None for an edit that was to change nothing."""

    before: str
    after: str
    meant: str | None


@dataclass(frozen=True)
class Edit:
    folder: Path
    occasion: str
    file: str  # below the root of the repository, with "/"
    result: str
    saved: tuple[str, ...]
    places: tuple[Place, ...]

    def as_saved(self, text: str) -> bytes:
        """The file's bytes after the edit."""
        for place in self.places:
            text = _replaced(text, place.before, place.after)
        return _encoded(text, self.saved)

    def as_meant(self, text: str) -> str:
        for place in self.places:
            text = text if place.meant is None else _replaced(text, place.before, place.meant)
        return text

    @property
    def golden(self) -> Path:
        return self.folder / "told.txt"


def edits() -> list[Edit]:
    return [read_edit(path) for path in sorted(HERE.glob("*/edit.txt"))]


def read_edit(path: Path) -> Edit:
    head, *rest = _SECTION.split(path.read_text(encoding="utf-8"))
    said = dict(line.split(": ", 1) for line in head.strip().splitlines())
    sections = [(name, _meant_text(body)) for name, body in zip(rest[::2], rest[1::2], strict=True)]
    return Edit(
        path.parent,
        said["场合"],
        said["文件"],
        said["结果"],
        tuple(said.get("存成", "").split()),
        tuple(_places(sections)),
    )


def _places(sections: list[tuple[str, str]]) -> list[Place]:
    found: list[Place] = []
    for name, text in sections:
        if name == "原文":
            found.append(Place(text, text, None))
        elif name == "改成":
            found[-1] = Place(found[-1].before, text, None)
        else:
            found[-1] = Place(found[-1].before, found[-1].after, text)
    return found


def _meant_text(body: str) -> str:
    """Blank lines around a section are for the eye; a text that has none at its end has none in the file."""
    return _SHOWN.sub(lambda m: chr(int(m[1], 16)), body.strip("\n"))


def _replaced(text: str, before: str, after: str) -> str:
    """The edit made at the one place where it fits; columns of a table may have been widened since it was recorded."""
    pattern = re.escape(before) if before in text else re.sub(r"(\\ )+", "[ ]+", re.escape(before))
    changed, times = re.subn(pattern, lambda _: after, text)
    assert times == 1, f"stands {times} times in the file: {before}"
    return changed


def _encoded(text: str, saved: tuple[str, ...]) -> bytes:
    for name, end in (("CRLF", "\r\n"), ("CR", "\r")):
        if name in saved:
            text = text.replace("\n", end)
    if "UTF-16" in saved:
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    if "UTF-16BE" in saved:
        return codecs.BOM_UTF16_BE + text.encode("utf-16-be")
    if "GB18030" in saved:
        return text.encode("gb18030")
    return (codecs.BOM_UTF8 if "BOM" in saved else b"") + text.encode()
