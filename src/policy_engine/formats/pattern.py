"""格式 as a pattern: RE2 syntax, held against the whole text, in time linear in it whatever the pattern.

Rule files are read from strangers too; RE2 has no backtracking, so no pattern takes a machine down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAX_PATTERN = 200  # characters
MAX_TEXT = 10_000  # characters; a longer text matches nothing
MAX_MEMORY = 1 << 20  # bytes for a compiled pattern and what matching it remembers

# What RE2 says (before its colon), in Chinese.
_IN_CHINESE = (
    ("missing )", "缺少右括号"),
    ("missing ]", "缺少右方括号"),
    ("unexpected )", "多出右括号"),
    ("no argument for repetition operator", "重复符号前没有可重复的内容"),
    ("bad repetition operator", "重复符号写法不对"),
    ("invalid repetition size", "重复次数过大"),
    ("invalid character class range", "字符范围不对"),
    ("invalid character class", "字符类不对"),
    ("invalid escape sequence", "转义写法不认识（也不能引用前面的分组）"),
    ("invalid perl operator", "不支持的写法（前瞻、后顾等）"),
    ("invalid group name", "分组名不对"),
    ("invalid named capture", "分组名不对"),
    ("trailing \\", "末尾多出反斜杠"),
    ("pattern too large", "展开后过大"),
)


class PatternError(ValueError):
    """A pattern cannot be used. ``reason`` in Chinese, ``reason_en`` in English; neither quotes a text tested."""

    def __init__(self, reason: str, reason_en: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reason_en = reason_en

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.reason, self.reason_en))


@dataclass(frozen=True)
class Pattern:
    """A pattern ready for use; equal by its text."""

    text: str
    _compiled: Any = field(repr=False, compare=False)

    def matches(self, text: str) -> bool:
        """Whether the pattern fits the whole text: case-sensitive, and a newline at the end is not overlooked."""
        if len(text) > MAX_TEXT or not _is_unicode(text):
            return False
        return self._compiled.fullmatch(text) is not None


def compile_pattern(text: str) -> Pattern:
    """Compile a pattern of at most ``MAX_PATTERN`` characters. Raises PatternError."""
    import re2

    if len(text) > MAX_PATTERN:
        raise PatternError(f"超过{MAX_PATTERN}个字符", f"longer than {MAX_PATTERN} characters")
    if not _is_unicode(text):
        raise PatternError("含有不成对的代理字符", "holds a lone surrogate")
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        return Pattern(text, re2.compile(text, options))
    except re2.error as error:
        said = error.args[0] if error.args else ""
        message = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise PatternError(_in_chinese(message), message) from None


def _in_chinese(message: str) -> str:
    known = next((chinese for english, chinese in _IN_CHINESE if message.startswith(english)), None)
    if known is None:
        return message
    _, colon, at = message.partition(": ")
    return f"{known}：{at}" if colon else known


def _is_unicode(text: str) -> bool:
    """Whether the text can be written as UTF-8 at all: a lone surrogate (from JSON) cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
