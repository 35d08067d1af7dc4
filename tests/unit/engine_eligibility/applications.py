"""Applications for exemption under rules/jibei/exemption.yaml: written out, and drawn at random."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from functools import cache

from policy_engine.engine.eligibility import findings
from policy_engine.engine.eligibility_document import EligibilityReport
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from policy_engine.policy.library import builtin_rules, load
from policy_engine.policy.model import Policy

Facts = dict[str, object]
CYCLE = (dt.date(2018, 5, 21), dt.date(2018, 6, 20))
TRADE = dt.date(2018, 5, 25)


@cache
def policy(*options: tuple[str, str]) -> Policy:
    """The shipped rule file, with readings chosen."""
    return load("jibei/exemption", period="2018-06", rules=builtin_rules(), options=dict(options))


def application(
    side: str = "用电", cause: str = "临时停限产令", confirmed: bool | None = None, **more: object
) -> Facts:
    return {
        "结算月": "2018-06",
        "所在市": "唐山",
        "方向": side,
        "原因": cause,
        "抄表周期": f"{CYCLE[0]} 至 {CYCLE[1]}",
        "交易日": str(TRADE),
        "省级确认": confirmed,
        **more,
    }


def order(day: str, *, level: str | None = "县", issuer: str = "政府部门") -> Facts:
    """A stop order of a government department."""
    return {"种类": "停限产令", "出具单位": issuer, "出具层级": level, "出具日期": day}


def certificate(day: str, of: str | None, *, level: str | None = "县") -> Facts:
    """A certificate of a stop order published on the day ``of``."""
    return {**order(day, level=level), "种类": "停限产证明", "所证停限产令发布日期": of}


def grid_paper(day: str = "2018-06-10", relation: str | None = "对口调度") -> Facts:
    """A grid company's certificate that production was affected."""
    return {"种类": "影响生产证明", "出具单位": "电网企业", "出具关系": relation, "出具日期": day}


def other_paper(day: str = "2018-06-11") -> Facts:
    return {"种类": "其他证明", "出具单位": "其他", "出具日期": day}


Case = tuple[Facts, Sequence[Facts]]


def tables(cases: Mapping[str, Case]) -> dict[str, object]:
    """Applications by key as facts; documents are D1, D2, … of each application."""
    return {
        "application": [
            {"application_id": key, "member_id": f"M-{key}", **facts} for key, (facts, _) in cases.items()
        ],
        "document": [
            {"document_id": f"{key}-D{number}", "application_id": key, **document}
            for key, (_, documents) in cases.items()
            for number, document in enumerate(documents, 1)
        ],
    }


def judged(
    facts: Facts, *documents: Facts, executor: str = "durable", options: tuple[tuple[str, str], ...] = ()
) -> Result:
    """One application, called A."""
    return evaluate(policy(*options), tables({"A": (facts, documents)}), executor=executor)


def verdict(result: Result, key: str = "A") -> str:
    return result.value("application", key, "免考资格").text


def told(result: Result, key: str = "A") -> EligibilityReport:
    return findings(result, "application", key, "免考资格")


# -- at random -----------------------------------------------------------------------------------

CAUSES = (
    "临时停限产令",
    "有序用电",
    "临时停电",
    "事故停电",
    "设备检修",
    "配合停电",
    "自然灾害",
    "社会异常事件",
    "其他不可抗力",
    "市场变化",
    "机组非计划停运",
    "自身经营",
)
DAYS = ("2018-05-15", "2018-05-20", "2018-05-21", "2018-05-25", "2018-05-26", "2018-06-20", "2018-06-21")
LEVELS = (None, "乡镇", "县", "设区市", "省", "国家")
RELATIONS = (None, "对口调度", "电费结算", "无")
MAY_BE_BLANK = ("出具层级", "出具关系", "所证停限产令发布日期")


def random_document(dice: random.Random) -> Facts:
    """Mostly near a ground, so that one cell often decides."""
    kind = dice.choice(("停限产令", "停限产证明", "影响生产证明", "其他证明"))
    usual = {"停限产令": "政府部门", "停限产证明": "政府部门", "影响生产证明": "电网企业"}.get(kind, "其他")
    return {
        "种类": kind,
        "出具单位": usual if dice.random() < 0.8 else dice.choice(("政府部门", "电网企业", "其他")),
        "出具层级": dice.choice(LEVELS),
        "出具关系": dice.choice(RELATIONS),
        "出具日期": dice.choice(DAYS),
        "所证停限产令发布日期": dice.choice((None, *DAYS)),
    }


def random_case(dice: random.Random) -> Case:
    cause = dice.choice(CAUSES[:9] if dice.random() < 0.8 else CAUSES)
    facts = application(dice.choice(("用电", "用电", "发电")), cause, dice.choice((None, True, False)))
    return facts, [random_document(dice) for _ in range(dice.choice((0, 1, 1, 2, 3)))]


def random_cases(seed: int, count: int) -> dict[str, Case]:
    dice = random.Random(seed)
    return {f"A{number}": random_case(dice) for number in range(count)}


# -- the same notice once more, written by hand and without tables ---------------------------------

Truth = bool | None


def _all(*truths: Truth) -> Truth:
    return False if False in truths else None if None in truths else True


def _any(truths: Sequence[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def by_hand(facts: Facts, documents: Sequence[Facts]) -> str:
    """符合, 待补 or 不符合."""
    side, cause, confirmed = facts["方向"], facts["原因"], facts["省级确认"]
    if cause in CAUSES[9:]:
        return "不符合"
    met = _any([_carries(side, cause, confirmed, document) for document in documents])
    return {True: "符合", None: "待补", False: "不符合"}[met]


def _carries(side: object, cause: object, confirmed: object, document: Facts) -> Truth:
    assert confirmed is None or isinstance(confirmed, bool)
    kind, issued = document["种类"], str(document["出具日期"])
    in_cycle = str(CYCLE[0]) <= issued <= str(CYCLE[1])
    clean: Truth = True
    if kind in ("停限产令", "停限产证明"):
        published = issued if kind == "停限产令" else document["所证停限产令发布日期"]
        clean = None if published is None else str(published) > str(TRADE)
    if cause in CAUSES[6:9]:
        return _all(confirmed, clean)
    if cause == "临时停限产令":
        level = document["出具层级"]
        high = None if level is None else level != "乡镇"
        order_like = kind in ("停限产令", "停限产证明") and document["出具单位"] == "政府部门"
        return _all(side == "用电", order_like, high, in_cycle, clean)
    relation = document["出具关系"]
    related = None if relation is None else relation != "无"
    grid = kind == "影响生产证明" and document["出具单位"] == "电网企业"
    covered = side == "用电" or cause != "有序用电"
    return _all(covered, grid, related, in_cycle, clean)
