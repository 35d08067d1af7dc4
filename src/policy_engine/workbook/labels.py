"""The fixed words of a workbook, in the language of its rule file."""

from __future__ import annotations

from types import MappingProxyType

from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.documents import PolicyDoc

STAMP_SHEET = "_policy_engine"
_WORDS = MappingProxyType(
    {
        "guide": ("说明", "Guide"),
        "text": ("原文", "Text"),
        "line": ("行", "line"),
        "content": ("内容", "content"),
        "note": ("备注", "note"),
        "name": ("名称", "name"),
        "clause_id": ("编号", "number"),
        "item": ("项目", "key"),
        "value": ("内容", "value"),
        "marker": (
            "〔此处是工作表“{sheet}”的内容，本行勿改〕",
            "⟦sheet “{sheet}” stands here; leave this row⟧",
        ),
        "caption": ("▼ {table}", "▼ {table}"),
        "path": (" › ", " › "),
    }
)


def label(word: str, language: str, **params: str) -> str:
    return _WORDS[word][language == "en"].format(**params)


def section(field: str, language: str) -> str:
    """The keyword of a section: 参数."""
    return kw.FIELDS[PolicyDoc][field].of(language)
