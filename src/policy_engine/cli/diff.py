"""``policy-engine diff``: what differs between two policies, versions, days or readings.

Exit codes differ from the other verbs, so that a script can ask: 0 no difference by meaning · 1 differences · 2 an
error · 64 wrong usage.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from policy_engine.cli.common import read_options, warn
from policy_engine.cli.texts import ask_language

DIFFERENT_EXIT = 1
ERROR_EXIT = 2


@click.command("diff")
@click.argument("before", metavar="A[@YYYY-MM]")
@click.argument("after", metavar="B[@YYYY-MM]")
@click.option("--period", metavar="YYYY-MM")
@click.option("--on", metavar="YYYY-MM-DD")
@click.option("--known-on", metavar="YYYY-MM-DD")
@click.option("--rules", metavar="DIR", type=click.Path())
@click.option("--option", metavar="口径=取值", multiple=True)
@click.option("--option-a", metavar="口径=取值", multiple=True)
@click.option("--option-b", metavar="口径=取值", multiple=True)
@click.option("--effect", metavar="N", type=click.IntRange(0, 100_000), default=200, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    before: str,
    after: str,
    period: str | None,
    on: str | None,
    known_on: str | None,
    rules: str | None,
    option: Sequence[str],
    option_a: Sequence[str],
    option_b: Sequence[str],
    effect: int,
    as_json: bool,
) -> None:
    import json

    from policy_engine.analysis.diff import diff
    from policy_engine.analysis.diff_document import diff_document
    from policy_engine.analysis.diff_sides import asked, sides
    from policy_engine.analysis.diff_text import diff_lines
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError, PolicyEngineError
    from policy_engine.diagnostics.render import render_text

    lang = ask_language(ctx)
    try:
        if period is not None and on is not None:
            raise InputError(diagnostic("PE4010"))
        common = read_options(option)
        one, other = sides(
            asked(before, period or on, known_on, {**common, **read_options(option_a)}),
            asked(after, period or on, known_on, {**common, **read_options(option_b)}),
            rules,
        )
        for side in (one, other):
            warn(side.policy, lang)
        found = diff(one, other, effect, lang)
    except PolicyEngineError as error:
        click.echo(render_text(error.diagnostics, lang), err=True)
        ctx.exit(ERROR_EXIT)
    if as_json:
        click.echo(json.dumps(diff_document(found, lang), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(diff_lines(found, lang)))
    if found.changes:
        ctx.exit(DIFFERENT_EXIT)
