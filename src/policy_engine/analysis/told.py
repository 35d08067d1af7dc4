"""What ``check`` tells about one rule file."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True)
class Told:
    """``policy`` is its id, blank when the file does not even tell."""

    path: str
    policy: str
    diagnostics: tuple[Diagnostic, ...]
