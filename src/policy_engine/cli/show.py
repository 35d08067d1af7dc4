"""``policy-engine show``: a policy as resolved, every value with where it comes from."""

from __future__ import annotations

import json
from typing import Any

import click

from policy_engine.cli.common import load_policy, policy_options, warn
from policy_engine.cli.texts import ask_language


@click.command("show")
@policy_options
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, **which: Any) -> None:
    from policy_engine.policy.describe import describe

    lang = ask_language(ctx)
    policy = load_policy(**which)
    warn(policy, lang)
    picture = describe(policy)
    if as_json:
        click.echo(json.dumps(picture, ensure_ascii=False, indent=2))
        return
    from policy_engine.cli.picture import lines

    click.echo("\n".join(lines(picture, lang)))
