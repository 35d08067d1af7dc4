"""``policy-engine list``: the policies of the library, their versions and where they come from."""

from __future__ import annotations

import click

from policy_engine.cli.texts import ask_language


@click.command("list")
@click.option("--rules", metavar="DIR", type=click.Path())
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def command(ctx: click.Context, rules: str | None, as_json: bool) -> None:
    from policy_engine.diagnostics.errors import LoadError
    from policy_engine.diagnostics.render import render_text
    from policy_engine.policy.library import Library

    lang = ask_language(ctx)
    library = Library(rules)
    rows: list[dict[str, str]] = []
    broken = False
    for id_ in library.ids():
        try:
            versions = library.versions(id_)
        except LoadError as error:
            broken = True
            click.echo(render_text(error.diagnostics, lang), err=True)
            continue
        for version in versions:
            doc = version.doc
            rows.append(
                {
                    "policy": id_,
                    "title": doc.title.text,
                    "number": doc.number.text if doc.number else ("未载明" if lang == "zh" else "not stated"),
                    "in_force": version.range_text,
                    "known_from": str(version.known_from or ""),
                    "extends": doc.extends.text if doc.extends else "",
                    "level": version.level.name,
                    "file": version.doc.source.name,
                }
            )
    if as_json:
        import json

        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print(rows, lang)
    if broken:
        ctx.exit(1)


def _print(rows: list[dict[str, str]], lang: str) -> None:
    words = ("施行", "知悉", "沿用", "来自") if lang == "zh" else ("in force", "known", "extends", "from")
    for row in rows:
        click.echo(f"{row['policy']}  {row['title']}（{row['number']}）")
        line = f"    {words[0]} {row['in_force']}　{words[1]} {row['known_from'] or '—'}"
        if row["extends"]:
            line += f"　{words[2]} {row['extends']}"
        click.echo(f"{line}　{words[3]} {row['file']}（{row['level']}）")
