"""至少含: kinds of characters, by the words of the rule file.

字母 and 数字 are ASCII, 特殊符号 is ASCII punctuation: what a keyboard gives and a login form takes. A full-width
``！`` or ``Ａ`` is of none of these kinds.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from types import MappingProxyType

_LETTERS = frozenset(string.ascii_letters)
_UPPER = frozenset(string.ascii_uppercase)
_LOWER = frozenset(string.ascii_lowercase)
_DIGITS = frozenset(string.digits)
_SYMBOLS = frozenset(string.punctuation)
_HAN = (
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # unified ideographs
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x3FFFD),  # the two planes of further extensions
)


def is_han(character: str) -> bool:
    """Whether a character is a Chinese ideograph, 〇 included."""
    return any(low <= ord(character) <= high for low, high in _HAN)


KINDS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "字母": _LETTERS.__contains__,
        "大写字母": _UPPER.__contains__,
        "小写字母": _LOWER.__contains__,
        "数字": _DIGITS.__contains__,
        "特殊符号": _SYMBOLS.__contains__,
        "汉字": is_han,
    }
)


def has(word: str, text: str) -> bool:
    """Whether a character of the kind occurs in the text. Raises KeyError for a word that is not in ``KINDS``."""
    return any(map(KINDS[word], text))
