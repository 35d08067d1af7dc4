"""Differences on concrete cases as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.diff_words import Words
from policy_engine.analysis.effect_amounts import Amount
from policy_engine.analysis.effect_outcomes import FAILED, Key, Told, decimal_text
from policy_engine.analysis.effect_scenario import scenario, tables
from policy_engine.analysis.effects import Differing, Effects
from policy_engine.engine.near_common import Common

MOST_SHOWN = 12  # results of one case


def effect_lines(effects: Effects, words: Words) -> Iterator[str]:
    yield words.said("effect")
    yield from (f"  {line}" for line in remarks(effects, words))
    if not effects.cases:
        return
    if not effects.different:
        yield f"  {words.said('none_found', cases=effects.cases)}"
    else:
        yield f"  {words.said('found', cases=effects.cases, different=effects.different)}"
    if effects.basis:
        yield f"  {words.said('basis', basis=effects.basis)}"
    before, after = effects.troubled
    if before or after:
        yield f"  {words.said('refused', before=before, after=after)}"
    if before == after == effects.cases and not effects.different:
        yield f"  {words.said('empty')}"
    yield from (f"    {_amount(amount, words)}" for amount in effects.amounts)
    for number, found in enumerate(effects.shown, start=1):
        yield ""
        yield from _differing(effects.common, found, number, words)


def remarks(effects: Effects, words: Words) -> Iterator[str]:
    """What is not compared, and why."""
    shared = effects.common
    for name, policy in zip(words.names, shared.policies, strict=True):
        if policy.undecided:
            terms = "、".join(f"{t.entity}.{t.name}" for t in policy.undecided)
            yield words.said("undecided", side=name, policy=policy.id, terms=terms)
    if any(p.undecided for p in shared.policies):
        return
    if not shared.results:
        yield words.said("no_output")
    for name, inputs, results in zip(words.names, shared.own_inputs, shared.own_results, strict=True):
        if inputs:
            yield words.said("only_inputs", side=name, terms="、".join(inputs))
        if results:
            yield words.said("only_outputs", side=name, terms="、".join(results))
    if any(p.processes for p in shared.policies):
        yield words.said("not_processes")


def _amount(amount: Amount, words: Words) -> str:
    name = ".".join(filter(None, (amount.entity, amount.term))) or words.said("failed")
    if amount.term == "" and amount.entity:
        name = f"{amount.entity} {words.said('rejected')}"
    parts = []
    if amount.sum is not None and amount.mean is not None and amount.largest is not None:
        parts.append(
            words.said(
                "amount",
                term=name,
                count=amount.count,
                sum=decimal_text(amount.sum),
                mean=decimal_text(amount.mean),
                most=decimal_text(amount.largest),
                unit=amount.unit,
            )
        )
    elif amount.turns:
        other = words.said("blank" if amount.term else "ok")
        turns = "，".join(f"{a or other} → {b or other} {n}" for a, b, n in amount.turns)
        parts.append(words.said("turned", term=name, count=amount.count, turns=turns))
    return "".join(parts)


def _differing(common: Common, found: Differing, number: int, words: Words) -> Iterator[str]:
    yield words.said("case", number=number, case=found.number + 1, facts=found.facts)
    for entity, rows in tables(common, found, 1):
        yield f"  {entity}"
        yield from (f"    {row}" for row in rows)
    for key in found.keys[:MOST_SHOWN]:
        sides = [_told(outcome.get(key), key, words) for outcome in found.outcomes]
        yield f"  {_who(common, key, words)}：{' → '.join(sides)}"
    yield f"  {words.said('scenario')}"
    yield from (f"    {line}" for line in scenario(common, found, 1, title(found, number)))


def title(found: Differing, number: int) -> str:
    return f"差别 {number}"


def _who(common: Common, key: Key, words: Words) -> str:
    if key == FAILED:
        return words.said("failed")
    policy = (
        common.policies[0]
        if key[0] in {e.id for e in common.policies[0].base_entities}
        else common.policies[1]
    )
    entity = next(e for e in policy.base_entities if e.id == key[0])
    who = entity.name if entity.single else f"{entity.name}“{key[1]}”"
    return f"{who}.{policy.term(entity.name, key[2]).name}" if key[2] else who


def _told(told: Told | None, key: Key, words: Words) -> str:
    if told is None:
        return words.said("ok")
    if not key[2]:
        why = told.why if words.lang == "zh" else told.why_en
        return f"{words.said('failed' if key == FAILED else 'rejected')} [{told.text}] {why}"
    unit = f" {told.unit}" if told.unit else ""
    basis = "，".join(filter(None, (told.row, "、".join(told.clauses))))
    return f"{told.text or words.said('blank')}{unit}" + (f"（{basis}）" if basis else "")
