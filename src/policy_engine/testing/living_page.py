"""The living documentation of one policy as one page: clauses, the rules under each, the scenarios that prove them."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_engine.policy.model import Clause, Policy
from policy_engine.policy.table_view import file_of
from policy_engine.testing.living_html import Html, anchor, link, paragraph, tag, text
from policy_engine.testing.living_rules import Block, blocks
from policy_engine.testing.living_scenarios import Result, Scenario
from policy_engine.testing.living_script import SCRIPT
from policy_engine.testing.living_shown import Shown
from policy_engine.testing.living_style import STYLE

GENERATOR = "policy-engine living documentation"
RESULTS: dict[Result, str] = {"passed": "通过", "failed": "失败", "skipped": "跳过", "not_run": "未运行"}


@dataclass(frozen=True)
class Verdict:
    """How a clause stands: a word for the class of its elements, and for people."""

    kind: str
    words: str


def page(policy: Policy, scenarios: Sequence[Scenario], run_at: str = "") -> Html:
    """One HTML document. ``scenarios`` are those that apply the policy; ``run_at`` is when they were run."""
    return _Page(policy, scenarios, run_at).document()


class _Page:
    def __init__(self, policy: Policy, scenarios: Sequence[Scenario], run_at: str) -> None:
        self.policy, self.run_at = policy, run_at
        self.scenarios = sorted(scenarios, key=lambda s: (s.file, s.line))
        self.shown = Shown(policy, self.scenarios)
        self.blocks = blocks(policy)
        self.owner = {f.path: f.policy for f in policy.files}
        # The notice itself comes first, what it takes over from its parents after it.
        self.clauses = sorted(policy.clauses.values(), key=lambda c: self._owner(c) != policy.id)

    def document(self) -> Html:
        head = [
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{text(_security())}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="{GENERATOR}">',
            '<link rel="icon" href="data:,">',
            tag("title", text(self.policy.title), " · 活文档"),
            f"<style>{STYLE}</style>",
        ]
        body = [
            tag("a", "跳到条款", href="#条款", class_="skip"),
            self._header(),
            tag("main", self._clauses(), *self._after(), id="正文"),
            self._footer(),
            f"<script>{SCRIPT}</script>",
        ]
        parts = ["<!DOCTYPE html>", '<html lang="zh-CN">', tag("head", *head), tag("body", *body), "</html>"]
        return "\n".join(parts) + "\n"

    # -- above -----------------------------------------------------------------------------------

    def _header(self) -> Html:
        policy, force = self.policy, self.policy.in_force
        told = [
            ("政策", policy.id),
            ("发文", f"{policy.issuer}　{policy.number or '文号未载明'}　{policy.issued or '日期未载明'}"),
            ("施行", f"{force.from_} 至 {force.to or '未定'}（按{force.by}）"),
            ("所示", f"按 {policy.period} 的规则"),
            ("文件", "、".join(f.path for f in policy.files)),
        ]
        if policy.basis:
            told.append(("依据", "、".join(policy.basis)))
        listed = "".join(tag("dt", text(name)) + tag("dd", text(value)) for name, value in told)
        return tag(
            "header",
            tag("h1", text(policy.title)),
            tag("dl", listed, class_="meta"),
            tag("p", *self._counts(), class_="counts"),
            self._search(),
            tag("nav", *map(self._chip, self.clauses), aria_label="条款", id="条款"),
        )

    def _counts(self) -> Iterator[Html]:
        testable = [c for c in self.policy.clauses.values() if c.testable]
        proved = sum(bool(self._of(c.id)) for c in testable)
        yield tag(
            "span",
            text(f"条款 {proved}/{len(testable)} 有场景"),
            class_="ok" if proved == len(testable) else "bad",
        )
        results = Counter(case.outcome.result for s in self.scenarios for case in s.cases)
        for result, word in RESULTS.items():
            if results[result]:
                yield tag("span", text(f"{word} {results[result]}"), class_=result)

    def _search(self) -> Html:
        box = tag("input", type="search", id="查找", placeholder="条款、规则、场景里的字", autocomplete="off")
        box = box.removesuffix("</input>")
        keys = "按 / 查找，j、k 到下一条、上一条，Esc 清除"
        open_ = '<input type="checkbox" id="未过">'
        return tag(
            "div",
            tag("label", "查找", for_="查找"),
            box,
            tag("label", open_, " 只看没有通过的、没有场景的"),
            tag("output", for_="查找", id="找到", aria_live="polite"),
            tag("span", keys, class_="soft"),
            class_="search",
            role="search",
        )

    def _chip(self, clause: Clause) -> Html:
        verdict = self._verdict(clause)
        label = tag("span", text(f"（{verdict.words}）"), class_="hidden")
        return link(anchor("条款", clause.id), clause.id, f"chip {verdict.kind}").replace(
            "</a>", f"{label}</a>"
        )

    # -- clauses ---------------------------------------------------------------------------------

    def _clauses(self) -> Html:
        head = tag(
            "div",
            *(tag("div", w) for w in ("条款", "规则和取值", "场景")),
            class_="columns",
            aria_hidden="true",
        )
        return tag("div", head, *map(self._clause, self.clauses))

    def _clause(self, clause: Clause) -> Html:
        verdict, name = self._verdict(clause), anchor("条款", clause.id)
        owner = self._owner(clause)
        left = [
            tag(
                "h2", link(name, clause.id), tag("span", text(verdict.words), class_=f"badge {verdict.kind}")
            ),
            paragraph(clause.position, "soft"),
            paragraph(clause.summary, "summary"),
        ]
        if not clause.testable:
            left.append(paragraph(f"不可检验：{clause.reason or '—'}", "soft"))
        if owner != self.policy.id:
            left.append(paragraph(f"沿用自 {owner}", "soft"))
        left.append(paragraph(f"{clause.span.source.name}:{clause.span.line}", "at"))
        rules = "".join(b.html(clause.id) for b in self.blocks if clause.id in b.clauses)
        scenarios = "".join(self.shown.scenario(s, clause.id) for s in self._of(clause.id))
        nothing = "不需要场景" if not clause.testable else "没有场景引用本条"
        columns = [
            tag("div", *left, class_="notice"),
            tag("div", rules or paragraph("没有规则标着本条", "soft"), class_="rules"),
            tag("div", scenarios or paragraph(nothing, "soft"), class_="proof"),
        ]
        return tag(
            "section",
            *columns,
            id=name,
            class_=f"clause {verdict.kind}",
            tabindex="-1",
            aria_label=f"条款 {clause.id}",
        )

    def _owner(self, clause: Clause) -> str:
        return self.owner.get(file_of(clause.span.source), self.policy.id)

    def _of(self, clause: str) -> list[Scenario]:
        return [s for s in self.scenarios if clause in s.clauses]

    def _verdict(self, clause: Clause) -> Verdict:
        results = {s.result for s in self._of(clause.id)}
        if "failed" in results:
            return Verdict("failed", "有场景失败")
        if not results:
            return Verdict("none", "没有场景") if clause.testable else Verdict("untestable", "不可检验")
        if results == {"passed"}:
            return Verdict("passed", "场景都通过")
        return Verdict("not_run", "有场景没有运行")

    # -- below -----------------------------------------------------------------------------------

    def _after(self) -> Iterator[Html]:
        yield from self._section("流程", [b for b in self.blocks if b.kind == "流程"], "流程")
        rest = [b for b in self.blocks if not b.clauses and b.kind != "流程"]
        yield from self._section("没有标条款的规则", rest, "规则")
        untagged = [s for s in self.scenarios if not set(s.clauses) & set(self.policy.clauses)]
        if untagged:
            shown = "".join(self.shown.scenario(s, "") for s in untagged)
            yield tag("section", tag("h2", "没有标条款的场景"), shown, class_="rest")

    def _section(self, title: str, found: Sequence[Block], kind: str) -> Iterator[Html]:
        if found:
            inner = (tag("div", b.html(None), id=anchor(kind, b.title)) for b in found)
            yield tag("section", tag("h2", text(title)), *inner, class_="rest")

    def _footer(self) -> Html:
        digest = self.policy.digest.rpartition(":")[2][:12]
        ran = f"场景运行于 {self.run_at}；" if self.run_at else ""
        told = f"{ran}规则摘要 {digest}。条款的摘要是本库自己的话，以通知原文为准。"
        return tag("footer", paragraph(told, "soft"))


def _security() -> str:
    """Nothing is loaded from anywhere; the one script and the one style are known by their digests."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(inline: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
