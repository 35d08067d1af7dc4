"""File names as text, whatever the locale: what cannot be text cannot be written into a report either."""

from __future__ import annotations

import os

_ENCODINGS = ("utf-8", "gb18030")  # names in an archive packed on Chinese Windows come out as GB18030 bytes


def readable(name: str) -> str:
    """``name``, or what its bytes mean where Python could not decode them (it keeps them as surrogates)."""
    if name.isascii() or not any("\ud800" <= ch <= "\udfff" for ch in name):
        return name
    try:
        raw = os.fsencode(name)
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return name.encode("utf-8", "replace").decode()
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
