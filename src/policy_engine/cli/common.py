"""Options several verbs share, and how they become a policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from policy_engine.diagnostics.diagnostic import Diagnostic
    from policy_engine.engine.supplied import Supplied
    from policy_engine.policy.model import Policy

F = TypeVar("F", bound=Callable[..., Any])


def policy_options(function: F) -> F:
    """POLICY --period --on --known-on --rules --option."""
    decorators: Sequence[Callable[[F], F]] = (
        click.argument("policy"),
        click.option("--period", metavar="YYYY-MM"),
        click.option("--on", metavar="YYYY-MM-DD"),
        click.option("--known-on", metavar="YYYY-MM-DD"),
        click.option("--rules", metavar="DIR", type=click.Path()),
        click.option("--option", metavar="口径=取值", multiple=True),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def load_policy(
    policy: str,
    period: str | None,
    on: str | None,
    known_on: str | None,
    rules: str | None,
    option: Sequence[str],
) -> Policy:
    """As ``library.load``; what was loaded before and did not change comes out of the user's cache folder."""
    from policy_engine.policy.cache_folder import CacheFolder, default_folder
    from policy_engine.policy.remembered import load_remembered

    root = default_folder("policies")
    return load_remembered(
        policy,
        CacheFolder(root) if root is not None else None,
        period=period,
        on=on,
        known_on=known_on,
        rules=rules,
        options=read_options(option),
    )


def read_options(option: Sequence[str]) -> dict[str, str]:
    """``口径=取值`` of --option. Raises InputError (PE7007)."""
    return dict(map(_pair, option))


def _pair(text: str) -> tuple[str, str]:
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError
    from policy_engine.settlement.names import readable

    text = readable(text)
    name, equals, chosen = text.replace("＝", "=").partition("=")
    if not equals:
        raise InputError(diagnostic("PE7007", text=text))
    return name.strip(), chosen.strip()


def warn(policy: Policy, lang: str) -> None:
    """Warnings of the policy (a parameter past review …) go to standard error."""
    tell(policy.warnings, lang)


def tell(notes: Sequence[Diagnostic], lang: str) -> None:
    """Remarks go to standard error, so that the output stays what was asked for."""
    if notes:
        from policy_engine.diagnostics.render import render_text

        click.echo(render_text(notes, lang), err=True)


def supplied_facts(policy: Policy, matters: str | None, which: Mapping[str, Any]) -> tuple[Supplied, ...]:
    """What the matters of a store say about the month, as known on --known-on, or else today; nothing without a store."""
    if matters is None:
        return ()
    import datetime as dt

    from policy_engine.policy.library import load
    from policy_engine.process.sqlstore import SqlStore
    from policy_engine.process.supply import supplied_by

    def of_the_month(policy_id: str) -> Policy:
        return load(policy_id, period=which["period"], known_on=which["known_on"], rules=which["rules"])

    with SqlStore(matters, create=False) as store:
        return supplied_by(store, policy, of_the_month, policy.known_on or dt.date.today())
