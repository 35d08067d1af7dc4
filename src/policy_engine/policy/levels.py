"""Where rule files come from: the levels of a library, their files, and which policy each file says it is.

Nothing here reads a rule file as one; only its id line is looked for, so that this costs next to nothing.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError

RULES_VARIABLE = "POLICY_ENGINE_RULES"
PACKS_GROUP = "policy_engine.packs"
MAX_FILES = 10_000
SCANNED = 65_536  # bytes of a file in which its id is looked for
_RULE_FILE = re.compile(r"^\s*(?:发文机关|施行|issuer|in force)\s*[:：]", re.MULTILINE | re.IGNORECASE)
_ID_LINE = re.compile(r"^\ufeff?(?:政策|policy)\s*[:：]\s*[\"'“]?([\w./-]+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Level:
    """Where rule files come from; a level above hides policies of the same id below it."""

    name: str  # rules, environment, pack:<name>, builtin
    root: Path

    @property
    def is_pack(self) -> bool:
        return self.name.startswith("pack:")

    def files(self) -> list[tuple[Path, str]]:
        """Every rule file of the level, and the name it is shown by."""
        return [(path, shown_path(path, self)) for path in _files(self.root)]


def builtin_rules() -> Path:
    """The rules shipped with the package; in a checkout, the ones beside ``src``."""
    packed = Path(str(resources.files("policy_engine"))) / "_rules"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "rules"


def holds(rules: Path, policy_id: str) -> bool:
    """Whether a folder (or file) has a rule file of that policy."""
    return any(id_ == policy_id for id_, _ in scan(Level("rules", rules)))


def levels(rules: str | Path | None) -> Iterator[Level]:
    """Highest first; ``rules`` is a folder or a file, None for the library alone. Raises LoadError (PE4006)."""
    if rules is not None:
        root = Path(rules)
        if not root.exists():
            raise LoadError(diagnostic("PE4006", path=str(rules)))
        yield Level("rules", root)
    if os.environ.get(RULES_VARIABLE):
        yield Level("environment", Path(os.environ[RULES_VARIABLE]))
    for entry in sorted(metadata.entry_points(group=PACKS_GROUP), key=lambda e: e.name):
        yield Level(f"pack:{entry.name}", Path(str(entry.load()())))
    yield Level("builtin", builtin_rules())


def scan(level: Level) -> list[tuple[str, Path]]:
    """(policy id, path) of each rule file, found by its id line alone: a broken file hides no other.

    The id is blank for what looks like a rule file and does not tell it.
    """
    found = []
    for path in _files(level.root):
        try:
            with path.open("rb") as file:
                start = file.read(SCANNED)
        except OSError:
            continue
        # A file written in GB18030 or UTF-16 is still readable, so it has to be found as well.
        texts = [
            start.decode(encoding, errors="ignore").replace("\r", "\n") for encoding in _encodings(start)
        ]
        match = next((m for text in texts if (m := _ID_LINE.search(text))), None)
        if match or any(_RULE_FILE.search(text) for text in texts):
            found.append((match[1] if match else "", path))
    return found


def _encodings(start: bytes) -> tuple[str, ...]:
    return (
        ("utf-16",) if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8", "gb18030")
    )


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    inside = root.resolve()
    found = []
    for path in sorted([*root.rglob("*.yaml"), *root.rglob("*.yml")]):
        if path.is_file() and path.resolve().is_relative_to(inside):
            found.append(path)
        if len(found) >= MAX_FILES:
            break
    return found


def shown_path(path: Path, level: Level) -> str:
    """The path as people know it: below the folder they named, or below ``rules`` for the built-in ones."""
    if level.name == "builtin":
        return (Path("rules") / path.relative_to(level.root)).as_posix()
    return path.as_posix()
