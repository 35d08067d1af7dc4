"""``policy-engine mutate``: put slips into a rule file, one at a time, and see whether its features notice.

Exit codes: 0 enough were noticed · 1 too few · 2 a file cannot be used, or there is nothing to try · 64 wrong usage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.testing.mutation import Outcome, Progress, Score, Subject

_UNUSABLE = 2


@click.command("mutate")
@click.argument("policy")
@click.option("--features", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--parents", is_flag=True)
@click.option("-n", "jobs", metavar="JOBS", type=click.IntRange(1, 64))
@click.option("--only", metavar="KIND", multiple=True)
@click.option("--sample", metavar="N", type=click.IntRange(1))
@click.option("--seed", metavar="S", type=int, default=0, show_default=True)
@click.option("--json", "json_file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--fail-under", metavar="PERCENT", type=click.FloatRange(0, 100), default=95, show_default=True)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    policy: str,
    features: Path | None,
    rules: Path | None,
    parents: bool,
    jobs: int | None,
    only: tuple[str, ...],
    sample: int | None,
    seed: int,
    json_file: Path | None,
    fail_under: float,
) -> None:
    from policy_engine.testing.folders import builtin_features
    from policy_engine.testing.mutation import subject, tried

    lang = ask_language(ctx)
    says = _SAYS[lang]
    folder = features or _beside(rules) or builtin_features()
    for path in (folder, *([rules] if rules else [])):
        if not path.exists():
            click.echo(says["missing"].format(path=path), err=True)
            ctx.exit(_UNUSABLE)
    found = subject(
        policy, folder, rules, parents=parents, only=_kinds(only, ctx, lang), sample=sample, seed=seed
    )
    for name in found.failing:
        click.echo(says["failing"].format(name=name), err=True)
    if not found.mutants or not found.usable:
        click.echo(says["nothing" if not found.mutants else "no_cases"].format(policy=policy), err=True)
        ctx.exit(_UNUSABLE)
    click.echo(says["begin"].format(policy=policy, mutants=len(found.mutants), cases=found.usable))
    score = tried(found, jobs or 0, _progress(lang))
    click.echo(_report(found, score, lang, fail_under))
    if json_file is not None:
        text = json.dumps(_document(found, score), ensure_ascii=False, indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")
    ctx.exit(0 if score.percent >= fail_under else 1)


_SAYS: dict[Lang, dict[str, str]] = {
    "zh": {
        "missing": "没有文件夹或文件“{path}”",
        "failing": "不改规则就没有通过，不用它：{name}",
        "nothing": "政策“{policy}”没有这样的突变",
        "no_cases": "没有场景用到政策“{policy}”",
        "begin": "{policy}：{mutants} 处突变（每次只改错一处），{cases} 个场景",
        "progress": "已试 {done}/{total}，没有被发现 {survivors}",
        "kind": "没有这种突变“{kind}”；可用：{kinds}",
        "head": "种类,突变,发现,其中装载,等价,幸存",
        "all": "合计",
        "survivors": "没有被发现的（{count}）：",
        "differs": "    这个场景会发现它（数据是随机的，可以改得好读）：",
        "same": "等价的（{count}）：",
        "score": "发现 {killed}/{counted}（{percent:.1f}%），其中装载时发现 {loader}；等价 {same}；用时 {seconds:.0f} 秒。",
        "under": "低于要求的 {least:g}%。",
    },
    "en": {
        "missing": "there is no folder or file “{path}”",
        "failing": "does not pass with the rules as they are, left aside: {name}",
        "nothing": "there is no such mutant of the policy “{policy}”",
        "no_cases": "no scenario uses the policy “{policy}”",
        "begin": "{policy}: {mutants} mutants (one slip each), {cases} scenarios",
        "progress": "{done}/{total} tried, {survivors} not noticed",
        "kind": "no kind of mutants “{kind}”; there are: {kinds}",
        "head": "kind,mutants,noticed,by loader,same,survived",
        "all": "all",
        "survivors": "Not noticed ({count}):",
        "differs": "    This scenario would notice it (random data; make it readable):",
        "same": "Equivalent ({count}):",
        "score": "{killed}/{counted} noticed ({percent:.1f}%), {loader} of them when loading; {same} equivalent; "
        "{seconds:.0f} seconds.",
        "under": "Less than the {least:g}% asked for.",
    },
}


def _beside(rules: Path | None) -> Path | None:
    """The features that stand beside a folder of rules."""
    from policy_engine.testing.folders import FEATURES_NAMES

    if rules is None:
        return None
    home = rules.resolve().parent
    return next((home / name for name in FEATURES_NAMES if (home / name).is_dir()), None)


def _kinds(words: tuple[str, ...], ctx: click.Context, lang: Lang) -> tuple[Any, ...]:
    from policy_engine.testing.mutants_kinds import Kind

    found = []
    for word in words:
        kind = next((k for k in Kind if word in (k.id, k.zh, k.en)), None)
        if kind is None:
            known = "、".join(f"{k.id}（{k.zh}）" if lang == "zh" else k.id for k in Kind)
            raise click.UsageError(_SAYS[lang]["kind"].format(kind=word, kinds=known), ctx)
        found.append(kind)
    return tuple(found)


def _progress(lang: Lang) -> Progress:
    """A line that is written over, on a terminal; every fifty mutants a line, elsewhere."""
    tty = sys.stderr.isatty()

    def tell(done: int, total: int, survivors: int) -> None:
        text = _SAYS[lang]["progress"].format(done=done, total=total, survivors=survivors)
        if tty:
            click.echo("\r" + text + ("\n" if done == total else ""), nl=False, err=True)
        elif done % 50 == 0 or done == total:
            click.echo(text, err=True)

    return tell


def _report(subject: Subject, score: Score, lang: Lang, least: float) -> str:
    says = _SAYS[lang]
    lines = ["", *_table(score, lang), ""]
    survivors = score.survivors
    if survivors:
        lines.append(says["survivors"].format(count=len(survivors)))
        for outcome in survivors:
            lines.extend(_survivor(subject, outcome, lang))
        lines.append("")
    same = [o for o in score.outcomes if o.same]
    if same:
        lines.append(says["same"].format(count=len(same)))
        lines.extend(f"  {_where(subject, o)}：{o.mutant.description}——{o.comparison.same}" for o in same)
        lines.append("")
    counted = len(score.outcomes) - score.same
    told = says["score"].format(
        killed=score.killed,
        counted=counted,
        percent=score.percent,
        loader=score.by_loader,
        same=score.same,
        seconds=score.seconds,
    )
    lines.append(told + (says["under"].format(least=least) if score.percent < least else ""))
    return "\n".join(lines)


def _table(score: Score, lang: Lang) -> list[str]:
    from policy_engine.testing.mutants_kinds import Kind
    from policy_engine.testing.samples import table

    rows = [_SAYS[lang]["head"].split(",")]
    parts = [(kind.named(lang), score.of(kind)) for kind in Kind]
    for name, part in [*((n, p) for n, p in parts if p.outcomes), (_SAYS[lang]["all"], score)]:
        numbers = (len(part.outcomes), part.killed, part.by_loader, part.same, len(part.survivors))
        rows.append([name, *(str(n) for n in numbers)])
    return list(table(rows))


def _survivor(subject: Subject, outcome: Outcome, lang: Lang) -> list[str]:
    mutant = outcome.mutant
    clauses = f"〔{'、'.join(mutant.clauses)}〕" if mutant.clauses else ""
    lines = [f"  {_where(subject, outcome)}：{mutant.description}{clauses}"]
    if not outcome.comparison.differs:
        return [*lines, f"    {mutant.advice}"]
    scenario = (f"      {line}" for line in outcome.comparison.differs.splitlines())
    return [*lines, f"    {mutant.advice}", _SAYS[lang]["differs"], *scenario]


def _where(subject: Subject, outcome: Outcome) -> str:
    path = outcome.mutant.path
    shown = path.relative_to(subject.rules.parent) if path.is_relative_to(subject.rules.parent) else path
    return f"{shown.as_posix()}:{outcome.mutant.line}"


def _document(subject: Subject, score: Score) -> dict[str, Any]:
    return {
        "format": "policy-engine/mutants/1",
        "policy": subject.policy,
        "scenarios": subject.usable,
        "percent": f"{score.percent:.1f}",
        "killed": score.killed,
        "by_loader": score.by_loader,
        "equivalent": score.same,
        "mutants": [_of(subject, outcome) for outcome in score.outcomes],
    }


def _of(subject: Subject, outcome: Outcome) -> dict[str, Any]:
    mutant = outcome.mutant
    status = "equivalent" if outcome.same else "survived"
    if outcome.killed:
        status = "refused" if outcome.by_loader else "killed"
    return {
        "id": mutant.id,
        "kind": mutant.kind.id,
        "where": _where(subject, outcome),
        "description": mutant.description,
        "clauses": list(mutant.clauses),
        "status": status,
        "by": outcome.noticed.by,
        "advice": mutant.advice if status == "survived" else None,
        "scenario": outcome.comparison.differs or None,
    }
