"""Kinds of characters: ASCII where a login form means ASCII."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.formats.characters import KINDS, has
from policy_engine.policy.checklist_model import CharacterClass


def test_every_kind_of_the_rule_files_is_here():
    assert set(KINDS) == {c.value for c in CharacterClass}


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("a", {"字母", "小写字母"}),
        ("Z", {"字母", "大写字母"}),
        ("7", {"数字"}),
        ("!", {"特殊符号"}),
        ("_", {"特殊符号"}),
        ("汉", {"汉字"}),
        ("〇", {"汉字"}),
        ("𠮷", {"汉字"}),
        ("！", set()),
        ("Ａ", set()),
        ("５", set()),
        ("é", set()),
        (" ", set()),
        ("。", set()),
        ("ア", set()),
        ("", set()),
        ("aB3!汉", {"字母", "大写字母", "小写字母", "数字", "特殊符号", "汉字"}),
    ],
)
def test_what_a_text_holds(text, kinds):
    assert {k for k in KINDS if has(k, text)} == kinds


def test_every_printable_ascii_character_but_the_blank_is_of_some_kind():
    assert all(any(has(k, c) for k in KINDS) for c in string.printable if not c.isspace())


@given(st.sampled_from(sorted(KINDS)), st.text(), st.text())
def test_more_text_never_holds_less(word, one, other):
    assert has(word, one + other) == (has(word, one) or has(word, other))


def test_no_such_kind():
    with pytest.raises(KeyError):
        has("符号", "!")
