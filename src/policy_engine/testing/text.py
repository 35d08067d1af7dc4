"""Read a feature file as people write it: any common encoding, full-width punctuation, no language line.

The text that comes out is plain Gherkin with the same line numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

from policy_engine.rulefile.characters import common
from policy_engine.testing.problems import FeatureError, Problem

DEFAULT_LANGUAGE = "zh-CN"
_LANGUAGE = re.compile(r"^\s*#\s*language\s*:\s*([\w-]+)\s*$", re.MULTILINE)
_BARS, _FENCES = "|｜", ('"""', "```")
_PLACEHOLDER = re.compile(r"＜([^<>＜＞\s=＝]+)＞")
_SINGLE = str.maketrans("‘’", "“”")
_AFTER_STEP_KEYWORD = r"[\s\u3000]*[，,、：:][\s\u3000]*"


def read_feature(path: Path, shown: str) -> str:
    """The file as plain Gherkin. Raises FeatureError when it is no text."""
    return normalise(_decode(path.read_bytes(), shown))


def _decode(raw: bytes, shown: str) -> str:
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FeatureError(shown, [Problem(1, "不是文本文件；请另存为 UTF-8 编码的文本")])


def normalise(text: str) -> str:
    """Full-width punctuation where Gherkin wants its own, outside of doc strings."""
    lines = [
        _narrow_start(line) for line in common(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    structure, steps = _keywords(language_of("\n".join(lines)))
    fence = ""
    for number, line in enumerate(lines):
        start = line.lstrip()
        if fence:
            fence = "" if start.startswith(fence) else fence
            continue
        fence = next((f for f in _FENCES if start.startswith(f)), "")
        if not fence:
            line = steps.sub(r"\1 ", structure.sub(r"\1:", line))
            lines[number] = line if start[:1] in ("#", "|", "@") else _quotes(_PLACEHOLDER.sub(r"<\1>", line))
    return "\n".join(lines)


def _quotes(line: str) -> str:
    """Curly quotes that come in no pair: two closing ones, or single ones."""
    if "“" in line:
        return line
    if "”" not in line:
        return line.translate(_SINGLE)
    opening = itertools.cycle("“”")
    return re.sub("”", lambda _: next(opening), line) if line.count("”") % 2 == 0 else line


def language_of(text: str) -> str:
    """The language the file names, or Chinese."""
    found = _LANGUAGE.search(text)
    return found[1] if found else DEFAULT_LANGUAGE


def _narrow_start(line: str) -> str:
    start = line.lstrip()
    indent = line[: len(line) - len(start)].replace("\u3000", "  ")
    if start[:1] in ("＠", "@"):
        start = start.replace("＠", "@").replace("\u3000", " ")
    elif start[:1] in ("＃", "#"):
        start = "#" + start[1:]
        if "language" in start:
            start = start.replace("：", ":")
    elif start[:1] in _BARS and start[:1] and start.rstrip()[-1:] in _BARS and "｜" in start:
        start = start.rstrip().replace("｜", "|")
    return indent + start


def _keywords(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns that find a section keyword with its colon, and a step keyword with a stray comma or colon."""
    from gherkin.dialect import Dialect

    dialect = Dialect.for_name(language) or Dialect.for_name(DEFAULT_LANGUAGE)
    assert dialect is not None
    sections = (
        dialect.feature_keywords
        + dialect.rule_keywords
        + dialect.background_keywords
        + dialect.scenario_keywords
        + dialect.scenario_outline_keywords
        + dialect.examples_keywords
    )
    steps = (
        dialect.given_keywords
        + dialect.when_keywords
        + dialect.then_keywords
        + dialect.and_keywords
        + dialect.but_keywords
    )
    return (
        re.compile(rf"^(\s*(?:{_either(sections)}))[\s\u3000]*[：:]"),
        re.compile(rf"^(\s*(?:{_either(s.strip() for s in steps)})){_AFTER_STEP_KEYWORD}"),
    )


def _either(words: Iterable[str]) -> str:
    unique = sorted(set(words) - {"*"}, key=len, reverse=True)
    return "|".join(map(re.escape, unique))
