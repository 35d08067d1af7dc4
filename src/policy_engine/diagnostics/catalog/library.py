"""Diagnostic codes: library."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec

CODES: tuple[CodeSpec, ...] = ()
