"""Which feature files are meant, and which rule files go with each.

A pack (地区包) is a folder with ``rules`` beside ``features``; the rules that are nearest to a feature file are its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

import pytest

from policy_engine.policy.rules_here import RULES_NAMES, has_rules, rules_in

FEATURES_NAMES = ("features", "特性")
MAX_ENTRIES = 200_000  # files and folders looked at, before it must be the wrong place
_NEVER = ("node_modules", "__pycache__", "site-packages", "venv", "build", "dist")

# Set by ``policy-engine test``: the folder of rules nearest to a feature file, or None for the built-in ones.
NEAREST_RULES = pytest.StashKey[Callable[[Path], Path | None]]()


class TooMany(Exception):
    """There is no end of files below a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


@dataclass(frozen=True)
class Found:
    """Feature files, in order, and the folder all of them and their rules are below."""

    files: tuple[Path, ...]
    root: Path
    builtin: bool = False

    def rules(self) -> tuple[Path, ...]:
        """The folders of rules that are found beside the features."""
        return tuple(dict.fromkeys(r for f in self.files if (r := nearest_rules(f, self.root))))

    @property
    def nearest(self) -> Callable[[Path], Path | None]:
        return partial(nearest_rules, root=self.root)


def builtin_features() -> Path:
    """The features shipped with the package; in a checkout, the ones beside ``src``."""
    packed = Path(str(resources.files("policy_engine"))) / "_features"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "features"


def find_features(paths: Iterable[Path]) -> Found:
    """The feature files below ``paths`` (folders or files), links out of them left aside. Raises TooMany.

    Of no paths: those below the working folder; if there are none, the built-in ones.
    """
    named = [path.resolve() for path in paths]
    files = tuple(dict.fromkeys(file for path in named or [Path.cwd()] for file in _below(path)))
    if files or named:
        return Found(files, _common([_top(path) for path in named or [Path.cwd()]]))
    home = builtin_features().resolve()
    return Found(tuple(_below(home)), home, builtin=True)


def nearest_rules(feature: Path, root: Path) -> Path | None:
    """The folder of rules nearest to a feature file, going up from its folder as far as ``root``."""
    for folder in feature.parents:
        if (found := rules_in(folder)) is not None:
            return found
        if folder == root:
            return None
    return None


def rules_with(config: pytest.Config, policy: str) -> Path | None:
    """The folder of rules a policy is looked for in that no scenario applies: the one of the run, or of the folders
    nearest to its features the first that has the policy."""
    from policy_engine.policy.library import holds

    named = str(config.getini("policy_rules"))
    if named:
        return config.rootpath / named
    nearest = config.stash.get(NEAREST_RULES, None)
    if nearest is None:
        return None
    folders = dict.fromkeys(nearest(Path(file)) for file in config.getoption("policy_files"))
    return next((folder for folder in folders if folder is not None and holds(folder, policy)), None)


def _below(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    seen = 0
    for here, folders, files in os.walk(path):
        seen += len(folders) + len(files)
        if seen > MAX_ENTRIES:
            raise TooMany(path)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _NEVER)
        for name in sorted(files):
            file = Path(here, name)
            if file.suffix == ".feature" and file.resolve().is_relative_to(path):
                yield file


def _top(path: Path) -> Path:
    """The pack a path is in: what ``features`` stands in when rules stand beside it; otherwise its own folder."""
    own = path.parent if path.is_file() else path
    for folder in (own, *own.parents):
        beside = (folder.parent / name for name in RULES_NAMES)
        if folder.name in FEATURES_NAMES and any(has_rules(rules) for rules in beside):
            return folder.parent
    return own


def _common(folders: list[Path]) -> Path:
    """Raises ValueError when they share no folder, as on two drives."""
    return Path(os.path.commonpath(folders))
