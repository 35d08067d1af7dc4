"""``policy-engine steps``: the steps that can be written in a feature file, and snippets of them for an editor."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.policy.model import Policy

_ENDINGS = (".json", ".code-snippets")


@click.command("steps")
@click.argument("words", nargs=-1, metavar="[WORD]…")
@click.option("--policy", "policy_id", metavar="ID")
@click.option("--rules", metavar="DIR", type=click.Path())
@click.option("--snippets", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_context
def command(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    policy_id: str | None,
    rules: str | None,
    snippets: Path | None,
) -> None:
    from policy_engine.testing.step_catalogue import entries, lines

    lang = ask_language(ctx)
    says = _SAYS[lang]
    if snippets is not None and snippets.suffix not in _ENDINGS:
        raise click.UsageError(says["ending"], ctx)
    policy = _latest(policy_id, rules) if policy_id is not None else None
    found = entries(words, policy, lang)
    if not found:
        click.echo(says["none"].format(words=" ".join(words)), err=True)
        ctx.exit(1)
    if snippets is not None:
        from policy_engine.testing.snippets import snippets as made

        _write(snippets, made(found, policy))
        click.echo(says["written"].format(n=len(found), path=snippets))
        return
    click.echo("\n".join(lines(found, says)).strip("\n"))
    unused = len(entries(words, None, lang)) - len(found) if policy is not None else 0
    if unused > 0 and policy is not None:
        click.echo("\n" + says["unused"].format(n=unused, id=policy.id))


_SAYS: dict[Lang, dict[str, str]] = {
    "zh": {
        "given": "—— 假如：说明事实 ——",
        "when": "—— 当：办理 ——",
        "then": "—— 那么：检查结果 ——",
        "example": "例：",
        "table": "（下面接一张表，每行以“|”开头和结尾）",
        "none": "没有步骤提到“{words}”；不写词可以看全部步骤",
        "unused": "另有 {n} 种步骤，政策“{id}”没有可用之处；不写 --policy 可以看到。",
        "written": "{n} 个步骤写入 {path}",
        "ending": "--snippets 的文件名以 .code-snippets 或 .json 结尾，如 .vscode/步骤.code-snippets",
    },
    "en": {
        "given": "-- 假如 (given): the facts --",
        "when": "-- 当 (when): decide --",
        "then": "-- 那么 (then): check --",
        "example": "e.g. ",
        "table": "(a table follows; each line begins and ends with “|”)",
        "none": "no step mentions “{words}”; without words all steps are shown",
        "unused": "{n} more steps speak of things policy “{id}” does not have; leave out --policy to see them.",
        "written": "{n} steps written to {path}",
        "ending": "the file of --snippets ends in .code-snippets or .json",
    },
}


def _latest(policy_id: str, rules: str | None) -> Policy:
    """The version in force today, or else the last one."""
    from policy_engine.policy.library import Library

    library, today = Library(rules), dt.date.today()
    versions = sorted(library.versions(policy_id), key=lambda v: v.doc.in_force.from_.value)
    covering = [v for v in versions if v.covers(today)]
    first = (covering or versions)[-1].doc.in_force.from_.value
    return library.load(policy_id, on=today if covering else first)


def _write(path: Path, text: str) -> None:
    path.absolute().parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
