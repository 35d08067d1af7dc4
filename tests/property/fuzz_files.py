"""Rule files as no official would write them: shipped files, fixtures and bad files with a few places spoilt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
FOLDERS = ("rules", "tests/fixtures", "tests/bad", "tests/staff_edits", "examples")
MOST = 60_000  # characters of a file that is spoilt further; a longer one has had enough

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_WORD = re.compile(r"\w{2,}")
ODD = (
    "\u200b", "\ufeff", "\u202e", "\u00ad", "\u2028", "\u0085", "\x00", "\x07", "\x1b[2J", "\x7f", "\t", "\r",
    "：", "，", "｜", "（", "）", "“", "”", "　", "\u00a0", "\u0301", "⽤", "Ａ", "А", "＊", "−", "–", "𝟓", "５", "٣",
    "½", "²", "😀", "\U000e0041", "\uffff", "\ue000", "'", '"', "|", ">", "&a", "*a", "!!x", "<<", "---", "...", "%",
    "@", "`", "#", "{", "}", "[", "]", ",", ":", "-", "?", "\\", "~", "{x}", "{0}", "%s",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "00", "1.", ".5", "1e9", "1e999999999", "9" * 400, "0." + "1" * 400, "9" * 20_000, "5％", "1_000",
    "1,000", "0x10", "∞", "NaN", "1/0", "2018-02-30", "0000-01-01", "9999-12-31", "99999-01-01", "2018-13",
)  # fmt: skip

Spoil = Callable[[Random, str], str]


@cache
def seeds() -> tuple[str, ...]:
    found = []
    for folder in FOLDERS:
        for path in sorted(p for p in (ROOT / folder).rglob("*.y*ml") if p.is_file()):
            text = path.read_bytes().decode("utf-8", errors="replace")
            if len(text) <= MOST:
                found.append(text)
    return tuple(found)


@cache
def _words() -> tuple[str, ...]:
    """Words of all seeds: keys and names of one file in another, Chinese in an English one."""
    return tuple(sorted({w for text in seeds() for w in _WORD.findall(text)}))


def spoilt(chance: Random) -> bytes:
    """One file, spoilt in one to four places; now and then in its bytes as well."""
    text = chance.choice(seeds())
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4))):
        if len(text) > MOST:
            break
        text = chance.choice(SPOILS)(chance, text)
    if chance.random() < 0.01:
        text = chance.choice(HEAVY)(chance, text)
    return _encoded(chance, text)


# -- text ----------------------------------------------------------------------------------------------


def _at(chance: Random, text: str, old: tuple[int, int], new: str) -> str:
    return text[: old[0]] + new + text[old[1] :]


def _some(chance: Random, pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    """The place of some match, found from a random offset on."""
    start = chance.randrange(len(text) + 1)
    found = pattern.search(text, start) or pattern.search(text)
    return found.span() if found else None


def _token(chance: Random, text: str) -> tuple[int, int]:
    return _some(chance, _TOKEN, text) or (0, 0)


def _swap(chance: Random, text: str) -> str:
    one, other = sorted((_token(chance, text), _token(chance, text)))
    if one[1] > other[0]:
        return text
    return (
        text[: one[0]] + text[slice(*other)] + text[one[1] : other[0]] + text[slice(*one)] + text[other[1] :]
    )


def _lose(chance: Random, text: str) -> str:
    return _at(chance, text, _token(chance, text), "")


def _odd(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return _at(chance, text, (at, at), chance.choice(ODD) * chance.choice((1, 1, 1, 2, 30)))


def _odd_for(chance: Random, text: str) -> str:
    return _at(chance, text, _token(chance, text), chance.choice(ODD))


def _number(chance: Random, text: str) -> str:
    return _at(chance, text, _some(chance, _NUMBER, text) or (0, 0), chance.choice(NUMBERS))


def _word(chance: Random, text: str) -> str:
    return _at(chance, text, _some(chance, _WORD, text) or (0, 0), chance.choice(_words()))


def _lines(chance: Random, text: str) -> str:
    """A few lines are lost, doubled, moved or from another file."""
    lines = text.splitlines(keepends=True) or [""]
    start = chance.randrange(len(lines))
    end = min(len(lines), start + chance.choice((1, 1, 1, 2, 5, 20)))
    part, left = lines[start:end], lines[:start] + lines[end:]
    to = chance.randrange(len(left) + 1)
    other = chance.choice(seeds()).splitlines(keepends=True) or [""]
    choice = chance.randrange(4)
    if choice == 0:
        return "".join(left)
    if choice == 1:
        return "".join(lines[:end] + part + lines[end:])
    if choice == 2:
        return "".join(left[:to] + part + left[to:])
    here = chance.randrange(len(other))
    return "".join(lines[:start] + other[here : here + len(part)] + lines[start:])


def _indent(chance: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    n = chance.randrange(len(lines))
    lines[n] = (
        chance.choice((" ", "  ", "\t", "　", "    ")) + lines[n]
        if chance.random() < 0.5
        else lines[n].lstrip()
    )
    return "".join(lines)


def _cell(chance: Random, text: str) -> str:
    """A cell of a table becomes another cell, a word, or two."""
    bars = [i for i, ch in enumerate(text) if ch == "|"]
    if len(bars) < 2:
        return text
    n = chance.randrange(len(bars) - 1)
    m = chance.randrange(len(bars) - 1)
    new = chance.choice((text[bars[m] + 1 : bars[m + 1]], chance.choice(_words()), "", " - ", "|"))
    return _at(chance, text, (bars[n] + 1, bars[n + 1]), new)


def _cut(chance: Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _expression(chance: Random, text: str) -> str:
    from fuzz_expressions import expression

    return _at(
        chance, text, _some(chance, re.compile(r": [^\n{}|]+"), text) or (0, 0), ": " + expression(chance)
    )


def _nest(chance: Random, text: str) -> str:
    at, deep = _token(chance, text)[0], chance.choice((5, 25, 200))
    opened, closed = chance.choice(
        (("(", ")"), ("[", "]"), ("{a: ", "}"), ("非 ", ""), ("-", ""), ("- ", ""))
    )
    return text[:at] + opened * deep + "1" + closed * deep + text[at:]


SPOILS: tuple[Spoil, ...] = (
    _swap, _lose, _odd, _odd_for, _number, _number, _word, _word, _word, _lines, _lines, _indent, _cell, _cell, _cut,
    _expression, _nest,
)  # fmt: skip


# -- what takes long ------------------------------------------------------------------------------------


def _bomb(chance: Random, text: str) -> str:
    """Each alias names ten of the one before."""
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return "a0: &a0 [x]\n" + "\n".join(levels) + "\n" + text


def _long(chance: Random, text: str) -> str:
    at = _token(chance, text)[0]
    return _at(
        chance,
        text,
        (at, at),
        chance.choice(("x", "字", "1", "(", "a+", "a ", '"', "| ")) * chance.choice((10**4, 10**6)),
    )


def _huge(chance: Random, text: str) -> str:
    return text + "\n标题: " + "长" * 10_000_000


def _many(chance: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    n = chance.randrange(len(lines))
    return "".join(lines[:n] + lines[n : n + 1] * chance.choice((1000, 5000)) + lines[n:])


HEAVY: tuple[Spoil, ...] = (_bomb, _long, _long, _huge, _many)


# -- bytes ----------------------------------------------------------------------------------------------


def _encoded(chance: Random, text: str) -> bytes:
    if chance.random() < 0.1:
        text = text.replace("\n", chance.choice(("\r\n", "\r", "\u2028", "\n\n")))
    encoding: Sequence[str] = ("utf-8",) * 20 + ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32")
    data = text.encode(chance.choice(encoding), errors="replace")
    if chance.random() < 0.03 and data:
        at = chance.randrange(len(data))
        data = data[:at] + bytes([chance.randrange(256)]) * chance.choice((1, 1, 3)) + data[at + 1 :]
    return data
