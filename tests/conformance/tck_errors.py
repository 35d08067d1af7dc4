"""Which codes count as the error a group of cases is about. Codes of syntax never do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .tck_files import Case

TYPE = frozenset({"PE2032", "PE2033", "PE2034", "PE2035", "PE2036", "PE2040", "PE2042", "PE2046"})
DOMAIN = frozenset({"PE2007", "PE2037", "PE2044", "PE2045", "PE6020", "PE6025", "PE6029", "PE6030"})
ARGUMENTS = frozenset({"PE2023"})
NAMES = frozenset({"PE2020", "PE2022"})

USUAL = TYPE | DOMAIN

# By the start of a folder's name; what is not listed is about types and values.
GROUPS: Mapping[str, frozenset[str]] = {
    "0057-": USUAL | NAMES,  # an entry that is not there, or there twice
    "0074-": USUAL | NAMES,  # properties a value does not have
    "1131-": NAMES | TYPE,  # what is called is no function
    "0076-": TYPE,  # functions of other languages: theirs are the only errors that could count
}


def listed(case: Case, codes: Iterable[str], strict: bool = False) -> bool:
    """Whether one of the codes is what the group is about.

    ``strict``: functions of policies may take fewer arguments than DMN's, so a wrong count proves nothing there.
    """
    group = next((g for g in GROUPS if case.folder.startswith(g)), None)
    wanted = GROUPS[group] if group else USUAL | ARGUMENTS
    return bool(set(codes) & (wanted - ARGUMENTS - NAMES if strict else wanted))
