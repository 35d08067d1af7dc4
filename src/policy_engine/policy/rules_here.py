"""The folder of rules people keep in the folder they work in."""

from __future__ import annotations

from pathlib import Path

RULES_NAMES = ("rules", "规则")


def has_rules(folder: Path) -> bool:
    return folder.is_dir() and any(f.suffix in (".yaml", ".yml") for f in folder.rglob("*.y*ml"))


def rules_around(file: Path) -> Path:
    """The folder of rules a rule file stands in: the nearest one of that name, or else its own folder."""
    return next((folder for folder in file.parents if folder.name in RULES_NAMES), file.parent)


def rules_in(folder: Path) -> Path | None:
    """``rules`` or ``规则`` in a folder, if there are rule files in it."""
    return next((folder / name for name in RULES_NAMES if has_rules(folder / name)), None)
