"""性质 in the picture of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_DIRECTIONS = {"not_falling": ("不减", "never falls"), "not_rising": ("不增", "never rises")}


def property_lines(picture: Mapping[str, Any], zh: bool) -> Iterator[str]:
    """Nothing for a policy that states none."""
    if not picture["properties"]:
        return
    yield ""
    names = {(e, t["id"]): t["name"] for t in picture["terms"] for e in t["entity"].split("、")}
    bases = {e["name"]: e["base"] or e["name"] for e in picture["entities"]}
    yield "性质（用 prove 证明）" if zh else "Properties (see prove)"
    for item in picture["properties"]:
        clauses = f"[{'、'.join(item['clauses'])}]　" if item["clauses"] else ""
        yield f"  {item['name']}　{clauses}{item['at']}"
        for text in dict.fromkeys(_claim(_named(c, names, bases), zh) for c in item["claims"]):
            yield f"      {text}"
        if item["rationale"]:
            yield f"      {'缘由' if zh else 'why'}：{item['rationale']}"


def _named(
    claim: Mapping[str, Any], names: Mapping[tuple[str, str], str], bases: Mapping[str, str]
) -> Mapping[str, Any]:
    """With names of terms in place of their ids."""
    entity = claim["entity"]
    found = dict(claim)
    for key in {"term", "with"} & set(claim):
        id_ = claim[key]
        found[key] = names.get((entity, id_)) or names.get((bases.get(entity, entity), id_), id_)
    return found


def _claim(claim: Mapping[str, Any], zh: bool) -> str:
    entity = claim["entity"]
    if claim["way"] == "conserved":
        return f"{entity}.{claim['term']}：{'各份相加等于总量' if zh else 'the parts add up'}"
    if claim["way"] == "shareable":
        return f"{entity}.{claim['term']}：{'总有人可摊' if zh else 'somebody can always take it'}"
    given = f"{'当' if zh else 'when '}{claim['when']}，" if claim["when"] else ""
    if claim["way"] == "always":
        return f"{entity}：{given}{claim['text']}"
    direction = _DIRECTIONS[claim["direction"]][0 if zh else 1]
    by = f"{claim['with']} {'变大，' if zh else 'grows: '}"
    return f"{entity}：{given}{by}{claim['of']} {direction}"
