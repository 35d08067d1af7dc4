"""Over a hundred thousand random events: an office does exactly what a hand-written oracle would do.

Each walk tries steps at random, right and wrong. The oracle of the shipped processes is written from the notice, that
of the generated ones from what was generated; neither looks at the package.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.diagnostics.errors import LoadError, Refused
from policy_engine.process.events import Actor
from policy_engine.process.office import Office
from policy_engine.process.state import replay
from policy_engine.process.store import MemoryStore
from process_support import application, policy, small

D = dt.date.fromisoformat
COUNTED: list[int] = []  # events tried by each walk of this run
WALKS, EPISODES, EVENTS = 12, 60, 120


def holds_together(desk: Office, on: dt.date) -> None:
    """Replaying is a pure function; a second store with the same events gives the same states."""
    second = MemoryStore()
    for matter, events in desk.store.everything().items():
        for event in events:
            second.append([event], {matter: event.seq - 1})
    copy = Office(desk.policy, second, executor="reference")
    for state in desk.matters(on=on):
        process = desk.policy.processes[state.process]
        events = desk.store.events(state.id)
        assert replay(process, events, on) == replay(process, events, on)
        assert copy.state(state.id, on) == state
        assert [e.from_state for e in events if e.kind == "open"] == [""]
        for n in range(1, len(events) + 1):
            assert replay(process, events[:n], events[n - 1].at.date()).history[-1].to_state in process.states


def attempt(desk: Office, call, expected: bool) -> bool:
    """Take a step; what is refused changes nothing, and only what the oracle forbids is refused."""
    before = desk.store.everything()
    try:
        call()
    except Refused as refused:
        assert desk.store.everything() == before
        assert not expected, f"refused: {refused}"
        return False
    assert expected, "done, though the oracle forbids it"
    return True


# -- the exemption -------------------------------------------------------------------------------

ORDER = {"种类": "停限产令", "出具单位": "政府部门", "出具层级": "县", "出具日期": "2018-06-10"}
OPEN_CERTIFICATE = {**ORDER, "种类": "停限产证明"}
VARIANTS: dict[str, dict[str, object]] = {
    "好": {"佐证": [{"document_id": "D1", **ORDER}]},
    "无佐证": {"佐证": []},
    "太早": {"佐证": [{"document_id": "D1", **ORDER, "出具日期": "2018-05-25"}]},
    "待补": {"佐证": [{"document_id": "D1", **OPEN_CERTIFICATE}]},
    "天灾": {
        "原因": "自然灾害",
        "佐证": [{"document_id": "D1", "种类": "其他证明", "出具单位": "其他", "出具日期": "2018-06-10"}],
    },
    "天灾待补": {"原因": "自然灾害", "佐证": [{"document_id": "D1", **OPEN_CERTIFICATE}]},
    "经营": {"原因": "自身经营", "佐证": [{"document_id": "D1", **ORDER}]},
}
AUTHORITY = {"唐山": "唐山市工信局", "承德": "承德市发展改革委"}
MEMBERS = ("U1", "U2", "U3", "U4", "U5")
CITIES = ("唐山",) * 5 + ("承德", "承德", "保定")
MONTHS = ("2018-06",) * 6 + ("2018-07", "2018-05")

# (state, step) → (state after, who): 成员 the member, 市 the city in charge, 省 the province
APPLICATION = {
    ("起草", "提交"): ("待市级审核", "成员"),
    ("待市级审核", "要求补正"): ("起草", "市"),
    ("待市级审核", "市级通过"): ("待上报", "市"),
    ("待市级审核", "市级退回"): ("已退回", "市"),
    ("已退回", "重新提交"): ("待市级审核", "成员"),
    ("待省级确认", "省级确认"): ("待函告", "省"),
    ("待省级确认", "省级否决"): ("已否决", "省"),
    ("待函告", "省级否决"): ("已否决", "省"),
    ("已生效", "撤销免考"): ("已撤销", "省"),
}
BATCH = {
    ("汇总中", "上报"): ("已上报", "市"),
    ("已上报", "补报"): ("已上报", "市"),
    ("已函告", "补报"): ("已上报", "市"),
    ("已上报", "函告"): ("已函告", "省"),
    ("已函告", "补充函告"): ("已函告", "省"),
}
DRIVEN = {
    "上报": ("待上报", "待省级确认"),
    "补报": ("待上报", "待省级确认"),
    "函告": ("待函告", "已生效"),
    "补充函告": ("待函告", "已生效"),
}
NOTED = {"要求补正", "市级退回", "省级否决", "撤销免考"}
STEPS = [*{s for _, s in APPLICATION}, *{s for _, s in BATCH}, "随批上报", "随批函告", "无此步"]
STEPS.sort()


@cache
def verdict(variant: str, confirmed: bool | None) -> tuple[str, int]:
    facts = application()
    del facts["市场主体"]
    row = {**facts, **VARIANTS[variant], "application_id": "A", "市场主体": "U", "省级确认": confirmed}
    documents = [{**d, "申请": "A"} for d in row.pop("佐证")]
    given = {"申请": [row], "佐证": documents, "市场主体": [{"member_id": "U"}]}
    result = pe.evaluate(policy("jibei/exemption"), given, executor="reference")
    return str(result.value("申请", "A", "免考资格").value), len(documents)


def is_disaster(variant: str) -> bool:
    return variant.startswith("天灾")


@dataclass
class Case:
    """A matter as the oracle sees it."""

    process: str
    state: str
    who: str
    city: str
    month: str
    variant: str
    opened: dt.datetime
    last: dt.datetime
    confirmed: bool | None = None

    def next_month(self, day: int) -> dt.date:
        year, month = (int(part) for part in self.month.split("-"))
        return dt.date(year + month // 12, month % 12 + 1, day)

    def ready(self) -> bool:
        found, _ = verdict(self.variant, self.confirmed)
        return found == "符合" or (found == "待补" and self.confirmed is None and is_disaster(self.variant))

    def is_for(self, role: str, actor: Actor) -> bool:
        if role == "成员":
            return actor == Actor("市场主体", self.who)
        named = AUTHORITY[self.city] if role == "市" else "省级主管部门"
        return actor.role == named

    def meets(self, step: str) -> bool:
        found, documents = verdict(self.variant, self.confirmed)
        if step in ("提交", "重新提交"):
            return documents >= 1
        if step == "要求补正":
            return found == "待补"
        return self.ready() if step in ("市级通过", "省级确认") else True


@dataclass
class ExemptionWalk:
    """Random events on a desk, and the same on the oracle."""

    random: random.Random
    desk: Office
    now: dt.datetime = dt.datetime(2018, 6, 28)
    cases: dict[str, Case] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)

    def go(self) -> None:
        for _ in range(EVENTS):
            self.now += dt.timedelta(hours=self.random.choice((0, 1, 5, 9, 26)))
            at = self.now - dt.timedelta(hours=self.random.choice((0,) * 19 + (30,)))
            draw = self.random.random()
            if draw < 0.12 or not self.cases:
                self.open(at)
            elif draw < 0.22:
                self.amend(at)
            else:
                self.step(at)
        for id_, case in self.cases.items():
            assert self.desk.state(id_, self.now).state == case.state
        holds_together(self.desk, self.now.date())
        self.check_outcomes()

    def actor(self) -> Actor:
        people = [Actor("市场主体", m) for m in MEMBERS]
        people += [Actor(a) for a in (*AUTHORITY.values(), "省级主管部门", "汇总批次", "路人")]
        return self.random.choice(people)

    def open(self, at: dt.datetime) -> None:
        pick = self.random.choice
        case = Case(
            "", "", pick(MEMBERS), pick(CITIES), pick(MONTHS), pick([*sorted(VARIANTS), "好", "好"]), at, at
        )
        known = case.city in AUTHORITY and case.month != "2018-05"
        id_ = pick([f"M{n}" for n in range(14)])
        if self.random.random() < 0.3:
            case = replace(case, process="汇总批次", state="汇总中", who="")
            actor = Actor(AUTHORITY.get(case.city, "路人")) if self.random.random() < 0.8 else self.actor()
            taken = any(
                c.process == "汇总批次" and (c.city, c.month) == (case.city, case.month)
                for c in self.cases.values()
            )
            mine = known and case.is_for("市", actor)
            facts: dict[str, object] = {"所在市": case.city, "结算月": case.month}
        else:
            case = replace(case, process="免考申请", state="起草")
            actor = Actor("市场主体", case.who) if self.random.random() < 0.8 else self.actor()
            taken = any(
                c.process == "免考申请" and (c.who, c.month) == (case.who, case.month)
                for c in self.cases.values()
            )
            mine = known and case.is_for("成员", actor)
            facts = {**application(case.who, case.city, case.month), **VARIANTS[case.variant]}
        expected = mine and not taken and id_ not in self.cases
        if attempt(self.desk, lambda: self.desk.open(case.process, id_, facts, actor, at), expected):
            self.cases[id_] = case

    def amend(self, at: dt.datetime) -> None:
        id_, case = self.random.choice(sorted(self.cases.items()))
        actor = Actor("市场主体", case.who) if self.random.random() < 0.8 else self.actor()
        variant = self.random.choice(sorted(VARIANTS))
        facts = {"原因": "临时停限产令", **VARIANTS[variant]}
        editable = case.process == "免考申请" and case.state in ("起草", "已退回")
        expected = editable and at >= case.last and case.is_for("成员", actor)
        if attempt(self.desk, lambda: self.desk.amend(id_, facts, actor, at), expected):
            self.cases[id_] = replace(case, variant=variant, last=at)

    def step(self, at: dt.datetime) -> None:
        id_, case = self.random.choice(sorted(self.cases.items()))
        table = APPLICATION if case.process == "免考申请" else BATCH
        sensible = [(s, who) for (state, s), (_, who) in table.items() if state == case.state]
        if sensible and self.random.random() < 0.85:
            step, who = self.random.choice(sensible)
            right = {
                "成员": Actor("市场主体", case.who),
                "省": Actor("省级主管部门"),
                "市": Actor(AUTHORITY[case.city]),
            }[who]
            actor = right if self.random.random() < 0.85 else self.actor()
        else:
            step, actor = self.random.choice(STEPS), self.actor()
        note = self.random.choice(("有", "有", "有", ""))
        carried = self.carried(case, step, at)

        def call():
            return self.desk.do(id_, step, actor, at, note=note)

        if attempt(self.desk, call, self.allows(case, step, actor, at, note, carried)):
            self.cases[id_] = self.after(case, table[case.state, step][0], at)
            for other in carried:
                self.cases[other] = self.after(self.cases[other], DRIVEN[step][1], at)

    def after(self, case: Case, state: str, at: dt.datetime) -> Case:
        self.reached.add(state)
        confirmed = {"待函告": True, "已否决": False}.get(state, case.confirmed)
        return replace(case, state=state, last=at, confirmed=confirmed)

    def carried(self, batch: Case, step: str, at: dt.datetime) -> list[str]:
        if batch.process != "汇总批次" or step not in DRIVEN:
            return []
        return [
            id_
            for id_, c in self.cases.items()
            if c.process == "免考申请"
            and (c.city, c.month) == (batch.city, batch.month)
            and self.state_at(id_, at) == DRIVEN[step][0]
        ]

    def state_at(self, id_: str, at: dt.datetime) -> str:
        """The state at the end of the day, from what was recorded."""
        events = [e for e in self.desk.store.events(id_) if e.at.date() <= at.date()]
        return events[-1].to_state if events and events[0].at <= at else ""

    def allows(
        self, case: Case, step: str, actor: Actor, at: dt.datetime, note: str, carried: list[str]
    ) -> bool:
        table = APPLICATION if case.process == "免考申请" else BATCH
        if at < case.last or (case.state, step) not in table:
            return False
        if not case.is_for(table[case.state, step][1], actor) or (step in NOTED and not note):
            return False
        if step == "重新提交" and at.date() > case.next_month(8):
            return False
        if any(self.cases[c].last > at for c in carried):
            return False
        if step in ("函告", "补充函告") and any(
            verdict(self.cases[c].variant, self.cases[c].confirmed)[0] != "符合" for c in carried
        ):
            return False
        return case.meets(step)

    def check_outcomes(self) -> None:
        """Nobody is exempt whose application does not qualify; what was revoked is known as revoked."""
        for month in sorted(set(MONTHS)):
            for outcome in self.desk.results("jibei/deviation", month, self.now):
                case = self.cases[outcome.matter]
                assert case.state in ("已生效", "已撤销")
                assert outcome.value is (case.state == "已生效")
                assert outcome.revoked is (case.state == "已撤销")
                assert verdict(case.variant, case.confirmed)[0] == "符合"


@pytest.mark.parametrize("seed", range(WALKS))
def test_the_exemption(seed: int) -> None:
    source, reached = random.Random(seed), set[str]()
    desk = Office(policy("jibei/exemption"), MemoryStore(), executor="reference")
    for _ in range(EPISODES):
        desk.store = MemoryStore()
        walk = ExemptionWalk(source, desk)
        walk.go()
        reached |= walk.reached
    COUNTED.append(EPISODES * EVENTS)
    assert reached >= {"待市级审核", "待上报", "待省级确认", "已退回", "已上报", "已函告", "待函告", "已生效"}


# -- sharing agreements --------------------------------------------------------------------------

AGREEMENT = {
    ("起草", "提出"): ("待用户确认", "售电公司"),
    ("待用户确认", "用户确认"): ("生效", "用户"),
    ("待用户确认", "用户拒绝"): ("未达成", "用户"),
    ("待用户确认", "撤回"): ("起草", "售电公司"),
    ("未达成", "重新提出"): ("待用户确认", "售电公司"),
}
STARTS = D("2018-07-01")


def silent(state: str, on: dt.date) -> str:
    return "未达成" if state == "待用户确认" and on > STARTS else state


@pytest.mark.parametrize("seed", range(WALKS))
def test_agreements(seed: int) -> None:
    source = random.Random(1000 + seed)
    desk = Office(policy("jibei/agreements"), MemoryStore(), executor="reference")
    people = [Actor("售电公司", "S1"), Actor("用户", "001"), Actor("用户", "1"), Actor("售电公司", "S2")]
    steps = sorted({s for _, s in AGREEMENT})
    for _ in range(EPISODES // 2):
        desk.store = MemoryStore()
        capped, cap = source.random() < 0.5, source.random() < 0.5
        facts = {
            "售电公司": "S1",
            "用户编号": "001",
            "结算月": "2018-06",
            "结算开始日": "2018-07-01",
            "分摊方式": "比例加上限" if capped else "比例",
            "约定分摊比例": "0.3",
            **({"承担上限": "5000"} if cap else {}),
        }
        now = last = dt.datetime(2018, 6, 28)
        desk.open("分摊约定", "X", facts, people[0], now)
        state = "起草"
        for _ in range(EVENTS // 2):
            now += dt.timedelta(hours=source.choice((0, 1, 3, 7)))
            at = now - dt.timedelta(hours=source.choice((0,) * 9 + (20,)))
            stands = silent(state, at.date())
            sensible = [(s, who) for (f, s), (_, who) in AGREEMENT.items() if f == stands]
            step, actor = source.choice(steps), source.choice(people)
            if sensible and source.random() < 0.8:
                step, who = source.choice(sensible)
                actor = people[0] if who == "售电公司" else people[1]
            to, who = AGREEMENT.get((stands, step), ("", ""))
            expected = bool(to) and at >= last and actor == (people[0] if who == "售电公司" else people[1])
            if step in ("提出", "重新提出"):
                expected = expected and capped == cap and at.date() <= STARTS
            if attempt(desk, lambda s=step, a=actor, t=at: desk.do("X", s, a, t), expected):
                state, last = to, at
            assert desk.state("X", at if at >= last else last).state == silent(state, max(at, last).date())
        assert desk.state("X", "2018-12-31").state == silent(state, D("2018-12-31"))
        given = {o.term: o.value for o in desk.results("jibei/deviation", "2018-06", "2018-12-31")}
        cap_given = {"承担上限": "5000"} if cap else {}
        assert given == ({"约定分摊比例": "0.3", **cap_given} if state == "生效" else {})
        holds_together(desk, now.date())
    COUNTED.append(EPISODES // 2 * (EVENTS // 2))


# -- generated processes -------------------------------------------------------------------------

GENERATED = 4  # walks over generated processes
STATES = "甲乙丙丁戊"
DAY = D("2018-06-15")


@dataclass(frozen=True)
class Made:
    """A generated step."""

    name: str
    actor: str
    from_: str
    to: str
    late: str  # "", 记录, 不受理, or the step that silence takes


def made(source: random.Random) -> list[Made]:
    count = source.randint(2, len(STATES))
    steps = [
        Made(
            f"步{n}",
            source.choice(("用户", "中心")),
            source.choice(STATES[:count]),
            source.choice(STATES[:count]),
            "",
        )
        for n in range(source.randint(count, 2 * count))
    ]
    done = []
    for step in steps:
        others = [s.name for s in steps if s.from_ == step.from_ and s.name != step.name]
        late = source.choice(["", "", "记录", "不受理", *others])
        done.append(replace(step, late=late))
    return done


def text(steps: list[Made], final: str) -> str:
    lines = ["流程:", "  事项: 申请", "  起始: 甲", "  步骤:"]
    for s in steps:
        after = s.late if s.late in ("记录", "不受理") else f"{{视为: {s.late}}}"
        deadline = f", 期限: {{不晚于: 起算日, 逾期: {after}}}" if s.late else ""
        lines.append(f"    {s.name}: {{办理主体: {s.actor}, 原状态: {s.from_}, 新状态: {s.to}{deadline}}}")
    return "\n".join([*lines, f"  办结状态: [{'、'.join(final)}]"])


def generated(source: random.Random, folder: Path) -> Iterator[tuple[list[Made], Office]]:
    """Processes that load; the others have a state that cannot be reached."""
    found = 0
    while found < 60:
        steps = made(source)
        named = {"甲"} | {x for s in steps for x in (s.from_, s.to)}
        final = "".join(
            x for x in STATES if x in named and not any(s.from_ == x and s.to != x for s in steps)
        )
        try:
            rules = small(text(steps, final or "甲"), folder)
        except LoadError as error:
            assert error.code in ("PE3142", "PE3143"), error
            continue
        found += 1
        yield steps, Office(rules, MemoryStore(), executor="reference")


def quiet(steps: list[Made], state: str, on: dt.date) -> str:
    """Where silence has led by a day."""
    taken: set[str] = set()
    while on > DAY:
        waiting = [s for s in steps if s.from_ == state and s.late not in ("", "记录", "不受理")]
        if not waiting or waiting[0].late in taken:
            break
        taken.add(waiting[0].late)
        state = next(s.to for s in steps if s.name == waiting[0].late)
    return state


@pytest.mark.parametrize("seed", range(GENERATED))
def test_generated_processes(seed: int, tmp_path: Path) -> None:
    source = random.Random(2000 + seed)
    people = {"用户": Actor("用户", "U1"), "中心": Actor("中心")}
    facts = {"用户": "U1", "结算月": "2018-06", "起算日": DAY.isoformat()}
    tried = 0
    for steps, desk in generated(source, tmp_path):
        if not any(s.actor == "用户" for s in steps if s.from_ == "甲"):
            continue
        now = last = dt.datetime(2018, 6, 13)
        desk.open("流程", "X", facts, people["用户"], now)
        state, late = "甲", 0
        for _ in range(110):
            tried += 1
            now += dt.timedelta(hours=source.choice((0, 0, 1, 2)))
            stands = quiet(steps, state, now.date()) if now.date() > DAY else state
            step = source.choice([s for s in steps if s.from_ == stands] or steps)
            step = step if source.random() < 0.8 else source.choice(steps)
            role = step.actor if source.random() < 0.8 else source.choice(sorted(people))
            over = now.date() > DAY and step.late != ""
            expected = step.from_ == stands and role == step.actor and not (over and step.late == "不受理")
            call = partial(desk.do, "X", step.name, people[role], now)
            if attempt(desk, call, expected):
                state, last, late = step.to, now, late + over
            assert desk.state("X", now).state == quiet(steps, state, now.date())
        assert len(desk.state("X", now).late) == late
        holds_together(desk, last.date())
    COUNTED.append(tried)


def test_enough_was_tried() -> None:
    """Over a hundred thousand events together, told when the whole file ran in this process."""
    if len(COUNTED) == 2 * WALKS + GENERATED:
        assert sum(COUNTED) > 100_000
