"""由…填: facts that one authority alone may file, in any state before the end, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Refused
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.policy.process_model import Process
from policy_engine.process.events import Actor
from policy_engine.process.state import MatterState

Facts = Mapping[str, object]
Row = Mapping[str, object]


def refuse_foreign(policy: Policy, process: Process, before: Facts, kept: Facts, actor: Actor) -> None:
    """What an authority fills is not for others to file, nor to blank. Raises Refused (PE8031) for every such fact."""
    wrong: dict[str, str] = {}
    for filed in _filed(policy, process, kept):
        by = filed.term.filled_by if filed.term is not None else None
        if filed.term is None or by is None or _is(policy, by, actor):
            continue
        if filed.value is not None or (filed.own and before.get(filed.name) is not None):
            wrong[filed.term.name] = by
    if wrong:
        raise Refused([diagnostic("PE8031", name=n, wanted=by, actor=str(actor)) for n, by in wrong.items()])


def all_his_own(policy: Policy, process: Process, kept: Facts, actor: Actor) -> bool:
    """Whether everything filed is for this actor alone to fill, apart from the keys that say of which row."""
    found = list(_filed(policy, process, kept))
    return any(f.term is not None for f in found) and all(_his(policy, f, actor) for f in found)


def nothing_of_his_own(policy: Policy, process: Process, kept: Facts, actor: Actor) -> bool:
    """Whether an authority with facts to fill has filed none at all."""
    fills = any(t.filled_by is not None and _is(policy, t.filled_by, actor) for t in policy.terms)
    return fills and all(f.term is None for f in _filed(policy, process, kept))


def _his(policy: Policy, filed: _Filed, actor: Actor) -> bool:
    if filed.term is None:
        return not filed.own  # the key of a row; whose matter it is is not his to say
    by = filed.term.filled_by
    return by is not None and _is(policy, by, actor)


def check_unfinished(process: Process, state: MatterState) -> None:
    """An authority fills its facts in every state but the final ones. Raises Refused (PE8015)."""
    if state.state in process.final:
        editable = "、".join(s for s in process.states if s not in process.final)
        raise Refused(diagnostic("PE8015", matter=state.id, state=state.state, editable=editable))


def laid_over(policy: Policy, process: Process, before: Facts, kept: Facts) -> dict[str, object]:
    """What an authority files of other rows, laid over the rows as they are. Raises Refused (PE8023)."""
    found = dict(kept)
    for entity, content in _rows_of(policy, process, kept):
        there = before.get(entity.id)
        if isinstance(content, Mapping):
            found[entity.id] = {**(there if isinstance(there, Mapping) else {}), **content}
        else:
            found[entity.id] = _completed(entity, there, content)
    return found


def _completed(entity: Entity, there: object, given: object) -> list[Row]:
    rows = {str(r.get(entity.key or "")): r for r in _rows(there)}
    for row in _rows(given):
        key = str(row.get(entity.key or ""))
        if key not in rows:
            raise Refused(diagnostic("PE8023", name=entity.name, reason=f"没有“{key}”这一行"))
        rows[key] = {**rows[key], **row}
    return list(rows.values())


def carried(policy: Policy, process: Process, before: Facts, kept: Facts, actor: Actor) -> dict[str, object]:
    """What a member files, with what authorities have filled in the rows that he replaces.

    Rows are recognised by their key, papers (which are only numbered) by all they say. Once the member changes
    who the matter is about, nothing an authority has said of it holds any longer.
    """
    if _someone_else(process, before, kept):
        return {**kept, **_forgotten(policy, process, before, kept, actor)}
    found = dict(kept)
    for entity, content in _rows_of(policy, process, kept):
        names = _others(policy, entity.name, actor)
        there = before.get(entity.id)
        if isinstance(content, Mapping):
            old = there if isinstance(there, Mapping) else {}
            found[entity.id] = {**{n: old[n] for n in names if n in old}, **content}
        elif names:
            found[entity.id] = [_with_filled(entity, names, row, _rows(there)) for row in _rows(content)]
    return found


def _with_filled(entity: Entity, names: frozenset[str], row: Row, old: Sequence[Row]) -> Row:
    def own(r: Row) -> object:
        if not entity.papers:
            return r.get(entity.key or "")
        return {k: v for k, v in r.items() if k != entity.key and k not in names and v is not None}

    same = next((r for r in old if own(r) == own(row)), {})
    return {**{n: same[n] for n in names if n in same}, **{k: v for k, v in row.items() if k not in names}}


def _someone_else(process: Process, before: Facts, kept: Facts) -> bool:
    about = {*process.about, *(process.exclusive.same if process.exclusive is not None else ())}
    return any(f in kept and kept[f] != before.get(f) for f in about)


def _forgotten(
    policy: Policy, process: Process, before: Facts, kept: Facts, actor: Actor
) -> dict[str, object]:
    found: dict[str, object] = {n: None for n in _others(policy, process.entity, actor) if n in before}
    for entity, content in _rows_of(policy, process, {**before, **kept}):
        names = _others(policy, entity.name, actor)
        if isinstance(content, Mapping):
            found[entity.id] = _without(content, names)
        elif names:
            found[entity.id] = [_without(row, names) for row in _rows(content)]
    return found


def _without(row: Row, names: frozenset[str]) -> Row:
    return {k: v for k, v in row.items() if k not in names}


# -- what was filed ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Filed:
    """A fact as it was filed; ``term`` None: a key; ``own``: of the matter itself, not of a row of another entity."""

    name: str
    term: Term | None
    value: object
    own: bool


def _filed(policy: Policy, process: Process, kept: Facts) -> Iterator[_Filed]:
    others = dict.fromkeys(e.id for e, _ in _rows_of(policy, process, kept))
    own = {k: v for k, v in kept.items() if k not in others}
    yield from _facts(policy, process.entity, own, True)
    for entity, content in _rows_of(policy, process, kept):
        for row in [content] if isinstance(content, Mapping) else _rows(content):
            yield from _facts(policy, entity.name, row, False)


def _facts(policy: Policy, entity: str, row: Row, own: bool) -> Iterator[_Filed]:
    terms = {t.id: t for t in policy.terms_of(entity)}
    return (_Filed(name, terms.get(name), value, own) for name, value in row.items())


def _rows_of(policy: Policy, process: Process, kept: Facts) -> Iterator[tuple[Entity, object]]:
    for entity in policy.base_entities:
        content = kept.get(entity.id)
        if entity.name != process.entity and isinstance(content, Mapping | list | tuple):
            yield entity, content


def _rows(content: object) -> Sequence[Row]:
    return content if isinstance(content, list | tuple) else ()


def _others(policy: Policy, entity: str, actor: Actor) -> frozenset[str]:
    """The facts of an entity that authorities other than the actor fill."""
    return frozenset(
        t.id
        for t in policy.terms_of(entity)
        if t.filled_by is not None and not _is(policy, t.filled_by, actor)
    )


def _is(policy: Policy, authority: str, actor: Actor) -> bool:
    return actor.role in (authority, policy.entities[authority].id)
