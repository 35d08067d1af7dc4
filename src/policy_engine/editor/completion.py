"""What may be written where the cursor stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from policy_engine.editor.declared import Kind
from policy_engine.editor.explain import clause_text, keyword_text, term_line
from policy_engine.editor.names import READING_WORDS, Identity
from policy_engine.editor.scan import Spot
from policy_engine.editor.site import Site, keys_of, site
from policy_engine.editor.tokens import column_of, options_of
from policy_engine.editor.view import View
from policy_engine.feel.functions import FUNCTIONS
from policy_engine.feel.keywords import KEYWORDS
from policy_engine.feel.types import BooleanType
from policy_engine.feel.units import BASE_UNITS
from policy_engine.policy.model import Term
from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile import process_documents as p
from policy_engine.rulefile.term_types import TermTypeWord

_PARTIAL = re.compile(r"[\w.-]*$")
_WORD = re.compile(r"\w*$")
_QUALIFIED = re.compile(r"(?P<owner>[^\W\d]\w*)[ ]*\.[ ]*\w*$")
_COMPARED = re.compile(
    r"(?P<path>[^\W\d]\w*(?:\.\w+)?)\s*(?:=|!=|≠|＝|不等于|等于|不属于|属于|\bin\b)\s*[\[（(]?[^=≠]*?[\"“]?\w*$"
)
_STRING = re.compile(r"[\"“](?P<text>[^\"”]*)$")
PRICE_UNITS = ("元/千瓦时", "元/兆瓦时", "元/千瓦·月")


class What(Enum):
    """What kind of thing is offered."""

    KEY = "key"
    TERM = "term"
    ENTITY = "entity"
    VALUE = "value"
    FUNCTION = "function"
    CLAUSE = "clause"
    NAME = "name"


@dataclass(frozen=True)
class Offer:
    """``label`` is shown, ``insert`` is written from ``start`` on; ``note`` stands beside it, ``help`` below."""

    label: str
    what: What
    start: int
    insert: str = ""
    note: str = ""
    help: str = ""


def complete(view: View, offset: int, lang: str) -> tuple[Offer, ...]:
    """What may stand at an offset, the likeliest first, each once."""
    here = view.spot(offset)
    if here.role == "comment":
        return ()
    found = _Completion(view, here, offset, lang).offers()
    return tuple({(o.label, o.what): o for o in reversed(list(found))}.values())[::-1]


class _Completion:
    def __init__(self, view: View, here: Spot, offset: int, lang: str) -> None:
        self.view, self.here, self.offset, self.lang = view, here, offset, lang
        self.names, self.language = view.names, view.paper.language
        text = view.paper.text
        self.line = text[text.rfind("\n", 0, offset) + 1 : offset]

    def begin(self, pattern: re.Pattern[str] = _WORD) -> int:
        found = pattern.search(self.line)
        return self.offset - (len(found[0]) if found else 0)

    def words(self, words: Iterable[str], what: What = What.VALUE, note: str = "") -> Iterator[Offer]:
        start = self.begin()
        yield from (Offer(word, what, start, note=note) for word in words)

    def offers(self) -> Iterator[Offer]:
        where = self.view.site(self.here)
        if not where.known:
            return
        if self.here.role == "key":
            yield from self.keys(where)
        elif self.here.role == "header":
            yield from self.headers(where)
        elif self.here.role == "cell":
            yield from self.cell(where)
        else:
            yield from self.value(where)

    # keys

    def keys(self, where: Site) -> Iterator[Offer]:
        if where.naming:
            yield from self.entry_names(where)
            return
        model = keys_of(where)
        if model is None:
            return
        language = self.language
        there = {e.key.text for e in self.view.paper.outline.entries if e.path == self.here.path}
        for name, word in kw.FIELDS[model].items():
            key = word.of(language)
            if key not in there:
                help_ = keyword_text(model, name, language, self.lang)
                yield Offer(
                    key, What.KEY, self.begin(), key + (": " if ":" not in self.line else ""), help=help_
                )

    def entry_names(self, where: Site) -> Iterator[Offer]:
        """Names for an entry of a section."""
        if where.section in ("statement", "terms"):
            yield from self.entities()
        elif where.section in ("decisions", "checks", "carry_over") or where.field in (
            "roundings",
            "default",
            "rounding",
        ):
            yield from self.qualified() or ()
            about = self.view.tokens.about(self.here.path)
            yield from self.terms(about)
            if not about:
                yield from self.entities()
        elif where.section == "processes" and where.field == "results":
            if where.inside is None:
                yield from self.qualified()
                yield from self.entities()
            else:
                yield from self.states()

    # tables

    def headers(self, where: Site) -> Iterator[Offer]:
        colon = re.search(r"[:：]\s*\w*(?:\.\w*)?$", self.line[self.line.rfind("|") + 1 :])
        about = self.view.tokens.about(self.here.path)
        if colon is not None:
            yield from self.qualified()
            yield from self.terms(about)
            yield from self.readings()
            return
        yield from self.words((w.of(self.language) for w in where.columns.values()), What.KEY)

    def cell(self, where: Site) -> Iterator[Offer]:
        column, subject = column_of(self.here, where, self.language)
        if column == "clause":
            yield from self.clauses()
        elif column == "entity":
            yield from self.entities()
        elif where.field == "terms" and column is not None:
            yield from self.term_cell(column)
        elif column == "source":
            yield from self.closed(choices.SourceStatus)
        elif column == "consequence":
            yield from self.closed(choices.Consequence)
        elif column == "unit":
            yield from self.words(BASE_UNITS)
        elif column in ("sealed", "sensitive"):
            yield from self.words((kw.YES.of(self.language), kw.NO.of(self.language)))
        elif column not in ("name", "id", "from_", "to", "review", "places") and (column or subject):
            yield from self.test_cell(subject)

    def term_cell(self, column: str) -> Iterator[Offer]:
        if column == "type":
            yield from self.closed(TermTypeWord)
        elif column == "unit":
            yield from self.words((*BASE_UNITS, *PRICE_UNITS))
        elif column == "other":
            yield from self.words(w.of(self.language) for w in kw.FLAGS.values())
        elif column == "range":
            yield from self.words((kw.RANGE_TO.of(self.language),))

    def test_cell(self, subject: str) -> Iterator[Offer]:
        """A cell below ``当：X`` or ``则：X``: the options of X come first."""
        if subject:
            yield from self.options(subject, quoted=False)
        yield from self.expression()

    # values

    def value(self, where: Site) -> Iterator[Offer]:
        field, model = where.field, where.model
        if field == "clause":
            yield from self.clauses()
        elif field == "extends":
            yield from self.words(self._ids(), What.NAME)
        elif field in ("applies", "belongs_to", "base", "merged_within", "entity", "evidence", "matter") or (
            field == "papers" and model is d.ChecklistDoc
        ):
            yield from self.entities()
        elif field == "chosen":
            yield from self.words(self.names.options(where.names[0]) if where.names else ())
        elif (
            field in ("start", "final", "editable", "from_", "to", "holding") and where.section == "processes"
        ):
            yield from self.states()
        elif field in ("steps", "deemed", "drives") and where.section == "processes":
            yield from self.words(self._steps(where), What.NAME)
        elif field == "actor":
            yield from self.entities()
        elif field == "by" and model is d.InForceDoc:
            yield from self.terms(tuple(self.names.entities))
        elif field == "columns":
            yield from self.qualified()
            about = where.names[:1]
            yield from self.terms(about)
            yield from self.others(about)
        else:
            yield from self.typed_value(where)

    def typed_value(self, where: Site) -> Iterator[Offer]:
        """By the type of the field: closed words, yes and no, expressions."""
        from policy_engine.rulefile.shape import shapes

        shape = shapes(where.model).get(where.field or "") if where.field else None
        kind: Any = shape.kind if shape is not None else None
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind in kw.WORDS:
            yield from self.closed(kind)
        elif kind is bool:
            yield from self.words((kw.YES.of(self.language), kw.NO.of(self.language)))
        elif kind is d.Rounding:
            yield from self.closed(choices.RoundingMode)
        elif kind is p.LatenessDoc:
            yield from self.closed(choices.LatenessWord)
        elif kind is str:
            yield from self.words((kw.LARGEST_REMAINDER.of(self.language),))
        elif where.field in ("to", "issued", "number"):
            yield from self.words((kw.OPEN.of(self.language), kw.NOT_STATED.of(self.language)))
        elif where.field == "unit":
            yield from self.words(BASE_UNITS)
        elif where.section not in ("", "clauses", "title") and where.field not in (
            "rationale",
            "id",
            "key",
            "aliases",
        ):
            yield from self.expression()

    def closed(self, kind: type[StrEnum]) -> Iterator[Offer]:
        yield from self.words(kw.spellings(kw.WORDS[kind], self.language))

    # expressions

    def expression(self) -> Iterator[Offer]:
        """A place where an expression may stand."""
        compared = _COMPARED.search(self.line)
        if compared is not None:
            yield from self.options(compared["path"], quoted=True)
        if _STRING.search(self.line[self.line.rfind("|") + 1 :]):
            return
        qualified = list(self.qualified())
        if qualified or _QUALIFIED.search(self.line):
            yield from qualified
            return
        about = self.view.tokens.about(self.here.path)
        yield from self.terms(about)
        yield from self.words(self.names.of_kind(Kind.PARAMETER), What.NAME, self._note("参数", "parameter"))
        yield from self.words(self.names.of_kind(Kind.LOOKUP), What.FUNCTION, self._note("对照表", "lookup"))
        yield from self.readings()
        yield from self.others(about)
        start = self.begin()
        for function in FUNCTIONS:
            name = function.en if self.language == "en" else function.zh
            if name:
                yield Offer(name, What.FUNCTION, start, f"{name}(", self._note("函数", "function"))
        yield from self.words(
            (w for k in KEYWORDS if (w := k.en if self.language == "en" else k.zh)), What.KEY
        )

    def qualified(self) -> Iterator[Offer]:
        """What may follow ``X.``."""
        found = _QUALIFIED.search(self.line)
        if found is None:
            return
        owner = found["owner"]
        if owner in READING_WORDS:
            for name in self.names.of_kind(Kind.READING):
                options = "、".join(self.names.options(name))
                yield Offer(name, What.NAME, self.begin(), note=options)
        elif self.names.entity(owner) is not None:
            yield from self.terms((owner,))

    def terms(self, about: tuple[str, ...]) -> Iterator[Offer]:
        start = self.begin()
        for entity in about:
            base = self.names.base(entity)
            for name, term in self.names.terms.get(base, {}).items():
                identity = Identity(Kind.TERM, name, base)
                yield Offer(name, What.TERM, start, note=term_line(self.names, identity, term, self.lang))

    def others(self, about: tuple[str, ...]) -> Iterator[Offer]:
        """Terms of rows above, of one-row entities and of rows below, as ``X.y``."""
        start = self.begin()
        for owner in dict.fromkeys(o for entity in about for o in self.names.reachable(entity)):
            for name, term in self.names.terms.get(self.names.base(owner), {}).items():
                identity = Identity(Kind.TERM, name, self.names.base(owner))
                note = term_line(self.names, identity, term, self.lang)
                yield Offer(f"{owner}.{name}", What.TERM, start, note=note)

    def readings(self) -> Iterator[Offer]:
        word = READING_WORDS[1] if self.language == "en" else READING_WORDS[0]
        for name in self.names.of_kind(Kind.READING):
            note = "、".join(self.names.options(name))
            yield Offer(f"{word}.{name}", What.NAME, self.begin(), note=note)

    def options(self, path: str, quoted: bool) -> Iterator[Offer]:
        """The options of a term or reading; in expressions they are texts."""
        in_text = _STRING.search(self.line[self.line.rfind("|") + 1 :])
        start = self.offset - len(in_text["text"]) if in_text else self.begin()
        for option in self._options_of(path):
            insert = option if in_text or not quoted else f'"{option}"'
            yield Offer(option, What.VALUE, start, insert)

    def _options_of(self, path: str) -> tuple[str, ...]:
        first, _, second = path.partition(".")
        if first in READING_WORDS:
            return self.names.options(second)
        owners = (first,) if second else (*self.view.tokens.about(self.here.path), *self.names.terms)
        for owner in owners:
            identity = self.names.term(owner, second or first)
            if identity is None:
                continue
            term: Term | None = self.names.bound_term(identity)
            if term is None:
                return self._written_options(identity)
            if isinstance(term.type, BooleanType):
                return (kw.YES.of(self.language), kw.NO.of(self.language))
            return options_of(term.type)
        return ()

    def _written_options(self, identity: Identity) -> tuple[str, ...]:
        """Of a term that never bound, from its row."""
        for place in self.names.places.get(identity, ()):
            cells = dict(place.declared.cells)
            if kw.word_of(TermTypeWord, cells.get("type", ""), place.paper.language) is TermTypeWord.OPTION:
                return tuple(re.split(r"[、，,；;]\s*", cells.get("range", "")))
        return ()

    def entities(self) -> Iterator[Offer]:
        start = self.begin()
        for note in self.names.entities.values():
            yield Offer(note.name, What.ENTITY, start, note=note.id or note.base)

    def clauses(self) -> Iterator[Offer]:
        start = self.begin(_PARTIAL)
        for paper in self.names.chain:
            for item in paper.declared:
                if item.kind is Kind.CLAUSE:
                    position, summary = clause_text(paper, item.name)
                    yield Offer(item.name, What.CLAUSE, start, note=position, help=summary)

    def states(self) -> Iterator[Offer]:
        found = []
        for value in self.view.paper.outline.values:
            where = site(value.path, self.language)
            if where.section == "processes" and where.field in ("start", "final", "from_", "to", "editable"):
                found.append(value.piece.text)
        yield from self.words(dict.fromkeys(found), What.NAME)

    def _steps(self, where: Site) -> list[str]:
        return [i.name for i in self.names.places if i.kind is Kind.STEP]

    def _ids(self) -> tuple[str, ...]:
        return tuple(i for i in self.view.ids() if i != self.view.paper.policy)

    def _note(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh
