"""Why a result is null. DMN asks for a notification with every error that becomes a null; these are its codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NAME = "PE2020"
FUNCTION = "PE2022"
ARGUMENTS = "PE2023"
TYPE = "PE2032"
COMPARED = "PE2033"
RESULT_TYPE = "PE2035"
LITERAL = "PE2007"
ZERO = "PE6025"
DOMAIN = "PE6030"
TOO_LARGE = "PE6029"
EXTERNAL = "PE2019"


@dataclass
class Notes:
    codes: list[str] = field(default_factory=list)

    def null(self, code: str) -> Any:
        """Note why, and be the null that stands for it."""
        self.codes.append(code)


class Domain(Exception):
    """Raised by a function for values it has no result for; the caller makes it a null with a note."""

    def __init__(self, code: str = DOMAIN) -> None:
        super().__init__(code)
        self.code = code
