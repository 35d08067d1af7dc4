"""Functions of texts, for checks and forms. Positions count from 1, as in DMN; patterns are RE2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from policy_engine.engine.faults import Fault
from policy_engine.feel.decimals import decimal_places
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.values import DateRange, Month

MAX_MEMORY = 1 << 20


def substring(whole: str, start: Fraction, length: Fraction | None = None) -> str:
    """From ``start`` (1 is the first character, -1 the last), ``length`` characters or to the end.

    Raises Fault for start 0 and for a length below 1.
    """
    first = int(start)
    if first == 0 or (length is not None and int(length) < 1):
        shown = first if first == 0 else int(length or 0)
        raise Fault("PE6030", name="截取", value=str(shown), reason="位置从 1 起，字数至少 1")
    begin = first - 1 if first > 0 else len(whole) + first
    if not 0 <= begin < len(whole):
        return ""
    return whole[begin:] if length is None else whole[begin : begin + int(length)]


def before(whole: str, match: str) -> str:
    """What stands before the first ``match``; nothing where there is none."""
    return whole.partition(match)[0] if match and match in whole else ""


def after(whole: str, match: str) -> str:
    """What stands behind the first ``match``; nothing where there is none."""
    return whole.partition(match)[2] if match else whole


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str = "") -> Any:
    """A pattern of RE2; raises its ``re2.error``. Time and memory are bounded whatever the pattern."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    return re2.compile(f"(?{flags}){pattern}" if flags else pattern, options)


def matches(whole: str, pattern: str) -> bool:
    """Whether the pattern fits somewhere in the text."""
    return compiled(pattern).search(whole) is not None


def written(value: Fraction | bool | str | dt.date | Month | DateRange) -> str:
    """A value as text. Raises Fault for a number that no decimal holds."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, Fraction):
        return str(value)
    if decimal_places(value) is None:
        raise Fault("PE6030", name="文本", value=str(value), reason="写不尽的小数须先取整")
    return decimal_text(value)


TEXT_FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "string_length": lambda text: Fraction(len(text)),
        "substring": substring,
        "substring_before": before,
        "substring_after": after,
        "upper_case": str.upper,
        "lower_case": str.lower,
        "contains": lambda text, match: match in text,
        "starts_with": lambda text, match: text.startswith(match),
        "ends_with": lambda text, match: text.endswith(match),
        "matches": matches,
        "concat": lambda *texts: "".join(texts),
        "string": written,
    }
)
