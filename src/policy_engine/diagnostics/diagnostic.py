"""One record for everything we have to tell people about their files and data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from policy_engine.diagnostics.catalog import CodeSpec, Text, spec
from policy_engine.diagnostics.span import Span

Lang = str  # "zh" or "en"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Label:
    """A place that matters for a diagnostic, and what it has to do with it."""

    span: Span
    message: Text | None = None


@dataclass(frozen=True)
class Diagnostic:
    """A finding: a stable code, its parameters, the places it concerns (the first is the main one)."""

    code: str
    params: tuple[tuple[str, str], ...] = ()
    labels: tuple[Label, ...] = ()
    clause: str | None = None
    hint: Text | None = None
    counter_example: str | None = None
    severity: Severity = field(default=Severity.ERROR)

    @property
    def spec(self) -> CodeSpec:
        return spec(self.code)

    def message(self, lang: Lang = "zh") -> str:
        return self.spec.message.render(lang, dict(self.params))

    def hint_text(self, lang: Lang = "zh") -> str | None:
        chosen = self.hint or self.spec.hint
        return chosen.render(lang, dict(self.params)) if chosen else None

    @property
    def span(self) -> Span | None:
        return self.labels[0].span if self.labels else None

    def __str__(self) -> str:
        where = f"{self.span} " if self.span else ""
        return f"{where}[{self.code}] {self.message()}"


def diagnostic(
    code: str,
    *spans: Span | Label | None,
    hint: Text | None = None,
    clause: str | None = None,
    counter_example: str | None = None,
    **params: str | int,
) -> Diagnostic:
    """Build a diagnostic; its severity is the one its code declares."""
    labels = tuple(s if isinstance(s, Label) else Label(s) for s in spans if s is not None)
    return Diagnostic(
        code=code,
        params=tuple((k, str(v)) for k, v in params.items()),
        labels=labels,
        clause=clause,
        hint=hint,
        counter_example=counter_example,
        severity=Severity(spec(code).severity),
    )


class Diagnostics:
    """Collects findings, so that all errors of a file are told at once."""

    def __init__(self) -> None:
        self._items: dict[Diagnostic, None] = {}  # in order, each once
        self._errors: list[Diagnostic] = []
        self._told: tuple[Diagnostic, ...] = ()  # the errors, as last asked for

    def add(self, item: Diagnostic) -> None:
        if item not in self._items:
            self._items[item] = None
            if item.severity is Severity.ERROR:
                self._errors.append(item)

    def report(
        self,
        code: str,
        *spans: Span | Label | None,
        hint: Text | None = None,
        clause: str | None = None,
        counter_example: str | None = None,
        **params: str | int,
    ) -> None:
        found = diagnostic(code, *spans, hint=hint, clause=clause, counter_example=counter_example, **params)
        self.add(found)

    @property
    def items(self) -> tuple[Diagnostic, ...]:
        return tuple(self._items)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        if len(self._told) != len(self._errors):
            self._told = tuple(self._errors)
        return self._told

    @property
    def failures(self) -> int:
        """How many errors there are. It is asked often, and must not cost more the more there are."""
        return len(self._errors)

    def __len__(self) -> int:
        return len(self._items)
