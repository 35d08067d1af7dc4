"""``policy-engine import``: the cells of an edited workbook back into its rule file, after a look at the difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.common import tell
from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.workbook.importing import Imported

_WORDS: dict[str, dict[Lang, str]] = {
    "same": {"zh": "没有改动：工作簿与 {path} 一致。", "en": "nothing changed: the workbook is as {path}."},
    "changes": {"zh": "改动（{count} 处）：", "en": "changes ({count}):"},
    "none": {"zh": "（只动了空白、注释或次序）", "en": "(only blanks, comments or order)"},
    "diff": {"zh": "文件里的差别：", "en": "difference in the file:"},
    "dry": {
        "zh": "检查通过，还没有写入；加 --write 写入 {path}。",
        "en": "checked, not written; add --write to write {path}.",
    },
    "done": {"zh": "已写入 {path}。", "en": "written: {path}."},
}


@click.command("import")
@click.argument("book", type=click.Path(), metavar="BOOK.xlsx")
@click.option("--to", type=click.Path(), metavar="FILE.yaml")
@click.option("--write", is_flag=True)
@click.option("--rules", metavar="DIR", type=click.Path())
@click.pass_context
def command(ctx: click.Context, /, book: str, to: str | None, write: bool, rules: str | None) -> None:
    from policy_engine.workbook.importing import import_book

    lang = ask_language(ctx)
    imported = import_book(Path(book), Path(to) if to else None, Path(rules) if rules else None)
    tell(imported.notes, lang)
    _show(imported, lang)
    if not imported.diff and not imported.is_new:
        return
    if write:
        imported.write()
    click.echo(_WORDS["done" if write else "dry"][lang].format(path=imported.path))


def _show(imported: Imported, lang: Lang) -> None:
    from policy_engine.diagnostics.render import visible

    if not imported.diff:
        click.echo(_WORDS["same"][lang].format(path=imported.path))
        return
    click.echo(_WORDS["changes"][lang].format(count=len(imported.changes)))
    for change in imported.changes:
        click.echo("  " + visible(change.render(lang, {})))
    if not imported.changes:
        click.echo("  " + _WORDS["none"][lang])
    click.echo("\n" + _WORDS["diff"][lang])
    for line in imported.diff:
        click.echo(visible(line))
    click.echo("")
