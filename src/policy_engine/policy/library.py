"""The library: rule files on disk, resolved to exactly one version for a period and a day of knowledge."""

from __future__ import annotations

import codecs
import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata, resources
from pathlib import Path

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError, LoadError, NotInForce
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind, known_from
from policy_engine.policy.model import Policy
from policy_engine.policy.rules_here import rules_around, rules_in
from policy_engine.policy.table_files import read_rule_file
from policy_engine.rulefile.documents import PolicyDoc

RULES_VARIABLE = "POLICY_ENGINE_RULES"
PACKS_GROUP = "policy_engine.packs"
MAX_FILES = 10_000
MAX_PARENTS = 8
SCANNED = 65_536  # bytes of a file in which its id is looked for
_OWN = ("rules", "environment")  # levels people edit
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
        return [(path, _shown(path, self)) for path in _files(self.root)]


@dataclass(frozen=True)
class Version:
    """One rule file, read."""

    doc: PolicyDoc
    path: Path
    level: Level
    warnings: tuple[Diagnostic, ...]

    @property
    def known_from(self) -> dt.date | None:
        return known_from(self.doc)

    def covers(self, on: dt.date) -> bool:
        in_force = self.doc.in_force
        return in_force.from_.value <= on and (in_force.to is None or on <= in_force.to.value)

    def known(self, known_on: dt.date | None) -> bool:
        return known_on is None or self.known_from is None or self.known_from <= known_on

    @property
    def range_text(self) -> str:
        in_force = self.doc.in_force
        end = in_force.to.value.isoformat() if in_force.to else "未定"
        return f"{in_force.from_.value.isoformat()} 至 {end}"


def builtin_rules() -> Path:
    """The rules shipped with the package; in a checkout, the ones beside ``src``."""
    packed = Path(str(resources.files("policy_engine"))) / "_rules"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "rules"


class Library:
    """Finds rule files. Levels: ``rules`` given by the caller, the environment, packs, the built-in ones."""

    def __init__(self, rules: str | Path | None = None) -> None:
        self.levels = tuple(_levels(rules))

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted({id_ for level in self.levels for id_, _ in _scan(level) if id_}))

    def versions(self, policy_id: str) -> tuple[Version, ...]:
        """Every version of a policy, from the highest level that has the policy. Raises LoadError."""
        for level in self.levels:
            scanned = _scan(level)
            paths = [path for id_, path in scanned if id_ == policy_id]
            if paths:
                self._refuse_two_packs(policy_id, level)
                return tuple(read_version(path, level) for path in paths)
            if level.name in _OWN:
                # One that does not tell its id might be the one that is asked for: the policy of a lower level
                # must not take its place in silence.
                _read_nameless(level, [path for id_, path in scanned if not id_])
        near = nearest(policy_id, self.ids(), count=3, cutoff=0.3)
        raise LoadError(
            diagnostic("PE4001", id=policy_id, near="、".join(near) or "—", hint=self._hint(policy_id))
        )

    def _refuse_two_packs(self, policy_id: str, found: Level) -> None:
        """No pack goes before another. Raises LoadError (PE4007)."""
        if not found.is_pack:
            return
        having = {
            level.root.resolve(): level
            for level in reversed(self.levels)
            if level.is_pack and holds(level.root, policy_id)
        }
        if len(having) > 1:
            packs = [f"{level.name.removeprefix('pack:')}（{root}）" for root, level in having.items()]
            raise LoadError(diagnostic("PE4007", id=policy_id, packs="、".join(sorted(packs))))

    def _hint(self, policy_id: str) -> Text | None:
        """For a file instead of an id; for a policy in the rules of the working folder, which nobody named."""
        path = Path(policy_id)
        if path.suffix in (".yaml", ".yml"):
            return self._hint_of_file(path)
        here = rules_in(Path.cwd())
        if here is None or not holds(here, policy_id):
            return None
        name = here.name
        return Text(
            f"当前文件夹的“{name}”里有它：加上 --rules {name}", f"it is in “{name}” here: add --rules {name}"
        )

    def resolve(
        self, policy_id: str, on: dt.date, known_on: dt.date | None, shown: str | None = None
    ) -> Version:
        """The one version in force on a day, as known on another. Raises NotInForce."""
        versions = self.versions(policy_id)
        when = shown or on.isoformat()
        covering = [v for v in versions if v.covers(on)]
        if not covering:
            ranges = "；".join(v.range_text for v in versions)
            raise NotInForce(diagnostic("PE4002", id=policy_id, on=when, ranges=ranges))
        known = [v for v in covering if v.known(known_on)]
        if not known:
            first = min(v.known_from or dt.date.min for v in covering)
            raise NotInForce(
                diagnostic("PE4003", id=policy_id, on=when, known=str(known_on), first=first.isoformat())
            )
        if len(known) > 1:
            files = "、".join(str(v.path) for v in known)
            spans = [v.doc.in_force.span for v in known]
            raise NotInForce(diagnostic("PE4004", *spans, id=policy_id, on=when, files=files))
        return known[0]

    def chain(
        self, policy_id: str, when: Month | dt.date, known_on: dt.date | None = None
    ) -> tuple[Version, ...]:
        """The version in force and its parents, nearest first. Raises LoadError, NotInForce."""
        day = when.first_day if isinstance(when, Month) else when
        chain = [self.resolve(policy_id, day, known_on, str(when))]
        while chain[-1].doc.extends is not None:
            parent = chain[-1].doc.extends
            if len(chain) > MAX_PARENTS or parent.text in {v.doc.policy.text for v in chain}:
                raise LoadError(diagnostic("PE4005", parent.span(), id=parent.text))
            chain.append(self.resolve(parent.text, day, known_on, str(when)))
        return tuple(chain)

    def load(
        self,
        policy_id: str,
        *,
        period: str | Month | None = None,
        on: str | dt.date | None = None,
        known_on: str | dt.date | None = None,
        options: Mapping[str, str] | None = None,
    ) -> Policy:
        """Resolve and bind. ``period`` is a settlement month (``2018-06``), ``on`` a day; give one of them."""
        when = _when(period, on)
        known = _day(known_on) if known_on is not None else None
        chain = self.chain(policy_id, when, known)
        _check_options(chain, options or {})
        policy = bind([v.doc for v in chain], period=when, known_on=known, options=options)
        reading = tuple(w for v in chain for w in v.warnings)
        return replace(policy, warnings=(*reading, *policy.warnings))

    def _hint_of_file(self, path: Path) -> Text:
        if not path.is_file():
            return Text(
                "要写政策编号，而不是文件；也没有这个文件",
                "name the policy by its id; and there is no such file",
            )
        id_ = next((id_ for id_, _ in _scan(Level("rules", path))), "")
        words = id_ or "…"
        if not any(path.resolve().is_relative_to(level.root.resolve()) for level in self.levels):
            words += f" --rules {rules_around(path)}"
        return Text(
            f"要写政策编号，而不是文件；这个文件的写法：{words}",
            f"name the policy by its id, not by its file; for this one: {words}",
        )


def load(
    policy_id: str,
    *,
    period: str | Month | None = None,
    on: str | dt.date | None = None,
    known_on: str | dt.date | None = None,
    rules: str | Path | None = None,
    options: Mapping[str, str] | None = None,
) -> Policy:
    """The policy in force for a settlement month (``period``) or a day (``on``), as known on ``known_on``.

    ``rules`` is a folder of rule files (or one file) that goes before the built-in ones; ``options`` chooses
    readings (口径) by name. Raises LoadError (the files are wrong), NotInForce (no version, or two), InputError
    (a period or option that makes no sense).
    """
    return Library(rules).load(policy_id, period=period, on=on, known_on=known_on, options=options)


def holds(rules: Path, policy_id: str) -> bool:
    """Whether a folder (or file) has a rule file of that policy."""
    return any(id_ == policy_id for id_, _ in _scan(Level("rules", rules)))


def _levels(rules: str | Path | None) -> Iterator[Level]:
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


def _scan(level: Level) -> list[tuple[str, Path]]:
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


def _read_nameless(level: Level, paths: Sequence[Path]) -> None:
    """Raises LoadError with what is wrong with the first of them."""
    for path in paths:
        read_version(path, level)


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


def read_version(path: Path, level: Level) -> Version:
    """One rule file, with the tables that stand in files beside it. Raises LoadError."""
    doc, diagnostics = read_rule_file(path, _shown(path, level))
    if doc is None:
        raise LoadError(diagnostics)
    return Version(doc, path, level, tuple(diagnostics))


def _shown(path: Path, level: Level) -> str:
    """The path as people know it: below the folder they named, or below ``rules`` for the built-in ones."""
    if level.name == "builtin":
        return (Path("rules") / path.relative_to(level.root)).as_posix()
    return path.as_posix()


def _when(period: str | Month | None, on: str | dt.date | None) -> Month | dt.date:
    if (period is None) == (on is None):
        raise InputError(diagnostic("PE4010"))
    if on is not None:
        return _day(on)
    if isinstance(period, Month):
        return period
    try:
        return Month.of(str(period))
    except ValueError:
        raise InputError(diagnostic("PE4011", text=str(period))) from None


def _day(value: str | dt.date) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(diagnostic("PE4012", text=str(value))) from None


def _check_options(chain: Sequence[Version], options: Mapping[str, str]) -> None:
    """An option names a reading of the policy and one of its choices."""
    known = {n.name.text: [o.text for o in n.value.options] for v in chain for n in v.doc.readings}
    for name, option in options.items():
        if name not in known:
            near = "、".join(nearest(name, known)) or "、".join(known) or "—"
            raise InputError(diagnostic("PE4013", name=name, near=near))
        if option not in known[name]:
            raise InputError(diagnostic("PE4014", name=name, option=option, choices="、".join(known[name])))
