"""A name changed everywhere, or not at all: what the rules mean must stay what it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from policy_engine.diagnostics.span import Span
from policy_engine.editor.declared import Kind
from policy_engine.editor.desk import Desk, Paper
from policy_engine.editor.diagnosing import bind_text
from policy_engine.editor.names import Identity
from policy_engine.editor.navigation import Found, references
from policy_engine.editor.view import View
from policy_engine.feel.functions import FUNCTION_NAMES
from policy_engine.feel.keywords import RESERVED
from policy_engine.policy.canonical import structure
from policy_engine.policy.model import Policy

_NAME = re.compile(r"[^\W\d]\w*")
_CLAUSE = re.compile(r"[\w.-]+")
_KINDS = (Kind.TERM, Kind.PARAMETER, Kind.READING, Kind.LOOKUP, Kind.CLAUSE)
_LEFT_OUT = frozenset({"warnings", "digest", "files", "span", "row_spans", "text", "column", "cell"})
# Fields of the model that hold names of the policy, as against values and types.
_NAMING = frozenset({"name", "key", "id", "by", "clauses", "clause", "function", "table", "policy"})


class CannotRename(Exception):
    """Says why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en

    def text(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Edit:
    """One file and the text it gets; ``places`` are replaced by the new name."""

    paper: Paper
    places: tuple[Found, ...]

    def after(self, name: str) -> str:
        text, at, parts = self.paper.text, 0, []
        for place in sorted(self.places, key=lambda p: p.start):
            parts += [text[at : place.start], name]
            at = place.end
        return "".join([*parts, text[at:]])


def renamable(view: View, offset: int) -> tuple[Found, tuple[Identity, ...]]:
    """The name at an offset and what it stands for, if it can be renamed from this file. Raises CannotRename."""
    token = view.token(offset)
    if token is None:
        raise CannotRename("这里没有可以改的名称", "there is no name here that can be changed")
    group = _declared_together(view, token.meanings[0])
    if not set(token.meanings) <= set(group):
        raise CannotRename(
            "这里的名称在几处分别声明，一起改没有把握；请到声明它的那一行去改",
            "the name is declared in several places; rename it where it is declared",
        )
    if group[0].kind not in _KINDS:
        raise CannotRename(
            "只能改词条、参数、口径、对照表和条款的名称",
            "only terms, parameters, readings, lookups and clauses can be renamed",
        )
    places = [place for identity in group for place in view.names.places.get(identity, ())]
    if not places:
        raise CannotRename("它不是在规则文件里声明的", "it is not declared in a rule file")
    for place in places:
        if place.paper.uri != view.paper.uri:
            raise CannotRename(
                f"它在上位文件 {place.paper.policy} 里声明，请在那里改",
                f"it is declared in {place.paper.policy}; rename it there",
            )
    return Found(view.paper, token.piece.start, token.piece.end), group


def _declared_together(view: View, identity: Identity) -> tuple[Identity, ...]:
    """One row may declare a term of several entities: they have one name."""
    places = view.names.places
    group, starts = {identity}, {(p.paper.uri, p.declared.piece.start) for p in places.get(identity, ())}
    more = True
    while more:
        more = False
        for other, found in places.items():
            at = {(p.paper.uri, p.declared.piece.start) for p in found}
            if other not in group and other.kind is identity.kind and at & starts:
                group.add(other)
                starts |= at
                more = True
    return tuple(sorted(group, key=lambda i: i.owner))


def rename(desk: Desk, view: View, offset: int, new: str) -> tuple[Edit, ...]:
    """The edits of the file and of its open children. Raises CannotRename when anything is unsure."""
    _, group = renamable(view, offset)
    new = new.strip()
    _check_name(group[0], new)
    _check_current(desk, view)
    children = desk.children(view.paper.uri)
    found = references(desk, view, group)
    edits = [Edit(p, tuple(f for f in found if f.paper.uri == p.uri)) for p in (view.paper, *children)]
    edits = [edit for edit in edits if edit.places]
    for edit in edits:
        if desk.opened(edit.paper.uri) is None:
            shown = edit.paper.path.name if edit.paper.path is not None else edit.paper.uri
            raise CannotRename(
                f"{edit.paper.policy}（{shown}）也用到它，请先打开那个文件",
                f"{edit.paper.policy} ({shown}) uses it as well; open that file first",
            )
    _prove(desk, view, edits, group[0], new, children)
    return tuple(edits)


def _check_name(identity: Identity, new: str) -> None:
    pattern = _CLAUSE if identity.kind is Kind.CLAUSE else _NAME
    if not pattern.fullmatch(new) or new in RESERVED or new in FUNCTION_NAMES:
        raise CannotRename(f"“{new}”不能作名称", f"“{new}” cannot be a name")


def _check_current(desk: Desk, view: View) -> None:
    opened = desk.opened(view.paper.uri)
    if opened is None or view.names.bound is None or view.names.bound.text != view.paper.text:
        raise CannotRename(
            "文件里还有错误（或者刚刚改过），先改好再改名", "the file has errors or has just changed"
        )


def _prove(
    desk: Desk,
    view: View,
    edits: list[Edit],
    identity: Identity,
    new: str,
    children: tuple[Paper, ...],
) -> None:
    """Bind everything again: only the name may differ, and nothing may be said that was not said before."""
    texts = desk.texts
    after = {**texts, **{e.paper.path: e.after(new) for e in edits if e.paper.path is not None}}
    for paper in (view.paper, *children):
        if paper.path is None:
            continue
        before_found = _look(desk, paper, paper.text, texts)
        after_found = _look(desk, paper, after.get(paper.path, paper.text), after)
        if before_found is None and paper.uri != view.paper.uri:
            continue  # a child that did not bind before
        if (
            before_found is None
            or after_found is None
            or not same(before_found, after_found, identity.name, new)
        ):
            raise CannotRename(
                "改名以后规则的意思会变，或者读不通，没有改；可能与别的名称相同",
                "the rules would not mean the same; perhaps the name is taken",
            )


def _look(desk: Desk, paper: Paper, text: str, texts: Mapping[Path, str]) -> Policy | None:
    with_it = {**texts, paper.path: text} if paper.path is not None else texts
    bound = bind_text(text, paper.path, with_it, desk.workspace, desk.kept)
    return bound.policy if bound is not None else None


def same(before: Policy, after: Policy, old: str, new: str) -> bool:
    """Whether two policies are the same but for one name."""
    return bool(_normal(before, old, new, False) == _normal(after, None, new, False))


def _normal(value: Any, old: str | None, new: str, naming: bool) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return _named(value, old, new) if naming else str(value)
    if isinstance(value, Span):
        return None
    if isinstance(value, Mapping):
        pairs = [(_normal(k, old, new, True), _normal(v, old, new, naming)) for k, v in value.items()]
        return ("map", tuple(sorted(pairs, key=repr)))
    if isinstance(value, frozenset | set):
        return ("set", tuple(sorted((_normal(v, old, new, naming) for v in value), key=repr)))
    if isinstance(value, tuple | list):
        items = tuple(_normal(v, old, new, naming) for v in value)
        if items and is_dataclass(value[0]) and type(value[0]).__name__ in ("Stage", "Term", "Statement"):
            return tuple(sorted(items, key=repr))
        return items
    if is_dataclass(value) and not isinstance(value, type) and type(value).__name__ != "Unit":
        kept = [f.name for f in fields(value) if f.name not in _LEFT_OUT]
        return (
            type(value).__name__,
            *((n, _normal(getattr(value, n), old, new, n in _NAMING)) for n in kept),
        )
    return structure(value)


def _named(text: str, old: str | None, new: str) -> str:
    if old is None:
        return text
    return ".".join(new if part == old else part for part in text.split("."))
