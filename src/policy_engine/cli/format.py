"""``policy-engine format``: rule files in the one way to write them, with their meaning kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.policy.formatting import Formatted


@click.command("format")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True)
@click.option("--diff", "show_diff", is_flag=True)
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[Path, ...], check: bool, show_diff: bool) -> None:
    from policy_engine.diagnostics.render import render_text
    from policy_engine.policy.formatting import format_file

    lang = ask_language(ctx)
    changed = failed = files = 0
    for path, shown in _files(ctx, paths, lang):
        files += 1
        found = format_file(path, shown)
        if found.after is None:
            failed += 1
            click.echo(render_text(found.diagnostics, lang), err=True)
        elif found.changed:
            changed += 1
            if show_diff:
                click.echo(_diff(found, shown), nl=False)
            if not check and not show_diff:
                _write(found)
            click.echo(
                _SAYS[lang]["would" if check or show_diff else "done"].format(path=shown), err=show_diff
            )
    click.echo(_SAYS[lang]["summary"].format(files=files, changed=changed, failed=failed), err=show_diff)
    if failed or (check and changed):
        ctx.exit(1)


def _files(ctx: click.Context, paths: tuple[Path, ...], lang: Lang) -> Iterator[tuple[Path, str]]:
    """The rule files of the paths; without any, of the rules in the working folder."""
    from policy_engine.policy.library import Library
    from policy_engine.policy.rules_here import rules_in

    if not paths:
        here = rules_in(Path.cwd())
        if here is None:
            raise click.UsageError(_SAYS[lang]["nothing"], ctx)
        paths = (Path(here.name),)
    for path in paths:
        yield from Library(path).levels[0].files()


def _write(found: Formatted) -> None:
    from policy_engine.tables.atomic import write_bytes

    assert found.after is not None
    write_bytes(found.path.resolve(), found.after.encode())


def _diff(found: Formatted, shown: str) -> str:
    assert found.after is not None
    before, after = found.before.splitlines(keepends=True), found.after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, shown, shown)
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


_SAYS: dict[Lang, dict[str, str]] = {
    "zh": {
        "nothing": "写明规则文件或文件夹：当前文件夹下没有 rules 或 规则",
        "would": "需要排版：{path}",
        "done": "已排版：{path}",
        "summary": "{files} 个规则文件：{changed} 个有变动，{failed} 个有错、没有动",
    },
    "en": {
        "nothing": "name rule files or folders: there is no rules folder here",
        "would": "would be formatted: {path}",
        "done": "formatted: {path}",
        "summary": "{files} rule files: {changed} changed, {failed} with errors left alone",
    },
}
