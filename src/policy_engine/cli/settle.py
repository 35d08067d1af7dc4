"""``policy-engine settle``: a month from tables."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.common import load_policy, policy_options, supplied_facts, warn
from policy_engine.cli.texts import ask_language

REJECTED_EXIT = 2
SHOWN = 5
LARGE = 2 * 1024 * 1024  # bytes of input from which on reading is announced


@click.command("settle")
@policy_options
@click.option("--input", "source", required=True, type=click.Path(), metavar="DIR|BOOK.xlsx")
@click.option("--output", required=True, type=click.Path(), metavar="DIR")
@click.option("--matters", metavar="STORE")
@click.option("--against", type=click.Path(), metavar="DIR")
@click.option("--format", type=click.Choice(["csv", "xlsx", "parquet"]), default="csv", show_default=True)
@click.option("--headers", type=click.Choice(["id", "name"]), default="id", show_default=True)
@click.option("--executor", type=click.Choice(["columns", "durable", "reference", "spark"]))
@click.option("--memory", metavar="SIZE")
@click.option("--spill", type=click.Path(exists=True, file_okay=False), metavar="DIR")
@click.option("--threads", type=click.IntRange(1, 1024), metavar="N")
@click.option("--fired", is_flag=True)
@click.option("--explain", "explained", multiple=True, metavar="ID")
@click.option("--entity", metavar="ENTITY")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    source: str,
    output: str,
    matters: str | None,
    against: str | None,
    format: str,
    headers: str,
    executor: str | None,
    memory: str | None,
    spill: str | None,
    threads: int | None,
    fired: bool,
    explained: tuple[str, ...],
    entity: str | None,
    **which: Any,
) -> None:
    from policy_engine.diagnostics.diagnostic import diagnostic
    from policy_engine.diagnostics.errors import InputError
    from policy_engine.settlement.columns.database import Limits
    from policy_engine.settlement.month import settle
    from policy_engine.settlement.output import read_record

    lang = ask_language(ctx)
    if executor == "spark" and explained:
        raise InputError(diagnostic("PE7032", name="--explain"))
    policy = load_policy(**which)
    warn(policy, lang)
    supplied = supplied_facts(policy, matters, which)
    limits = Limits(memory, Path(spill) if spill else None, threads)
    asked = _Asked(policy, source, output, explained, entity, supplied, limits)
    if explained and read_record(Path(output)) is not None:
        _explain(asked, lang)  # what was settled before; nothing is written again
        return
    settlement = settle(
        policy,
        source,
        output,
        format=format,  # type: ignore[arg-type]  # click.Choice has checked it
        executor=executor,
        headers=headers,
        lang=lang,
        against=against,
        supplied=supplied,
        limits=limits,
        fired=fired,
        progress=_Progress(lang, _size(Path(source)) > LARGE),
    )
    _summary(settlement, output, lang)
    if explained:
        _explain(asked, lang)
    if settlement.rejected:
        ctx.exit(REJECTED_EXIT)


@dataclass(frozen=True)
class _Asked:
    """Whom to explain, of which run."""

    policy: Any
    source: str
    output: str
    keys: tuple[str, ...]
    entity: str | None
    supplied: Any
    limits: Any


def _explain(asked: _Asked, lang: str) -> None:
    """Print why rows are what they are. Raises EngineError for cells that the engine does not confirm."""
    from policy_engine.diagnostics.errors import EngineError
    from policy_engine.settlement.explain import explain_run
    from policy_engine.settlement.names import readable

    keys = [readable(key) for key in asked.keys]
    found = explain_run(
        asked.policy, asked.source, asked.output, keys, asked.entity, asked.supplied, asked.limits
    )
    for one in found:
        click.echo(one.text(lang))
        if not one.differences:
            click.echo(_confirmed(one, lang))
    wrong = [difference for one in found for difference in one.differences]
    if wrong:
        raise EngineError(wrong)


def _confirmed(one: Any, lang: str) -> str:
    if lang != "zh":
        return f"{one.key}: as written" if one.trace is not None else f"{one.key}: not in the output either"
    same = "与已写出的结果逐格一致" if one.trace is not None else "输出里同样没有"
    return f"{one.entity} {one.key}：{same}"


def _size(source: Path) -> int:
    """Bytes to read, about."""
    try:
        files = list(source.iterdir()) if source.is_dir() else [source]
        return sum(f.stat().st_size for f in files if f.is_file())
    except OSError:  # reading in earnest tells why
        return 0


class _Progress:
    """A line on standard error at most every two seconds, so that short runs stay quiet; large ones speak at once."""

    WORDS = {  # noqa: RUF012 - never changed
        "zh": {"read": "正在读取", "settle": "正在核算", "write": "正在写出"},
        "en": {"read": "reading", "settle": "settling", "write": "writing"},
    }

    def __init__(self, lang: str, large: bool) -> None:
        self.words = self.WORDS["en" if lang == "en" else "zh"]
        self.last = time.monotonic() - 2 * large

    def __call__(self, step: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self.last >= 2:
            self.last = now
            click.echo(f"{self.words[step]} {done}/{of} …", err=True)
            sys.stderr.flush()


def _summary(settlement: Any, output: str, lang: str) -> None:
    record = settlement.record
    zh = lang == "zh"
    head = (
        f"{record['policy']['title']}　{record['period']}"
        if zh
        else f"{record['policy']['id']} {record['period']}"
    )
    click.echo(head)
    for name, counts in record["rows"].items():
        entity = next(e.name for e in settlement.policy.base_entities if e.id == name)
        click.echo(f"  {_counted(entity if zh else name, counts, zh)}")
    for statement in settlement.policy.statements:
        entity = settlement.policy.entities[statement.entity]
        sums = record["totals"].get(entity.id, {})
        shown = [
            f"{c.name} {sums[c.id]} {c.unit.name if c.unit else ''}".rstrip()
            for c in statement.columns
            if c.id in sums and c.kind == "money"
        ]
        if shown:
            click.echo(f"  {entity.name}{'合计' if zh else ' totals'}：{'；'.join(shown)}")
    own = [r for r in settlement.rejected if r.culprit is None]
    for item in own[:SHOWN]:
        click.echo(f"  {'退回' if zh else 'rejected'}：{item.diagnostic.message(lang)}", err=True)
    if len(own) > SHOWN:
        rest = len(own) - SHOWN
        click.echo(f"  …还有 {rest} 处，见 rejected" if zh else f"  … {rest} more in rejected", err=True)
    _notes(settlement.notes, zh)
    files = "、".join(p.relative_to(output).as_posix() for p in settlement.files)
    click.echo(f"  {'已写入' if zh else 'written'} {output}：{files}")


def _counted(name: str, counts: Any, zh: bool) -> str:
    implied = counts["implied"]
    if zh:
        also = f"，另由下级推出 {implied} 行" if implied else ""
        return f"{name}：{counts['in']} 行{also}，核算 {counts['out']}，退回 {counts['rejected']}"
    also = f" and {implied} implied" if implied else ""
    return f"{name}: {counts['in']} rows{also}, {counts['out']} settled, {counts['rejected']} rejected"


def _notes(notes: Any, zh: bool) -> None:
    """What was passed over is in run.json; told here as well: a file left over from an earlier run,
    that the policy has nothing to write, and that it is not decided in columns."""
    for note in notes:
        if note.code in ("PE7009", "PE7011", "PE9101"):
            click.echo(f"  {'注意' if zh else 'note'}：{note.message('zh' if zh else 'en')}", err=True)
    if notes:
        count = len(notes)
        click.echo(
            f"  提示 {count} 条，见 run.json 的 warnings" if zh else f"  {count} notes: warnings in run.json",
            err=True,
        )
