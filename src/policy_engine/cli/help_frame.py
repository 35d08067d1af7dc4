"""The frame click puts around help (Usage, Options, [default: …]), in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from policy_engine.cli.texts import ask_language

_HEADS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_TEXTS = {"Show this message and exit.": "显示帮助", "Show the version and exit.": "显示版本"}
_PIECES = (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 …"), ("...", "…"))
_EXTRA = re.compile(r"\[(?=(?:env var|default|required|\S+<))[^\]]*\]$")
_WORDS = (("env var: ", "环境变量 "), ("default: ", "默认 "), ("required", "必填"), ("; ", "；"))


class HelpContext(click.Context):
    """Of a command whose help is told in the language that was asked for."""

    def make_formatter(self) -> click.HelpFormatter:
        kind = _ChineseHelp if ask_language(self) == "zh" else click.HelpFormatter
        return kind(width=self.terminal_width, max_width=self.max_content_width)


class _ChineseHelp(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, chinese in _PIECES:
            args = args.replace(english, chinese)
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{_HEADS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _chinese(text)) for name, text in rows], col_max, col_spacing)


def _chinese(text: str) -> str:
    return _EXTRA.sub(_extra, _TEXTS.get(text, text))


def _extra(found: re.Match[str]) -> str:
    text = found[0]
    for english, chinese in _WORDS:
        text = text.replace(english, chinese)
    return text
