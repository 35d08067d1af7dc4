"""Diagnostics as SARIF 2.1.0 (OASIS), the format in which code hosts and editors take findings of checkers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote

from policy_engine.diagnostics.catalog import spec
from policy_engine.diagnostics.diagnostic import Diagnostic, Label, Severity
from policy_engine.diagnostics.render import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render_sarif(diagnostics: Iterable[Diagnostic], lang: str = "zh") -> str:
    """One run. Lines and columns count from 1, columns in Unicode characters, ends exclusive."""
    found = list(diagnostics)
    codes = sorted({item.code for item in found})
    run = {
        "tool": {"driver": {"name": "policy-engine", "rules": [_rule(code, lang) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, codes.index(item.code), lang) for item in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(code: str, lang: str) -> dict[str, object]:
    known = spec(code)
    message = known.message.en if lang == "en" else known.message.zh
    level = _LEVELS[Severity(known.severity)]
    return {
        "id": code,
        "shortDescription": {"text": message},
        "help": {"text": f"{known.cause}\n{known.fix}"},
        "defaultConfiguration": {"level": level},
    }


def _result(item: Diagnostic, index: int, lang: str) -> dict[str, object]:
    hint = item.hint_text(lang)
    text = visible(item.message(lang)) + (f"\n{visible(hint)}" if hint else "")
    places = [_location(item, label, lang) for label in item.labels]
    return {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": places[:1],
        **({"relatedLocations": places[1:]} if places[1:] else {}),
    }


def _location(item: Diagnostic, label: Label, lang: str) -> dict[str, object]:
    span = label.span
    end_line, end_column = span.source.position(span.end)
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": end_line,
        "endColumn": end_column,
    }
    file = getattr(span.source, "file", "") or span.source.name  # of a sheet: the workbook
    place: dict[str, object] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(file)}, "region": region}
    }
    if label.message:
        place["message"] = {"text": visible(label.message.render(lang, dict(item.params)))}
    return place
