"""Write the living documentation: a page for each policy that scenarios apply, and a list of the pages."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy
from policy_engine.tables.atomic import write_bytes
from policy_engine.tables.values import parse_date, parse_month
from policy_engine.testing.coverage_more import versions
from policy_engine.testing.living_html import tag, text
from policy_engine.testing.living_page import page
from policy_engine.testing.living_scenarios import Applied, Outcome, Scenario, scenarios
from policy_engine.testing.problems import FeatureError

_BAD_IN_NAME = re.compile(r"[^\w.\-]+")
Features = Mapping[
    str, tuple[Path, Path | None]
]  # node id → the file, and the folder of rules it is run with


def write_living_doc(
    folder: Path,
    features: Features,
    outcomes: Mapping[str, Outcome],
    *,
    more: Mapping[str, Path | None] | None = None,
    run_at: dt.datetime | None = None,
) -> tuple[Path, ...]:
    """Write ``POLICY.html`` for each policy, and ``index.html``; the files written, the list last.

    ``features``: feature files by the name they have in ``outcomes`` (test → what became of it; what is not there
    was not run). ``more``: policies that get a page though no scenario applies them, and the folder of rules each is in.
    A policy that cannot be loaded gets none. Raises OSError.
    """
    found = [s for nodeid, (path, _) in features.items() for s in _read(path, nodeid, outcomes)]
    policies = _policies(found, features, more or {})
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(policies)
    when = f"{run_at:%Y-%m-%d %H:%M}" if run_at is not None else ""
    written = []
    for id_, policy in sorted(policies.items()):
        html = page(policy, [s for s in found if id_ in s.policies], when)
        written.append(folder / names[id_])
        write_bytes(written[-1], html.encode())
    write_bytes(folder / "index.html", _index(policies, names).encode())
    return (*written, folder / "index.html")


def _read(path: Path, nodeid: str, outcomes: Mapping[str, Outcome]) -> tuple[Scenario, ...]:
    """A file that cannot be read has been told of by the run."""
    try:
        return scenarios(path, nodeid, outcomes)
    except FeatureError:
        return ()


def _policies(
    found: Iterable[Scenario], features: Features, more: Mapping[str, Path | None]
) -> dict[str, Policy]:
    """Each policy as most scenarios apply it."""
    asked = Counter((a, features[s.file][1]) for s in found for a in s.applied)
    loaded: dict[str, Policy] = {}
    for (applied, folder), _ in asked.most_common():
        if applied.policy not in loaded:
            policy = _loaded(applied, folder)
            if policy is not None:
                loaded[applied.policy] = policy
    for name, rules in more.items():
        if name not in loaded:
            loaded[name] = versions(name, rules)[-1]
    return loaded


def _loaded(applied: Applied, rules: Path | None) -> Policy | None:
    try:
        if not applied.month:
            return load(applied.policy, on=parse_date(applied.when), rules=rules)
        year, month = parse_month(applied.when)
        return load(applied.policy, period=f"{year:04d}-{month:02d}", rules=rules)
    except (PolicyEngineError, ValueError):
        return None


def _names(policies: Iterable[str]) -> dict[str, str]:
    """File names: ``jibei-deviation.html``; never a path, never one name for two policies."""
    names: dict[str, str] = {}
    for id_ in sorted(policies):
        stem = _BAD_IN_NAME.sub("-", id_).strip("-.") or "policy"
        same = [n for n in names.values() if n == f"{stem}.html" or n.startswith(f"{stem}~")]
        reserved = stem.lower() == "index"
        names[id_] = f"{stem}~{len(same) + 1}.html" if same or reserved else f"{stem}.html"
    return names


def _index(policies: Mapping[str, Policy], names: Mapping[str, str]) -> str:
    items = (
        tag("li", tag("a", text(policies[id_].title), href=names[id_]), text(f"　{id_}"))
        for id_ in sorted(policies)
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:">'
        '<link rel="icon" href="data:,"><title>政策活文档</title>'
    )
    body = tag("h1", "政策活文档") + tag("ul", *items)
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head><body>{body}</body></html>\n'
