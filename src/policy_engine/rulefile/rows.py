"""The rows of a bar table in a ``|`` block: they begin with a bar, so their indentation means nothing."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.rulefile.bars import BARS
from policy_engine.rulefile.prepared import Edit


@dataclass
class Rows:
    """Where the rows of the table above begin; ``column`` is None outside of tables."""

    column: int | None = None
    fresh: bool = False  # a block has begun, and none of its lines was read

    def begin(self) -> None:
        self.column, self.fresh = None, True

    def aligned(self, start: int, line: str, block: int | None) -> tuple[Edit, ...] | None:
        """What puts a row under the one above; None for a line that is no row of a table.

        YAML ends a block where a line is indented less than its first one, and takes no tab for indentation.
        """
        body = line.lstrip()
        if body[0] not in BARS:
            self.column, self.fresh = (None, False) if body[0] != "#" or self.fresh else (self.column, False)
            return None
        written = line[: len(line) - len(body)]
        if self.fresh:
            deep_enough = block is None or len(written) > block
            self.column = len(written) if deep_enough and not written.strip(" ") else (block or 0) + 2
            self.fresh = False
        if self.column is None:
            return None
        if not written.strip(" ") and len(written) >= self.column:
            return ()
        return (Edit(start, start + len(written), " " * self.column, len(written)),)
