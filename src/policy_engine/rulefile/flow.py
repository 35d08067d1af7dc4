"""The traps inside braces and brackets."""

from __future__ import annotations

import re
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.rulefile.findings import MAX_FINDINGS
from policy_engine.rulefile.keywords import is_key
from policy_engine.rulefile.prepared import Edit, Prepared
from policy_engine.rulefile.shape import is_prose
from policy_engine.rulefile.traps import (
    ANCHOR_OR_TAG,
    LEADING,
    WITHOUT_COLON,
    closing_quote,
    is_cut,
    latin_name,
    quoted,
    unbalanced,
)

_CLOSING = {"{": "}", "[": "]"}
_HALF_OPEN = re.compile(r"\[[^\[\]{},\n]*\.\.[^\[\]{},\n]*\)")
_PLAIN_END = re.compile(r"[,\[\]{}\n]|:(?=[\s,\[\]{}]|$)|[ \t]+#")
_LONGEST_ITEM = 2000
_NEXT_CONTENT = re.compile(r"(?:[ \t]*(?:#.*)?\n)*([ ]*)([^\s#])")
_COMMENT = re.compile(r"[ \t]#")
_WIDE_NEXT_KEY = re.compile(r"，\s*([^\s，：:,]+)\s*：")
_TWO_IN_ONE = re.compile(r"(.*?[^\s，、；;])(?:[ ]*[，、；;][ ]*|[ ]+)([^\s，、；;]+)")
_WIDE_KEY = re.compile(r"[，、；;][ ]*([^\s，、；;：:]+)(?=[ ]*：)")
_GLUED = re.compile(r"([^:]+):(?!//)(\S.*)")


class Flow:
    """One ``{…}`` or ``[…]`` of a key at column ``indent``; ``edits`` repair what was reported."""

    def __init__(self, prepared: Prepared, report: Diagnostics, at: int, indent: int) -> None:
        self.edits: list[Edit] = []
        self._prepared = prepared
        self._text = prepared.text
        self._report = report
        self._at = at
        self._indent = indent
        self._open: list[int] = []
        self._key = ""
        self._in_value = False
        self._first = True
        self._ahead = (-1, "")  # the next end of plain text, and its sign
        self._value_at = at  # behind the colon of the last key
        self._wide: set[int] = set()  # braces whose keys are written with a full-width colon

    def closing(self, at: int, end: int) -> int | None:
        """Where the bracket at ``at`` closes before ``end``; None when it does not, or not in pairs."""
        expected: list[str] = []
        i = at
        while i < end:
            ch = self._text[i]
            if ch == '"':
                i = closing_quote(self._text, i, end) or i
            elif ch in "{[":
                expected.append(_CLOSING[ch])
            elif ch in "}]" and ch != expected.pop():
                return None
            if not expected:
                return i
            i += 1
        return None

    def run(self) -> int:
        """Walk to the closing bracket; returns an index on the line where it stands."""
        i = self._at
        while i < len(self._text) and len(self._report) < MAX_FINDINGS:
            ch = self._text[i]
            if ch in "{[":
                i = self._opening(i)
            elif ch in "}]":
                self._close(i)
                if not self._open:
                    return i
                i += 1
            elif ch == "\n":
                following = self._following(i)
                if following is None:
                    return self._unclosed(i)
                i = following
            else:
                i = self._token(i)
        return self._unclosed(len(self._text))

    def _opening(self, i: int) -> int:
        half_open = _HALF_OPEN.match(self._text, i)
        if self._open and half_open:
            return self._wrap("PE1023", i, mark="[")
        self._open.append(i)
        self._in_value = self._text[i] == "["
        self._first = True
        return i + 1

    def _token(self, i: int) -> int:
        ch = self._text[i]
        if ch in " \t":
            return i + 1
        if ch == "#" and self._text[i - 1] in " \t\n":
            return self._line_end(i)
        if ch == ",":
            if self._text[:i].rstrip()[-1:] in ",{[":
                self._report.report("PE1091", self._prepared.span(i, i + 1))
                self.edits.append(Edit(i, i + 1, ""))
            self._in_value = self._text[self._open[-1]] == "["
            self._first = False
            return i + 1
        if ch == ":" and self._text[i + 1 : i + 2] in ("", *" \t\n,[]{}"):
            self._in_value = True
            self._value_at = i + 1
            if self._text[i + 1 : i + 2] in ("{", "[") and self._text[i - 1] not in "\"'":
                key, fixed = self._key, f"{self._key}: {self._text[i + 1 : self._item_end(i + 1)]}"
                self._report.report("PE1024", self._prepared.span(i - len(key), i + 1), key=key, fixed=fixed)
                self.edits.append(Edit(i + 1, i + 1, " ", -1))
            return i + 1
        return self._quotation(i) if ch in "\"'" else self._plain(i)

    def _line_end(self, i: int) -> int:
        end = self._text.find("\n", i)
        return len(self._text) if end < 0 else end

    def _following(self, newline: int) -> int | None:
        """Where the next line with content begins; None when it belongs to the mapping outside.

        Then a closing bracket is missing here.
        """
        following = _NEXT_CONTENT.match(self._text, newline + 1)
        if following is None:
            return None
        inside = len(following[1]) > self._indent or following[2] in "}]"
        return following.start(2) if inside else None

    def _close(self, i: int) -> None:
        """A closing bracket; one that does not match closes what is open inside, or is left out."""
        mark = self._text[i]
        kinds = [_CLOSING[self._text[o]] for o in self._open]
        if mark not in kinds:
            self._never_opened(i, mark)
            return
        while kinds[-1] != mark:
            self._report_open(self._open[-1])
            self.edits.append(Edit(i, i, kinds.pop(), -1))
            self._open.pop()
        self._open.pop()
        self._in_value = True

    def _never_opened(self, i: int, mark: str) -> None:
        """``条款: 二-2, 二-3]``: the value of the last key was to begin with the other half."""
        if mark == "}":
            self._report_open(self._open[-1])
            self.edits.append(Edit(i, i + 1, ""))
            return
        self._report.report("PE1030", self._prepared.span(i, i + 1), mark=mark, other="[")
        start = (
            self._value_at
            + len(self._text[self._value_at : i])
            - len(self._text[self._value_at : i].lstrip())
        )
        self.edits.append(Edit(start, start, "["))
        self._in_value = True

    def _report_open(self, at: int) -> None:
        mark = self._text[at]
        self._report.report("PE1030", self._prepared.span(at, at + 1), mark=mark, other=_CLOSING[mark])

    def _unclosed(self, i: int) -> int:
        """Report the innermost open bracket and close all that are open, at the line end ``i``."""
        self._report_open(self._open[-1])
        missing = "".join(_CLOSING[self._text[o]] for o in reversed(self._open))
        start = max(self._at, self._text.rfind("\n", 0, i) + 1)
        comment = _COMMENT.search(self._text, start, i)
        end = comment.start() if comment else i
        self.edits.append(Edit(end, end, missing, -1))
        return i

    def _quotation(self, i: int) -> int:
        mark = self._text[i]
        close = closing_quote(self._text, i, self._line_end(i))
        if close is None:
            close = closing_quote(self._text, i, len(self._text))
            if close is None or re.search(r"\n *[^\s\"'|]+:(\s|$)", self._text[i:close]):
                self._report.report("PE1030", self._prepared.span(i, i + 1), mark=mark, other=mark)
                stop = self._item_end(i)
                self.edits.append(Edit(stop, stop, mark, -1))
                return stop
        rest = self._text[close + 1 : self._line_end(close)].lstrip()
        if rest and rest[0] not in ",:]}#":
            stop = self._item_end(i)
            return self._wrap("PE1029", i, rest=self._text[close + 1 : stop].strip())
        if not self._in_value:
            self._key = self._text[i + 1 : close]
        return close + 1

    def _plain(self, i: int) -> int:
        end, stop = self._end_of_plain(i)
        written = self._text[i:end].rstrip()
        if self._in_value:
            return self._plain_value(i, end, stop, written)
        if stop != ":":
            colon = self._missing_separator(i, written)
            if colon is not None:
                self._key, self._in_value = self._text[i:colon].strip(), True
                return colon + 1
            if stop and stop in ",}" and (without := WITHOUT_COLON.fullmatch(written)) and is_key(without[1]):
                return self._add_colon(i, without)
            if stop and stop in "[{" and is_key(written.rstrip(":；; ")):
                return self._add_separator(i, end, written)
        self._key = written
        return end

    def _end_of_plain(self, i: int) -> tuple[int, str]:
        """Where plain text ends, and the sign it ends with.

        What was found from an earlier place on still stands, so that one endless line is not searched again and again.
        """
        if self._ahead[0] < i:
            found = _PLAIN_END.search(self._text, i)
            self._ahead = (found.start(), found[0].strip()[:1]) if found else (len(self._text), "")
        return self._ahead

    def _add_separator(self, i: int, end: int, written: str) -> int:
        """``原状态:[…]``, ``期限 {…}``: a colon and a blank belong before the bracket."""
        key = written.rstrip(":；; ")
        fixed = f"{key}: {self._text[end : self._item_end(end)]}"
        span = self._prepared.span(i, i + len(written))
        self._report.report("PE1024" if written.endswith(":") else "PE1090", span, key=key, fixed=fixed)
        self.edits.append(Edit(i + len(key), end, ": "))
        self._key, self._in_value = key, True
        return end

    def _plain_value(self, i: int, end: int, stop: str, written: str) -> int:
        inside_braces = self._text[self._open[-1]] == "{"
        comma = self._wide_comma(i, written)
        if comma is not None:
            self.edits.append(Edit(comma, comma + 1, ", "))
            self._in_value = self._first = False
            return comma + 1
        anchor = ANCHOR_OR_TAG.match(self._text, i, i + len(written))
        if anchor:
            renamed = latin_name(anchor)
            self.edits.extend([renamed] if renamed else [])
            return max(end, i + 1)
        if LEADING.match(self._text, i):
            return self._wrap("PE1023", i, mark=written[:1])
        if stop and stop in "[{" and written:
            return self._wrap("PE1031", i, mark=stop)
        if stop == "]" and inside_braces and unbalanced(written):
            return self._wrap("PE1031", i, mark="]")
        if stop == ":" and not inside_braces and len(self._open) > 1 and is_key(written):
            return self._list_never_closed(i)
        apart = self._missing_comma(i, end, stop, written) if inside_braces else None
        if apart is not None:
            return apart
        if stop == ":" and inside_braces:
            return self._wrap("PE1027", i, value=self._text[i : self._item_end(i)])
        if stop == "#" and is_cut(written, self._text[end : self._line_end(end)]):
            return self._wrap("PE1022", i, cut=self._text[end : self._item_end(i)].strip())
        return max(end, i + 1)

    def _list_never_closed(self, i: int) -> int:
        """``[甲, 乙, 条款: …``: the bracket was to close before the comma in front of the key."""
        at = self._open.pop()
        self._report_open(at)
        comma = self._text.rfind(",", at, i)
        self.edits.append(Edit(comma, comma, "]", -1) if comma > at else Edit(i, i, "], ", -1))
        self._in_value = self._first = False
        return i

    def _add_colon(self, i: int, without: re.Match[str]) -> int:
        key, value = without.groups()
        fixed = f"{key}: {value}"
        self._report.report("PE1090", self._prepared.span(i, i + len(without[0])), key=key, fixed=fixed)
        self.edits.append(Edit(i + without.end(1), i + without.start(2), ": "))
        self._key, self._in_value = key, True
        return i + without.start(2)

    def _missing_comma(self, i: int, end: int, stop: str, written: str) -> int | None:
        """Where the next key begins when no comma of YAML stands before it: ``5%，自: …``, ``5% 自: …``."""
        found = self._two_in_one(written, stop)
        if found is None:
            return None
        one, key, begins = found
        rest = self._text[i + begins : self._item_end(i + begins)]
        fixed = f"{self._key}: {one}, {re.sub('[ ]*[:：][ ]*', ': ', rest, count=1)}"
        span = self._prepared.span(i + len(one), i + begins)
        self._report.report("PE1096", span, one=one, other=key, fixed=fixed)
        self.edits.append(Edit(i + len(one), i + begins, ", "))
        self._in_value = self._first = False
        return i + begins

    def _two_in_one(self, written: str, stop: str) -> tuple[str, str, int] | None:
        """The value, the key behind it, and where that begins."""
        found = _TWO_IN_ONE.fullmatch(written) if stop == ":" else None
        if found is not None:
            return (found[1], found[2], found.start(2)) if is_key(found[2]) and found[1].strip() else None
        for key in () if is_prose(self._key) else _WIDE_KEY.finditer(written):
            one = written[: key.start()].rstrip(" ")
            if one and is_key(key[1]):
                return one, key[1], key.start(1)
        return None

    def _wide_comma(self, i: int, written: str) -> int | None:
        """A full-width comma that ends the value: only where the keys have full-width colons, before a known key.

        Elsewhere it is prose.
        """
        if self._open[-1] not in self._wide:
            return None
        for found in _WIDE_NEXT_KEY.finditer(written):
            if is_key(found[1]):
                return i + found.start()
        return None

    def _missing_separator(self, i: int, written: str) -> int | None:
        """The place of a full-width colon, or of one with no space behind it, that ends a key."""
        full = written.find("：")
        if full > 0 and (self._first or is_key(written[:full])):
            self.edits.append(Edit(i + full, i + full + 1, ": "))
            self._wide.add(self._open[-1])
            return i + full
        glued = _GLUED.match(written)
        if glued and (self._first or is_key(glued[1])):
            colon = i + glued.end(1)
            fixed = f"{glued[1]}: {glued[2]}"
            self._report.report("PE1024", self._prepared.span(i, colon + 1), key=glued[1], fixed=fixed)
            self.edits.append(Edit(colon + 1, colon + 1, " ", -1))
            return colon
        return None

    def _item_end(self, i: int) -> int:
        """Where the item at ``i`` ends on its line: at a comma or bracket that is not inside another pair."""
        end = min(self._line_end(i), i + _LONGEST_ITEM)
        for pairs in ("([{（", "[{", ""):
            stop = self._balanced_end(i, end, pairs)
            if stop < end:
                return i + len(self._text[i:stop].rstrip())
        return i + len(self._text[i:end].rstrip())

    def _balanced_end(self, i: int, end: int, pairs: str) -> int:
        closers = {"(": ")", "[": "])", "{": "}", "（": "）"}
        depth: list[str] = []
        for j in range(i, end):
            ch = self._text[j]
            if ch in pairs:
                depth.append(closers[ch] + ("]" if ch == "(" else ""))
            elif depth and ch in depth[-1]:
                depth.pop()
            elif not depth and ch in ",}]":
                return j
        return end

    def _wrap(self, code: str, i: int, **params: Any) -> int:
        """Report a value that must be quoted, and quote it."""
        stop = self._item_end(i)
        written = self._text[i:stop]
        fixed = (f"{self._key}: " if self._key else "") + quoted(written)
        self._report.report(code, self._prepared.span(i, stop), fixed=fixed, **params)
        self.edits.append(Edit(i, stop, quoted(written)))
        self._in_value = True
        return stop
