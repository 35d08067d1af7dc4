"""The folder of attached files a scenario names: near its feature file, and nowhere else."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from policy_engine.testing.problems import StepFailure


def attached_folder(feature: Path, project: Path, written: str) -> Path:
    """The folder ``written`` relative to the feature file.

    It stays in the folder of ``project`` the feature belongs to (``features`` for features/hubei/a.feature; of a
    feature elsewhere, its own folder), links followed. Raises StepFailure for another place, or for no folder.
    """
    name = PureWindowsPath(written)  # its separators are both / and \
    if name.anchor:
        raise StepFailure(f"“{written}”是绝对路径；写相对于特性文件的文件夹")
    here = feature.resolve().parent
    folder = here.joinpath(*name.parts).resolve()
    root = _root(here, project.resolve())
    if not folder.is_relative_to(root):
        raise StepFailure(f"“{written}”不在“{root.name}”文件夹里；附件要与特性文件放在一起")
    if not folder.is_dir():
        there = sorted(p.name for p in here.iterdir() if p.is_dir())
        raise StepFailure(f"没有文件夹“{written}”。特性文件旁边有：{'、'.join(there) or '—'}")
    return folder


def _root(here: Path, project: Path) -> Path:
    if here == project or not here.is_relative_to(project):
        return here
    return project / here.relative_to(project).parts[0]
