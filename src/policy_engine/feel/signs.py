"""The signs of the language, and what people write in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

TERMINALS: Mapping[str, str] = MappingProxyType(
    {
        "..": "DOTDOT",
        "**": "POW",
        "-": "MINUS",
        "+": "PLUS",
        "*": "STAR",
        "/": "SLASH",
        "(": "LPAR",
        ")": "RPAR",
        "[": "LBRACK",
        "]": "RBRACK",
        ",": "COMMA",
        "、": "COMMA",
        ".": "DOT",
        "?": "INPUT",
        "<": "COMPARE",
        ">": "COMPARE",
        "=": "COMPARE",
        "<=": "COMPARE",
        ">=": "COMPARE",
        "!=": "COMPARE",
        "≤": "COMPARE",
        "≥": "COMPARE",
        "≠": "COMPARE",
    }
)
PLAIN_COMPARE: Mapping[str, str] = MappingProxyType({"≠": "!=", "≥": ">=", "≤": "<="})

# What other languages and text programs write, and what it is called here.
FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        "==": "=",
        "<>": "≠",
        "=>": ">=",
        "=<": "<=",
        "&&": "且",
        "||": "或",
        "&": "且",
        "|": "或",
        "!": "非",
        "^": "**",
        "'": '"',
        "；": "、",
        ";": "、",
        "…": "..",
        "~": "..",
        "\uff5e": "..",
        "\u2014": "-",
        "·": ".",
        "✓": "是",
        "✔": "是",
        "√": "是",
        "☑": "是",
        "✗": "否",
        "✘": "否",
        "☐": "否",
    }
)


def _any_of(signs: Mapping[str, str]) -> str:
    return "|".join(re.escape(s) for s in sorted(signs, key=len, reverse=True))


SIGN = re.compile(_any_of(TERMINALS))
FOREIGN_SIGN = re.compile(r"!(?!=)|" + _any_of({k: v for k, v in FOREIGN.items() if k != "!"}))
