"""README.zh-CN.md says in Chinese what README.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize(("language", "count"), [("sh", 2), ("yaml", 1), ("python", 1)])
def test_commands_and_programs_are_the_same(language: str, count: int) -> None:
    assert blocks(CHINESE, language) == blocks(ENGLISH, language)
    assert len(blocks(CHINESE, language)) == count


def test_the_sections_are_the_same() -> None:
    def levels(page: str) -> list[str]:
        return re.findall(r"^(#+) ", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.MULTILINE)

    assert levels(CHINESE) == levels(ENGLISH)


def test_the_same_commands_are_listed() -> None:
    def listed(page: str) -> list[str]:
        return re.findall(r"^\| (`policy-engine [^|]*(?:\\\|[^|]*)*) \|", page, re.MULTILINE)

    assert listed(CHINESE) == listed(ENGLISH)
    assert len(listed(CHINESE)) >= 12


def test_the_same_files_are_named_and_are_there() -> None:
    def linked(page: str) -> set[str]:
        return set(re.findall(r"\]\(([^)#]+)\)", page))

    assert linked(CHINESE) - {"README.md"} == linked(ENGLISH) - {"README.zh-CN.md"}
    for target in linked(CHINESE) | linked(ENGLISH):
        assert (ROOT / target).exists(), target
