"""Full-width brackets where YAML wants its own, and the full-width mark of a comment.

Only where the text can mean nothing else: ``｛`` before a key, ``［…］`` or ``【…】`` as the whole value of a
key that takes a list. In prose they stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.rulefile.keywords import is_key
from policy_engine.rulefile.prepared import Edit, Prepared
from policy_engine.rulefile.shape import is_prose, takes_list

_LINE = re.compile(r"^[ \t]*(?![#|｜ \t]).*$", re.MULTILINE)
_MARK = re.compile(r"^[ \t]*(＃)", re.MULTILINE)
_BRACE = re.compile(
    r"([^\s：:,，{}｛｝]+)[ ]*[:：][ ]*([｛{])(?=\s*[\"“]?([^\s：:,，{}｛｝]+?)[ ]*[:：][^\n]*[}｝])"
)
_LIST = re.compile(
    r"([^\s：:,，{｛]+)[ ]*[:：][ ]*([［【\[])([^［］【】\[\]{}｛｝:：]*)([］】\]])(?=[ ]*(?:[,，}｝\n]|#|＃|$))"
)


def narrow(prepared: Prepared) -> Prepared:
    """The text with half-width brackets, character for character."""
    text = prepared.text
    edits = [Edit(m.start(1), m.end(1), "#") for m in _MARK.finditer(text)]
    for line in _LINE.finditer(text):
        if any(ch in "｛｝［］【】" for ch in line[0]):
            edits.extend(_brackets(text, line.start(), line.end()))
    return prepared.edited(edits)


def _brackets(text: str, start: int, end: int) -> Iterator[Edit]:
    for found in _LIST.finditer(text, start):
        if found.start() >= end:
            break
        if takes_list(found[1]):
            yield from _changed(text, found.start(2), "[")
            yield from _changed(text, found.start(4), "]")
    every = list(_BRACE.finditer(text, start, end))
    braces = [m.start(2) for m in every if is_key(m[3]) or not is_prose(m[1])]
    for at in braces:
        yield from _changed(text, at, "{")
    closing = [i for i in range(start, end) if text[i] in "}｝"]
    for at in closing[-len(braces) :] if braces else ():
        yield from _changed(text, at, "}")


def _changed(text: str, at: int, mark: str) -> Iterator[Edit]:
    if text[at] != mark:
        yield Edit(at, at + 1, mark)
