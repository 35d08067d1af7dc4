"""Full FEEL: what expressions come to, and why some come to nothing. Sums are worked out by hand."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics.span import Fragment
from policy_engine.dmn.builtins import BUILTIN_NAMES
from policy_engine.dmn.evaluate import Env, Evaluator
from policy_engine.dmn.values import Value, text
from policy_engine.feel.parser import parse_full_expression

NAMES = {"monthly salary": 1000, "person": {"name": "A", "age": 3}}


def evaluate(written: str) -> tuple[Value, list[str]]:
    evaluator = Evaluator()
    tree = parse_full_expression(Fragment.of(written), {*BUILTIN_NAMES, *NAMES})
    from fractions import Fraction

    names = {"monthly salary": Fraction(1000), "person": {"name": "A", "age": Fraction(3)}}
    return evaluator.evaluate(tree, Env(names)), evaluator.notes.codes


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1/3 * 3", "1"),
        ("2 ** -2", "0.25"),
        ("-3 ** 2", "9"),
        ("1.5e3", "1500"),
        ("monthly salary * 12", "12000"),
        ("person.name", "A"),
        ("{a: 1, b c: a + 1}.b c", "2"),
        ("[{a: 1}, {a: 2}].a", "[1, 2]"),
        ("[1, 2, 3][item > 1]", "[2, 3]"),
        ("[1, 2, 3][-1]", "3"),
        ("for x in 1..3, y in [x] return x * y", "[1, 4, 9]"),
        ("for x in 1..4 return if x < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3]"),
        ("some x in [1, 2] satisfies x > 1", "true"),
        ("every x in [] satisfies x > 1", "true"),
        ("(function(x: number) x + 1)(2)", "3"),
        ("false and null", "false"),
        ("true or null", "true"),
        ('if null then "a" else "b"', "b"),
        ("5 in (< 3, [4..6))", "true"),
        ("6 in ]4..6[", "false"),
        ('"b" between "a" and "c"', "true"),
        ("decimal(2.5, 0)", "2"),
        ("round half up(-0.5, 0)", "-1"),
        ("round half down(-0.5, 0)", "0"),
        ("modulo(-12, 5)", "3"),
        ("median([8, 2, 5])", "5"),
        ("sum([])", "null"),
        ('substring("foobar", -2)', "ar"),
        (r'replace("0123456789", "(\d{3})(\d{3})(\d{4})", "($1) $2-$3")', "(012) 345-6789"),
        ('split("a;b", ";")', '["a", "b"]'),
        ('date("2020-02-29") + duration("P1Y")', "2021-02-28"),
        ('@"2020-01-31" + @"P1M"', "2020-02-29"),
        ('@"2024-03-01" - @"2024-02-28"', "P2D"),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"2021-01-01T10:00:00Z" = @"2021-01-01T11:00:00+01:00"', "true"),
        ('years and months duration(@"2015-01-21", @"2016-01-20")', "P11M"),
        ('string(duration("P26M"))', "P2Y2M"),
        ('duration("PT3600S")', "PT1H"),
        ('date("-999999999-01-01").year', "-999999999"),
        ('day of week(@"2019-09-17")', "Tuesday"),
        ("[1, 2] instance of list<number>", "true"),
        ("null instance of number", "false"),
        ("overlaps([1..5], [5..8])", "true"),
        ("overlaps([1..5), [5..8])", "false"),
        ("/* twice */ 1 // one", "1"),
        ('{ "🐎": "😀" }', '{"🐎": "😀"}'),
        (r'"\U01F40E" = "\uD83D\uDC0E"', "true"),
    ],
)
def test_value(written: str, wanted: str) -> None:
    found, _ = evaluate(written)
    assert text(found) == wanted


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('1 + "a"', "PE2032"),
        ('1 = "a"', "PE2033"),
        ("1 / 0", "PE6025"),
        ("unknown", "PE2020"),
        ("unknown(1)", "PE2022"),
        ("abs(1, 2)", "PE2023"),
        ("abs(nn: 1)", "PE2023"),
        ("abs(null)", "PE2032"),
        ('date("2017-02-29")', "PE2007"),
        ("[1][2]", "PE6030"),
        ('matches("a", "(a)\\\\1")', "PE6030"),
        ("10 ** 99999", "PE6029"),
        ("(function(a: number) a)(true)", "PE2032"),
        ("count(for a in 1..1000, b in 1..1000, c in 1..1000 return 1)", "PE6029"),
    ],
)
def test_null_says_why(written: str, code: str) -> None:
    found, codes = evaluate(written)
    assert code in codes
    assert found is None or code == "PE6029"


def test_a_function_that_never_ends_is_stopped() -> None:
    found, codes = evaluate("{f: function(n) f(n + 1), g: f(1)}.g")
    assert (found, codes[0]) == (None, "PE6029")
