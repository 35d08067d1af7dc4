"""What was handed in for a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.settlement.columns.source import Source


@dataclass(frozen=True)
class Handed:
    """Tables in order, remarks made while reading, and the digest of each file."""

    sources: tuple[Source, ...]
    notes: tuple[Diagnostic, ...]
    digests: Mapping[str, str]
