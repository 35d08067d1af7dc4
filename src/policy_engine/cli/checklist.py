"""``policy-engine checklist``: a submission held against checklists and forms, or the blank list to tick off.

Exit codes differ from the other verbs, so that a script can ask: 0 complete · 1 not complete · 2 an error, or rows
that were rejected · 64 wrong usage.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.common import load_policy, policy_options, tell, warn
from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.filing.submit import Filing
    from policy_engine.policy.model import Policy

INCOMPLETE_EXIT = 1
ERROR_EXIT = 2


@click.command("checklist")
@policy_options
@click.option("--facts", type=click.Path(), metavar="FILE|DIR")
@click.option("--files", type=click.Path(), metavar="DIR")
@click.option("--member", multiple=True, metavar="主体:编号")
@click.option("--page", type=click.Path(), metavar="OUT.html")
@click.option("--json", "as_json", is_flag=True)
@click.option("--executor", type=click.Choice(["durable", "reference"]), default="durable", show_default=True)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    facts: str | None,
    files: str | None,
    member: tuple[str, ...],
    page: str | None,
    as_json: bool,
    executor: str,
    **which: Any,
) -> None:
    from policy_engine.diagnostics.errors import PolicyEngineError
    from policy_engine.diagnostics.render import render_text

    lang = ask_language(ctx)
    if facts is None and (files is not None or member):
        raise click.UsageError(_NEEDS_FACTS[lang], ctx)
    try:
        policy = load_policy(**which)
        warn(policy, lang)
        if facts is None:
            _blank(policy, page, as_json, lang)
            return
        filing = _held(policy, Path(facts), files, member, executor)
        tell(filing.notes, lang)
        _show(filing, page, files, as_json, lang)
    except PolicyEngineError as error:
        click.echo(render_text(error.diagnostics, lang), err=True)
        ctx.exit(ERROR_EXIT)
    if not filing.complete:
        ctx.exit(ERROR_EXIT if filing.rejected else INCOMPLETE_EXIT)


_NEEDS_FACTS: dict[Lang, str] = {
    "zh": "--files 和 --member 要与 --facts 一起用；不写 --facts 得到空白清单",
    "en": "--files and --member go with --facts; without --facts the blank list is given",
}


def _held(policy: Policy, facts: Path, files: str | None, members: tuple[str, ...], executor: str) -> Filing:
    from policy_engine.filing.submit import hold, only
    from policy_engine.settlement.facts_file import read_facts_file

    filing = hold(policy, read_facts_file(policy, facts), Path(files) if files else None, executor)
    return only(filing, [_member(filing, text) for text in members]) if members else filing


def _member(filing: Filing, text: str) -> tuple[str, str]:
    """(entity, key) of ``主体:编号``. Raises InputError."""
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError
    from policy_engine.filing.submit import only
    from policy_engine.settlement.names import readable

    text = readable(text)
    entity, _, key = text.replace("：", ":").partition(":")
    try:
        only(filing, [(entity, key)])
    except KeyError:
        raise InputError(diagnostic("PE7008", name=text)) from None
    return entity, key


def _show(filing: Filing, page: str | None, files: str | None, as_json: bool, lang: Lang) -> None:
    from policy_engine.filing.document import filing_document, to_json
    from policy_engine.filing.page import filing_page
    from policy_engine.filing.text import filing_lines

    lines = [to_json(filing_document(filing, lang))] if as_json else filing_lines(filing, lang)
    _write(page, filing_page(filing, lang) if page else "", files, lang)
    click.echo("\n".join(lines))


def _blank(policy: Policy, page: str | None, as_json: bool, lang: Lang) -> None:
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError
    from policy_engine.filing.document import blank_document, to_json
    from policy_engine.filing.page import blank_page
    from policy_engine.filing.text import blank_lines

    if not policy.checklists:
        raise InputError(diagnostic("PE7089", id=policy.id))
    _write(page, blank_page(policy, lang) if page else "", None, lang)
    if as_json:
        click.echo(to_json(blank_document(policy, lang)))
    elif page is None:
        click.echo("\n".join(blank_lines(policy, lang)))


def _write(page: str | None, html: str, files: str | None, lang: Lang) -> None:
    if page is None:
        return
    from policy_engine.filing.page_file import write_page
    from policy_engine.filing.words import words_of
    from policy_engine.settlement.names import readable

    write_page(Path(page), html, Path(files) if files else None)
    click.echo(words_of(lang)["written"].format(path=readable(page)), err=True)
