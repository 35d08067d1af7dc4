"""The steps as snippets of VS Code: typing the beginning of a step offers it, with the places to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from policy_engine.policy.model import Policy
from policy_engine.testing.samples import KEY, Words
from policy_engine.testing.step_catalogue import Entry

# Feature files are of one of these languages, whichever extension shows them, or of none.
SCOPE = "cucumber,feature,gherkin,plaintext"
_SLOT = re.compile(r"\{([^}]+)\}")
_CHOICES = {"逾期或按期": ("按期", "逾期")}
_MOST_CHOICES = 30
_SHAPES = {"时刻": "2018-07-02"}  # places whose name alone would not be read as one


def snippets(found: Iterable[Entry], policy: Policy | None = None) -> str:
    """The text of a ``.code-snippets`` file. With a policy, places offer its entities, readings and so on."""
    offered = {**_CHOICES, **(_offered(policy) if policy is not None else {})}
    made = {
        f"{entry.keyword} {entry.pattern.template}": {
            "scope": SCOPE,
            "prefix": _prefixes(entry),
            "body": _body(entry, offered),
            "description": entry.meaning,
        }
        for entry in found
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _prefixes(entry: Entry) -> list[str]:
    plain = re.sub(r"[{}“”：，]", "", entry.pattern.template)
    return [entry.keyword + plain, plain, entry.pattern.id]


def _body(entry: Entry, offered: Mapping[str, Sequence[str]]) -> list[str]:
    places = _Places()
    text = "".join(
        _slot(part[1:-1], places, offered) if part.startswith("{") else _escaped(part)
        for part in re.split(r"(\{[^}]+\})", entry.pattern.template)
    )
    lines = [f"{entry.keyword} {text}"]
    if entry.pattern.table:
        own = next((e.table for e in entry.examples if e.table), ())
        lines += [_escaped(line) for line in own] or [
            f"  | {places.of('表头')} | {places.of('词条')} |",
            f"  | {places.of(KEY)} | {places.of('值')} |",
        ]
    return [*lines, "$0"]


class _Places:
    """Numbers the places of one snippet."""

    def __init__(self) -> None:
        self._last = 0

    def of(self, text: str, choices: Sequence[str] = ()) -> str:
        self._last += 1
        if len(choices) > 1:
            return f"${{{self._last}|{','.join(map(_escaped_choice, choices))}|}}"
        return f"${{{self._last}:{_escaped(choices[0] if choices else text)}}}"


def _slot(name: str, places: _Places, offered: Mapping[str, Sequence[str]]) -> str:
    if name in ("谁", "角色"):
        return f"{places.of('主体', offered.get('主体', ()))}“{places.of(KEY)}”"
    return places.of(_SHAPES.get(name, name), offered.get(name, ()))


def _offered(policy: Policy) -> dict[str, Sequence[str]]:
    """What fits into a place, by its name."""
    found: dict[str, Iterable[str]] = {
        "政策": [policy.id],
        "月份": [Words(policy).month],
        "日期": [Words(policy).day.isoformat()],
        "主体": [entity.name for entity in policy.entities.values()],
        "词条": dict.fromkeys(term.name for term in policy.terms if not term.sensitive),
        "口径": policy.readings,
        "取法": dict.fromkeys(o for reading in policy.readings.values() for o in reading.options),
        "参数": policy.parameters,
        "条款": policy.clauses,
        "对照表": policy.lookups,
        "流程": policy.processes,
        "步骤": dict.fromkeys(s.name for p in policy.processes.values() for s in p.steps),
        "状态": dict.fromkeys(s for p in policy.processes.values() for s in p.states),
        "清单": policy.checklists,
    }
    return {name: tuple(values)[:_MOST_CHOICES] for name, values in found.items() if values}


def _escaped(text: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", text)


def _escaped_choice(text: str) -> str:
    return re.sub(r"([\\$},|])", r"\\\1", text)
