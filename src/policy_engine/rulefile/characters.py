"""Characters that YAML or the eye takes for something else: line ends, odd blanks, invisible ones."""

from __future__ import annotations

import re
import unicodedata

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.prepared import Edit, Prepared

# Controls, format and direction characters, Unicode line separators, non-characters, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]|\r(?!\n)"
)
_ODD = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_BLANKS = re.compile(rf"^[ \t{_ODD}]+(?=\S)|[{_ODD}]", re.MULTILINE)

# What PDF files put for common characters: forms that only look the same. Most radicals of U+2E80–2EF3 have no
# mapping in Unicode; of the others a few are mapped to characters that are not written in mainland China.
_TWINS = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")
_RADICALS = str.maketrans(
    "⺠⺟⺁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰⻳⼾⾭⾒⾙⾞⾧⾨⾴⾵⾶⾺⿂⿃⿆⿈⿑⿒⿓⿔",
    "民母厂西见角贝车长门青韦页风飞食马鬼鱼鸟麦黄齐齿龙龟户青见贝车长门页风飞马鱼鸟麦黄齐齿龙龟",
)

_ODD_OR_END = re.compile(rf"\r\n|[\t\n\r{_ODD}]")


def clean(source: Source, report: Diagnostics) -> Prepared:
    """The text with ``\\n`` line ends, plain blanks and common characters; what cannot be seen is reported and left out.

    An ideographic space in the indentation stays, for its width is unclear; the line scanner reports it.
    """
    prepared = Prepared(source, source.text)
    text = source.text
    edits: list[Edit] = []
    if text.startswith("\ufeff"):
        edits.append(Edit(0, 1, ""))
    edits.extend(Edit(m.start(), m.start() + 1, "") for m in re.finditer("\r\n", text))
    lines: set[int] = set()
    for found in _INVISIBLE.finditer(text, int(text.startswith("\ufeff"))):
        edits.append(Edit(found.start(), found.end(), ""))
        line = source.position(found.start())[0]
        if line not in lines:
            lines.add(line)
            span = prepared.span(found.start(), found.end())
            report.report("PE1016", span, code_point=_describe(found[0]))
    for found in _BLANKS.finditer(text):
        if not _is_indentation(text, found):
            edits.append(Edit(found.start(), found.end(), " "))
        else:
            edits.extend(Edit(i, i + 1, " ") for i in range(*found.span()) if text[i] not in " \t\u3000")
    for found in _TWINS.finditer(text):
        edits.append(Edit(found.start(), found.end(), _common(found)))
    return prepared.edited(edits)


def common(text: str) -> str:
    """A text with common characters for those that only look like them, one for one."""
    return _TWINS.sub(_common, text)


def _common(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0].translate(_RADICALS))


def tidy(text: str) -> str:
    """A text as it may stand in one line of a table: a blank for each line end and odd blank."""
    return _ODD_OR_END.sub(" ", text)


def invisible(text: str) -> tuple[int, str] | None:
    """Where the first character that cannot be seen stands, and what it is called; None without any."""
    found = _INVISIBLE.search(text)
    return (found.start(), _describe(found[0])) if found else None


def _is_indentation(text: str, found: re.Match[str]) -> bool:
    at_start = found.start() == 0 or text[found.start() - 1] == "\n"
    return at_start and not text[found.end() : found.end() + 1].isspace()


def _describe(ch: str) -> str:
    name = unicodedata.name(ch, "")
    return f"U+{ord(ch):04X}" + (f" {name}" if name else "")
