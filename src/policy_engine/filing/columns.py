"""Where the rows of papers keep what is known of their file, under whichever name people gave the column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy_engine.papers.inspect import PaperFile
from policy_engine.policy.checklist_model import FILE, FILE_FORMAT, FILE_PROBLEM, FILE_SIZE
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.tables.values import normalise_header, split_unit


@dataclass(frozen=True)
class FileColumns:
    """The terms of one entity of papers that tell of its file; those a rule decides are left alone."""

    terms: Mapping[str, Term]  # by normalised name: id, name and aliases

    @classmethod
    def of(cls, policy: Policy, entity: Entity) -> FileColumns:
        ids = (FILE, FILE_FORMAT, FILE_SIZE, FILE_PROBLEM)
        own = [t for t in policy.terms_of(entity.name) if t.id in ids and not t.decided]
        return cls({normalise_header(n): t for t in own for n in (t.id, t.name, *t.aliases)})

    def term(self, header: str) -> Term | None:
        """The term a header stands for; None for a column of another kind."""
        return self.terms.get(normalise_header(header)) or self.terms.get(split_unit(header)[0])

    def places(self, headers: Iterable[str]) -> dict[str, str]:
        """Term id → the header as written, of the columns that are there."""
        found: dict[str, str] = {}
        for header in headers:
            term = self.term(header)
            if term is not None:
                found.setdefault(term.id, header)
        return found

    def known(self, file: PaperFile | None) -> dict[str, object]:
        """Term id → what the file itself says. Without a file nothing is known, whatever the row claims."""
        told: dict[str, object] = {
            FILE_FORMAT: file.format if file else None,
            FILE_SIZE: file.size if file else None,
            FILE_PROBLEM: (file.problem or None) if file else None,
        }
        ids = {t.id for t in self.terms.values()}
        return {id_: value for id_, value in told.items() if id_ in ids}

    def name(self, id_: str) -> str:
        return next(t.name for t in self.terms.values() if t.id == id_)


def file_name(cell: object) -> str:
    """The file a cell names; blank for none."""
    return "" if cell is None else str(cell).strip()


def papers_of(policy: Policy) -> Mapping[str, Entity]:
    """Entities whose rows are papers, by name and by id."""
    return {n: e for e in policy.base_entities if e.papers for n in (e.name, e.id)}
