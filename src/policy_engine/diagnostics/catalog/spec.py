"""What a diagnostic code is: its message, hint and page, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


class _Lenient(Formatter):
    """A parameter that is not given stays visible as ``{name}`` instead of hiding the message."""

    def get_value(self, key: int | str, args: object, kwargs: Mapping[str, object]) -> object:
        return kwargs.get(str(key), "{" + str(key) + "}")


@dataclass(frozen=True)
class Text:
    """A sentence in both languages; ``{name}`` marks a parameter."""

    zh: str
    en: str

    def render(self, lang: str, params: Mapping[str, str]) -> str:
        return _Lenient().format(self.en if lang == "en" else self.zh, **params)


@dataclass(frozen=True)
class CodeSpec:
    """A stable code with its message; ``cause``/``example``/``fix`` make its page (原因 / 示例 / 改法)."""

    code: str
    message: Text
    hint: Text | None = None
    severity: str = "error"
    cause: str = ""
    example: str = ""
    fix: str = ""


def coded(
    code: str,
    zh: str,
    en: str,
    hint: tuple[str, str],
    *,
    cause: str,
    example: str,
    fix: str,
    severity: str = "error",
) -> CodeSpec:
    """A code from plain sentences."""
    return CodeSpec(code, Text(zh, en), Text(*hint), severity, cause, example, fix)
