"""Events to fill stores with."""

from __future__ import annotations

import datetime as dt
import os

from policy_engine.process.events import Actor, Document, Event, Recorded

POSTGRES = os.environ.get("POLICY_ENGINE_TEST_POSTGRES", "")  # the URL of a superuser
AT = dt.datetime(2018, 7, 2, 9, 30, 0, 123456)


def event(matter="M", seq=1, **more):
    plain = {
        "process": "免考申请",
        "kind": "open" if seq == 1 else "step",
        "step": "" if seq == 1 else "提交",
        "at": AT + dt.timedelta(minutes=seq),
        "actor": Actor("电力用户", "001234"),
        "to_state": "起草",
        "policy": "jibei/exemption",
        "policy_digest": "sha256:0",
    }
    return Event(seq=seq, matter=matter, **{**plain, **more})


def full(matter="M", seq=1):
    """Every field filled, with what databases get wrong: leading zeros, emoji, quotes, line ends, null."""
    return event(
        matter,
        seq,
        facts={
            "户号": "001234",
            "电量": "9499.999",
            "真": True,
            "空": None,
            "佐证": [
                {"document_id": "D1", "种类": "停限产令"},
                {"document_id": "D2", "备注": "“引号”'\"\\\n😀%s:x"},
            ],
        },
        note="理由：\n缺一份 'x' %(y)s :z 😀",
        documents=(Document("停限产令.pdf", "ab" * 32),),
        from_state="待市级审核",
        to_state="已退回",
        late=True,
        due=dt.date(2018, 7, 8),
        outcomes=(Recorded("jibei/deviation", "用户", "001234", "免考", True, "2018-06"),),
    )
