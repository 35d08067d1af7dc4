"""``policy-engine export``: a rule file as a workbook to edit."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.texts import Lang, ask_language

_DONE: dict[Lang, str] = {
    "zh": "已导出 {file} 到 {book}：{count} 张表。改完存盘，运行 policy-engine import {book} 看差别。",
    "en": "exported {file} to {book}: {count} tables. Edit, save, and run policy-engine import {book}.",
}


@click.command("export")
@click.argument("policy", metavar="POLICY|FILE")
@click.option("-o", "--output", "book", type=click.Path(), required=True, metavar="BOOK.xlsx")
@click.option("--force", is_flag=True)
@click.option("--rules", metavar="DIR", type=click.Path())
@click.pass_context
def command(ctx: click.Context, /, policy: str, book: str, force: bool, rules: str | None) -> None:
    from policy_engine.workbook.exporting import export_book
    from policy_engine.workbook.targets import file_to_export

    file = file_to_export(policy, Path(rules) if rules else None)
    sheets = export_book(file, Path(book), force)
    click.echo(_DONE[ask_language(ctx)].format(file=file, book=book, count=len(sheets)))
