"""``policy-engine matter``: matters over time — opened, taken step by step, looked at, due."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from policy_engine.cli.matter_files import check_files, looked_at
from policy_engine.cli.matter_words import ACTIONS, ALIASES, label, translate_action
from policy_engine.cli.texts import ask_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.cli.matter_desk import Desk
    from policy_engine.policy.model import Policy
    from policy_engine.process.events import Actor, Document
    from policy_engine.process.state import MatterState

F = TypeVar("F", bound=Callable[..., Any])


class Actions(click.Group):
    """Actions under their English names; the Chinese ones are understood."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        command = super().get_command(ctx, ALIASES.get(name, name))
        return translate_action(command, ask_language(ctx)) if command is not None else None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ACTIONS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = ask_language(ctx)
        chinese = {english: name for name, english in ALIASES.items()}
        rows = [(f"{name}, {chinese[name]}", texts[lang]) for name, texts in ACTIONS.items()]
        with formatter.section("动作" if lang == "zh" else "Actions"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            known = "、".join(ALIASES) if ask_language(ctx) == "zh" else ", ".join(ACTIONS)
            text = f"没有动作“{args[0]}”；可用：{known}" if ask_language(ctx) == "zh" else f"actions: {known}"
            raise click.UsageError(text, ctx) from error


@click.group("matter", cls=Actions)
def command() -> None:
    """Texts are filled in by language."""


def options(*, writes: bool, one: bool) -> Callable[[F], F]:
    """The options an action has: ``writes`` to the store, is about ``one`` matter."""
    found: list[Callable[[F], F]] = [
        click.option("--store", required=True, envvar="POLICY_ENGINE_STORE", metavar="FILE|URL"),
    ]
    if one:
        found.append(click.option("--id", "matter_id", required=True, metavar="ID"))
    if writes:
        found += [
            click.option("--actor", required=True, metavar="角色:编号"),
            click.option("--at", metavar="YYYY-MM-DD[ HH:MM]"),
        ]
    else:
        found.append(click.option("--on", "as_of", metavar="YYYY-MM-DD"))
    found.append(click.option("--period", metavar="YYYY-MM"))
    if writes:
        found.append(click.option("--on", "rules_on", metavar="YYYY-MM-DD"))
    found += [
        click.option("--known-on", metavar="YYYY-MM-DD"),
        click.option("--rules", metavar="DIR", type=click.Path()),
        click.option("--option", metavar="口径=取值", multiple=True),
        click.option("--json", "as_json", is_flag=True),
    ]

    def decorate(function: F) -> F:
        for option in reversed(found):
            function = option(function)
        return function

    return decorate


# -- taking steps --------------------------------------------------------------------------------


@command.command("open")
@click.option("--policy", required=True, metavar="ID")
@click.option("--process", required=True)
@click.option("--facts", type=click.Path(), metavar="FILE")
@click.option("--files", type=click.Path(), metavar="DIR")
@options(writes=True, one=True)
@click.pass_context
def open_(ctx: click.Context, /, process: str, facts: str | None, files: str | None, **given: Any) -> None:
    check_files(ctx, facts, files)
    who, at, content = _actor(given["actor"]), _moment(given["at"]), _facts(facts)
    with _desk(given, create=True) as desk:
        office = desk.for_new(given["policy"], content, at)
        content, papers = looked_at(office.policy, content, files)
        state = office.open(process, given["matter_id"], content, who, at, papers)
        _done(ctx, given, office.policy, state)


@command.command("do")
@click.argument("step")
@click.option("--policy", metavar="ID")
@click.option("--note", default="")
@click.option("--facts", type=click.Path(), metavar="FILE")
@click.option("--files", type=click.Path(), metavar="DIR")
@click.option("--document", type=click.Path(), metavar="FILE", multiple=True)
@options(writes=True, one=True)
@click.pass_context
def do(
    ctx: click.Context,
    /,
    step: str,
    note: str,
    facts: str | None,
    files: str | None,
    document: tuple[str, ...],
    **given: Any,
) -> None:
    check_files(ctx, facts, files)
    who, at, content = _actor(given["actor"]), _moment(given["at"]), _facts(facts)
    handed_in = tuple(map(_document, document))
    with _desk(given) as desk:
        office = desk.for_matter(given["matter_id"])
        content, papers = looked_at(office.policy, content, files)
        state = office.do(given["matter_id"], step, who, at, note, content, (*handed_in, *papers))
        _done(ctx, given, office.policy, state)


@command.command("amend")
@click.option("--policy", metavar="ID")
@click.option("--facts", required=True, type=click.Path(), metavar="FILE")
@click.option("--files", type=click.Path(), metavar="DIR")
@options(writes=True, one=True)
@click.pass_context
def amend(ctx: click.Context, /, facts: str, files: str | None, **given: Any) -> None:
    who, at, content = _actor(given["actor"]), _moment(given["at"]), _facts(facts)
    with _desk(given) as desk:
        office = desk.for_matter(given["matter_id"])
        content, papers = looked_at(office.policy, content, files)
        state = office.amend(given["matter_id"], content, who, at, papers)
        _done(ctx, given, office.policy, state)


def _done(ctx: click.Context, given: Mapping[str, Any], policy: Policy, state: MatterState) -> None:
    from policy_engine.cli import matter_print

    lang = ask_language(ctx)
    if given["as_json"]:
        _json(matter_print.document(policy, state))
        return
    click.echo(matter_print.head(state, lang))
    for line in matter_print.allowed(state, lang):
        click.echo(line)


# -- looking -------------------------------------------------------------------------------------


@command.command("show")
@click.option("--policy", metavar="ID")
@options(writes=False, one=True)
@click.pass_context
def show(ctx: click.Context, /, **given: Any) -> None:
    from policy_engine.cli import matter_print

    on = _moment(given["as_of"]).date()
    with _desk(given) as desk:
        office = desk.for_matter(given["matter_id"])
        state = office.state(given["matter_id"], on)
    if given["as_json"]:
        _json(matter_print.document(office.policy, state))
    else:
        click.echo("\n".join(matter_print.lines(office.policy, state, ask_language(ctx))))


@command.command("list")
@click.option("--policy", metavar="ID")
@click.option("--process")
@click.option("--state")
@options(writes=False, one=False)
@click.pass_context
def list_(ctx: click.Context, /, process: str | None, state: str | None, **given: Any) -> None:
    from policy_engine.cli import matter_print

    lang, on = ask_language(ctx), _moment(given["as_of"]).date()
    with _desk(given) as desk:
        found = [s for _, s in desk.states(on) if process in (None, s.process) and state in (None, s.state)]
    if given["as_json"]:
        rows = [matter_print.brief(s) for s in found]
        _json({"format": "policy-engine/matters/1", "on": on.isoformat(), "matters": rows})
        return
    for one in found:
        click.echo(matter_print.head(one, lang))
    if not found:
        click.echo(label("none", lang))


@command.command("export")
@click.option("--policy", metavar="ID")
@click.option("--output", required=True, type=click.Path(), metavar="FILE.xlsx")
@options(writes=False, one=True)
@click.pass_context
def export(ctx: click.Context, /, output: str, **given: Any) -> None:
    from policy_engine.process.roster import roster
    from policy_engine.tables.write import write_book

    with _desk(given) as desk:
        office = desk.for_matter(given["matter_id"])
        listed = roster(office, given["matter_id"], _moment(given["as_of"]).date())
    write_book(Path(output), listed.sheets)
    counts = {name: len(list(rows)) for name, _, rows in listed.sheets}
    if given["as_json"]:
        _json({"format": "policy-engine/roster/1", "on": listed.on.isoformat(), "sheets": counts})
    else:
        click.echo("；".join(f"{name} {count}" for name, count in counts.items()) + f" → {output}")


@command.command("due")
@click.option("--policy", metavar="ID")
@options(writes=False, one=False)
@click.pass_context
def due(ctx: click.Context, /, **given: Any) -> None:
    from policy_engine.process.due import owed
    from policy_engine.process.unopened import unopened

    lang, on = ask_language(ctx), _moment(given["as_of"]).date()
    with _desk(given) as desk:
        states = list(desk.states(on))
    found = [d for policy, s in states for d in owed(policy.processes[s.process], s)]
    for id_, processes in {policy.id: policy.processes for policy, _ in states}.items():
        found += unopened(processes, [s for policy, s in states if policy.id == id_], on)
    found.sort(key=lambda d: (d.by, d.who, d.process, d.matter, d.step))
    if given["as_json"]:
        items = [{**vars(d), "by": d.by.isoformat()} for d in found]
        _json({"format": "policy-engine/due/1", "on": on.isoformat(), "due": items})
        return
    for one in found:
        mark = f"　{label('overdue', lang)}" if one.overdue else ""
        matter = one.matter or label("unopened", lang)
        click.echo(f"{one.by}　{one.who}　{one.step}　{matter}（{one.process}）{mark}")
    if not found:
        click.echo(label("none_due", lang))


# -- what is given -------------------------------------------------------------------------------


@contextmanager
def _desk(given: Mapping[str, Any], *, create: bool = False) -> Iterator[Desk]:
    from policy_engine.cli.common import read_options
    from policy_engine.cli.matter_desk import Desk, Which
    from policy_engine.process.sqlstore import SqlStore

    which = Which(
        given["policy"],
        given["period"],
        given.get("rules_on"),
        given["known_on"],
        given["rules"],
        read_options(given["option"]),
    )
    with SqlStore(given["store"], create=create) as store:
        yield Desk(store, which)


def _actor(text: str) -> Actor:
    """``角色:编号``; an authority has no id. Raises InputError (PE8110)."""
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError
    from policy_engine.process.events import Actor
    from policy_engine.settlement.names import readable

    role, colon, id_ = (part.strip() for part in readable(text).replace("：", ":").partition(":"))
    if not role or (colon and not id_):
        raise InputError(diagnostic("PE8110", text=readable(text)))
    return Actor(role, id_)


def _moment(text: str | None) -> dt.datetime:
    """Beijing time; now when nothing is given. Raises InputError (PE4012)."""
    from policy_engine.process.moments import BEIJING, moment

    return moment(text if text is not None else dt.datetime.now(BEIJING))


def _facts(path: str | None) -> Mapping[str, object]:
    from policy_engine.settlement.facts_file import read_mapping

    return read_mapping(Path(path)) if path is not None else {}


def _document(path: str) -> Document:
    """Name and digest of a file; its content stays where it is. Raises InputError (PE5009)."""
    import hashlib

    from policy_engine.diagnostics.errors import InputError
    from policy_engine.process.events import Document
    from policy_engine.settlement.names import readable
    from policy_engine.tables.problems import os_reason, problem

    try:
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(problem("PE5009", file=readable(path), **os_reason(error))) from None
    return Document(readable(Path(path).name), digest)


def _json(content: Mapping[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
