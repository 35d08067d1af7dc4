"""The exceptions embedders catch. Each carries its diagnostics."""

from __future__ import annotations

from collections.abc import Iterable

from policy_engine.diagnostics.diagnostic import Diagnostic


class PolicyEngineError(Exception):
    """Base of all errors; ``code`` is the code of the first diagnostic."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        items = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = items
        self.code: str = items[0].code if items else "PE9001"
        super().__init__("\n".join(str(d) for d in items))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.diagnostics,))


class LoadError(PolicyEngineError):
    """A rule file cannot be read or bound."""


class NotInForce(PolicyEngineError):
    """No version, or more than one, is in force for what was asked."""


class NotCovered(PolicyEngineError):
    """The policy says that it does not cover this kind of member."""


class InputError(PolicyEngineError):
    """Facts are missing, of the wrong kind or contradict a check."""


class EngineError(PolicyEngineError):
    """A rule met a value it cannot decide on, or the engine itself failed."""


class Refused(PolicyEngineError):
    """A step of a process is not allowed now; nothing was changed."""


class Conflict(Refused):
    """Somebody else moved the matter on in the meantime; look again and decide afresh."""


class StoreError(PolicyEngineError):
    """The store of matters cannot be opened, read or written."""
