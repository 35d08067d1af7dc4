"""An office on a database does what it does in memory, and two offices never do the same thing twice."""

import datetime as dt
import random
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from exemption_case import BATCH, CITY, PROVINCE, application, member, order, settled

import policy_engine as pe
from policy_engine.diagnostics.errors import Conflict, PolicyEngineError, Refused
from policy_engine.process.events import Actor, Document, is_claim
from policy_engine.process.office import Office
from policy_engine.process.sqlstore import SqlStore
from policy_engine.process.store import MemoryStore

RULES = Path(__file__).parents[3] / "rules"


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/exemption", period="2018-06")


def office(policy, store):
    numbers = count()
    return Office(policy, store, executor="reference", salt=lambda: f"salt{next(numbers)}")


def test_the_whole_way(policy, store):
    done = settled(office(policy, store))
    assert done.state("SQ-1", "2018-07-13").state == "已生效"
    assert [(o.key, o.value) for o in done.results("jibei/deviation", "2018-06", "2018-07-13")] == [
        ("U1", True)
    ]
    assert done.results("jibei/deviation", "2018-06", "2018-07-12") == ()
    assert done.state("P-1", "2018-07-13").late == ("函告",)


def test_due_is_what_somebody_owes(policy, store):
    """What may be handed in later is allowed, but nobody owes it; nor anything of a batch that is done."""
    mine = office(policy, store)
    mine.open("汇总批次", "P-1", BATCH, CITY, "2018-07-06")
    assert [(d.step, d.who, d.overdue) for d in mine.due("2018-07-09")] == [("上报", "唐山市工信局", True)]
    mine.do("P-1", "上报", CITY, "2018-07-09")
    assert [(d.step, d.by, d.overdue) for d in mine.due("2018-07-12")] == [
        ("函告", dt.date(2018, 7, 12), False)
    ]
    assert "补报" in [a.step for a in mine.state("P-1", "2018-07-12").allowed]
    mine.do("P-1", "函告", PROVINCE, "2018-07-12")
    assert mine.due("2018-08-01") == ()


# -- the same as in memory -----------------------------------------------------------------------

FACTS = [
    {},
    {"佐证": []},
    {"佐证": [order(), order("D2", 种类="其他证明")]},
    {"原因": "自然灾害"},
    {"结算月": "2018-07"},
]
ACTORS = [CITY, PROVINCE, member("U1"), member("U2"), Actor("承德市发展改革委")]


def act(dice, mine, at):
    """Something, mostly what is allowed; what came of it."""
    matter, user, way = dice.choice("ABCPQ"), dice.choice(["U1", "U2"]), dice.random()
    facts, note = dice.choice(FACTS), dice.choice(["", "理由", "理由"])
    try:
        if way < 0.15 and matter in "ABC":
            return mine.open("免考申请", matter, application(user, **facts), member(user), at)
        if way < 0.25:
            return mine.open("汇总批次", matter, BATCH, CITY, at)
        if way < 0.4:
            return mine.amend(matter, facts, dice.choice(ACTORS), at)
        step, actor = something(dice, mine.state(matter, at).allowed)
        papers = [Document("令.pdf", "0" * 64)] if dice.random() < 0.3 else []
        return mine.do(matter, step, actor, at, note, facts if dice.random() < 0.2 else None, papers)
    except Refused as refused:
        return refused.diagnostics


def something(dice, allowed):
    if allowed and dice.random() < 0.9:
        step = dice.choice(allowed)
        role, _, id_ = step.who.partition(" ")
        return step.step, Actor(role, id_)
    return dice.choice(["提交", "市级通过", "上报", "寄出"]), dice.choice(ACTORS)


@pytest.mark.parametrize("seed", range(6))
def test_random_sequences_replay_as_in_memory(policy, store, seed):
    memory = MemoryStore()
    offices, dice = (
        [office(policy, memory), office(policy, store)],
        [random.Random(seed), random.Random(seed)],
    )
    hours, at, taken = random.Random(seed), dt.datetime(2018, 7, 1), set()
    for _ in range(160):
        at += dt.timedelta(hours=hours.choice([0, 1, 3, 9, -1]))
        first, second = (act(d, o, at) for d, o in zip(dice, offices, strict=True))
        assert first == second
        if not isinstance(first, tuple):
            taken.add(first.history[-1].step or first.history[-1].kind)
    assert taken >= {"open", "提交", "上报"} and len(taken) > 5  # the sequence did something
    assert store.everything() == memory.everything()
    for day in range(1, 32, 3):
        on = dt.date(2018, 7, day)
        assert offices[0].matters(on=on) == offices[1].matters(on=on)
        assert offices[0].due(on) == offices[1].due(on)
        results = [o.results("jibei/deviation", "2018-06", on) for o in offices]
        assert results[0] == results[1]


# -- two at once ---------------------------------------------------------------------------------


def race(*actions):
    """Run them at once; for each the code of its refusal, or None."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        barrier.wait()
        try:
            action()
        except PolicyEngineError as error:
            return error.code
        return None

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_take_different_steps_on_one_matter(policy, address):
    with SqlStore(address) as first, SqlStore(address) as second:
        desks = [office(policy, first), office(policy, second)]
        for number in range(6):
            matter, user = f"SQ-{number}", f"U{number}"
            desks[0].open("免考申请", matter, application(user), member(user), "2018-07-02")
            desks[0].do(matter, "提交", member(user), "2018-07-03")
            told = race(
                lambda m=matter: desks[0].do(m, "市级通过", CITY, "2018-07-05"),
                lambda m=matter: desks[1].do(m, "市级退回", CITY, "2018-07-05", "理由"),
            )
            assert told.count(None) == 1
            assert set(told) - {None} <= {"PE8010", "PE8003"}  # at the same moment, or just after
            won = ["待上报", "已退回"][told.index(None)]
            assert desks[1].state(matter, "2018-07-05").state == won
            assert len(first.events(matter)) == 3


def test_two_open_the_same(policy, address):
    with SqlStore(address) as first, SqlStore(address) as second:
        desks = [office(policy, first), office(policy, second)]
        for number in range(6):
            user = f"U{number}"
            told = race(
                lambda u=user: desks[0].open("免考申请", f"甲{u}", application(u), member(u), "2018-07-02"),
                lambda u=user: desks[1].open("免考申请", f"乙{u}", application(u), member(u), "2018-07-02"),
            )
            assert set(told) == {"PE8007", None}
            opened = [m for m in (f"甲{user}", f"乙{user}") if first.events(m)]
            assert len(opened) == 1
            told = race(
                lambda n=number: desks[0].open("汇总批次", f"P{n}", month(n), CITY, "2018-07-02"),
                lambda n=number: desks[1].open(
                    "汇总批次", f"P{n}", month(n, "承德"), chengde(), "2018-07-02"
                ),
            )
            assert told.count(None) == 1 and set(told) - {None} <= {"PE8010", "PE8008"}


def month(number, city="唐山"):
    return {"所在市": city, "结算月": f"2018-{number + 6:02}"}


def chengde():
    return Actor("承德市发展改革委")


class Meanwhile(MemoryStore):
    """A store in which somebody else opens the same at a certain moment of ours."""

    def __init__(self, policy, moment):
        super().__init__()
        self.policy = policy
        self.moment = moment

    def other(self, moment):
        if moment == self.moment:
            self.moment = ""
            office(self.policy, self).open("免考申请", "SQ-9", application(), member(), "2018-07-02")

    def events(self, matter):
        found = super().events(matter)
        if is_claim(matter):
            self.other("we have just seen that nobody claims it")
        return found

    def append(self, batch, expected):
        self.other("we are about to write")
        super().append(batch, expected)


@pytest.mark.parametrize("moment", ["we have just seen that nobody claims it", "we are about to write"])
def test_whose_claim_was_faster_is_told(policy, moment):
    store = Meanwhile(policy, moment)
    with pytest.raises(Conflict) as caught:
        office(policy, store).open("免考申请", "SQ-1", application(), member(), "2018-07-02")
    assert caught.value.code == "PE8007"
    assert caught.value.diagnostics[0].message() == "U1、2018-06已有事项“SQ-9”，不得重复"
    assert store.events("SQ-1") == ()


# -- what must not change, what must not be seen -------------------------------------------------


def edited(tmp_path, *changes):
    shutil.copytree(RULES / "jibei", tmp_path / "jibei")
    path = tmp_path / "jibei" / "exemption.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return pe.load("jibei/exemption", period="2018-06", rules=tmp_path)


def test_another_version_of_the_rules_rewrites_no_history(policy, store, tmp_path):
    """Deadlines, ways and results change; what happened, when and whether in time, does not."""
    before = settled(office(policy, store))
    later = edited(
        tmp_path,
        ("期限: {月: 次月, 日: 12}", "期限: {月: 次月, 日: 20}"),
        ("原状态: 待市级审核, 新状态: 待上报", "原状态: 起草, 新状态: 待上报"),
        (
            '已生效: {jibei/deviation.用户.免考: 如果 方向 = "用电" 那么 是 否则 空}',
            "已生效: {jibei/deviation.用户.免考: 否}",
        ),
        ("佐证份数 >= 1", "佐证份数 >= 5"),
    )
    after = office(later, store)
    assert later.digest != policy.digest
    for day in ("2018-07-02", "2018-07-09", "2018-07-13", "2018-09-01"):
        for matter in ("SQ-1", "P-1"):
            if matter == "P-1" and day == "2018-07-02":
                continue
            old, new = before.state(matter, day), after.state(matter, day)
            assert (new.history, new.state, new.facts, new.late) == (
                old.history,
                old.state,
                old.facts,
                old.late,
            )
    args = ("jibei/deviation", "2018-06", "2018-09-01")
    assert after.results(*args) == before.results(*args)
    assert {e.policy_digest for e in store.events("SQ-1")} == {policy.digest}
    assert (
        after.state("P-1", "2018-07-19").allowed != before.state("P-1", "2018-07-19").allowed
    )  # from now on


def test_sensitive_facts_are_not_on_disk(tmp_path):
    """Neither the database nor anything it leaves beside itself holds them; what is not sensitive is there."""
    with_id = (
        "| 申请     | 方向 ",
        "| 申请 | 身份证号 | legal_person_id | 文本 | 可空；敏感 | |\n  | 申请     | 方向 ",
    )
    policy = edited(tmp_path / "rules", with_id)
    store = SqlStore(tmp_path / "m.db")
    mine = Office(policy, store, executor="reference")
    secret = "130202197001011234"
    facts = application(身份证号=secret)
    mine.open("免考申请", "SQ-1", facts, member("U1"), "2018-07-02")
    mine.amend("SQ-1", {"身份证号": secret, "所在市": "承德"}, member("U1"), "2018-07-02")
    with pytest.raises(Refused) as caught:
        mine.open("免考申请", "SQ-2", facts, member("U1"), "2018-07-02")
    assert secret not in str(caught.value)
    kept = [e.facts["legal_person_id"] for e in store.events("SQ-1")]
    assert (
        all(k.startswith("sha256:") for k in kept) and kept[0] != kept[1]
    )  # salted: the same is not seen as such
    found = b"".join(p.read_bytes() for p in tmp_path.glob("m.db*"))
    assert secret.encode() not in found
    assert "承德".encode() in found
    store.close()
