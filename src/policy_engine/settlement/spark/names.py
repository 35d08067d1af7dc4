"""Names and texts inside statements of Spark: what people wrote never becomes part of the statement itself."""

from __future__ import annotations

from policy_engine.lowering.dialects import SPARK


def name(identifier: str) -> str:
    return SPARK.identifier(identifier)


def text(content: str) -> str:
    return SPARK.string(content)
