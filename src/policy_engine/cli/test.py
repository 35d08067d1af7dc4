"""``policy-engine test``: run feature files anywhere, with no configuration and no Python.

Exit codes: 0 all passed · 1 some failed · 2 a file cannot be used, or nothing was found · 64 wrong usage.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.texts import Lang, ask_language

if TYPE_CHECKING:
    from policy_engine.testing.running import Wanted

_MORE = "policy_engine.more"


class PassingOn(click.Command):
    """What stands behind ``--`` is for pytest."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_MORE] = tuple(args[end + 1 :])
        return super().parse_args(ctx, args[:end])


@click.command("test", cls=PassingOn)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-k", "words", metavar="TEXT", multiple=True)
@click.option("--tag", metavar="TAG", multiple=True)
@click.option("-x", "first_failure", is_flag=True)
@click.option("-n", "processes", metavar="N|auto")
@click.option("--verbose", "-v", is_flag=True)
@click.option("--watch", is_flag=True)
@click.option("--conftest", is_flag=True)
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--cucumberjson", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--clause-coverage", is_flag=True)
@click.option("--clause-fail-under", metavar="N", type=click.FloatRange(0, 100))
@click.option("--rule-fail-under", metavar="N", type=click.FloatRange(0, 100))
@click.option("--coverage-json", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--living-doc", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    rules: Path | None,
    words: tuple[str, ...],
    tag: tuple[str, ...],
    first_failure: bool,
    processes: str | None,
    verbose: bool,
    watch: bool,
    conftest: bool,
    junit: Path | None,
    cucumberjson: Path | None,
    clause_coverage: bool,
    clause_fail_under: float | None,
    rule_fail_under: float | None,
    coverage_json: Path | None,
    living_doc: Path | None,
) -> None:
    from policy_engine.testing.running import UNUSABLE, Wanted, run_features

    lang = ask_language(ctx)
    _check_processes(processes, ctx, lang)
    missing = [path for path in (*paths, *([rules] if rules else [])) if not path.exists()]
    if missing:
        click.echo(_SAYS[lang]["missing"].format(path=missing[0]), err=True)
        ctx.exit(UNUSABLE)
    files = {"--junit-xml": junit, "--cucumberjson": cucumberjson, "--coverage-json": coverage_json}
    files |= {"--living-doc": living_doc}
    least = {"--clause-fail-under": clause_fail_under, "--rule-fail-under": rule_fail_under}
    more = ["--clause-coverage"] if clause_coverage else []
    more += [f"{name}={number}" for name, number in least.items() if number is not None]
    more += [f"{name}={_room_for(path)}" for name, path in files.items() if path is not None]
    wanted = Wanted(
        paths=paths,
        rules=rules,
        tags=tag,
        words=words,
        first_failure=first_failure,
        processes=processes,
        verbose=verbose,
        conftest=conftest,
        lang=lang,
        more=(*more, *ctx.meta[_MORE]),
    )
    ctx.exit(_watch(wanted, run_features, lang) if watch else run_features(wanted))


_SAYS: dict[Lang, dict[str, str]] = {
    "zh": {
        "missing": "没有文件夹或文件“{path}”",
        "processes": "-n 后面写同时运行的进程数，或 auto",
        "xdist": "-n 要先安装 pytest-xdist",
    },
    "en": {
        "missing": "there is no folder or file “{path}”",
        "processes": "-n takes a number of processes, or auto",
        "xdist": "-n needs pytest-xdist to be installed",
    },
}


def _check_processes(processes: str | None, ctx: click.Context, lang: Lang) -> None:
    from policy_engine.testing.running import can_run_in_parallel

    if processes is None:
        return
    if processes != "auto" and not (processes.isascii() and processes.isdigit() and int(processes) <= 64):
        raise click.UsageError(_SAYS[lang]["processes"], ctx)
    if not can_run_in_parallel():
        raise click.UsageError(_SAYS[lang]["xdist"], ctx)


def _room_for(path: Path) -> Path:
    """Where a file will be written, whatever the run does meanwhile; its folder is made."""
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _watch(wanted: Wanted, run: Callable[[Wanted], int], lang: Lang) -> int:
    """Run now and after every change, until Ctrl-C; the code is that of the last run."""
    from policy_engine.testing.report_words import SENTENCES
    from policy_engine.testing.report_zh import shown
    from policy_engine.testing.running import watched
    from policy_engine.testing.watching import changes

    says, code = SENTENCES[lang], 0
    folders = watched(wanted)
    places = says["comma"].join(str(f) if f == Path.cwd() else shown(f) for f in folders)
    waiting = changes(folders)
    try:
        while True:
            code = run(wanted)
            click.echo("\n" + says["watching"].format(folders=places))
            changed = next(waiting)
            names = says["comma"].join(path.name for path in changed[:3])
            names += says["and_more"].format(n=len(changed)) if len(changed) > 3 else ""
            click.echo("\n" + says["changed"].format(time=time.strftime("%H:%M:%S"), files=names))
    except KeyboardInterrupt:
        click.echo("\n" + says["unwatched"])
    return code
