"""``policy-engine schema``: the JSON Schema of rule files, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.texts import ask_language


@click.command("schema")
@click.option(
    "-o", "--output", "schema_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE"
)
@click.pass_context
def command(ctx: click.Context, /, schema_file: Path | None) -> None:
    from policy_engine.rulefile.schema_file import schema_text

    text = schema_text(ask_language(ctx))
    if schema_file is None:
        click.echo(text, nl=False)
        return
    from policy_engine.tables.atomic import write_bytes

    write_bytes(schema_file, text.encode())
