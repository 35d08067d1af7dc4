"""Ids are text people can read back; months are four digits and two."""

import pytest

import policy_engine as pe
from policy_engine.feel.values import Month

USER = {"contract_energy": "10000", "metered_energy": "9200", "catalogue_price": "620"}


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.mark.parametrize("key", ["a\x00b", "a\x1b[31mb", "a\nb", "a\ud800b", "a\u202eb"], ids=ascii)
def test_an_id_with_control_characters_is_refused_and_shown_escaped(policy, key):
    facts = {"market": {"average_bilateral_price": "350"}, "user": [{**USER, "user_id": key}]}
    with pytest.raises(pe.InputError) as refused:
        pe.evaluate(policy, facts, executor="reference")
    told = refused.value.diagnostics[0]
    assert told.code == "PE6030" and dict(told.params)["value"].isascii()


@pytest.mark.parametrize("key", ["001234", "甲 乙", "𠮷-1", "S/01"])
def test_ids_people_use_are_kept(policy, key):
    facts = {"market": {"average_bilateral_price": "350"}, "user": [{**USER, "user_id": key}]}
    assert pe.evaluate(policy, facts, executor="reference").keys("user") == (key,)


@pytest.mark.parametrize(
    "text", ["+018-06", "2018-6", "２０１８-06", " 018-06", "2018-13", "2018-00", "0000-01"]
)
def test_what_is_no_month(text):
    with pytest.raises(ValueError):
        Month.of(text)
