"""Patterns of rule files: the whole text, in linear time, within bounds."""

import pickle
import time

import pytest

from policy_engine.formats.pattern import MAX_PATTERN, MAX_TEXT, PatternError, compile_pattern


@pytest.mark.parametrize(
    "pattern, text",
    [
        ("[A-Za-z0-9]+", "hbdc2018"),
        (r"\p{Han}+", "湖北发电"),
        ("a|ab", "ab"),
        ("^ab$", "ab"),
        ("a\x00b", "a\x00b"),
    ],
    ids=ascii,
)
def test_what_fits(pattern, text):
    assert compile_pattern(pattern).matches(text)


@pytest.mark.parametrize(
    "pattern, text",
    [
        ("abc", "abcd"),
        ("abc", "xabc"),
        ("abc", "ABC"),
        ("abc$", "abc\n"),
        ("(?m)abc$", "abc\n"),
        (".*", "a\nb"),
        (".+", ""),
        (r"\d+", "１２"),
        (r"\w+", "湖北"),
        (".*", "\ud800"),
    ],
    ids=ascii,
)
def test_what_does_not_fit(pattern, text):
    assert not compile_pattern(pattern).matches(text)


@pytest.mark.parametrize(
    "pattern, word",
    [
        ("(", "右括号"),
        ("a)", "多出"),
        ("[z-a]", "字符范围"),
        ("*a", "重复"),
        (r"(a)\1", "转义"),
        ("(?=a)b", "前瞻"),
        (r"\pN{1000}", "过大"),
        ("((a{100}){100}){100}", "重复次数"),
        ("a" * (MAX_PATTERN + 1), "超过"),
        ("\ud800", "代理"),
    ],
    ids=ascii,
)
def test_what_is_no_pattern(pattern, word):
    with pytest.raises(PatternError) as refused:
        compile_pattern(pattern)
    assert word in refused.value.reason
    assert refused.value.reason_en.isascii()
    assert pickle.loads(pickle.dumps(refused.value)).reason_en == refused.value.reason_en


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+", "(.*)*(.*a){30}", "(a?){100}a{100}"])
def test_no_pattern_is_slow(pattern):
    ready = compile_pattern(pattern)
    started = time.perf_counter()
    ready.matches("a" * (MAX_TEXT - 1) + "b")
    assert time.perf_counter() - started < 2


def test_a_longer_text_than_any_cell_fits_nothing():
    ready = compile_pattern("a*")
    assert ready.matches("a" * MAX_TEXT)
    assert not ready.matches("a" * (MAX_TEXT + 1))


def test_patterns_are_equal_by_their_text():
    assert compile_pattern("a+") == compile_pattern("a+") != compile_pattern("a*")
    assert len({compile_pattern("a+"), compile_pattern("a+")}) == 1
