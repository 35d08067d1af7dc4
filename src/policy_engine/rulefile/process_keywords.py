"""The keywords of 流程: (Chinese, English) by canonical name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from policy_engine.rulefile import choices
from policy_engine.rulefile import process_documents as d
from policy_engine.rulefile.document_base import Doc

Pairs = Mapping[str, tuple[str, str]]

FIELDS: Mapping[type[Doc], Pairs] = MappingProxyType(
    {
        d.ProcessDoc: {
            "matter": ("事项", "matter"),
            "unique": ("不得重复", "unique"),
            "exclusive": ("不得并存", "exclusive"),
            "start": ("起始", "start"),
            "steps": ("步骤", "steps"),
            "final": ("办结状态", "final"),
            "editable": ("可修改状态", "editable"),
            "inclusive": ("期限含当日", "inclusive"),
            "lateness": ("逾期", "if late"),
            "results": ("结果", "results"),
            "inbox": ("收件", "collects"),
        },
        d.StepDoc: {
            "actor": ("办理主体", "actor"),
            "from_": ("原状态", "from"),
            "to": ("新状态", "to"),
            "precondition": ("前提", "requires"),
            "deadline": ("期限", "deadline"),
            "note": ("须注明", "note"),
            "drives": ("带动", "drives"),
            "clause": ("条款", "clause"),
        },
        d.DeadlineDoc: {
            "month": ("月", "month"),
            "day": ("日", "day"),
            "working_days": ("工作日", "working days"),
            "since": ("自", "since"),
            "not_after": ("不晚于", "not after"),
            "same_as": ("同", "same as"),
            "lateness": ("逾期", "if late"),
        },
        d.LatenessDoc: {"deemed": ("视为", "deemed")},
        d.ExclusiveDoc: {
            "same": ("同", "same"),
            "period": ("期间", "period"),
            "holding": ("占用状态", "holding"),
            "steps": ("受限步骤", "steps"),
            "only_if": ("仅当", "only if"),
            "clause": ("条款", "clause"),
        },
        d.InboxDoc: {"process": ("流程", "process"), "same": ("同", "same")},
    }
)

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = MappingProxyType(
    {
        choices.LatenessWord: {
            choices.LatenessWord.RECORD: ("记录", "record"),
            choices.LatenessWord.REFUSE: ("不受理", "refuse"),
            choices.LatenessWord.DEEMED_REFUSED: ("视为拒绝", "deemed refused"),
            choices.LatenessWord.DEEMED_AGREED: ("视为同意", "deemed agreed"),
        },
        choices.MonthWord: {
            choices.MonthWord.SAME: ("本月", "same"),
            choices.MonthWord.NEXT: ("次月", "next"),
        },
    }
)
