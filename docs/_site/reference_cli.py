"""docs/reference-cli.md, the page of all commands, from the commands themselves.

``python docs/_site/reference_cli.py`` writes it; with ``--check`` it only tells whether it is current (exit code 1: no).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from policy_engine.cli.main import cli
from policy_engine.cli.matter_words import ALIASES

PAGE = Path(__file__).parents[1] / "reference-cli.md"
_HEAD = """\
# 命令

`policy-engine` 的全部命令和选项，由 `python docs/_site/reference_cli.py` 从程序生成，请不要直接修改。
每个命令都可以加 `--help` 看说明；`--lang en` 换成英文，写在命令前后都行。

退出码：0 办成；1 有错误，什么也没有写入；2 办成，但有行退回；64 用法不对。另有规定的写在命令下面。
"""


def page() -> str:
    """The whole page as Markdown, ending in a line end."""
    root = click.Context(cli, info_name="policy-engine", obj="zh")
    parts = [_HEAD]
    for name in cli.list_commands(root):
        command = cli.get_command(root, name)
        assert command is not None
        parts += _section(command, click.Context(command, root, info_name=name), 2)
    return "\n".join(parts)


def _section(command: click.Command, ctx: click.Context, level: int) -> Iterator[str]:
    chinese = next((word for word, name in ALIASES.items() if level > 2 and name == command.name), None)
    yield f"{'#' * level} {ctx.info_name}{f'、{chinese}' if chinese else ''}\n"
    yield _plain((command.help or "").strip()) + "。\n"
    yield f"```text\n{ctx.command_path} {_usage(command, ctx)}\n```\n"
    options = [p for p in command.get_params(ctx) if isinstance(p, click.Option) and not _is_help(p, ctx)]
    if options:
        yield "| 选项 | 说明 |\n| --- | --- |"
        yield "\n".join(f"| {_names(option)} | {_told(option)} |" for option in options) + "\n"
    if command.epilog:
        yield _plain(command.epilog) + "\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            action = command.get_command(ctx, name)
            assert action is not None
            yield from _section(action, click.Context(action, ctx, info_name=name), level + 1)


def _usage(command: click.Command, ctx: click.Context) -> str:
    usage = " ".join(command.collect_usage_pieces(ctx))
    return usage.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "动作 …").replace("...", "…")


def _is_help(option: click.Option, ctx: click.Context) -> bool:
    return bool(set(option.opts) & set(ctx.help_option_names))


def _names(option: click.Option) -> str:
    return "、".join(f"`{name}{_plain_bars(_value(option))}`" for name in option.opts)


def _value(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    if isinstance(option.type, click.Choice):
        return " " + "|".join(map(str, option.type.choices))
    return " " + (option.metavar or option.type.name.upper())


def _told(option: click.Option) -> str:
    told = [_plain(option.help or "")]
    if option.required:
        told.append("必写")
    if option.show_default and option.default is not None:
        told.append(f"不写就是 `{option.default}`")
    if option.multiple and "可多次" not in told[0]:
        told.append("可多次")
    if option.envvar and str(option.envvar) not in told[0]:
        told.append(f"也可以设环境变量 `{option.envvar}`")
    return "；".join(filter(None, told))


def _plain(text: str) -> str:
    return _plain_bars(text).replace("<", "&lt;")


def _plain_bars(text: str) -> str:
    return text.replace("|", "\\|")


def main(words: list[str], page_of: str, path: Path = PAGE) -> int:
    """Write the page, or with ``--check`` tell whether it is current."""
    if "--check" not in words:
        path.write_text(page_of, "utf-8")
        return 0
    if path.is_file() and path.read_text("utf-8") == page_of:
        return 0
    sys.stderr.write(f"{path} is not current: run python docs/_site/{Path(sys.argv[0]).name}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], page()))
