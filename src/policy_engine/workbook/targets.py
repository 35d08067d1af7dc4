"""Which file a workbook is exported from, and which one it goes back to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NoReturn

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError, PolicyEngineError
from policy_engine.policy.library import Library, builtin_rules
from policy_engine.workbook.stamp import Stamp

_SUFFIXES = (".yaml", ".yml")


def file_to_export(policy: str, rules: Path | None) -> Path:
    """A path that is there, or the one file of a policy id. Raises LoadError or InputError (PE7096)."""
    path = Path(policy)
    if path.suffix.lower() in _SUFFIXES or path.is_file():
        return path
    versions = Library(rules).versions(policy)
    if len(versions) > 1:
        files = "、".join(str(version.path) for version in versions)
        _unknown(f"“{policy}”有几个版本，写明文件：{files}", f"“{policy}” has several versions: {files}")
    return versions[0].path


def file_to_write(stamp: Stamp, to: Path | None, rules: Path | None) -> Path:
    """``to``, or the file the workbook was made from.

    What the workbook says is no more than a hint: only a file of the rule library, or one below the current
    folder, with the same policy id is taken. Raises InputError (PE7096, PE7090).
    """
    if to is not None:
        if to.suffix.lower() not in _SUFFIXES or to.is_dir():
            _refuse(to, "规则文件的后缀是 .yaml", "rule files end in .yaml")
        path = to
    else:
        path = _recorded(stamp, rules)
    packed = builtin_rules().resolve()
    if packed.name == "_rules" and path.resolve().is_relative_to(packed):
        _refuse(path, "这是随软件安装的内置规则", "it is one of the built-in rules")
    return path


def rules_around(path: Path, policy: str) -> Path | None:
    """The folder of rules a file stands in, where its parents are looked for; None without such a folder."""
    *folders, _ = policy.split("/")
    folder = path.resolve().parent
    for name in reversed(folders):
        if folder.name != name:
            return path.parent if path.parent.is_dir() else None
        folder = folder.parent
    return folder if folder.is_dir() else None


def _recorded(stamp: Stamp, rules: Path | None) -> Path:
    candidates = _library_files(stamp.policy, rules)
    here = Path.cwd().resolve()
    recorded = Path(stamp.path)
    whole = recorded.resolve()
    below = recorded.suffix.lower() in _SUFFIXES and ".." not in recorded.parts and whole.is_relative_to(here)
    if below and whole.is_file():
        return recorded
    same = [path for path in candidates if path.resolve() == whole] or [
        path for path in candidates if _digest(path) == stamp.sha256
    ]
    found = same or candidates
    if len(found) != 1:
        _unknown(
            f"找不到导出时的文件“{stamp.path}”，政策“{stamp.policy}”",
            f"the exported file “{stamp.path}” is not found",
        )
    return found[0]


def _library_files(policy: str, rules: Path | None) -> list[Path]:
    try:
        return [version.path for version in Library(rules).versions(policy)]
    except PolicyEngineError:
        return []


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _refuse(path: Path, zh: str, en: str) -> NoReturn:
    raise InputError(diagnostic("PE7090", path=str(path), reason=zh, reason_en=en))


def _unknown(zh: str, en: str) -> NoReturn:
    raise InputError(diagnostic("PE7096", reason=zh, reason_en=en))
