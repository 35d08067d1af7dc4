"""文件: which file a rule file means by it. It stands beside the rule file or below, and nowhere else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.diagnostics.suggest import nearest
from policy_engine.tables.limits import RULE_TABLE_BYTES
from policy_engine.tables.problems import os_reason

SUFFIXES = (".csv", ".xlsx")
_LISTED = 1_000  # entries of a folder that are looked at for a likely name
_NEAR = Text("是否想写“{near}”？", "did you mean “{near}”?")


@dataclass(frozen=True)
class Content:
    """The bytes of a file, read once; ``shown`` is the name it has in messages."""

    shown: str
    suffix: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read_content(written: Fragment, rule_file: Path, shown: str, report: Diagnostics) -> Content | None:
    """The file that ``written`` names beside ``rule_file``, whose own name in messages is ``shown``.

    None when it may not be read or cannot be, which has been reported.
    """
    name = written.text.strip()
    refused = _not_relative(name)
    if refused is None and not _inside(rule_file.parent, name):
        refused = ("它是指到规则文件所在文件夹以外的链接", "it is a link out of the folder of the rule file")
    if refused is not None:
        report.report("PE1070", written.span(), file=name, reason=refused[0], reason_en=refused[1])
        return None
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        report.report("PE1071", written.span(), file=name, suffix=suffix or "—")
        return None
    data = _read(written, rule_file.parent / name, report)
    return None if data is None else Content((Path(shown).parent / name).as_posix(), suffix, data)


def _not_relative(name: str) -> tuple[str, str] | None:
    """Why a name is no plain relative path, whatever system it is read on."""
    if "\\" in name:
        return "文件夹之间用“/”，不用反斜线", "folders are parted by /, not by a backslash"
    if ":" in name or name.startswith(("/", "~")):
        return "要写相对路径，不写盘符和开头的“/”", "it must be a relative path without a drive"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "路径里不能有“..”“.”和空的一节", "its parts may not be .., . or blank"
    if not name.isprintable():
        return "名称里有看不见的字符", "it has invisible characters"
    return None


def _inside(folder: Path, name: str) -> bool:
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return True  # links that form a loop: reading it says so


def _read(written: Fragment, path: Path, report: Diagnostics) -> bytes | None:
    try:
        if path.exists() and not path.is_file():  # a folder, a pipe or a device
            report.report(
                "PE1072", written.span(), file=written.text, reason="它不是文件", reason_en="not a file"
            )
            return None
        with path.open("rb") as file:
            data = file.read(RULE_TABLE_BYTES + 1)
    except OSError as error:
        near = nearest(path.name, _tables_in(path.parent)) if isinstance(error, FileNotFoundError) else ()
        beside = "/".join([*written.text.strip().split("/")[:-1], near[0]]) if near else ""
        hint = _NEAR if near else None
        report.report("PE1072", written.span(), hint=hint, file=written.text, near=beside, **os_reason(error))
        return None
    if len(data) > RULE_TABLE_BYTES:
        limit = RULE_TABLE_BYTES // 1024**2
        reason = (f"它超过 {limit} MB", f"it has more than {limit} MB")
        report.report("PE1072", written.span(), file=written.text, reason=reason[0], reason_en=reason[1])
        return None
    return data


def _tables_in(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from [e.name for e in islice(entries, _LISTED) if Path(e.name).suffix.lower() in SUFFIXES]
    except OSError:
        return
