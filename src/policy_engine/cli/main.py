"""``policy-engine``: the group, its languages, and how errors leave the program.

Exit codes: 0 done · 1 an error, nothing was written · 2 done, but rows were rejected · 64 wrong usage.
``checklist`` has its own: 1 tells that something is missing, 2 an error.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword

import click

from policy_engine.cli.help_frame import HelpContext
from policy_engine.cli.texts import VERBS, Lang, ask_language, translate
from policy_engine.cli.usage import usage_text

USAGE_EXIT = 64
_ABOUT: dict[Lang, str] = {
    "zh": "区域电力市场政策：规则文件的查看、核算与说明。",
    "en": "Policies of regional electricity markets: rule files looked at, settled and explained.",
}


class Verbs(click.Group):
    """Loads a verb only when it is used, so that ``--help`` starts at once."""

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        # ``import`` is no name a module can have.
        module = import_module(
            f"policy_engine.cli.{name}_" if iskeyword(name) else f"policy_engine.cli.{name}"
        )
        command: click.Command = module.command
        return translate(command, ask_language(ctx))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(_unknown_verb(args[0], ask_language(ctx)), ctx) from error

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = _ABOUT[ask_language(ctx)]
        super().format_help_text(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = ask_language(ctx)
        rows = [(name, texts[lang]) for name, texts in VERBS.items()]
        with formatter.section("命令" if lang == "zh" else "Commands"):
            formatter.write_dl(rows)


def _unknown_verb(name: str, lang: Lang) -> str:
    from policy_engine.diagnostics.suggest import nearest

    near = "、".join(nearest(name, VERBS)) or "、".join(VERBS)
    return (
        f"没有命令“{name}”；是否想用：{near}"
        if lang == "zh"
        else f"no command “{name}”; did you mean {near}?"
    )


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110},
    help=_ABOUT["zh"],
)
# Eager, so that it is known when help is asked for.
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    is_eager=True,
    help="输出语言 / language of messages。",
)
@click.version_option(package_name="policy-engine", message="%(package)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, lang: Lang) -> None:
    ctx.obj = lang


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(list(sys.argv[1:] if argv is None else argv)))


def run(argv: Sequence[str]) -> int:
    """Run the command line; the exit code."""
    words = _language_first(list(argv))
    lang: Lang = "en" if words[:2] == ["--lang", "en"] else "zh"
    _speak_utf8()
    try:
        code = cli.main(words, prog_name="policy-engine", standalone_mode=False)
    except click.ClickException as error:
        click.echo(usage_text(error, lang), err=True)
        return USAGE_EXIT if isinstance(error, click.UsageError) else 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断" if lang == "zh" else "interrupted", err=True)
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:  # our own errors are told as diagnostics; anything else is a fault of ours
        return _report(error, lang)
    return int(code or 0)


def _report(error: Exception, lang: Lang) -> int:
    from policy_engine.diagnostics.errors import PolicyEngineError

    if not isinstance(error, PolicyEngineError):
        raise error
    from policy_engine.diagnostics.render import render_text

    click.echo(render_text(error.diagnostics, lang), err=True)
    return 1


def _language_first(words: list[str]) -> list[str]:
    """``--lang`` is understood behind the verb as well; the last one counts."""
    end = words.index("--") if "--" in words else len(words)
    rest: list[str] = []
    found: list[str] = []
    at = 0
    while at < end:
        if words[at] == "--lang" and at + 1 < end:
            found, at = ["--lang", words[at + 1]], at + 1
        elif words[at].startswith("--lang="):
            found = ["--lang", words[at].partition("=")[2]]
        else:
            rest.append(words[at])
        at += 1
    return [*found, *rest, *words[end:]]


def _speak_utf8() -> None:
    """Chinese must come out whole even under a C locale."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
