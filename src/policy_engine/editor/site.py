"""What may stand at a path of keys: the document and field of the language it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile import process_documents as p
from policy_engine.rulefile.keywords import Word
from policy_engine.rulefile.schema_file import COLUMNS
from policy_engine.rulefile.shape import is_doc, shapes


@dataclass(frozen=True)
class Site:
    """``model`` has the ``field``; with ``naming`` a name is expected next, otherwise a key of ``model``.

    ``names``: the entries on the way, such as the name of the decision. ``known``: every key was one.
    """

    model: type[d.Doc] = d.PolicyDoc
    field: str | None = None
    naming: bool = False
    names: tuple[str, ...] = ()
    section: str = ""
    known: bool = True
    inside: Any = None

    @property
    def columns(self) -> Mapping[str, Word]:
        return COLUMNS.get((self.model, self.field or ""), {})


@lru_cache(maxsize=8192)
def site(path: tuple[str, ...], language: str) -> Site:
    """What stands at a path; where a key is unknown, what is known up to it."""
    here = Site()
    for key in path:
        here = _below(here, key, language)
        if not here.known:
            break
    return here


def keys_of(here: Site) -> type[d.Doc] | None:
    """The document whose keys may stand below a site; None where there are none."""
    if here.naming:
        return None
    if here.field is None:
        return here.model
    kind = here.inside
    return kind if is_doc(kind) and kind in kw.FIELDS else None


def _below(here: Site, key: str, language: str) -> Site:
    if here.naming:
        return _entry(here, key)
    model = keys_of(here)
    found = kw.field_of(model, key, language) if model is not None else None
    if model is None or found is None:
        return replace(here, known=False)
    shape = shapes(model)[found]
    kind: Any = shape.kind
    section = here.section or found
    if kind is d.ParameterDoc:
        kind = d.ParameterValueDoc
    if kind is d.BarTable:
        kind = d.TableFileDoc
    naming = shape.named or kind is d.Rounding
    return Site(model, found, naming, here.names, section, True, kind)


def _entry(here: Site, key: str) -> Site:
    """Below the name of an entry."""
    names = (*here.names, key)
    if here.inside is p.ResultsDoc:
        return Site(here.model, here.field, True, names, here.section, True, None)
    if is_doc(here.inside) and here.inside in kw.FIELDS:
        return Site(here.inside, None, False, names, here.section)
    return Site(here.model, here.field, False, names, here.section, True, None)
