"""The catalogue of steps in the words of a policy, and as snippets: whatever it offers is exactly one step."""

from __future__ import annotations

import json
import re

import pytest

from policy_engine.policy.library import Library
from policy_engine.policy.model import Policy
from policy_engine.testing.catalogue_words import MEANINGS
from policy_engine.testing.patterns import PATTERNS
from policy_engine.testing.samples import table
from policy_engine.testing.snippets import snippets
from policy_engine.testing.step_catalogue import entries

LIBRARY = Library()
KINDS = {"假如": "given", "当": "when", "那么": "then"}


def load(policy_id: str) -> Policy:
    return LIBRARY.load(policy_id, on=LIBRARY.versions(policy_id)[-1].doc.in_force.from_.value)


def matching(text: str, kind: str) -> list[str]:
    return [p.id for p in PATTERNS if p.kind == kind and p.match(text) is not None]


@pytest.mark.parametrize("policy_id", LIBRARY.ids())
def test_examples_in_the_words_of_a_policy_are_of_their_pattern_alone(policy_id: str) -> None:
    found = entries(policy=load(policy_id))
    assert {"settle", "value", "nothing_rejected"} <= {e.pattern.id for e in found}
    for entry in found:
        for example in entry.examples:
            assert matching(example.text, entry.pattern.kind) == [entry.pattern.id], example.text
            assert (example.table != ()) <= entry.pattern.table


def test_examples_name_what_the_policy_has() -> None:
    found = {e.pattern.id: e.examples for e in entries(policy=load("jibei/deviation"))}
    assert [e.text for e in found["policy_for_month"]] == ["适用政策“jibei/deviation”，结算月为2018-06"]
    assert "policy_on_day" not in found
    assert "口径“分配权重”取“超出幅度的部分”" in [e.text for e in found["reading"]]
    assert "全月的年度双边均价为100元/兆瓦时" in [e.text for e in found["fact"]]
    assert "用户的明细应列出“出账月份、合同电量”" in [e.text for e in found["statement"]]
    rows = next(e for e in found["rows"] if e.text == "有下列用户：")
    assert rows.table[0].startswith("  | 用户 | 售电公司 | 合同电量（兆瓦时） | 实际用电量（兆瓦时） |")


def test_a_policy_leaves_out_what_it_has_no_use_for() -> None:
    plain = {e.pattern.id for e in entries(policy=load("jibei/deviation"))}
    assert not plain & {"item", "take", "case", "judge", "examine", "files", "never_told", "refused", "due"}
    judged = {e.pattern.id for e in entries(policy=load("jibei/exemption"))}
    assert {"take", "case", "judge", "due", "lateness"} <= judged
    listed = {e.pattern.id for e in entries(policy=load("hubei/registration"))}
    assert {"item", "items", "examine", "files", "never_told", "attach"} <= listed


def test_authorities_are_named_as_features_name_them() -> None:
    found = {e.pattern.id: [x.text for x in e.examples] for e in entries(policy=load("jibei/exemption"))}
    assert "审核部门“廊坊市发展改革委”于2018-06-01对汇总批次“A-1”办理“上报”" in found["take"]
    assert any("接下来应由“廊坊市发展改革委”办理“上报”" in text for text in found["next_step"])


def test_sensitive_terms_are_not_checked() -> None:
    policy = load("hubei/registration")
    sensitive = {t.name for t in policy.terms if t.sensitive}
    found = {e.pattern.id: e.examples for e in entries(policy=policy)}
    assert sensitive
    for pattern_id in ("value", "table"):
        assert not [x for x in found[pattern_id] for name in sensitive if name in f"{x.text}{x.table}"]


def test_words_select_steps() -> None:
    assert [e.pattern.id for e in entries(["退回"])] == ["rejected", "nothing_rejected"]
    assert [e.pattern.id for e in entries(["退回", "理由"])] == ["rejected"]
    assert "value" in [e.pattern.id for e in entries(["谁的词条应为"])]
    assert entries(["没有这样的话"]) == ()
    assert [e.pattern.id for e in entries(["rejected"], lang="en")] == ["rejected", "nothing_rejected"]


def test_every_step_is_told_in_english() -> None:
    assert set(MEANINGS) == {p.id for p in PATTERNS}
    assert not [m for m in MEANINGS.values() if m.endswith(".")]


@pytest.mark.parametrize("policy_id", [None, *LIBRARY.ids()])
def test_a_snippet_as_it_is_inserted_is_its_step(policy_id: str | None) -> None:
    policy = load(policy_id) if policy_id else None
    made = json.loads(snippets(entries(policy=policy), policy))
    assert made
    for name, snippet in made.items():
        assert name.split(" ")[0] in snippet["prefix"][0]
        assert "plaintext" in snippet["scope"] and snippet["description"]
        keyword, _, text = inserted(snippet["body"][0]).partition(" ")
        (found,) = matching(text, KINDS[keyword])
        assert name == f"{keyword} {next(p.template for p in PATTERNS if p.id == found)}"


def inserted(body: str) -> str:
    """What VS Code writes before anything is filled in."""
    assert not re.search(r"(?<!\\)\$(?!\{\d+[:|]|0)", body)
    body = re.sub(r"\$\{\d+\|((?:\\.|[^,|\\])*)[^}]*\|\}", r"\1", body)
    body = re.sub(r"\$\{\d+:((?:\\.|[^}\\])*)\}", r"\1", body)
    return re.sub(r"\\(.)", r"\1", body)


def test_places_of_snippets_offer_the_words_of_the_policy() -> None:
    policy = load("jibei/deviation")
    made = json.loads(snippets(entries(policy=policy), policy))
    assert made["假如 口径“{口径}”取“{取法}”"]["body"][0].startswith(
        "假如 口径“${1|负偏差考核部分,分配权重|}”取“${2|"
    )
    rows = made["假如 有下列{主体}："]["body"]
    assert rows[0].startswith("假如 有下列${1|全月,售电公司,用户,打包用户,直接交易用户|}：")
    assert rows[-1] == "$0" and rows[1].startswith("  | ")
    plain = json.loads(snippets(entries()))
    assert "${4|按期,逾期|}" in str(made | plain)


def test_signs_with_a_meaning_in_snippets_are_escaped() -> None:
    made = json.loads(snippets(entries()))
    assert inserted(r"${1:a\}b}\$") == "a}b$"
    assert made["当 按{日期}所知的事项办理结算"]["body"] == ["当 按${1:日期}所知的事项办理结算", "$0"]


def test_bars_of_tables_stand_below_each_other() -> None:
    assert table([["用户", "a"], ["甲", "长长"]]) == ("  | 用户 | a    |", "  | 甲   | 长长 |")
