"""Where a name is declared and where it is used, in the files as they stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.diagnostics.span import Span
from policy_engine.editor.declared import Kind, declarations
from policy_engine.editor.desk import Desk, Paper
from policy_engine.editor.names import Identity, Names
from policy_engine.editor.scan import Piece
from policy_engine.editor.shelf import extends_id, extends_place
from policy_engine.editor.tokens import Tokens
from policy_engine.editor.view import View


@dataclass(frozen=True)
class Found:
    """A place in a file."""

    paper: Paper
    start: int
    end: int


def identities(view: View, offset: int) -> tuple[Identity, ...]:
    """What the name at an offset may stand for."""
    token = view.token(offset)
    return token.meanings if token is not None else ()


def definitions(view: View, offset: int) -> tuple[Found | Span, ...]:
    """Where the name at an offset is declared, a parent's file included; at 沿用 the file that is meant.

    A span stands in a table beside a rule file.
    """
    start, end = extends_place(view.paper.text)
    if start <= offset <= end and extends_id(view.paper.text) and len(view.names.chain) > 1:
        return (Found(view.names.chain[1], 0, 0),)
    found: list[Found | Span] = []
    for identity in identities(view, offset):
        for place in view.names.places.get(identity, ()):
            found.append(Found(place.paper, place.declared.piece.start, place.declared.piece.end))
        if identity not in view.names.places:
            found.extend(_unwritten(view.names, identity))
    return tuple(dict.fromkeys(found))


def _unwritten(names: Names, identity: Identity) -> Iterator[Found | Span]:
    """What stands in a table file, and the terms that papers have by themselves."""
    term = names.bound_term(identity) if identity.kind is Kind.TERM else None
    if term is None:
        return
    paper = next(
        (p for p in names.chain if p.path is not None and str(p.path) == term.span.source.name), None
    )
    if paper is None:
        yield term.span
    elif paper.text == term.span.source.text:
        yield Found(paper, term.span.start, term.span.end)


def references(desk: Desk, view: View, wanted: tuple[Identity, ...]) -> tuple[Found, ...]:
    """Every place where one of the names stands: in the file, its parents and the files that extend it."""
    found = []
    for paper, tokens in readers(desk, view):
        for token in tokens.all():
            if any(meaning in wanted for meaning in token.meanings):
                found.append(Found(paper, token.piece.start, token.piece.end))
    return tuple(dict.fromkeys(found))


def readers(desk: Desk, view: View) -> Iterator[tuple[Paper, Tokens]]:
    """The files of the chain and the children of the file, each with its names."""
    yield view.paper, view.tokens
    for index, paper in enumerate(view.names.chain[1:], start=1):
        yield paper, Tokens(Names(view.names.chain[index:], view.names.bound), paper)
    for child in desk.children(view.paper.uri):
        opened = desk.opened(child.uri)
        chain = desk.chain_of(child)
        yield child, Tokens(Names(chain, opened.bound if opened is not None else None), child)


@dataclass(frozen=True)
class Line:
    """An entry of the outline of a file: a section, or something in it."""

    name: str
    kind: Kind | None
    detail: str
    piece: Piece
    end: int
    children: tuple[Line, ...] = ()


def outline(paper: Paper) -> tuple[Line, ...]:
    """The sections of a file with what they declare."""
    tops = [e for e in paper.outline.entries if not e.path and e.indent == 0]
    ends = [*(e.key.start for e in tops[1:]), len(paper.text)]
    lines = []
    for entry, end in zip(tops, ends, strict=False):
        last = entry.key.end + len(paper.text[entry.key.end : end].rstrip())
        inside = tuple(_entries(paper, entry.key.text, entry.key.end, last))
        lines.append(Line(entry.key.text, None, "", entry.key, last, inside))
    return tuple(lines)


def _entries(paper: Paper, section: str, start: int, end: int) -> Iterator[Line]:
    found = [e for e in paper.outline.entries if e.path == (section,) and start <= e.key.start < end]
    ends = [*(e.key.start for e in found[1:]), end]
    kinds = {d.piece.start: d for d in declarations(paper.outline, paper.language) if d.kind is not Kind.TERM}
    for entry, stop in zip(found, ends, strict=False):
        known = kinds.get(entry.key.start)
        last = entry.key.end + len(paper.text[entry.key.end : stop].rstrip())
        steps = tuple(
            Line(d.name, d.kind, "", d.piece, d.piece.end)
            for d in paper.declared
            if d.kind is Kind.STEP and entry.key.end <= d.piece.start < last
        )
        yield Line(entry.key.text, known.kind if known else None, "", entry.key, last, steps)
    if not found:
        for item in paper.declared:
            if start <= item.piece.start < end:
                owners = "、".join(sorted(item.owners))
                yield Line(item.name, item.kind, owners, item.piece, item.piece.end)


def folds(paper: Paper) -> tuple[tuple[int, int], ...]:
    """First and last line of what can be folded: sections, entries of several lines and bar tables."""
    text = paper.text
    found = [(table.first, table.last) for table in paper.outline.tables]
    for line in outline(paper):
        for item in (line, *line.children):
            first = text.count("\n", 0, item.piece.start)
            found.append((first, first + text.count("\n", item.piece.start, item.end)))
    return tuple(sorted({(a, b) for a, b in found if b > a}))
