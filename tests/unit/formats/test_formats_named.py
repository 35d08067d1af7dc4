"""Formats with a name: what they take, what they refuse, and that no text makes them slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.formats.named import NAMED, problem
from policy_engine.policy.checklist_model import NamedFormat


def _resident_id(first17: str) -> str:
    """The check digit as GB 11643 gives it: weights 2^(18−i) mod 11."""
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


def _credit_code(first17: str) -> str:
    """The check digit as GB 32100 gives it: weights 3^(i−1) mod 31."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return first17 + alphabet[(31 - total % 31) % 31]


GOOD = {
    "身份证号": ["11010519491231002X", _resident_id("42010619800101123"), _resident_id("42010619800101124")],
    "统一社会信用代码": ["91110000600037341L", _credit_code("91350100M000100Y4")],
    "手机号": ["13800138000", "19912345678"],
    "电话": [
        "13800138000",
        "027-87654321",
        "02787654321",
        "0710-3456789",
        "010-65001234-802",
        "027-87654321转8",
    ],
    "邮箱": ["name@example.cn", "li.lei+a@mail.example.com.cn", "a_b@x-y.cn"],
    "日期": ["2018-06-01", "2018年6月1日", "2018年06月01日", "2020-02-29"],
    "整数": ["0", "-12", "007", "+3"],
    "数字": ["0", "12", "-3.50", "0.001"],
}
BAD = {
    "身份证号": [
        "",
        "110105194912310021",  # check digit
        "11010519491331002X",  # month 13
        "11010519490230002X",  # 30 February
        "11010519491231002x",  # small x
        "110105491231002",  # 15 characters, as before 1999
        "11010519491231002X ",
        "１1010519491231002X",
    ],
    "统一社会信用代码": [
        "",
        "91110000600037341M",
        "91110000600037341l",
        "9111 0000600037341L",
        "9111000060003734IL",
    ],
    "手机号": [
        "",
        "12800138000",
        "1380013800",
        "138001380000",
        "+8613800138000",
        "１3800138000",
        "13800138000\n",
    ],
    "电话": ["", "87654321", "027-1234567", "27-87654321", "027--87654321", "027-87654321-", "０27-87654321"],
    "邮箱": [
        "",
        "a@b",
        "a@",
        "@b.cn",
        "a b@c.cn",
        "a@b..cn",
        ".a@b.cn",
        "a@-b.cn",
        "a@b.cn\n",
        "张@例.cn",
        "ａ@b.cn",
    ],
    "日期": [
        "",
        "2018-6-1",
        "2018-02-29",
        "2018年2月30日",
        "2018/06/01",
        "２０１８-06-01",
        "0000-01-01",
        "2018-06-01\n",
    ],
    "整数": ["", "1.0", "１２", "1,000", "-", "٣", "3\n", "1e3"],
    "数字": ["", ".5", "5.", "１.5", "1,000.0", "1e3", "NaN", "1\n"],
}


def test_every_format_of_the_rule_files_is_here_and_says_what_it_asks():
    assert set(NAMED) == {f.value for f in NamedFormat} == set(GOOD) == set(BAD)
    for name in NAMED:
        zh, en = problem(name)
        assert zh.startswith("应为") and en.startswith("must be")


@pytest.mark.parametrize("name, text", [(n, t) for n, texts in GOOD.items() for t in texts])
def test_what_is_taken(name, text):
    assert NAMED[name](text)


@pytest.mark.parametrize("name, text", [(n, t) for n, texts in BAD.items() for t in texts])
def test_what_is_refused(name, text):
    assert not NAMED[name](text)


def test_a_region_code_newer_than_any_list_is_no_reason_to_refuse_an_id():
    assert NAMED["身份证号"](_resident_id("42999920300101123"))


@pytest.mark.parametrize("start", ["N2", "A1", "Y1"])
def test_credit_codes_of_other_registers_start_with_a_letter(start):
    assert NAMED["统一社会信用代码"](_credit_code(start + "420106MA4KX0001"[:15]))


@given(st.text("0123456789", min_size=3, max_size=3), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_resident_id_is_found(order, at, by):
    good = _resident_id("42010619800101" + order)
    wrong = good[:at] + str((int(good[at]) + by) % 10) + good[at + 1 :]
    assert NAMED["身份证号"](good) and not NAMED["身份证号"](wrong)


@given(st.sampled_from(sorted(NAMED)), st.text())
def test_any_text_is_answered(name, text):
    assert NAMED[name](text) in (True, False)


@given(st.sampled_from([(n, t) for n, texts in GOOD.items() for t in texts]), st.data())
def test_a_digit_in_full_width_is_never_taken_for_its_narrow_twin(pair, data):
    name, text = pair
    places = [i for i, c in enumerate(text) if c.isascii() and c.isalnum()]
    at = data.draw(st.sampled_from(places))
    wide = text[:at] + chr(ord(text[at]) + 0xFEE0) + text[at + 1 :]
    assert not NAMED[name](wide)


@pytest.mark.parametrize("name", sorted(NAMED))
@pytest.mark.parametrize(
    "text", ["1" * 200_000, "a." * 100_000 + "@", "0" * 100_000 + ".", "a@" + "a-" * 100_000]
)
def test_long_texts_take_no_time(name, text):
    started = time.perf_counter()
    NAMED[name](text)
    assert time.perf_counter() - started < 1
