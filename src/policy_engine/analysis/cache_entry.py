"""Findings about a rule file as text and back: JSON below a line with its digest.

Whatever is not exactly what was written here once (a torn file, another program's, another version's) reads as None.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policy_engine.analysis.told import Told
from policy_engine.diagnostics.catalog import Text, all_codes
from policy_engine.diagnostics.diagnostic import Diagnostic, Label, Severity
from policy_engine.diagnostics.span import Source, Span

Json = Any


@dataclass(frozen=True)
class Entry:
    """``told``, and what it rests on.

    ``ids``: the policy and its parents; ``rule_files``: the digest of all their versions; ``tables``: path and
    SHA-256 of the table files that were read; ``first`` and ``last``: the days on which the same would be told.
    """

    key: str
    told: Told
    ids: tuple[str, ...]
    rule_files: str
    tables: tuple[tuple[str, str], ...]
    first: dt.date
    last: dt.date


def written(entry: Entry) -> bytes:
    sources = list(dict.fromkeys(label.span.source for d in entry.told.diagnostics for label in d.labels))
    data = {
        "key": entry.key,
        "path": entry.told.path,
        "policy": entry.told.policy,
        "ids": entry.ids,
        "rule_files": entry.rule_files,
        "tables": entry.tables,
        "days": (entry.first.isoformat(), entry.last.isoformat()),
        "sources": [_of_source(source) for source in sources],
        "diagnostics": [_of_diagnostic(item, sources) for item in entry.told.diagnostics],
    }
    text = json.dumps(data, ensure_ascii=False).encode()
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


def _of_source(source: Source) -> Json:
    """Of a sheet also where its cells begin."""
    file, starts = getattr(source, "file", None), getattr(source, "starts", ())
    return {"name": source.name, "text": source.text, "file": file, "starts": starts}


def _of_diagnostic(item: Diagnostic, sources: list[Source]) -> Json:
    return {
        "code": item.code,
        "params": item.params,
        "labels": [
            (sources.index(x.span.source), x.span.start, x.span.end, _of_text(x.message)) for x in item.labels
        ],
        "clause": item.clause,
        "hint": _of_text(item.hint),
        "counter_example": item.counter_example,
        "severity": item.severity.value,
    }


def _of_text(text: Text | None) -> Json:
    return None if text is None else (text.zh, text.en)


class _Wrong(Exception):
    """It was not written here."""


def read(data: bytes, key: str) -> Entry | None:
    """The entry of that key."""
    digest, _, text = data.partition(b"\n")
    if digest != hashlib.sha256(text).hexdigest().encode():
        return None
    try:
        return _entry(json.loads(text), key)
    except (_Wrong, ValueError, RecursionError):
        return None


def _entry(data: Json, key: str) -> Entry:
    found = _object(data)
    if found.get("key") != key:
        raise _Wrong
    sources = [_source(_object(s)) for s in _list(found.get("sources"))]
    diagnostics = tuple(_diagnostic(_object(d), sources) for d in _list(found.get("diagnostics")))
    first, last = (dt.date.fromisoformat(_text(day)) for day in _list(found.get("days"), 2))
    tables = [[_text(x) for x in _list(pair, 2)] for pair in _list(found.get("tables"))]
    return Entry(
        key=key,
        told=Told(_text(found.get("path")), _text(found.get("policy")), diagnostics),
        ids=tuple(_text(x) for x in _list(found.get("ids"))),
        rule_files=_text(found.get("rule_files")),
        tables=tuple((path, digest) for path, digest in tables),
        first=first,
        last=last,
    )


def _source(data: Mapping[str, Json]) -> Source:
    name, text = _text(data.get("name")), _text(data.get("text"))
    if data.get("file") is None:
        return Source(name, text)
    from policy_engine.policy.table_view import SheetSource

    starts = [[_number(x) for x in _list(pair, 2)] for pair in _list(data.get("starts"))]
    return SheetSource(name, text, _text(data.get("file")), tuple((at, column) for at, column in starts))


def _diagnostic(data: Mapping[str, Json], sources: list[Source]) -> Diagnostic:
    code, params = _text(data.get("code")), [_list(pair, 2) for pair in _list(data.get("params"))]
    if code not in all_codes():
        raise _Wrong
    return Diagnostic(
        code=code,
        params=tuple((_text(name), _text(value)) for name, value in params),
        labels=tuple(_label(_list(label, 4), sources) for label in _list(data.get("labels"))),
        clause=_text_or_none(data.get("clause")),
        hint=_both_languages(data.get("hint")),
        counter_example=_text_or_none(data.get("counter_example")),
        severity=Severity(_text(data.get("severity"))),
    )


def _label(data: list[Json], sources: list[Source]) -> Label:
    number, start, end = (_number(x) for x in data[:3])
    if number >= len(sources) or not start <= end <= len(sources[number].text):
        raise _Wrong
    return Label(Span(sources[number], start, end), _both_languages(data[3]))


def _both_languages(data: Json) -> Text | None:
    return None if data is None else Text(*(_text(x) for x in _list(data, 2)))


def _object(data: Json) -> Mapping[str, Json]:
    if not isinstance(data, dict):
        raise _Wrong
    return data


def _list(data: Json, length: int | None = None) -> list[Json]:
    if not isinstance(data, list) or (length is not None and len(data) != length):
        raise _Wrong
    return data


def _text(data: Json) -> str:
    if not isinstance(data, str):
        raise _Wrong
    return data


def _text_or_none(data: Json) -> str | None:
    return None if data is None else _text(data)


def _number(data: Json) -> int:
    if type(data) is not int or data < 0:  # a truth value is no number
        raise _Wrong
    return data
