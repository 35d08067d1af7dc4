"""One open file with everything that is known of it now: what each request starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy_engine.editor.desk import Desk, Paper
from policy_engine.editor.names import Names
from policy_engine.editor.scan import Spot, spot
from policy_engine.editor.site import Site, site
from policy_engine.editor.tokens import Token, Tokens


@dataclass(frozen=True)
class View:
    """``names`` of the file and its parents, ``tokens`` of the file itself, ``ids`` of all policies."""

    paper: Paper
    names: Names
    tokens: Tokens
    ids: Callable[[], tuple[str, ...]]

    def spot(self, offset: int) -> Spot:
        return spot(self.paper.outline, offset)

    def site(self, here: Spot) -> Site:
        return site(here.path, self.paper.language)

    def token(self, offset: int) -> Token | None:
        return self.tokens.at(offset)


class Views:
    """Keeps the view of each open file until one of its texts changes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[str, View] = {}

    def of(self, uri: str) -> View | None:
        """None for a file that is not open."""
        opened = self._desk.opened(uri)
        if opened is None:
            self._kept.pop(uri, None)
            return None
        chain = self._desk.chain(uri)
        kept = self._kept.get(uri)
        if kept is not None and kept.names.chain == chain and kept.names.bound is opened.bound:
            return kept
        names = Names(chain, opened.bound)
        view = View(chain[0], names, Tokens(names, chain[0]), self._desk.library(opened.path).ids)
        self._kept[uri] = view
        return view
