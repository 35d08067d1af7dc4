"""What is told about a name or a keyword, as Markdown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from policy_engine.editor.declared import Kind
from policy_engine.editor.desk import Paper
from policy_engine.editor.names import Identity, Names
from policy_engine.editor.tokens import options_of
from policy_engine.feel.units import unit_name
from policy_engine.policy.model import Parameter, Term
from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.key_help import key_help
from policy_engine.rulefile.term_types import TermTypeWord

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")
_WORDS = {
    "zh": {
        "type": "类型",
        "unit": "单位",
        "places": "小数位",
        "range": "范围",
        "options": "选项",
        "entity": "主体",
        "id": "代号",
        "alias": "又名",
        "input": "事实（填入）",
        "decided": "由规则决定",
        "nullable": "可空",
        "clause": "条款",
        "value": "值",
        "from": "自",
        "to": "至",
        "open": "未定",
        "source": "来源",
        "period": "按 {period}",
        "chosen": "取",
        "why": "缘由",
        "file": "出自",
        "term": "词条",
        "parameter": "参数",
        "reading": "口径",
        "lookup": "对照表",
        "decision": "决定",
        "process": "流程",
        "step": "步骤",
        "state": "状态",
        "key": "主键",
        "belongs": "属于",
        "part": "即",
        "when": "当",
        "example": "例",
        "results": "表里有 {count} 行",
    },
    "en": {
        "type": "type",
        "unit": "unit",
        "places": "places",
        "range": "range",
        "options": "options",
        "entity": "entity",
        "id": "id",
        "alias": "also called",
        "input": "a fact, filled in",
        "decided": "decided by the rules",
        "nullable": "may be blank",
        "clause": "clause",
        "value": "value",
        "from": "from",
        "to": "to",
        "open": "open",
        "source": "source",
        "period": "on {period}",
        "chosen": "takes",
        "why": "because",
        "file": "in",
        "term": "term",
        "parameter": "parameter",
        "reading": "reading",
        "lookup": "lookup",
        "decision": "decision",
        "process": "process",
        "step": "step",
        "state": "state",
        "key": "key",
        "belongs": "belongs to",
        "part": "is",
        "when": "when",
        "example": "example",
        "results": "{count} rows",
    },
}


def plain(text: str) -> str:
    """Text of a rule file, so that Markdown shows it as it stands."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def keyword_text(model: type[d.Doc], field: str, language: str, lang: str) -> str:
    """What a key is for, with an example in the language of the file; blank where nothing is known."""
    help_ = key_help(model, field)
    if help_ is None:
        return ""
    key = kw.FIELDS[model][field].of(language)
    return f"{help_.text(lang)}\n\n```yaml\n{key}: {help_.example(language)}\n```"


def clause_text(paper: Paper, id_: str) -> tuple[str, str]:
    """位置 and 摘要 of a clause, as written in a file."""
    found = {"position": "", "summary": ""}
    for value in paper.outline.values:
        if len(value.path) == 3 and value.path[1] == id_:
            section = kw.canonical(value.path[0], paper.language)
            field = kw.field_of(d.ClauseDoc, value.path[2], paper.language)
            if section == "clauses" and field in found:
                found[field] = (found[field] + "，" if found[field] else "") + value.piece.text
    return found["position"], found["summary"]


def term_line(names: Names, identity: Identity, term: Term | None, lang: str) -> str:
    """A term in a few words: whose, type, unit."""
    if term is not None:
        parts = [identity.owner, _type_word(term.kind, lang), unit_name(term.unit) if term.unit else ""]
    else:
        cells = dict(names.places[identity][0].declared.cells) if identity in names.places else {}
        parts = [identity.owner, cells.get("type", ""), cells.get("unit", "")]
    return " ".join(part for part in parts if part)


def explain(names: Names, identity: Identity, lang: str) -> str:
    """Everything about one name, as Markdown."""
    words = _WORDS["en" if lang == "en" else "zh"]
    lines = {
        Kind.TERM: _term,
        Kind.ENTITY: _entity,
        Kind.PARAMETER: _parameter,
        Kind.READING: _reading,
        Kind.CLAUSE: _clause,
        Kind.LOOKUP: _lookup,
    }.get(identity.kind, _other)(names, identity, words, lang)
    return "\n\n".join([*lines, *_files(names, identity, words)])


def _title(identity: Identity, words: dict[str, str]) -> str:
    owner = f"{plain(identity.owner)}." if identity.owner else ""
    return f"**{owner}{plain(identity.name)}** {words.get(identity.kind.value, '')}".rstrip()


def _term(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield _title(identity, words)
    term = names.bound_term(identity)
    if term is None:
        place = next(iter(names.places.get(identity, ())), None)
        cells = dict(place.declared.cells) if place is not None else {}
        for column in ("entity", "id", "type", "unit", "places", "other", "range"):
            if cells.get(column):
                yield f"{kw.TERM_COLUMNS[column].of(lang)}：{plain(cells[column])}"
        return
    facts = [
        (words["entity"], "、".join(sorted(term.parts))),
        (words["id"], f"`{term.id}`"),
        (words["type"], _type_word(term.kind, lang)),
        (words["unit"], unit_name(term.unit) if term.unit is not None else ""),
        (words["places"], "" if term.places is None else str(term.places)),
        (words["range"], _range(term)),
        (words["options"], "、".join(options_of(term.type))),
        (words["alias"], "、".join(term.aliases)),
    ]
    yield "；".join(
        f"{name}：{value if name == words['id'] else plain(value)}" for name, value in facts if value
    )
    kinds = [words["decided"] if term.decided else words["input"], words["nullable"] if term.nullable else ""]
    yield "；".join(kind for kind in kinds if kind)
    stages = [s for s in names.policy.stages if term.id in s.outputs] if names.policy is not None else []
    stages = [s for s in stages if names.base(s.entity) == term.entity]
    yield from _cited(names, (c for s in stages for c in s.clauses), words)


def _entity(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield _title(identity, words)
    policy = names.policy
    entity = policy.entities.get(identity.name) if policy is not None else None
    if entity is None:
        return
    facts = [
        (words["id"], entity.id if not entity.is_sub else ""),
        (words["key"], entity.key or ""),
        (words["belongs"], entity.parent or ""),
        (words["part"], entity.base if entity.is_sub else ""),
        (words["when"], entity.when.span.text if entity.when is not None else ""),
    ]
    yield "；".join(f"{name}：{plain(value)}" for name, value in facts if value)


def _parameter(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield _title(identity, words)
    policy = names.policy
    found: Parameter | None = policy.parameters.get(identity.name) if policy is not None else None
    if policy is None or found is None:
        return
    status = kw.WORDS[choices.SourceStatus][found.status].of(lang)
    period = words["period"].format(period=policy.period)
    until = found.to or words["open"]
    yield f"{words['value']}：**{plain(found.text)}**（{period}；{found.from_ or '—'} {words['to']} {until}）"
    yield f"{words['source']}：{status}"
    yield from _cited(names, found.clauses, words)


def _reading(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield _title(identity, words)
    reading = names.policy.readings.get(identity.name) if names.policy is not None else None
    options = names.options(identity.name)
    if reading is not None:
        yield f"{words['chosen']}：**{plain(reading.chosen)}**"
        if reading.rationale:
            yield f"{words['why']}：{plain(reading.rationale)}"
    if options:
        yield f"{words['options']}：{plain('、'.join(options))}"
    if reading is not None:
        yield from _cited(names, reading.clauses, words)


def _clause(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield f"**{plain(identity.name)}** {words['clause']}"
    for place in names.places.get(identity, ())[:1]:
        position, summary = clause_text(place.paper, identity.name)
        yield f"{plain(position)}：{plain(summary)}"


def _lookup(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield _title(identity, words)
    lookup = names.policy.lookups.get(identity.name) if names.policy is not None else None
    if lookup is not None:
        yield words["results"].format(count=len(lookup.rows))
        yield from _cited(names, lookup.clauses, words)


def _other(names: Names, identity: Identity, words: dict[str, str], lang: str) -> Iterator[str]:
    yield _title(identity, words)


def _cited(names: Names, clauses: Iterable[str], words: dict[str, str]) -> Iterator[str]:
    """The clauses something rests on, with where they stand and what they say."""
    for id_ in dict.fromkeys(clauses):
        for place in names.places.get(Identity(Kind.CLAUSE, id_), ())[:1]:
            position, summary = clause_text(place.paper, id_)
            yield f"{words['clause']} {plain(id_)}（{plain(position)}）：{plain(summary)}"


def _files(names: Names, identity: Identity, words: dict[str, str]) -> Iterator[str]:
    """Which file it comes from, where that is not the one that is open."""
    places = names.places.get(identity, ())
    if places and places[0].paper is not names.chain[0]:
        paper = places[0].paper
        line = paper.text.count("\n", 0, places[0].declared.piece.start) + 1
        yield f"{words['file']}：{plain(paper.policy)}（{plain(paper.path.name if paper.path else '')}:{line}）"


def _type_word(kind: str, lang: str) -> str:
    word = next((w for w in TermTypeWord if w.value == kind), None)
    return kw.WORDS[TermTypeWord][word].of(lang) if word is not None else kind


def _range(term: Term) -> str:
    if term.low is None and term.high is None:
        return ""
    return f"{_exact(term.low)}–{_exact(term.high)}"


def _exact(value: object) -> str:
    """A bound as written: decimals stay exact."""
    if value is None:
        return "∞"
    if isinstance(value, Fraction) and value.denominator != 1:
        places = 0
        while (value * 10**places).denominator != 1 and places < 15:
            places += 1
        digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
        return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
