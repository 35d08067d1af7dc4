"""A rule file's text with the marks YAML wants where people typed look-alikes; comments stay as they are."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.characters import clean
from policy_engine.rulefile.lines import repair
from policy_engine.rulefile.prepared import Prepared
from policy_engine.rulefile.text_lines import Lines
from policy_engine.rulefile.tree import read_tree
from policy_engine.rulefile.wide import narrow


def plain_text(source: Source, report: Diagnostics) -> str | None:
    """Half-width colons, brackets and comment marks, ``\\n`` line ends; None when the text has errors.

    The reader takes the text it returns for the same as the one it was given.
    """
    prepared = repair(narrow(clean(source, report)), report)
    if report.errors:
        return None
    text = prepared.text
    root = read_tree(Source(source.name, text), Diagnostics())
    if root is None:
        return None
    lines = Lines(text, root)
    found: list[str] = []
    for start in lines.between(0, len(text)):
        comment = lines.comment(start)
        end = comment[0] if comment else lines.stop(start)
        found.append(_without_double_blank(prepared, start, end))
        if comment:
            found.append("#" + _as_written(prepared, comment[0] + 1))
        found.append(text[lines.stop(start) : lines.end(start)])
    return "".join(found)


def _as_written(prepared: Prepared, at: int) -> str:
    """The rest of the line in the file."""
    source = prepared.source.text
    start = prepared.at(at - 1) + 1
    end = source.find("\n", start)
    return source[start : len(source) if end < 0 else end].rstrip()


def _without_double_blank(prepared: Prepared, start: int, end: int) -> str:
    """``键：  值`` got a blank behind its colon in addition to those that were there."""
    text, source = prepared.text, prepared.source.text
    found: list[str] = []
    i = start
    while i < end:
        found.append(text[i])
        wide = text[i : i + 2] == ": " and source[prepared.at(i) : prepared.at(i) + 1] == "："
        i += 1
        if wide:
            while text[i : i + 2] == "  ":
                i += 1
    return "".join(found)
