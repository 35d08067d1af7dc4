"""Run feature files with pytest, here and now: no configuration file is read, no other plugin is loaded, and nothing
is left behind in their folder."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TextIO

import click

from policy_engine.testing.folders import Found, TooMany, find_features
from policy_engine.testing.report_words import SENTENCES

PASSED, FAILED, UNUSABLE, USAGE = 0, 1, 2, 64
_PYTEST_USAGE = 4
_CONFTEST = "conftest.py"
_ERROR = re.compile(r"^ERROR: ", re.MULTILINE)


@dataclass(frozen=True)
class Wanted:
    """What to run. ``more``: words passed on to pytest as they are."""

    paths: tuple[Path, ...] = ()
    rules: Path | None = None
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    first_failure: bool = False
    processes: str | None = None
    verbose: bool = False
    conftest: bool = False
    lang: str = "zh"
    more: tuple[str, ...] = ()


def run_features(wanted: Wanted, out: TextIO | None = None) -> int:
    """Run and report. 0: all passed; 1: some failed; 2: a file cannot be used, or there was nothing to run.

    Raises KeyboardInterrupt when the reader stops it.
    """
    out = out or sys.stdout
    words = SENTENCES[wanted.lang]
    try:
        found = find_features(wanted.paths)
    except TooMany as error:
        click.echo(words["too_many"].format(folder=error.folder), file=out)
        return UNUSABLE
    except ValueError:
        click.echo(words["apart"], file=out)
        return UNUSABLE
    if not found.files:
        named = words["comma"].join(map(str, wanted.paths)) or str(Path.cwd())
        click.echo(words["none_in"].format(folders=named), file=out)
        return UNUSABLE
    _say_first(found, wanted, out)
    return _run(found, wanted, out)


def watched(wanted: Wanted) -> tuple[Path, ...]:
    """The folders whose changes matter to such a run."""
    found = find_features(wanted.paths)
    folders = [p if p.is_dir() else p.parent for p in (path.resolve() for path in wanted.paths)]
    rules = (wanted.rules,) if wanted.rules else () if found.builtin else found.rules()
    tops = dict.fromkeys([*(folders or [Path.cwd()]), *(rule.resolve() for rule in rules)])
    return tuple(p for p in tops if not any(p != other and p.is_relative_to(other) for other in tops))


def _say_first(found: Found, wanted: Wanted, out: TextIO) -> None:
    from policy_engine.testing.report_zh import shown

    words = SENTENCES[wanted.lang]
    if found.builtin:
        click.echo(words["builtin"].format(folder=Path.cwd()), file=out)
    for rules in [wanted.rules] if wanted.rules else () if found.builtin else found.rules():
        click.echo(words["rules"].format(path=shown(rules)), file=out)
    if not wanted.conftest and not found.builtin:
        for path in _conftests(found):
            click.echo(words["conftest"].format(path=shown(path)), file=out)


def _conftests(found: Found) -> list[Path]:
    folders = dict.fromkeys(f for file in found.files for f in file.parents if f.is_relative_to(found.root))
    return [folder / _CONFTEST for folder in folders if (folder / _CONFTEST).is_file()]


def _run(found: Found, wanted: Wanted, out: TextIO) -> int:
    import pytest

    from policy_engine.testing.report_zh import Reporter

    reporter = Reporter(found.root, wanted.lang, out, wanted.verbose, found.builtin)
    with tempfile.TemporaryDirectory() as folder, _alone():
        ini = Path(folder) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        with _standing_in(found.root) as start, _errors_in(wanted.lang):
            code = pytest.main([*_arguments(found, wanted, ini), *wanted.more, start], plugins=[reporter])
    if reporter.interrupted:
        raise KeyboardInterrupt
    if code == _PYTEST_USAGE:
        return USAGE
    if reporter.errors or reporter.broken or not reporter.total:
        return UNUSABLE
    return PASSED if code == 0 else FAILED


def _arguments(found: Found, wanted: Wanted, ini: Path) -> list[str]:
    plugins = ["pytest_bdd.plugin", "policy_engine.testing.plugin", "policy_engine.testing.session"]
    without = ["cacheprovider", "terminalreporter", "faulthandler"]
    words = ["-c", str(ini), f"--rootdir={found.root}", f"--confcutdir={found.root}"]
    words += [w for name in plugins for w in ("-p", name)] + [w for n in without for w in ("-p", f"no:{n}")]
    words += ["--strict-markers", "--continue-on-collection-errors", "--assert=plain", "--capture=sys"]
    words += [f"--policy-files={file}" for file in found.files]
    words += [f"--policy-tags={tag}" for tag in wanted.tags]
    words += [f"--policy-words={search}" for search in wanted.words]
    if not wanted.conftest:
        words.append("--noconftest")
    rules = [wanted.rules.resolve()] if wanted.rules else [] if found.builtin else found.rules()
    if len(rules) == 1 and (wanted.rules or all(map(found.nearest, found.files))):
        words += ["-o", f"policy_rules={rules[0]}"]
    elif rules:
        words.append("--policy-nearest")
    if wanted.first_failure:
        words.append("-x")
    if wanted.processes is not None:
        words += ["-p", "xdist.plugin", "-n", wanted.processes]
    return words


def can_run_in_parallel() -> bool:
    return find_spec("xdist") is not None


@contextmanager
def _errors_in(lang: str) -> Iterator[None]:
    """pytest puts “ERROR:” before what it says of wrong words behind ``--``; then the reader's language stands there."""
    said = StringIO()
    try:
        with redirect_stderr(said):
            yield
    finally:
        click.echo(_ERROR.sub(SENTENCES[lang]["error"], said.getvalue()), err=True, nl=False)


@contextmanager
def _alone() -> Iterator[None]:
    """An environment in which pytest loads nothing by itself and Python leaves no files behind; put back at the end."""
    before, bytecode, path = dict(os.environ), sys.dont_write_bytecode, list(sys.path)
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode, sys.path[:] = bytecode, path
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _standing_in(root: Path) -> Iterator[str]:
    """What to tell pytest to run. It reads ``[`` and ``::`` in a path as the name of a test; then it is told ``.``."""
    if "[" not in str(root) and "::" not in str(root):
        yield str(root)
        return
    before = Path.cwd()
    os.chdir(root)
    try:
        yield "."
    finally:
        os.chdir(before)
