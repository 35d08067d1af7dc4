"""What differs between the databases that run our statements."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.lowering.physical import Kind, Physical


@dataclass(frozen=True)
class Dialect:
    """``narrow`` holds 64 bits, ``wide`` at least 38 digits; both raise when a number does not fit."""

    name: str
    narrow: str
    wide: str
    text: str
    day: str
    whole_division: str
    same: str  # equality that knows nulls
    quote: str

    def identifier(self, name: str) -> str:
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def string(self, text: str) -> str:
        if self.name == "spark":
            text = text.replace("\\", "\\\\")
            return "'" + text.replace("'", "\\'") + "'"
        return "'" + text.replace("'", "''") + "'"

    def number(self, value: int, wide: bool = False) -> str:
        """A constant of a certain width."""
        shown = f"({value})" if value < 0 else str(value)
        return f"CAST({shown} AS {self.wide if wide else self.narrow})"

    def type(self, physical: Physical) -> str:
        match physical.kind:
            case Kind.NUMBER:
                return self.wide if physical.wide else self.narrow
            case Kind.BOOLEAN:
                return "BOOLEAN"
            case Kind.TEXT:
                return self.text
            case _:
                return "INTEGER"

    def failure(self, message: str) -> str:
        """An expression that ends the statement with an error."""
        if self.name == "spark":
            return f"raise_error({self.string(message)})"
        return f"error({self.string(message)})"


DUCKDB = Dialect("duckdb", "BIGINT", "HUGEINT", "VARCHAR", "DATE", "//", "IS NOT DISTINCT FROM", '"')
SPARK = Dialect("spark", "BIGINT", "DECIMAL(38,0)", "STRING", "DATE", "DIV", "<=>", "`")
DIALECTS = {"duckdb": DUCKDB, "spark": SPARK}
