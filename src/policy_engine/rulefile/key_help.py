"""What each key of a rule file is for, in both languages, with an example: read from ``key_help.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from policy_engine.rulefile import documents as d
from policy_engine.rulefile.document_base import Doc

ANYWHERE = "anywhere"  # the section of keys that mean the same in every document


@dataclass(frozen=True)
class KeyHelp:
    """``zh`` and ``en`` describe the key; the examples are what may stand behind its colon."""

    zh: str
    en: str
    example_zh: str
    example_en: str

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def example(self, language: str) -> str:
        return self.example_en if language == "en" else self.example_zh


def key_help(model: type[Doc], key: str) -> KeyHelp | None:
    """Of a key by its canonical name; None where nothing is written about it."""
    found = sections()
    return found.get(section_of(model), {}).get(key) or found[ANYWHERE].get(key)


def section_of(model: type[Doc]) -> str:
    """What the keys of a document stand under; those of a head stand with the policy's."""
    return (d.PolicyDoc if model is d.PolicyHead else model).__name__.removesuffix("Doc")


@cache
def sections() -> Mapping[str, Mapping[str, KeyHelp]]:
    """The whole file, by section and key."""
    text = (resources.files("policy_engine.rulefile") / "key_help.toml").read_text("utf-8")
    return {
        section: {key: _entry(**entry) for key, entry in entries.items()}
        for section, entries in tomllib.loads(text).items()
    }


def _entry(zh: str, en: str, example: str = "", example_zh: str = "", example_en: str = "") -> KeyHelp:
    return KeyHelp(zh, en, example_zh or example, example_en or example)
