"""Proofs as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_engine.analysis.prove_model import Proof, Verdict, Why
from policy_engine.analysis.prove_row import Sum
from policy_engine.analysis.prove_sums import Lemma
from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Lang
from policy_engine.engine.scalars import plain
from policy_engine.policy.model import Policy

VERDICTS = {
    Verdict.PROVED: Text("✓ 已证明", "✓ proved"),
    Verdict.REFUTED: Text("✗ 有反例", "✗ counter-example"),
    Verdict.OPEN: Text("? 未证明", "? not proved"),
}
REASONS = {
    Why.BY_CONSTRUCTION: Text(
        "分摊按格子分到不剩，分不尽的整包退回", "an allocation gives out every step of its grid, or fails"
    ),
    Why.NEVER: Text("前提从不成立，等于没有说什么", "its premise never holds, so it says nothing"),
    Why.TIME: Text("时间不够，加大 --timeout 再试", "time is up; try a longer --timeout"),
    Why.NO_WORD: Text("规则里有程序推不出的写法", "the rules say something that has no word in a proof"),
    Why.NO_CASE: Text("推不出来，也没有找到反例", "neither a proof nor a counter-example was found"),
    Why.NO_SOLVER: Text(
        "未查：没有安装 z3-solver，安装 policy-engine[analysis]",
        "not tried: z3-solver is missing, install policy-engine[analysis]",
    ),
    Why.UNDECIDED: Text(
        "政策还有待下位决定的词条，证明下位政策", "terms are left to a child policy: prove the child"
    ),
}
_ADDED = Text("若不然，每一行都有、相加也有：", "otherwise, of every row and so of the sums: ")
_HEAD = Text(
    "{id} {period}：{all} 项，已证明 {proved}，有反例 {refuted}，未证明 {open}",
    "{id} {period}: {all} proofs, {proved} proved, {refuted} refuted, {open} open",
)
_NONE = Text("{id} 没有写性质", "{id} states no properties")


def proof_lines(proof: Proof, lang: Lang) -> Iterator[str]:
    """The verdict, what it rests on, and the counter-example."""
    seconds = "秒" if lang == "zh" else "s"
    verdict = VERDICTS[proof.verdict].render(lang, {})
    reason = f" — {REASONS[proof.why].render(lang, {})}" if proof.why is not None else ""
    yield f"{verdict} {proof.property.name}（{proof.entity}）{proof.seconds:.1f} {seconds}{reason}"
    for lemma in proof.lemmas:
        yield f"    {_ADDED.render(lang, {})}{lemma_text(lemma)}"
    if proof.scenario:
        yield from ("", *(f"    {line}".rstrip() for line in proof.scenario), "")


def lemma_text(lemma: Lemma) -> str:
    """``合计(打包用户.实际用电量) ≥ 0.95 × 合计(打包用户.合同电量)``."""
    sign = "≤" if lemma.most else "≥"
    if lemma.right is None:
        return f"{_sum(lemma.left)} {sign} 0"
    rate = "" if lemma.rate == 1 else f"{plain(lemma.rate)} × "
    return f"{_sum(lemma.left)} {sign} {rate}{_sum(lemma.right)}"


def _sum(found: Sum) -> str:
    node = found.node
    parts = [" ".join(node.value.span.text.split()) if node.value is not None else node.part]
    for word, condition in (("仅", node.only), ("不计", node.skip)):
        if condition is not None:
            parts.append(f"{word} {' '.join(condition.span.text.split())}")
    return f"合计({'，'.join(parts)})"


def summary(policy: Policy, proofs: Sequence[Proof], lang: Lang) -> str:
    if not proofs:
        return _NONE.render(lang, {"id": policy.id})
    count = {v.value: str(sum(p.verdict is v for p in proofs)) for v in Verdict}
    told = {"id": policy.id, "period": str(policy.period), "all": str(len(proofs)), **count}
    return _HEAD.render(lang, told)
