"""The JSON Schema of rule files, from the documents' own annotations and the table of keywords.

It serves editors: keys, closed words and shapes, with descriptions. What the reader also takes (other spellings
of a key, a full-width colon) may be marked by it; what it accepts may still be refused by the reader.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile import process_documents as p
from policy_engine.rulefile.key_help import key_help
from policy_engine.rulefile.shape import Shape, is_doc, shapes

Schema = dict[str, Any]

# A YAML reader of an editor takes 0.05 and 3.1 for numbers and true for a boolean; here all of them are texts.
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_DATE = r"^\s*[0-9０-９]{4}\s*[-/.年]?\s*[0-9０-９]{1,2}\s*[-/.月]?\s*[0-9０-９]{1,2}\s*[日号]?\s*$"
_TITLES = {
    "zh": ("政策规则文件", "一份政策：关键字用中文。表格写在“|”块里，一行一条，用竖线隔开。"),
    "en": ("Policy rule file", "One policy with English keywords. Tables are bar tables in | blocks."),
}
_TABLE = {
    "zh": "竖线表：写“|”，下面每行一条，各格用“|”隔开，第一行是表头",
    "en": "A bar table: “|”, then a line for each row, cells between bars, headers first",
}
# What a bar table below a field is made of.
COLUMNS: Mapping[tuple[type[d.Doc], str], Mapping[str, kw.Word]] = MappingProxyType(
    {
        (d.PolicyDoc, "terms"): kw.TERM_COLUMNS,
        (d.PolicyDoc, "parameters"): kw.PARAMETER_COLUMNS,
        (d.DecisionDoc, "table"): kw.DECISION_COLUMNS,
        (d.ScaleDoc, "brackets"): kw.SCALE_COLUMNS,
        (d.EligibilityDoc, "grounds"): kw.GROUND_COLUMNS,
        (d.EligibilityDoc, "exclusions"): kw.EXCLUSION_COLUMNS,
        (d.ChecklistDoc, "items"): kw.CHECKLIST_COLUMNS,
        (d.FormDoc, "fields_"): kw.FORM_COLUMNS,
    }
)


def schema_text(language: str) -> str:
    """The schema of files with Chinese (``zh``) or English (``en``) keywords, as the text of a file."""
    return json.dumps(rule_file_schema(language), ensure_ascii=False, indent=2) + "\n"


def rule_file_schema(language: str) -> Schema:
    """JSON Schema, draft 2020-12."""
    return _Writer(language).whole()


def column_words(model: type[d.Doc], field: str, language: str) -> tuple[str, ...]:
    """The headers of the bar table that a key takes; none where its columns are free."""
    return kw.spellings(COLUMNS.get((model, field), {}), language)


class _Writer:
    def __init__(self, language: str) -> None:
        self._language = language
        self._defs: dict[str, Schema] = {}

    def whole(self) -> Schema:
        title, description = _TITLES[self._language]
        body = self._document(d.PolicyDoc)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "description": description,
            **body,
            "$defs": dict(sorted(self._defs.items())),
        }

    def _ref(self, model: type[d.Doc]) -> Schema:
        name = model.__name__.removesuffix("Doc")
        if name not in self._defs:
            self._defs[name] = {}  # known from here on
            self._defs[name] = self._document(model)
        return {"$ref": f"#/$defs/{name}"}

    def _document(self, model: type[d.Doc]) -> Schema:
        words = kw.FIELDS[model]
        found: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
        others: dict[str, Schema] = {}
        for name, shape in shapes(model).items():
            key = words[name].of(self._language)
            value = self._described(model, name, key, self._field(model, name, shape))
            found["properties"][key] = value
            if " " in key:  # known_from for known from
                others[f"^{key.replace(' ', '_')}$"] = value
        if others:
            found["patternProperties"] = others
        required = [words[n].of(self._language) for n, s in shapes(model).items() if s.required]
        plain = [key for key in required if " " not in key]
        if plain:
            found["required"] = plain
        either = [
            {"anyOf": [{"required": [key]}, {"required": [key.replace(" ", "_")]}]}
            for key in required
            if " " in key
        ]
        if either:
            found["allOf"] = either
        return found

    def _described(self, model: type[d.Doc], name: str, key: str, value: Schema) -> Schema:
        help_ = key_help(model, name)
        assert help_ is not None  # every key is described
        description = help_.text(self._language)
        columns = column_words(model, name, self._language)
        if columns:
            description += ("。表头：" if self._language == "zh" else ". Headers: ") + " | ".join(columns)
        return {
            "title": key,
            "description": description,
            "examples": [help_.example(self._language)],
            **value,
        }

    def _field(self, model: type[d.Doc], name: str, shape: Shape) -> Schema:
        if model is d.DecisionDoc and name == "rounding":
            return {"anyOf": [_TEXT, _named(_TEXT)]}
        if model is d.PolicyDoc and name == "parameters":
            return {"anyOf": [*self._table()["anyOf"], self._entries(d.ParameterDoc)]}
        if shape.named:
            return self._entries(shape.kind)
        if shape.many:
            return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 0}]}
        return self._single(shape.kind)

    def _entries(self, kind: Any) -> Schema:
        return _named(self._single(kind))

    def _single(self, kind: Any) -> Schema:
        if kind is d.BarTable:
            return self._table()
        if kind is d.Rounding or kind is Fragment:
            return _TEXT
        if kind is d.ParameterDoc:
            value = self._ref(d.ParameterValueDoc)
            return {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}
        if kind is d.NotCoveredDoc:
            return {"anyOf": [_TEXT, self._ref(kind)]}
        if kind is p.LatenessDoc:
            return {"anyOf": [self._words(choices.LatenessWord), self._ref(kind)]}
        if kind is p.UniqueDoc:
            lists = {"type": "array", "items": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}}
            return {"anyOf": [_TEXT, lists]}
        if kind is p.ResultsDoc:
            return _named(_TEXT)
        return self._ref(kind) if is_doc(kind) else self._lexical(kind)

    def _lexical(self, kind: Any) -> Schema:
        if kind is bool:
            words = [kw.YES.of(self._language), kw.NO.of(self._language)]
            return {"enum": words}
        if kind is dt.date:
            none = [kw.OPEN.of(self._language), kw.NOT_STATED.of(self._language)]
            return {"anyOf": [{"type": "string", "pattern": _DATE}, {"type": "integer"}, {"enum": none}]}
        if kind is int:
            return {"enum": [1, "1"]}
        if kind is str:
            return {"enum": [kw.LARGEST_REMAINDER.of(self._language)]}
        return self._words(kind)

    def _words(self, kind: type[StrEnum]) -> Schema:
        return {"enum": list(kw.spellings(kw.WORDS[kind], self._language))}

    def _table(self) -> Schema:
        cell: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
        rows = {"type": "array", "minItems": 1, "items": _named(cell)}
        bars = {"type": "string", "pattern": r"[|｜]", "description": _TABLE[self._language]}
        return {"anyOf": [bars, rows, self._ref(d.TableFileDoc)]}


def _named(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}
