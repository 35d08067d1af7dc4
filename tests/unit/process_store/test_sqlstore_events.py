"""What goes into a store comes out of it, in order, whole or not at all."""

import datetime as dt
import json

import pytest
from store_events import event, full

from policy_engine.diagnostics.errors import Conflict, StoreError
from policy_engine.process.events import Actor
from policy_engine.process.sqlstore import SqlStore
from policy_engine.process.store import MemoryStore


def test_an_event_comes_back_as_it_was(store):
    store.append([full()], {"M": 0})
    assert store.events("M") == (full(),)
    assert store.events("M")[0].at.microsecond == 123456
    assert store.everything() == {"M": (full(),)}


def test_unknown_matters_have_no_events(store):
    assert store.events("M") == ()
    assert store.matters() == ()
    assert store.everything() == {}


def test_matters_are_sorted_by_code_point_and_told_apart_exactly(store):
    ids = ["a", "B", "SQ-10", "SQ-9", "冀", "b", "é", "e\u0301", "a ", "%", "_", "😀"]
    for matter in ids:
        store.append([event(matter, 1, note=matter)], {})
    assert store.matters() == tuple(sorted(ids))
    assert list(store.everything()) == sorted(ids)
    assert [store.events(m)[0].note for m in ids] == ids


def test_events_are_in_order_whatever_the_order_of_the_batch(store):
    store.append([event("M", 2), event("N", 1), event("M", 1)], {"M": 0, "N": 0})
    assert [e.seq for e in store.events("M")] == [1, 2]
    store.append([event("M", n) for n in range(3, 13)], {"M": 2})
    assert [e.seq for e in store.events("M")] == list(range(1, 13))


def test_reopened_it_still_knows(address):
    with SqlStore(address) as first:
        first.append([full()], {"M": 0})
    with SqlStore(address, create=False) as second:
        assert second.events("M") == (full(),)


def test_a_closed_store_may_be_used_again(opened):
    opened.close()
    assert opened.matters() == ("M",)


@pytest.mark.parametrize(
    "batch, expected, moved",
    [
        ([event("M", 1)], {"M": 0}, ("M", "0", "1")),
        ([event("M", 2)], {"M": 2}, ("M", "2", "1")),
        ([event("M", 3)], {"M": 1}, ("M", "1", "1")),
        ([event("N", 1), event("M", 1)], {}, ("M", "0", "1")),
        ([event("M", 2), event("M", 4)], {"M": 1}, ("M", "1", "1")),
        ([event("M", 2), event("M", 2)], {"M": 1}, ("M", "1", "1")),
        ([event("N", 2)], {"N": 0}, ("N", "0", "0")),
        ([event("N", 0)], {"N": 0}, ("N", "0", "0")),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("memory", [False, True])
def test_who_saw_less_than_there_is_gets_a_conflict_and_changes_nothing(
    opened, batch, expected, moved, memory
):
    store = MemoryStore() if memory else opened
    if memory:
        store.append([event("M", 1)], {"M": 0})
    before = store.everything()
    with pytest.raises(Conflict) as caught:
        store.append(batch, expected)
    assert caught.value.code == "PE8010"
    params = dict(caught.value.diagnostics[0].params)
    assert (params["matter"], params["expected"], params["found"]) == moved
    assert store.everything() == before


def test_nothing_to_add_is_nothing_added(opened):
    opened.append([], {"M": 7})
    assert len(opened.events("M")) == 1


def test_a_large_batch(store):
    batch = [event(f"M{n:04}", 1) for n in range(1200)]
    store.append(batch, {})
    assert len(store.matters()) == 1200
    with pytest.raises(Conflict):
        store.append(
            [event(f"M{n:04}", 2) for n in range(1200)] + [event("M0600", 1)],
            dict.fromkeys(store.matters(), 1),
        )
    assert all(len(events) == 1 for events in store.everything().values())


@pytest.mark.parametrize(
    "spoilt, words",
    [
        ({"note": "长" * 20_001}, "note 有 20001 个字"),
        ({"step": "长" * 201}, "step 有 201 个字"),
        ({"actor": Actor("电力用户", "1" * 201)}, "actor_id 有 201 个字"),
        ({"note": "a\0b"}, "note 里有不能保存的字符"),
        ({"note": "a\ud800b"}, "note 里有不能保存的字符"),
        ({"facts": {"x": "\ud800"}}, "facts 里有不能保存的字符"),
        ({"facts": {"x": "长" * 400_000}}, "facts 有 12000"),
        ({"facts": {"x": float("nan")}}, "facts 不能写成 JSON"),
        ({"facts": {"x": dt.date(2018, 7, 1)}}, "facts 不能写成 JSON"),
        ({"at": dt.datetime(2018, 7, 1, tzinfo=dt.UTC)}, "时区"),
    ],
    ids=range(10),
)
def test_what_cannot_be_kept_is_refused_whole(opened, spoilt, words):
    with pytest.raises(StoreError) as caught:
        opened.append([event("M", 2), event("M", 3, **spoilt)], {"M": 1})
    assert caught.value.code == "PE8103"
    assert words in caught.value.diagnostics[0].message()
    assert len(opened.events("M")) == 1


@pytest.mark.parametrize("matter", ["", "长" * 501, "a\0b", "\ud800"], ids=range(4))
def test_ids_that_cannot_be_kept(store, matter):
    with pytest.raises(StoreError) as caught:
        store.append([event(matter, 1)], {})
    assert caught.value.code == "PE8103"
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


def test_facts_and_ids_at_their_limits(store):
    matter, facts = "冀" * 500, {"x": "长" * 349_000}
    assert len(json.dumps(facts, ensure_ascii=False).encode()) < 1024 * 1024
    store.append([event(matter, 1, facts=facts, note="注" * 20_000)], {})
    assert store.events(matter)[0].facts == facts


def test_a_row_that_somebody_spoilt_is_told_without_its_content(opened, raw, address):
    if "://" in address:
        raw("ALTER TABLE policy_engine_events DISABLE TRIGGER ALL")
    else:
        raw("DROP TRIGGER policy_engine_events_no_update")
    for content in ("{秘密", "[1]", '"x"', "[" * 100_000):
        raw("UPDATE policy_engine_events SET facts = '" + content + "'")
        with pytest.raises(StoreError) as caught:
            opened.events("M")
        assert caught.value.code == "PE8106"
        assert "秘密" not in str(caught.value)
