"""What is said about a bad rule file: the one function to change when more of the loading is covered."""

from __future__ import annotations

from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.rulefile.decision_tables import read_columns
from policy_engine.rulefile.read import read_policy_file
from policy_engine.rulefile.terms import read_terms

FOLDER = Path(__file__).parent.parent / "bad"


def bad_files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def code_of(path: Path) -> str:
    """Bad files are named after the code they are there for: ``PE1004-unknown-key.yaml``."""
    return path.name.split("-")[0]


def diagnose(path: Path) -> tuple[Diagnostic, ...]:
    document, found = read_policy_file(path, shown=path.name)
    if document is None:
        return found
    report = Diagnostics()
    if document.terms is not None:
        read_terms(document.terms, document.language, report)
    for decision in document.decisions:
        if decision.value.table is not None:
            read_columns(decision.value.table, document.language, report)
    return (*found, *report.items)
