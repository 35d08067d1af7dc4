"""``policy-engine evaluate``: one case, decided and explained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.common import load_policy, policy_options, supplied_facts, tell, warn
from policy_engine.cli.texts import ask_language


@click.command("evaluate")
@policy_options
@click.option("--facts", required=True, type=click.Path(), metavar="FILE|DIR")
@click.option("--matters", metavar="STORE")
@click.option("--explain", is_flag=True)
@click.option("--member", multiple=True, metavar="主体:编号")
@click.option("--json", "as_json", is_flag=True)
@click.option("--executor", type=click.Choice(["durable", "reference"]), default="durable", show_default=True)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    facts: str,
    matters: str | None,
    explain: bool,
    member: tuple[str, ...],
    as_json: bool,
    executor: str,
    **which: Any,
) -> None:
    from policy_engine.engine.evaluate import assess, whole
    from policy_engine.settlement.facts_file import read_facts_file

    lang = ask_language(ctx)
    policy = load_policy(**which)
    warn(policy, lang)
    supplied = supplied_facts(policy, matters, which)
    assessment = assess(policy, read_facts_file(policy, Path(facts)), executor=executor, supplied=supplied)
    tell(assessment.notes, lang)
    result = whole(assessment)
    chosen = _members(result, member)
    if as_json:
        click.echo(_json(result, chosen, explain))
    elif explain:
        click.echo(_explanations(result, chosen, lang), nl=False)
    else:
        _print(result, chosen)


def _members(result: Any, wanted: tuple[str, ...]) -> list[tuple[str, str]]:
    """(entity, key) of the members asked for; all of them if none is. Raises InputError."""
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError
    from policy_engine.settlement.names import readable

    if not wanted:
        return [(e.name, k) for e in result.policy.base_entities if not e.single for k in result.keys(e.name)]
    found = []
    for text in map(readable, wanted):
        entity, _, key = text.replace("：", ":").partition(":")
        try:
            result.row(entity, key)
        except KeyError:
            raise InputError(diagnostic("PE7008", name=text)) from None
        found.append((result.entity(entity), key))
    return found


def _json(result: Any, chosen: list[tuple[str, str]], explain: bool) -> str:
    from policy_engine.engine.trace import trace

    values = result.to_dict()
    ids = {e.name: e.id for e in result.policy.base_entities}
    document: dict[str, Any] = {
        "format": "policy-engine/result/1",
        "policy": result.policy.id,
        "digest": result.policy.digest,
        "period": str(result.policy.period),
        "executor": result.executor,
        "readings": {r.name: r.chosen for r in result.policy.readings.values()},
        "results": {},
    }
    for entity, key in chosen:
        document["results"].setdefault(ids[entity], {})[key] = values[ids[entity]][key]
    if explain:
        document["traces"] = [trace(result, entity, key).to_dict() for entity, key in chosen]
    return json.dumps(document, ensure_ascii=False, indent=2)


def _explanations(result: Any, chosen: list[tuple[str, str]], lang: str) -> str:
    from policy_engine.engine.explain import explain
    from policy_engine.engine.trace import trace

    return "\n".join(explain(trace(result, entity, key), lang) for entity, key in chosen)


def _print(result: Any, chosen: list[tuple[str, str]]) -> None:
    for entity, key in chosen:
        click.echo(f"■ {entity} {key}")
        for id_, decided in result.values(entity, key).items():
            term = result.term(entity, id_)
            if term.decided:
                clause = f"　〔{'、'.join(decided.clauses)}〕" if decided.clauses else ""
                click.echo(f"  {term.name} = {decided.text} {decided.unit or ''}".rstrip() + clause)
