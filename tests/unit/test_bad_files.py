"""Every message has a file that provokes it, and the text people see. ``REBLESS=1`` rewrites the texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bad_files import bad_files, code_of, diagnose

from policy_engine.diagnostics.catalog import all_codes
from policy_engine.diagnostics.render import render_github, render_json, render_text


@pytest.mark.parametrize("path", bad_files(), ids=lambda path: path.stem)
def test_a_bad_file_is_told_as_recorded(path: Path) -> None:
    found = diagnose(path)
    assert code_of(path) in {item.code for item in found}
    told = render_text(found)
    golden = path.with_suffix(".txt")
    if os.environ.get("REBLESS"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", bad_files(), ids=lambda path: path.stem)
def test_every_parameter_of_a_message_is_given(path: Path) -> None:
    for item in diagnose(path):
        for lang in ("zh", "en"):
            for template in (item.spec.message, item.hint or item.spec.hint):
                if template:
                    template_text = template.en if lang == "en" else template.zh
                    template_text.format(**dict(item.params))  # KeyError: a parameter was forgotten


@pytest.mark.parametrize("path", bad_files(), ids=lambda path: path.stem)
def test_every_rendering_is_safe_to_print(path: Path) -> None:
    found = diagnose(path)
    for text in (render_text(found), render_text(found, lang="en"), render_github(found), render_json(found)):
        assert not any(ord(ch) < 0x20 and ch != "\n" for ch in text)


def test_every_code_of_rule_files_has_a_bad_file() -> None:
    covered = {code_of(path) for path in bad_files()}
    assert {code for code in all_codes() if code.startswith("PE1")} <= covered


def test_every_code_of_rule_files_has_a_page() -> None:
    for code, spec in all_codes().items():
        if code.startswith("PE1"):
            assert spec.message.zh and spec.message.en, code
            assert spec.cause and spec.example and spec.fix, code
