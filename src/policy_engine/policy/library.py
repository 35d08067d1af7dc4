"""The library: rule files on disk, resolved to exactly one version for a period and a day of knowledge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError, LoadError, NotInForce
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind, known_from
from policy_engine.policy.kept import bound, parsed
from policy_engine.policy.levels import RULES_VARIABLE as RULES_VARIABLE
from policy_engine.policy.levels import Level as Level
from policy_engine.policy.levels import builtin_rules as builtin_rules
from policy_engine.policy.levels import holds as holds
from policy_engine.policy.levels import levels, scan, shown_path
from policy_engine.policy.model import Policy
from policy_engine.policy.rules_here import rules_around, rules_in
from policy_engine.policy.table_files import read_rule_file
from policy_engine.rulefile.documents import PolicyDoc

MAX_PARENTS = 8
_OWN = ("rules", "environment")  # levels people edit


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


class Library:
    """Finds rule files. Levels: ``rules`` given by the caller, the environment, packs, the built-in ones.

    ``keep``: every file is read once and kept; for a short run over files that nobody changes meanwhile.
    """

    def __init__(self, rules: str | Path | None = None, keep: bool = False) -> None:
        self.levels = tuple(levels(rules))
        self._kept: dict[tuple[Path, Level], Version] | None = {} if keep else None

    def read(self, path: Path, level: Level) -> Version:
        """One rule file of a level. Raises LoadError."""
        if self._kept is None:
            return read_version(path, level)
        if (path, level) not in self._kept:
            self._kept[path, level] = read_version(path, level)
        return self._kept[path, level]

    @property
    def kept(self) -> tuple[Version, ...]:
        """Every file that was read, where files are kept."""
        return tuple((self._kept or {}).values())

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted({id_ for level in self.levels for id_, _ in scan(level) if id_}))

    def versions(self, policy_id: str) -> tuple[Version, ...]:
        """Every version of a policy, from the highest level that has the policy. Raises LoadError."""
        for level in self.levels:
            scanned = scan(level)
            paths = [path for id_, path in scanned if id_ == policy_id]
            if paths:
                self._refuse_two_packs(policy_id, level)
                return tuple(self.read(path, level) for path in paths)
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
        docs = [v.doc for v in chain]
        reading = tuple(w for v in chain for w in v.warnings)

        def made() -> Policy:
            policy = bind(docs, period=when, known_on=known, options=options)
            return replace(policy, warnings=(*reading, *policy.warnings))

        return bound(docs, reading, (when, known, options or {}), made)

    def _hint_of_file(self, path: Path) -> Text:
        if not path.is_file():
            return Text(
                "要写政策编号，而不是文件；也没有这个文件",
                "name the policy by its id; and there is no such file",
            )
        id_ = next((id_ for id_, _ in scan(Level("rules", path))), "")
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


def _read_nameless(level: Level, paths: Sequence[Path]) -> None:
    """Raises LoadError with what is wrong with the first of them."""
    for path in paths:
        read_version(path, level)


def read_version(path: Path, level: Level) -> Version:
    """One rule file, with the tables that stand in files beside it. Raises LoadError."""
    doc, diagnostics = read_rule_file(path, shown_path(path, level), parsed)
    if doc is None:
        raise LoadError(diagnostics)
    return Version(doc, path, level, tuple(diagnostics))


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
