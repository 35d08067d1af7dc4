"""A fault: what somebody could well write wrong in a shipped rule file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policy_engine.testing.mutants_text import Mutant

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"


@dataclass(frozen=True)
class Fault:
    """``old`` stands in ``file`` exactly once and becomes ``new``. ``clauses``: whose scenarios are tried first.

    ``harmless``: why no case can turn out otherwise; such a fault need not be caught.
    """

    what: str  # in Chinese: what is wrong, as a reviewer would say it
    file: str  # below the rules
    old: str
    new: str
    clauses: tuple[str, ...] = ()
    harmless: str = ""

    def mutant(self) -> Mutant:
        """The file with the fault in it. Raises ValueError where ``old`` does not stand in it once."""
        path = RULES / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.what}：“{self.old}”在 {self.file} 中有{text.count(self.old)}处")
        line = text[: text.index(self.old)].count("\n") + 1
        return Mutant(self.what, self.what, path, text.replace(self.old, self.new), self.clauses, line=line)
