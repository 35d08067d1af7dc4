"""Numbers of full FEEL are bounded before Python is asked to read them."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.parser import parse_full_expression


def fragment(text: str) -> Fragment:
    return Fragment.of(text)


@pytest.mark.parametrize("text", ["9" * 5000, "1e" + "9" * 5000, "0." + "1" * 5000])
def test_a_number_of_thousands_of_digits_is_refused(text: str) -> None:
    with pytest.raises(LoadError) as told:
        parse_full_expression(fragment(text))
    assert told.value.diagnostics[0].code == "PE2006"


def test_a_number_of_many_digits_is_read() -> None:
    parse_full_expression(fragment("1" * 34 + ".5"))
