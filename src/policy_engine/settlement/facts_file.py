"""One case from a file: JSON, YAML, a workbook or a folder of tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostics, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.diagnostics.span import Source
from policy_engine.engine.facts import FactTable, tables_from_mapping
from policy_engine.policy.model import Policy
from policy_engine.settlement.input import read_month
from policy_engine.settlement.names import readable
from policy_engine.tables.problems import os_reason, problem

MAX_BYTES = 64 * 1024 * 1024
MAX_NUMBER = 60  # characters


def read_facts_file(policy: Policy, path: Path) -> tuple[FactTable, ...]:
    """The tables of a case. Numbers stay exact: JSON's are read as decimals, YAML's as their text."""
    if path.suffix.lower() in (".json", ".yaml", ".yml"):
        return tables_from_mapping(policy, read_mapping(path), readable(path.name))
    return read_month(policy, path, complete=False).tables


def read_mapping(path: Path) -> Mapping[str, object]:
    """What a .json or .yaml file says; JSON's numbers are decimals, YAML's scalars their text. Raises InputError."""
    return _json(path) if path.suffix.lower() == ".json" else _yaml(path)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unread(path, f"超过 {MAX_BYTES // 1024 // 1024} MB")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(problem("PE5009", file=_shown(path), **os_reason(error))) from error
    except UnicodeDecodeError:
        raise _unread(path, "不是 UTF-8 编码") from None


def _json(path: Path) -> Mapping[str, object]:
    text = _text(path)
    try:
        content = json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_refuse,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 个字附近"
        raise _unread(path, f"{where}不合 JSON 的写法（{error.msg}）") from None
    except ValueError as error:
        raise _unread(path, str(error)) from None
    except RecursionError:
        raise _unread(path, "嵌套过深") from None
    return _mapping(content, path)


def _number(text: str) -> Decimal:
    if len(text) > MAX_NUMBER:
        raise ValueError(f"数太长：{text[:20]}…")
    return Decimal(text)


def _refuse(name: str) -> object:
    raise ValueError(f"{name} 不是数")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"键“{key}”重复")
        found[key] = value
    return found


def _yaml(path: Path) -> Mapping[str, object]:
    from policy_engine.rulefile.plain import read_plain

    report = Diagnostics()
    content = read_plain(Source(_shown(path), _text(path)), report)
    if report.errors:
        raise InputError(report.errors)
    return _mapping(content, path)


def _mapping(content: object, path: Path) -> Mapping[str, object]:
    if not isinstance(content, Mapping):
        raise _unread(path, "最外层应是“主体: 各行”")
    return content


def _unread(path: Path, reason: str) -> InputError:
    return InputError(diagnostic("PE7005", path=_shown(path), reason=reason))


def _shown(path: Path) -> str:
    return readable(str(path))
