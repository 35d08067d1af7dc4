"""``policy-engine check``: read and bind every rule file, and tell everything that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from policy_engine.cli.texts import ask_language

if TYPE_CHECKING:
    from policy_engine.diagnostics.diagnostic import Diagnostic


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--format", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], format: str) -> None:
    from policy_engine.diagnostics.diagnostic import Severity
    from policy_engine.diagnostics.render import render_github, render_json, render_text
    from policy_engine.policy.checking import check_rules

    lang = ask_language(ctx)
    told: dict[Diagnostic, None] = {}
    files = 0
    for path in paths or (None,):
        for checked in check_rules(path):
            files += 1
            told.update(dict.fromkeys(checked.diagnostics))
            if format == "text" and not checked.diagnostics:
                click.echo(f"✓ {checked.path}（{checked.policy}）")
    render = {"text": render_text, "json": render_json, "github": render_github}[format]
    if told or format == "json":
        click.echo(render(list(told), lang))
    errors = sum(d.severity is Severity.ERROR for d in told)
    if format == "text":
        click.echo(_summary(files, errors, len(told) - errors, lang))
    if errors:
        ctx.exit(1)


def _summary(files: int, errors: int, remarks: int, lang: str) -> str:
    if lang == "zh":
        return f"检查了 {files} 个规则文件：{errors} 处错误，{remarks} 处提示"
    return f"{files} rule files checked: {errors} errors, {remarks} remarks"
