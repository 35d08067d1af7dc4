"""``policy-engine plan``: how a policy is decided in columns, step by step, with its SQL."""

from __future__ import annotations

import json
from typing import Any

import click

from policy_engine.cli.common import load_policy, policy_options, warn
from policy_engine.cli.texts import ask_language


@click.command("plan")
@policy_options
@click.option("--dialect", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, /, dialect: str, format: str, **which: Any) -> None:
    from policy_engine.cli.plan_text import plan_lines
    from policy_engine.diagnostics.errors import EngineError
    from policy_engine.lowering.describe import describe_plan
    from policy_engine.lowering.dialects import DIALECTS
    from policy_engine.lowering.planner import lower
    from policy_engine.lowering.refusal import as_diagnostic
    from policy_engine.lowering.refusals import refusals

    lang = ask_language(ctx)
    policy = load_policy(**which)
    warn(policy, lang)
    refused = refusals(policy)
    if refused:
        raise EngineError([as_diagnostic(r) for r in refused])
    document = describe_plan(lower(policy), DIALECTS[dialect])
    if format == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(plan_lines(document, lang)))
