"""From the YAML tree to documents, driven by the documents' own annotations. All errors are reported."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile import process_documents as p
from policy_engine.rulefile.bars import read_table
from policy_engine.rulefile.keys import find_field, report_missing
from policy_engine.rulefile.nodes import ALIAS, Entry, Mapping, Node, Scalar, Sequence
from policy_engine.rulefile.parameter_tables import read_parameters
from policy_engine.rulefile.shape import Shape, is_doc, shapes
from policy_engine.rulefile.words import (
    is_clause_id,
    normal,
    read_date,
    read_rounding,
    read_yes_no,
    split_names,
)

D = TypeVar("D", bound=d.Doc)
FORMAT_VERSION = 1

# Words that stand for "there is none" where leaving the key out would look like an oversight.
_NONE_WORDS = {
    (d.InForceDoc, "to"): kw.OPEN,
    (d.ParameterValueDoc, "to"): kw.OPEN,
    (d.PolicyDoc, "number"): kw.NOT_STATED,
    (d.PolicyDoc, "issued"): kw.NOT_STATED,
    (d.PolicyHead, "issued"): kw.NOT_STATED,
}
_WITHOUT_END = frozenset({"长期", "长期有效", "永久", "至今", "无", "不限", "-", "—", "——", "/"})
_NO_END = Text("没有截止日的写“未定”", "without an end, write “open”")
_CURLY = re.compile("[“”‘’]([^“”‘’]*)[“”‘’]")
_NUMBER = re.compile(r"\s*[-+－−–]?[\d０-９][\d０-９.,．，]*\s*[%％‰]?\s*")
_REMARK = Text("如果这一行是说明文字，在行首加“# ”", "if this line is a remark, put “# ” in front of it")
_PROSE_LISTS = frozenset({"basis"})  # their commas belong to the text


class Refused(Exception):
    """A value cannot be used; why has been reported."""


class Binder:
    """Reads nodes of one file in its language."""

    def __init__(self, language: str, report: Diagnostics) -> None:
        self._language = language
        self._report = report

    def document(
        self, model: type[D], node: Node, place: str, at: Span, given: dict[str, Any] | None = None
    ) -> D:
        """The document in a mapping. ``place`` and ``at`` say where a missing key is missed."""
        if not isinstance(node, Mapping):
            self._wrong_shape(node, place, "“键: 值”的结构", "a mapping (key: value)")
        values: dict[str, Any] = dict(given or {})
        seen: set[str] = set()
        sound = True
        for entry in node.entries:
            found = find_field(model, entry.key, self._language, self._report)
            seen.update(found.covers)
            if found.field is None:
                sound = False
                continue
            if found.field in values:
                self._report.report("PE1006", entry.key.span, name=entry.key.text)
            try:
                name, value = self._field(model, found.field, entry)
                values[name] = value
            except Refused:
                sound = False
        for name, shape in shapes(model).items():
            if shape.required and name not in seen and name not in values:
                report_missing(model, name, place, at, self._language, self._report)
                sound = False
        if not sound:
            raise Refused
        return model(span=node.span, **values)

    def _field(self, model: type[d.Doc], name: str, entry: Entry) -> tuple[str, Any]:
        shape = shapes(model)[name]
        node = entry.value
        if isinstance(node, Scalar) and node.is_blank:
            self._report.report("PE1008", entry.key.span, name=entry.key.text)
            raise Refused
        if model is d.DecisionDoc and name == "rounding" and isinstance(node, Mapping):
            return "roundings", self._named(d.Named[d.Rounding], d.Rounding, node, entry.key.text)
        if model is d.PolicyDoc and name == "parameters" and _is_table(node):
            return self._parameter_table(node, entry)
        none_word = _NONE_WORDS.get((model, name))
        if none_word and isinstance(node, Scalar) and kw.is_word(node.text, none_word, self._language):
            return name, None
        return name, self._value(shape, name, node, entry)

    def _value(self, shape: Shape, name: str, node: Node, entry: Entry) -> Any:
        place = entry.key.text
        if shape.named:
            return self._named(shape.wrapper, shape.kind, node, place, check_ids=name == "clauses")
        if shape.many:
            return self._names(node, place, apart=name not in _PROSE_LISTS)
        value = self._single(shape.kind, node, place, entry.key.span)
        return shape.wrapper(span=node.span, value=value) if shape.spanned else value

    def _single(self, kind: Any, node: Node, place: str, at: Span) -> Any:
        if kind is d.BarTable:
            if _names_a_file(node):
                return self.document(d.TableFileDoc, node, place, at)
            table = read_table(node, place, self._report)
            if table is None:
                raise Refused
            return table
        if kind is d.Rounding:
            return self._rounding(node, place)
        if kind is d.ParameterDoc:
            return self._parameter(node, place, at)
        if kind is p.LatenessDoc and isinstance(node, Scalar):
            word = self._word(choices.LatenessWord, self._text(node, place), place)
            return p.LatenessDoc(span=node.span, word=choices.LatenessWord(word))
        if kind is p.UniqueDoc:
            return self._unique(node, place)
        if kind is p.ResultsDoc:
            entries = self._named(d.Named[Fragment], Fragment, node, place)
            return p.ResultsDoc(span=node.span, entries=entries)
        if kind is d.NotCoveredDoc and isinstance(node, Scalar):
            return d.NotCoveredDoc(span=node.span, reason=node.fragment)
        if is_doc(kind):
            return self.document(kind, node, place, at)
        return self._lexical(kind, _plainly(self._text(node, place), kind), place)

    def _lexical(self, kind: Any, text: Fragment, place: str) -> Any:
        if kind is Fragment:
            return text
        if kind is bool:
            return self._yes_no(text)
        if kind is dt.date:
            return self._date(text)
        if kind is int:
            return self._format(text)
        if kind is str:
            return self._remainder(text, place)
        return self._word(kind, text, place)

    def _text(self, node: Node, place: str) -> Fragment:
        if isinstance(node, Sequence) and node.flow and ".." in node.span.text:
            written = node.span.text
            self._report.report("PE1021", node.span, value=written, fixed=f"{place}: {_quoted(written)}")
            raise Refused
        if not isinstance(node, Scalar):
            self._wrong_shape(node, place, "一个值", "a single value")
        return node.fragment

    def _wrong_shape(self, node: Node, place: str, zh: str, en: str) -> NoReturn:
        if not (isinstance(node, Scalar) and node.style == ALIAS):  # an alias has been reported
            remark = isinstance(node, Scalar) and re.search("[。，；]", node.text)
            hint = _REMARK if remark else None
            self._report.report("PE1007", node.span, hint=hint, place=place, wanted=zh, wanted_en=en)
        raise Refused

    def _unique(self, node: Node, place: str) -> p.UniqueDoc:
        """A list of names, or a list of such lists."""
        nested = isinstance(node, Sequence) and any(isinstance(item, Sequence) for item in node.items)
        lists = node.items if nested and isinstance(node, Sequence) else (node,)
        groups = tuple(self._names(item, place, apart=True) for item in lists)
        return p.UniqueDoc(span=node.span, groups=groups, nested=nested)

    def _names(self, node: Node, place: str, apart: bool) -> tuple[Fragment, ...]:
        if isinstance(node, Mapping):
            self._wrong_shape(node, place, "一个名称或名称的列表", "a name or a list of names")
        items = node.items if isinstance(node, Sequence) else (node,)
        found: list[Fragment] = []
        for item in items:
            if not isinstance(item, Scalar):
                self._wrong_shape(item, place, "一个名称", "a name")
            found.extend(split_names(item.fragment) if apart else (item.fragment,))
        return tuple(found)

    def _named(
        self, wrapper: Any, kind: Any, node: Node, place: str, check_ids: bool = False
    ) -> tuple[Any, ...]:
        if not isinstance(node, Mapping):
            self._wrong_shape(node, place, "“名称: 内容”的结构", "a mapping of names")
        found: list[Any] = []
        sound = True
        for entry in node.entries:
            try:
                found.append(self._entry(wrapper, kind, entry, check_ids))
            except Refused:
                sound = False
        if not sound:
            raise Refused
        return tuple(found)

    def _entry(self, wrapper: Any, kind: Any, entry: Entry, check_ids: bool) -> Any:
        name = entry.key.fragment.strip()
        if check_ids and not is_clause_id(name.text):
            self._report.report("PE1044", entry.key.span, value=name.text)
        if isinstance(entry.value, Scalar) and entry.value.is_blank:
            self._report.report("PE1008", entry.key.span, name=name.text)
            raise Refused
        value = self._single(kind, entry.value, name.text, entry.key.span)
        return wrapper(span=entry.span, name=name, value=value)

    def _parameter_table(self, node: Node, entry: Entry) -> tuple[str, Any]:
        """参数 as a table, or in a file."""
        table = self._single(d.BarTable, node, entry.key.text, entry.key.span)
        if isinstance(table, d.TableFileDoc):
            return "parameter_table", table
        found = read_parameters(table, self._language, self._report)
        if found is None:
            raise Refused
        return "parameters", found

    def _parameter(self, node: Node, place: str, at: Span) -> d.ParameterDoc:
        """One value, or a list of them: the timeline."""
        items = node.items if isinstance(node, Sequence) else (node,)
        values: list[d.ParameterValueDoc] = []
        sound = True
        for item in items:
            try:
                values.append(self.document(d.ParameterValueDoc, item, place, at))
            except Refused:
                sound = False
        if not sound:
            raise Refused
        return d.ParameterDoc(span=node.span, values=tuple(values))

    def _rounding(self, node: Node, place: str) -> d.Rounding:
        text = self._text(node, place)
        found = read_rounding(text.text, self._language)
        if found is None:
            known = "、".join(kw.spellings(kw.WORDS[choices.RoundingMode], self._language))
            self._report.report("PE1043", text.span(), value=text.text, choices=known)
            raise Refused
        return d.Rounding(span=text.span(), mode=found[0], places=found[1])

    def _yes_no(self, text: Fragment) -> bool:
        found = read_yes_no(text.text, self._language)
        if found is None:
            yes, no = kw.YES.of(self._language), kw.NO.of(self._language)
            self._report.report("PE1041", text.span(), value=text.text, yes=yes, no=no)
            raise Refused
        return found

    def _date(self, text: Fragment) -> dt.date:
        found = read_date(text.text)
        if found is None:
            hint = _NO_END if normal(text.text) in _WITHOUT_END else None
            self._report.report("PE1040", text.span(), hint=hint, value=text.text)
            raise Refused
        return found

    def _format(self, text: Fragment) -> int:
        if normal(text.text) != str(FORMAT_VERSION):
            self._report.report("PE1010", text.span(), value=text.text, supported=FORMAT_VERSION)
            raise Refused
        return FORMAT_VERSION

    def _remainder(self, text: Fragment, place: str) -> str:
        if not kw.is_word(text.text, kw.LARGEST_REMAINDER, self._language):
            self._unknown_word(text, place, (kw.LARGEST_REMAINDER.of(self._language),))
        return "largest_remainder"

    def _word(self, kind: type[StrEnum], text: Fragment, place: str) -> StrEnum:
        found = kw.word_of(kind, text.text, self._language)
        if found is None:
            self._unknown_word(text, place, kw.spellings(kw.WORDS[kind], self._language))
        return found

    def _unknown_word(self, text: Fragment, place: str, choices: tuple[str, ...]) -> NoReturn:
        self._report.report("PE1042", text.span(), name=place, value=text.text, choices="、".join(choices))
        raise Refused


def _plainly(text: Fragment, kind: Any) -> Fragment:
    """Without the curly quotes a text program put around a whole value: a number, a date, a fixed word.

    In an expression they are the quotes of a text, and a title may stand in them.
    """
    found = _CURLY.fullmatch(text.text.strip())
    if found is None or (kind is Fragment and not _NUMBER.fullmatch(found[1])):
        return text
    return text.strip().slice(*found.span(1)).strip()


def _is_table(node: Node) -> bool:
    """What is no mapping of names to values: a ``|`` block, or the name of a file."""
    return _names_a_file(node) or (isinstance(node, Scalar) and node.style == "|")


def _names_a_file(node: Node) -> bool:
    """A mapping with a single value under a key of a table in a file, in any language."""
    if not isinstance(node, Mapping):
        return False
    keys = [e.key.text for e in node.entries if isinstance(e.value, Scalar)]
    return any(model is d.TableFileDoc for key in keys for model, _, _ in kw.places_of_key(key))


def _quoted(text: str) -> str:
    return '"' + text + '"' if '"' not in text else "'" + text.replace("'", "''") + "'"
