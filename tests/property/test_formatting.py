"""Formatting never changes what a rule file says, and formatting twice is formatting once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.policy.formatting import format_source
from policy_engine.rulefile.format_text import format_text
from policy_engine.rulefile.read import read_policy
from policy_engine.rulefile.said import said
from property.generate_checklists import cases
from property.generate_policies import Policies

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("tests/fixtures/**/*.yaml")])
BAD = sorted(ROOT.glob("tests/bad/**/*.yaml"))[::4]


@cache
def texts() -> tuple[str, ...]:
    """Files that read, whatever else is wrong with them."""
    found = [p.read_bytes().decode("utf-8", errors="replace") for p in (*FILES, *BAD) if p.is_file()]
    return tuple(text for text in found if read_policy(Source("x", text))[0] is not None)


@cache
def generated(seed: int) -> str:
    return Policies(seed, 20).generate().text


@st.composite
def files(draw: st.DrawFn) -> str:
    way = draw(st.integers(0, 5))
    if way == 0:
        return draw(cases(2)).text
    return generated(draw(st.integers(0, 400))) if way == 1 else draw(st.sampled_from(texts()))


def pulled_apart(text: str, dice: Random) -> str:
    """Bars moved, indentation changed by whole levels, full-width marks, blank lines and comments put in."""
    step = dice.choice((1, 2, 3, 4))
    found = []
    for line in text.split("\n"):
        body = line.lstrip(" ")
        depth = len(line) - len(body)
        if depth % 2 == 0:
            line = " " * (depth // 2 * step) + body
        if body.startswith("|") and dice.random() < 0.7:
            line = line[: len(line) - len(body)] + spaced(body, dice)
        elif dice.random() < 0.1 and not body.startswith("#"):
            line = line.replace(": ", "：", 1)
        found.append(line)
        if dice.random() < 0.03:
            found.append(dice.choice(("", "# 注：｛甲｝，　乙 | x", "  ")))
    return "\n".join(found)


def spaced(row: str, dice: Random) -> str:
    if "\\" in row:
        return row
    parts = row.strip()[1:].removesuffix("|").split("|")
    bar = dice.choice(("|", "｜"))
    return (
        bar + "|".join(" " * dice.randint(0, 3) + p.strip() + " " * dice.randint(0, 3) for p in parts) + bar
    )


def check(text: str) -> None:
    before, _ = read_policy(Source("x", text))
    if before is None:
        return
    after = format_text(Source("x", text), Diagnostics())
    assert after is not None
    document, _ = read_policy(Source("x", after))
    assert said(document) == said(before)
    assert format_text(Source("x", after), Diagnostics()) == after
    assert [c.strip() for c in comments(after)] == [c.strip() for c in comments(text)]


def comments(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip().startswith("#")]


def test_files_that_read_say_what_they_said() -> None:
    assert len(texts()) > 50
    for text in texts():
        check(text)


@given(files(), st.integers(0, 10**6).map(Random))
@settings(max_examples=60, deadline=None)
def test_a_file_pulled_apart_says_what_it_said(text: str, dice: Random) -> None:
    torn = pulled_apart(text, dice)
    check(torn)


@given(st.integers(0, 400), st.integers(0, 10**6).map(Random))
@settings(max_examples=5, deadline=None)
def test_a_policy_keeps_its_digest(seed: int, dice: Random) -> None:
    """As ``policy-engine format`` checks it: it never has to refuse."""
    torn = pulled_apart(generated(seed), dice)
    if read_policy(Source("x", torn))[0] is None:
        return
    found = format_source(Source("x.yaml", torn), ROOT / "x.yaml")
    assert found.after is not None, [str(item) for item in found.diagnostics]


@given(files(), st.integers(0, 10**6).map(Random), st.sampled_from("|:#-{ \t　\n'\"[>"), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_a_file_with_slips_says_what_it_said_or_is_refused(
    text: str, dice: Random, mark: str, count: int
) -> None:
    for _ in range(count):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + mark + text[at:]
    check(text)
