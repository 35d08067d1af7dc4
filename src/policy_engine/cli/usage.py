"""Wrong usage of the command line, in the reader's language."""

from __future__ import annotations

import click

from policy_engine.cli.texts import Lang


def usage_text(error: click.ClickException, lang: Lang) -> str:
    """What was wrong and where to look; click's own words in English."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    body = error.format_message() if lang == "en" else _chinese(error)
    if lang == "en":
        return f"error: {body}{_look(error, 'see')}"
    return f"错误：{body}{_look(error, '用法见')}"


def _look(error: click.ClickException, word: str) -> str:
    context = getattr(error, "ctx", None)
    return f"\n  {word} {context.command_path} --help" if context is not None else ""


def _chinese(error: click.ClickException) -> str:
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_name(error)}"
    if isinstance(error, click.NoSuchOption):
        near = "、".join(error.possibilities or ())
        return f"没有选项 {error.option_name}" + (f"；是否想用：{near}" if near else "")
    if isinstance(error, click.BadParameter):
        choices = getattr(error.param and error.param.type, "choices", ())
        return f"{_name(error)} 的值不对" + (f"；可用：{'、'.join(choices)}" if choices else "")
    if isinstance(error, click.exceptions.BadOptionUsage):
        return f"选项 {error.option_name} 后面要有一个值"
    return error.format_message()


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return "参数"
    return "、".join(error.param.opts) if isinstance(error.param, click.Option) else error.param.name or ""
