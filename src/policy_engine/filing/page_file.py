"""The page on disk: whole or not at all, and never in the place of somebody's file."""

from __future__ import annotations

from pathlib import Path

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.filing.page import GENERATOR
from policy_engine.tables.atomic import write_bytes
from policy_engine.tables.problems import os_reason, problem

_HEAD = 2_000  # bytes in which a page of ours names its maker


def write_page(path: Path, html: str, attachments: Path | None = None) -> None:
    """Write ``html``; an earlier page of ours is replaced, any other file is left alone.

    ``attachments``: the folder of the submission, where no page may be put. Raises InputError.
    """
    try:
        if _within(path, attachments) or (path.exists() and not _ours(path)):
            raise InputError(diagnostic("PE7088", path=problem_name(path)))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, html.encode())
    except OSError as error:
        raise InputError(problem("PE5030", file=problem_name(path), **os_reason(error))) from error


def problem_name(path: Path) -> str:
    """A path as text that can be written out, whatever its bytes are."""
    return str(path).encode("utf-8", "replace").decode()


def _within(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.resolve().is_relative_to(folder.resolve())


def _ours(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return f'content="{GENERATOR}"'.encode() in stream.read(_HEAD)
