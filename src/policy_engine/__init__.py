"""Regional electricity-market policies as rule files: evaluated exactly, explained by clause.

The contract embedders rely on::

    import policy_engine as pe

    policy = pe.load("jibei/deviation", period="2018-06")
    result = pe.evaluate(policy, {"market": {...}, "user": [{...}, ...]})
    result.value("user", "001234", "assessment_fee").value   # Decimal
    print(pe.explain(pe.trace(result, "user", "001234")))

Everything here is imported when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy_engine.diagnostics.errors import (
        Conflict,
        EngineError,
        InputError,
        LoadError,
        NotCovered,
        NotInForce,
        PolicyEngineError,
        Refused,
        StoreError,
    )
    from policy_engine.engine.evaluate import Assessment, assess, evaluate, evaluate_many
    from policy_engine.engine.explain import explain
    from policy_engine.engine.fast import CompiledPolicy, FastResult, compiled
    from policy_engine.engine.rejection import Rejection
    from policy_engine.engine.result import Decided, Result
    from policy_engine.engine.supplied import Supplied
    from policy_engine.engine.trace import trace
    from policy_engine.engine.trace_document import Trace
    from policy_engine.feel.values import DateRange, Month
    from policy_engine.policy.library import Library, load
    from policy_engine.policy.model import Policy
    from policy_engine.process.events import Actor, Document
    from policy_engine.process.office import Office
    from policy_engine.process.sqlstore import SqlStore
    from policy_engine.process.store import MemoryStore
    from policy_engine.process.supply import supplied_by
    from policy_engine.settlement.month import Settlement, settle

_HOME = {
    "diagnostics.errors": (
        "Conflict",
        "EngineError",
        "InputError",
        "LoadError",
        "NotCovered",
        "NotInForce",
        "PolicyEngineError",
        "Refused",
        "StoreError",
    ),
    "engine.evaluate": ("Assessment", "assess", "evaluate", "evaluate_many"),
    "engine.explain": ("explain",),
    "engine.fast": ("CompiledPolicy", "FastResult", "compiled"),
    "engine.rejection": ("Rejection",),
    "engine.result": ("Decided", "Result"),
    "engine.supplied": ("Supplied",),
    "engine.trace": ("trace",),
    "engine.trace_document": ("Trace",),
    "feel.values": ("DateRange", "Month"),
    "policy.library": ("Library", "load"),
    "policy.model": ("Policy",),
    "process.events": ("Actor", "Document"),
    "process.office": ("Office",),
    "process.sqlstore": ("SqlStore",),
    "process.store": ("MemoryStore",),
    "process.supply": ("supplied_by",),
    "settlement.month": ("Settlement", "settle"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Actor",
    "Assessment",
    "CompiledPolicy",
    "Conflict",
    "DateRange",
    "Decided",
    "Document",
    "EngineError",
    "FastResult",
    "InputError",
    "Library",
    "LoadError",
    "MemoryStore",
    "Month",
    "NotCovered",
    "NotInForce",
    "Office",
    "Policy",
    "PolicyEngineError",
    "Refused",
    "Rejection",
    "Result",
    "Settlement",
    "SqlStore",
    "StoreError",
    "Supplied",
    "Trace",
    "assess",
    "compiled",
    "evaluate",
    "evaluate_many",
    "explain",
    "load",
    "settle",
    "supplied_by",
    "trace",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
