"""格式: the formats that have a name of their own. Each is a test of a whole text, in time linear in its length.

Only ASCII digits, letters and marks count: ``１２３`` written in full width is not what the register would find again,
so it is refused, not converted. Nothing is trimmed either.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets, less its brackets
MAX_LOCAL = 64  # RFC 5321, 4.5.3.1.1

_RESIDENT_ID = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]")
# GB 32100: the first two characters may be letters too (N for 农业, A for 军队, Y for others), never I, O, S, V, Z.
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Area codes are 010, 02x or four digits; a local number starts with 2 to 9.
_FIXED_LINE = re.compile(r"(?:010|02[0-9]|0[3-9][0-9]{2})-?[2-9][0-9]{6,7}(?:[-转][0-9]{1,6})?")
_LOCAL_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")
_DOMAIN_LABEL = re.compile(r"[A-Za-z0-9-]{1,63}")
_DATES = (
    re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def is_resident_id(text: str) -> bool:
    """GB 11643: 18 characters, a birth date that exists, the check digit. An X is a capital one.

    The region is not looked up: lists of region codes age, and an id issued under a new code is a valid id.
    """
    from stdnum.cn import ric

    if _RESIDENT_ID.fullmatch(text) is None:
        return False
    return _exists(text[6:10], text[10:12], text[12:14]) and bool(text[-1] == ric.calc_check_digit(text))


def is_credit_code(text: str) -> bool:
    """GB 32100: 18 digits and capital letters without I, O, S, V, Z, the last of them the check digit."""
    from stdnum.cn import uscc

    # Not uscc.is_valid: that allows no letter in the first two places, and drops blanks and hyphens.
    return _CREDIT_CODE.fullmatch(text) is not None and bool(text[-1] == uscc.calc_check_digit(text[:-1]))


def is_mobile(text: str) -> bool:
    """11 digits, the first 1, the second 3 to 9."""
    return _MOBILE.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """A mobile number, or a fixed line with its area code: ``027-87654321``, ``0710-3456789-802``, ``…转802``."""
    return is_mobile(text) or _FIXED_LINE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """An address as people use them (RFC 5321 dot-string at a domain of two labels or more); nobody writes to it."""
    if len(text) > MAX_EMAIL:
        return False
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(local) <= MAX_LOCAL
        and all(_LOCAL_ATOM.fullmatch(atom) for atom in local.split("."))
        and len(labels) > 1
        and all(_is_label(label) for label in labels)
        and not labels[-1].isdigit()
    )


def _is_label(label: str) -> bool:
    inside = not (label.startswith("-") or label.endswith("-"))
    return inside and _DOMAIN_LABEL.fullmatch(label) is not None


def is_date(text: str) -> bool:
    """A day that exists: ``2018-06-01`` or ``2018年6月1日``."""
    found = next((m for d in _DATES if (m := d.fullmatch(text))), None)
    return found is not None and _exists(*found.groups())


def _exists(year: str, month: str, day: str) -> bool:
    try:
        dt.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def is_integer(text: str) -> bool:
    """Digits, a sign at most before them."""
    return _INTEGER.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """A decimal number, digits on both sides of its point; no thousands separators, no exponent."""
    return _NUMBER.fullmatch(text) is not None


# By the words of the 格式 column.
NAMED: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "身份证号": is_resident_id,
        "统一社会信用代码": is_credit_code,
        "手机号": is_mobile,
        "电话": is_phone,
        "邮箱": is_email,
        "日期": is_date,
        "整数": is_integer,
        "数字": is_number,
    }
)

_ASKED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "身份证号": (
            "应为18位居民身份证号，出生日期存在、校验码相符，末位的X用大写",
            "must be a resident id of 18 characters with a real birth date and a fitting check digit (capital X)",
        ),
        "统一社会信用代码": (
            "应为18位统一社会信用代码，字母大写（不用 I、O、S、V、Z），校验码相符",
            "must be a unified social credit code of 18 digits and capital letters with a fitting check digit",
        ),
        "手机号": (
            "应为11位手机号，以13至19开头",
            "must be a mobile number of 11 digits that starts with 13 to 19",
        ),
        "电话": (
            "应为手机号，或带区号的固定电话，例如 027-87654321，分机写 -802",
            "must be a mobile number, or a fixed line with its area code such as 027-87654321, extension as -802",
        ),
        "邮箱": ("应为邮箱地址，例如 name@example.cn", "must be an e-mail address such as name@example.cn"),
        "日期": (
            "应为存在的日期，写成 2018-06-01 或 2018年6月1日",
            "must be a date that exists, written 2018-06-01 or 2018年6月1日",
        ),
        "整数": ("应为整数，只用半角数字", "must be a whole number in ASCII digits"),
        "数字": ("应为数字，只用半角数字和小数点", "must be a decimal number in ASCII digits"),
    }
)


def problem(name: str) -> tuple[str, str]:
    """What the format asks, in words: Chinese, English. Raises KeyError for a name that is not in ``NAMED``."""
    return _ASKED[name]
