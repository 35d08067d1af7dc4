"""``policy-engine check``: read, bind and analyse every rule file, and tell everything that is wrong with them.

Exit codes: 0 no errors · 1 errors · 2 warnings only, with ``--fail-on warning``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.diagnostics.diagnostic import Diagnostic
    from policy_engine.policy.cache_folder import CacheFolder


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True
)
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True)
@click.option("--cache-dir", metavar="DIR", type=click.Path())
@click.option("--no-cache", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    format: str,
    fail_on: str,
    cache_dir: str | None,
    no_cache: bool,
) -> None:
    import datetime as dt

    from policy_engine.analysis.cached import told_rules
    from policy_engine.diagnostics.diagnostic import Severity
    from policy_engine.diagnostics.render import render_github, render_json, render_text
    from policy_engine.diagnostics.sarif import render_sarif

    lang = ask_language(ctx)
    if not paths:
        paths = _here(lang)
    told: dict[Diagnostic, None] = {}
    files = 0
    memory = None if no_cache else _memory(cache_dir)
    for path in paths or (None,):
        for checked in told_rules(path, dt.date.today(), memory):
            files += 1
            told.update(dict.fromkeys(checked.diagnostics))
            if format == "text" and not checked.diagnostics:
                click.echo(f"✓ {checked.path}（{checked.policy}）")
    renders = {"text": render_text, "json": render_json, "sarif": render_sarif, "github": render_github}
    render = renders[format]
    if told or format in ("json", "sarif"):
        click.echo(render(list(told), lang))
    errors = sum(d.severity is Severity.ERROR for d in told)
    if format == "text":
        click.echo(_summary(files, errors, len(told) - errors, lang))
    if errors:
        ctx.exit(1)
    if fail_on == "warning" and any(d.severity is Severity.WARNING for d in told):
        ctx.exit(2)


def _memory(cache_dir: str | None) -> CacheFolder | None:
    from policy_engine.policy.cache_folder import CacheFolder, default_folder

    folder = Path(cache_dir) if cache_dir is not None else default_folder("check")
    return CacheFolder(folder) if folder is not None else None


def _here(lang: Lang) -> tuple[str, ...]:
    """The rules of the working folder, as for ``test``; nothing stands for the whole library. It is told which."""
    from policy_engine.policy.rules_here import rules_in

    found = rules_in(Path.cwd())
    click.echo(
        _SAYS[lang]["library" if found is None else "here"].format(folder=found and found.name), err=True
    )
    return (found.name,) if found is not None else ()


_SAYS: dict[Lang, dict[str, str]] = {
    "zh": {
        "here": "没有写文件夹，检查当前文件夹下的“{folder}”",
        "library": "当前文件夹下没有 rules 或 规则，检查规则库的全部规则",
    },
    "en": {
        "here": "no folder is named: checking “{folder}” in the current folder",
        "library": "no rules in the current folder: checking the whole library",
    },
}


def _summary(files: int, errors: int, remarks: int, lang: str) -> str:
    if lang == "zh":
        return f"检查了 {files} 个规则文件：{errors} 处错误，{remarks} 处提示"
    return f"{files} rule files checked: {errors} errors, {remarks} remarks"
