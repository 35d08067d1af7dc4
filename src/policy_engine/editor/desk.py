"""The open files: their texts, what last bound of each, and the outline of what stands there now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from policy_engine.diagnostics.span import Source
from policy_engine.editor.declared import Declared, declarations
from policy_engine.editor.diagnosing import Bound
from policy_engine.editor.scan import Outline, scan
from policy_engine.editor.shelf import Kept, OpenLibrary, extends_id, policy_id, roots_of
from policy_engine.rulefile.findings import Findings
from policy_engine.rulefile.header import read_language

MAX_PARENTS = 8


@dataclass(frozen=True, eq=False)
class Paper:
    """A rule file as it stands now, open or on disk."""

    uri: str
    path: Path | None
    text: str
    language: str
    outline: Outline
    declared: tuple[Declared, ...]

    @property
    def policy(self) -> str:
        return policy_id(self.text)


@dataclass(frozen=True)
class Opened:
    """An open file. ``bound`` is what it last meant, which may be an older text."""

    uri: str
    path: Path | None
    text: str
    version: int
    bound: Bound | None = None


class Desk:
    """What the editor has open. Texts change through ``put``; everything that is derived is kept until then."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.workspace: tuple[Path, ...] = ()
        self._open: dict[str, Opened] = {}
        self._papers: dict[str, Paper] = {}

    def put(self, uri: str, path: Path | None, text: str, version: int) -> None:
        known = self._open.get(uri)
        self._open[uri] = Opened(uri, path, text, version, known.bound if known else None)

    def bind(self, uri: str, bound: Bound) -> None:
        if uri in self._open:
            self._open[uri] = replace(self._open[uri], bound=bound)

    def drop(self, uri: str) -> None:
        self._open.pop(uri, None)
        self._papers.pop(uri, None)

    def opened(self, uri: str) -> Opened | None:
        return self._open.get(uri)

    def all(self) -> tuple[Opened, ...]:
        return tuple(self._open.values())

    @property
    def texts(self) -> dict[Path, str]:
        """The open files by path, as a copy that does not change."""
        return {o.path: o.text for o in self._open.values() if o.path is not None}

    def library(self, path: Path | None) -> OpenLibrary:
        roots = roots_of(path, self.workspace) if path is not None else ()
        return OpenLibrary(roots, self.texts, self.kept)

    def paper(self, uri: str) -> Paper | None:
        """An open file, outlined."""
        opened = self._open.get(uri)
        return self._outlined(uri, opened.path, opened.text) if opened is not None else None

    def chain(self, uri: str) -> tuple[Paper, ...]:
        """An open file and its parents as they stand now, nearest first; as far as they can be found."""
        own = self.paper(uri)
        return self.chain_of(own) if own is not None else ()

    def chain_of(self, own: Paper) -> tuple[Paper, ...]:
        """The same for a file that need not be open."""
        opened = self._open.get(own.uri)
        library = self.library(own.path)
        known = opened.bound.docs[1:] if opened is not None and opened.bound is not None else ()
        bound = [Path(doc.source.name) for doc in known]
        found, seen = [own], {own.path}
        while (above := extends_id(found[-1].text)) and len(found) <= MAX_PARENTS:
            path = library.find(above, bound)
            if path is None or path in seen:
                break
            seen.add(path)
            found.append(self._outlined(path.as_uri(), path, library.text_of(path)))
        return tuple(found)

    def children(self, uri: str) -> tuple[Paper, ...]:
        """The rule files, open or not, that extend an open one, directly or not."""
        own = self.paper(uri)
        if own is None or own.path is None:
            return ()
        library = self.library(own.path)
        texts = {p: library.text_of(p) for p in library.near()}
        ids, found, more = {own.policy}, [], True
        while more:
            more = False
            for path, text in texts.items():
                if path != own.path and extends_id(text) in ids and path not in found:
                    found.append(path)
                    ids.add(policy_id(text))
                    more = True
        return tuple(self._outlined(p.as_uri(), p, texts[p]) for p in found)

    def _outlined(self, uri: str, path: Path | None, text: str) -> Paper:
        known = self._papers.get(uri)
        if known is not None and known.text == text:
            return known
        outline = scan(text)
        language = read_language(Source("", text[:10_000]), Findings())
        paper = Paper(uri, path, text, language, outline, declarations(outline, language))
        self._papers[uri] = paper
        return paper
