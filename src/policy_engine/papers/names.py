"""Names of files as written in facts: relative, with ``/`` between the parts, in Unicode's composed form (NFC).

What is refused could leave the folder, mean another file on another system, or look like what it is not.
Reserved names: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

from __future__ import annotations

import re
import unicodedata

from policy_engine.papers.problems import Problem

_LONGEST_PART = 255  # bytes of UTF-8, as file systems count
_LONGEST = 1024
_LIKE_SLASHES = frozenset("\\∕⁄⧸⧵∖⧹╱╲／＼﹨")
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)


class BadName(ValueError):
    """A name that is refused; ``problem`` and ``problem_en`` say why."""

    def __init__(self, reason: Problem) -> None:
        self.reason = reason
        self.problem, self.problem_en = reason.words()
        super().__init__(self.problem)


def normalise_name(text: str) -> str:
    """The name in the form in which names are compared. Raises ``BadName``.

    Names that differ in case are different names, on every system.
    """
    name = unicodedata.normalize("NFC", text)
    reason = _reason(name)
    if reason is not None:
        raise BadName(reason)
    return name


def shown(text: str) -> str:
    """A name found on disk, for people: NFC, with U+FFFD for what cannot or should not be printed.

    A name with U+FFFD is refused by ``normalise_name``, so that a file with such a name is told about, not lost.
    """
    return "".join("\ufffd" if _unprintable(c) else c for c in unicodedata.normalize("NFC", text))


def _reason(name: str) -> Problem | None:
    if not name.strip():
        return Problem.NAME_EMPTY
    if any(_unprintable(c) or c == "\ufffd" for c in name):
        return Problem.NAME_CONTROL
    if name.startswith("/"):
        return Problem.NAME_ABSOLUTE
    if any(c in _LIKE_SLASHES for c in name):
        return Problem.NAME_SLASH
    if ":" in name:
        return Problem.NAME_COLON
    if len(name.encode()) > _LONGEST:
        return Problem.NAME_LONG
    return next((found for part in name.split("/") if (found := _reason_of_part(part))), None)


def _reason_of_part(part: str) -> Problem | None:
    if unicodedata.normalize("NFKC", part) in {"", ".", "..", "..."}:  # also written with full-width dots
        return Problem.NAME_CLIMBS
    if part.endswith((" ", ".")) or _RESERVED.match(part):
        return Problem.NAME_RESERVED
    if len(part.encode()) > _LONGEST_PART:
        return Problem.NAME_LONG
    return None


def _unprintable(char: str) -> bool:
    return char in _TURNS or unicodedata.category(char) in _UNSEEN
