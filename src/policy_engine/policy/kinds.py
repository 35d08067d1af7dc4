"""Kinds of terms, as the type words of a rule file name them."""

from __future__ import annotations

NUMERIC_KINDS = frozenset({"energy", "price", "money", "ratio", "number"})
