"""Short ways to raise what this package finds, and to word what the operating system says."""

from __future__ import annotations

import errno
from typing import NoReturn

from policy_engine.diagnostics.catalog import spec
from policy_engine.diagnostics.diagnostic import Diagnostic, Severity
from policy_engine.diagnostics.errors import InputError


def problem(code: str, **params: object) -> Diagnostic:
    """A finding about a table. It has no span: its parameters name the file, sheet, line and column."""
    texts = tuple((name, str(value)) for name, value in params.items())
    return Diagnostic(code, params=texts, severity=Severity(spec(code).severity))


def fail(code: str, **params: object) -> NoReturn:
    """Raise ``InputError`` with one diagnostic."""
    raise InputError(problem(code, **params))


def os_reason(error: OSError) -> dict[str, str]:
    """``reason`` and ``reason_en`` of an operating-system error."""
    known = {
        errno.EACCES: ("没有权限", "permission denied"),
        errno.EPERM: ("没有权限", "permission denied"),
        errno.ENOENT: ("文件或文件夹不存在", "no such file or folder"),
        errno.ENOSPC: ("磁盘已满", "no space left"),
        errno.EISDIR: ("这是一个文件夹", "it is a folder"),
        errno.ENOTDIR: ("上一级不是文件夹", "its parent is not a folder"),
        errno.ELOOP: ("链接绕成了圈", "the links form a loop"),
        errno.ENAMETOOLONG: ("文件名过长", "the name is too long"),
    }
    text = error.strerror or type(error).__name__
    zh, en = known.get(error.errno or 0, (text, text))
    return {"reason": zh, "reason_en": en}


def brief(text: str, length: int = 30) -> str:
    """A cell's text on one line, cut to fit a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + "…"
