"""The files that come with the facts of a matter: looked at once, their names and digests kept with the event."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.texts import ask_language

if TYPE_CHECKING:
    from policy_engine.policy.model import Policy
    from policy_engine.process.events import Document

_NEEDS_FACTS = {
    "zh": "--files 要与 --facts 一起用：附件的文件名写在事实里",
    "en": "--files goes with --facts, where the names of the files stand",
}


def check_files(ctx: click.Context, facts: str | None, files: str | None) -> None:
    """A folder alone says nothing. Raises click.UsageError."""
    if files is not None and facts is None:
        raise click.UsageError(_NEEDS_FACTS[ask_language(ctx)], ctx)


def looked_at(
    policy: Policy, facts: Mapping[str, object], files: str | None
) -> tuple[Mapping[str, object], tuple[Document, ...]]:
    """The facts with format, size and problem of each file named in them, and the files that are there.

    Raises InputError when the folder cannot be read.
    """
    from policy_engine.filing.intake import facts_with_files
    from policy_engine.process.events import Document
    from policy_engine.settlement.names import readable

    if files is None:
        return facts, ()
    known, papers = facts_with_files(policy, facts, Path(files))
    return known, tuple(Document(readable(p.name), p.sha256) for p in papers if p.sha256 is not None)
