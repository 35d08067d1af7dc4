"""What the scenarios of a session reached: gathered where they run, put together where the report is made.

Under pytest-xdist the scenarios run in other processes; what they gathered travels as plain data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Node
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Lateness, Process
from policy_engine.process.events import Event, is_claim
from policy_engine.process.office import Office
from policy_engine.process.state import MatterState
from policy_engine.process.store import Store
from policy_engine.testing.coverage_items import ClauseItem, Item, Itemiser, Kind, Side, hit, merged
from policy_engine.testing.coverage_processes import DOUBLED, EXCLUDED, LATE, ON_TIME, REFUSED, TAKEN
from policy_engine.testing.coverage_rows import FAILS, HIT
from policy_engine.testing.coverage_watch import Watcher, note_lookup
from policy_engine.testing.loading import Loader, Request


@dataclass(frozen=True)
class Cited:
    """A scenario that was run: where it stands, the clauses its tags name, the policies it applies."""

    name: str
    clauses: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass
class Gathered:
    """Items by key, clauses by (policy applied, file's policy, id), sides reached, scenarios run."""

    items: dict[str, Item] = field(default_factory=dict)
    clauses: dict[tuple[str, str, str], ClauseItem] = field(default_factory=dict)
    hits: set[str] = field(default_factory=set)
    cited: list[Cited] = field(default_factory=list)

    def add_policy(self, policy: Policy, itemiser: Itemiser) -> None:
        """All there is to reach in a policy."""
        for key, item in itemiser.items(policy).items():
            self.items[key] = merged(self.items[key], item) if key in self.items else item
        for clause in itemiser.clauses(policy):
            self.clauses.setdefault((policy.id, clause.policy, clause.id), clause)

    def to_plain(self) -> dict[str, Any]:
        return {
            "items": [asdict(item) for item in self.items.values()],
            "clauses": [[key[0], asdict(clause)] for key, clause in self.clauses.items()],
            "hits": sorted(self.hits),
            "cited": [asdict(cited) for cited in self.cited],
        }

    def add_plain(self, data: Mapping[str, Any]) -> None:
        """What another process gathered."""
        for raw in data["items"]:
            sides = tuple(Side(**side) for side in raw["sides"])
            item = Item(
                **{**raw, "kind": Kind(raw["kind"]), "clauses": tuple(raw["clauses"]), "sides": sides}
            )
            self.items[item.key] = merged(self.items[item.key], item) if item.key in self.items else item
        for applied, raw in data["clauses"]:
            clause = ClauseItem(**raw)
            self.clauses.setdefault((applied, clause.policy, clause.id), clause)
        self.hits.update(data["hits"])
        self.cited += [
            Cited(raw["name"], tuple(raw["clauses"]), tuple(raw["policies"])) for raw in data["cited"]
        ]


class Recorder:
    """Told by the world of every scenario what it does."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.watcher = Watcher(gathered.hits.add)
        self._requests: dict[Request, None] = {}
        self._named: dict[str, None] = {}  # policies of the scenario that is running
        self._policies: dict[str, Policy] = {}  # by digest

    # -- a scenario ------------------------------------------------------------------------------

    def begin(self) -> None:
        self._named = {}

    def named(self, policy: str) -> None:
        self._named[policy] = None

    def end(self, name: str, clauses: Iterable[str]) -> None:
        self.gathered.cited.append(Cited(name, tuple(sorted(clauses)), tuple(self._named)))

    # -- what it does ----------------------------------------------------------------------------

    def assessed(self, request: Request, found: Assessment) -> None:
        self._applied(request, found.result.policy)
        self.watcher.decided(found.result)
        self._failed(r.diagnostic for r in found.rejected)

    def office(self, request: Request, policy: Policy, store: Store, executor: str) -> Office:
        self._applied(request, policy)
        return self.watcher.office(policy, store, executor)

    def refused(self, error: PolicyEngineError) -> None:
        self._failed(error.diagnostics)

    def handled(self, store: Store) -> None:
        """Every step that has been taken so far."""
        for matter, events in store.everything().items():
            for event in events if not is_claim(matter) else ():
                self._event(event)

    def looked(self, store: Store, state: MatterState) -> None:
        """A matter as it stands on a day somebody asked about: silence may have taken steps."""
        policy = self._policies.get(store.events(state.id)[-1].policy_digest)
        process = policy.processes.get(state.process) if policy is not None else None
        for entry in state.deemed if process is not None else ():
            for step in process.leaving(entry.from_state) if process is not None else ():
                if step.deadline is not None and step.deadline.silence == entry.step:
                    self._hit(Kind.STEP, step, LATE)
            taken = process.step(entry.step) if process is not None else None
            if taken is not None and process is not None:
                self._hit(Kind.STEP, taken, TAKEN)
                self._entered(process, entry.to_state)

    def unplaced(self, policy: Policy, process: str, error: PolicyEngineError) -> None:
        """A refusal that names no place: what is already there, or a step after its time."""
        rules = policy.processes.get(process)
        if rules is not None and any(d.code == "PE8007" for d in error.diagnostics):
            self._hit(Kind.STEP, rules, DOUBLED, DOUBLED)
        late = [dict(d.params).get("step") for d in error.diagnostics if d.code == "PE8017"]
        for own in policy.processes.values():
            for step in own.steps:
                if step.name in late and step.deadline and step.deadline.lateness is Lateness.REFUSE:
                    self._hit(Kind.STEP, step, LATE)

    def looked_up(self, policy: Policy, name: str, keys: Sequence[str]) -> None:
        """A row of a lookup, by its keys as they are told."""
        for own, _ in policy.lookups[name].rows:
            if tuple(map(str, own)) == tuple(keys):
                note_lookup(policy, name, own, self.watcher.marks, self.watcher.note)

    def read(self, policy: Policy, node: Node, row: Row) -> None:
        """An expression that is evaluated outside of any decision: who issues a statement."""
        self.watcher.watched(policy).compiler.compile(node)(row)

    def finish(self, loader: Loader) -> None:
        """List what there was to reach: of the policies as they are written, without supposed parameters."""
        itemiser = Itemiser(self.watcher.marks)
        seen: set[int] = set()
        for request in self._requests:
            try:
                policy = loader(request)
            except PolicyEngineError:
                continue
            if id(policy) not in seen:
                seen.add(id(policy))
                self.gathered.add_policy(policy, itemiser)

    # -- noting ----------------------------------------------------------------------------------

    def _applied(self, request: Request, policy: Policy) -> None:
        self._requests[replace(request, parameters=())] = None
        self._policies[policy.digest] = policy
        for reading in policy.readings.values():
            self._hit(Kind.READING, reading, reading.chosen)

    def _failed(self, diagnostics: Iterable[Diagnostic]) -> None:
        places = {
            "PE6060": (Kind.CHECK, FAILS),
            "PE8005": (Kind.STEP, REFUSED),
            "PE8030": (Kind.STEP, EXCLUDED),
        }
        for found in diagnostics:
            if found.code in places and found.span is not None:
                kind, side = places[found.code]
                self.gathered.hits.add(hit(self.watcher.marks.of(kind, found.span), side))

    def _event(self, event: Event) -> None:
        policy = self._policies.get(event.policy_digest)
        process = policy.processes.get(event.process) if policy is not None else None
        if policy is None or process is None or event.kind == "amend":
            return
        if event.kind == "open":
            self._asked(policy, process, event)
        self._entered(process, event.to_state)
        step = process.step(event.step)
        if step is not None:
            self._hit(Kind.STEP, step, TAKEN)
            if event.due is not None:
                self._hit(Kind.STEP, step, LATE if event.late else ON_TIME)

    def _asked(self, policy: Policy, process: Process, event: Event) -> None:
        """Who is in charge of a matter is looked up when it is opened."""
        for step in process.steps:
            keys = tuple(str(event.facts.get(term)) for term in step.actor.terms)
            lookup = policy.lookups.get(step.actor.name)
            for own, _ in lookup.rows if lookup is not None else ():
                if keys and tuple(map(str, own)) == keys:
                    note_lookup(policy, step.actor.name, own, self.watcher.marks, self.watcher.note)

    def _entered(self, process: Process, state: str) -> None:
        for rule in process.results_of(state):
            self._hit(Kind.RESULT, rule, HIT)

    def _hit(self, kind: Kind, thing: Any, side: str, more: str = "") -> None:
        self.gathered.hits.add(hit(self.watcher.marks.of(kind, thing.span, more), side))
