"""A pack for a new region: one small policy with its features, complete and passing, to be rewritten by its author."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
REGION = re.compile(r"\w[\w·（）()-]*( [\w·（）()-]+)*")
LONGEST = 40
# Names under which Windows keeps no file.
_DEVICES = frozenset(["con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))])
_SNIPPETS = ".vscode/步骤.code-snippets"
_SCHEMA = "schemas/rule-file.zh.schema.json"  # the rule file names it, so that any editor helps at once


@dataclass(frozen=True)
class Pack:
    """What a pack is called. ``region`` as people write it, ``slug`` in paths and ids."""

    region: str
    slug: str

    @property
    def policy(self) -> str:
        return f"{self.slug}/deviation"


class Exists(Exception):
    """Files that stand where the pack would be written."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__("、".join(map(str, paths)))
        self.paths = paths


def is_region(text: str) -> bool:
    """Whether a text can stand in titles as it is."""
    return len(text) <= LONGEST and REGION.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    return len(text) <= LONGEST and SLUG.fullmatch(text) is not None and text not in _DEVICES


def slug_of(region: str) -> str | None:
    """The slug of a region with an ASCII name; a Chinese name has none of its own."""
    slug = re.sub(r"[ _]+", "-", region.lower())
    return slug if is_slug(slug) else None


def write_pack(pack: Pack, folder: Path, today: dt.date) -> tuple[Path, ...]:
    """Write every file of the pack below ``folder``, in order. Raises Exists, and writes nothing then."""
    texts = files(pack, today)
    paths = {name: folder / name for name in (*texts, _SNIPPETS)}
    there = [path for path in paths.values() if path.exists() or path.is_symlink()]
    if there:
        raise Exists(there)
    for name, text in texts.items():
        _write(paths[name], text)
    _write(paths[_SNIPPETS], _snippets(pack, folder, today))
    return tuple(paths.values())


def files(pack: Pack, today: dt.date) -> Mapping[str, str]:
    """The files of the pack by their path, but for the snippets, which are made from its policy."""
    from policy_engine.rulefile.schema_file import schema_text

    return {
        "README.md": _text("README.md", pack, today),
        f"rules/{pack.slug}/deviation.yaml": _text("deviation.yaml", pack, today),
        f"features/{pack.slug}/偏差考核.feature": _text("deviation.feature", pack, today),
        ".vscode/settings.json": _text("settings.json", pack, today),
        ".vscode/extensions.json": _text("extensions.json", pack, today),
        _SCHEMA: schema_text("zh"),
    }


def _text(name: str, pack: Pack, today: dt.date) -> str:
    template = resources.files("policy_engine") / "_templates" / "pack" / f"{name}.tmpl"
    text = template.read_text(encoding="utf-8")
    first = today.replace(day=1)
    words = {
        "地区标签": re.sub(r"[（）()\s]", "", pack.region),
        "地区": pack.region,
        "代号": pack.slug,
        "首日": first.isoformat(),
        "月份": f"{first:%Y-%m}",
        "复核": first.replace(year=first.year + 1).isoformat(),
    }
    return re.sub(f"@({'|'.join(words)})@", lambda found: words[found[1]], text)


def _snippets(pack: Pack, folder: Path, today: dt.date) -> str:
    from policy_engine.policy.library import load
    from policy_engine.testing.snippets import snippets
    from policy_engine.testing.step_catalogue import entries

    policy = load(pack.policy, on=today, rules=folder / "rules")
    return snippets(entries(policy=policy), policy)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
