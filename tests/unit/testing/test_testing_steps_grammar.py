"""The catalogue of steps: general, unambiguous, documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policy_engine.policy.library import load
from policy_engine.testing import catalogue
from policy_engine.testing.grammar import Pattern
from policy_engine.testing.patterns import PATTERNS
from policy_engine.testing.suggest import nearest_steps

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "steps.md").read_text(encoding="utf-8")
KINDS = {"假如": "given", "当": "when", "那么": "then"}


def matching(text: str, kind: str) -> list[str]:
    return [p.id for p in PATTERNS if p.kind == kind and p.match(text) is not None]


def documented_steps() -> list[tuple[str, str]]:
    """(kind, text) of every step in the code blocks of the page; 而且 continues the kind before."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"```gherkin\n(.*?)```", DOCS, re.DOTALL):
        kind = "given"
        for line in block.splitlines():
            keyword, _, text = line.strip().partition(" ")
            if keyword in KINDS or keyword == "而且":
                kind = KINDS.get(keyword, kind)
                found.append((kind, text))
    return found


def test_there_are_few_patterns_and_ids_are_unique() -> None:
    assert 15 <= len(catalogue()) < 55
    assert len({p.id for p in PATTERNS}) == len({(p.kind, p.template) for p in PATTERNS}) == len(PATTERNS)


def test_no_pattern_holds_a_word_of_a_policy() -> None:
    words: set[str] = set()
    for name in ("deviation", "exemption", "agreements", "publication"):
        policy = load(f"jibei/{name}", period="2018-06")
        words |= {e.name for e in policy.entities.values()} | {t.name for t in policy.terms}
        words |= {o for t in policy.terms for o in getattr(t.type, "options", ())} | set(policy.parameters)
        words |= set(policy.processes)
        words |= {w for p in policy.processes.values() for w in (*p.states, *(s.name for s in p.steps))}
    for pattern in PATTERNS:
        literal = re.sub(r"\{[^}]+\}", " ", pattern.template)
        # The settlement month is the library's own word for a period.
        found = [w for w in words - {"结算月"} if w in literal]
        assert not found, pattern.template


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.id)
def test_every_example_is_of_its_pattern_alone(pattern: Pattern) -> None:
    assert pattern.examples
    for example in pattern.examples:
        assert matching(example, pattern.kind) == [pattern.id]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.id)
def test_every_pattern_is_documented_with_its_examples(pattern: Pattern) -> None:
    assert f"### {pattern.template}\n\n{pattern.meaning}\n" in DOCS
    for example in pattern.examples:
        assert (pattern.kind, example) in documented_steps()


def test_every_step_on_the_page_is_exactly_one_pattern() -> None:
    steps = documented_steps()
    assert len(steps) > 30
    assert {p.id for p in PATTERNS} == {i for kind, text in steps for i in matching(text, kind)}
    assert [s for s in steps if len(matching(s[1], s[0])) != 1] == []


def test_every_pattern_has_a_step_function() -> None:
    from policy_engine.testing import steps

    bound = [getattr(f, "pattern_id", None) for f in vars(steps).values() if callable(f)]
    assert sorted(b for b in bound if b) == sorted(p.id for p in PATTERNS)


@pytest.mark.parametrize(
    "text",
    [
        "用户“甲”的考核结论应为“免予考核”",
        "用户“甲”的考核结论应为“免予考核”。",
        '用户"甲"的考核结论应为"免予考核"',
        "用户「甲」的考核结论应为「免予考核」",
        "  用户 “甲” 的 考核结论 应为 “免予考核” ",
    ],
)
def test_quotes_blanks_and_full_stops(text: str) -> None:
    (pattern,) = [p for p in PATTERNS if p.kind == "then" and p.match(text)]
    found = pattern.match(text)
    assert found is not None
    assert (found["entity"], found["key"], found["term"]) == ("用户", "甲", "考核结论")
    assert str(found["value"]).strip('“”"「」') == "免予考核"


@pytest.mark.parametrize(
    "text",
    [
        "适用政策“x/y”，结算月为2018-06",
        "适用政策“x/y”, 结算月为2018-06",
        "有下列用户：",
        "有下列用户:",
        "有下列用户",
        "下列用户的实际用电量改为:",
    ],
)
def test_half_width_punctuation(text: str) -> None:
    assert len(matching(text, "given")) == 1


@pytest.mark.parametrize(
    ("text", "kind", "best"),
    [
        ("用户“甲”的考核结论是“免予考核”", "then", "{谁}的{词条}应为{值}"),
        ("结算", "when", "办理结算"),
        ("以下用户：", "given", "有下列{主体}："),
        ("用户“甲”被退回，因为“缺数据”", "then", "{谁}应退回，理由为“{理由}”"),
        ("核查附件材料", "when", "核对材料"),
        ("附件放在“甲厂”里", "given", "附件存放在“{目录}”"),
        ("企业“甲”的附件里“执照”应是“已交”", "then", "{谁}的{清单}中“{项}”应为“{状况}”"),
        ("企业“甲”的附件逐项应为：", "then", "{谁}的{清单}应逐项为："),
        ("企业“甲”的附件应提醒“过期”", "then", "{谁}的{清单}应有提醒，含“{文字}”"),
        ("记录里不应有“Mima”", "then", "办理的记录里不应出现“{文字}”"),
    ],
)
def test_the_nearest_steps(text: str, kind: str, best: str) -> None:
    near = nearest_steps(text, kind)
    assert len(near) == 3
    assert near[0] == best


def test_the_projects_own_steps_are_suggested_too() -> None:
    assert nearest_steps("打开交易平台", "when", ["打开交易平台首页"])[0] == "打开交易平台首页"
