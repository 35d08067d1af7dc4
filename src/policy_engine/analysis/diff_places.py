"""Where an entry is written, and in which policy of the lineage."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policy_engine.analysis.diff_model import Entry, Field
from policy_engine.diagnostics.span import Span
from policy_engine.policy.describe import place
from policy_engine.policy.model import Policy
from policy_engine.policy.table_view import file_of


class Places:
    def __init__(self, policy: Policy) -> None:
        self._own = policy.id
        self._owner: Mapping[str, str] = MappingProxyType({f.path: f.policy for f in policy.files})

    def entry(
        self,
        kind: str,
        id_: str,
        span: Span,
        fields: tuple[Field, ...],
        clauses: tuple[str, ...] = (),
        rows: tuple[Entry, ...] = (),
        *,
        name: str | None = None,
        ordered: bool = False,
        alias: object = None,
        within: str = "",
    ) -> Entry:
        origin = self._owner.get(file_of(span.source), self._own)
        return Entry(
            kind=kind,
            id=id_,
            name=id_ if name is None else name,
            at=place(span),
            origin=origin,
            inherited=origin != self._own,
            fields=fields,
            clauses=clauses,
            rows=rows,
            ordered=ordered,
            alias=alias,
            within=within,
        )
