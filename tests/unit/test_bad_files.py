"""Every message has a file that provokes it, and the text people see. ``REBLESS=1`` rewrites the texts."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from bad_files import bad_files, code_of, diagnose

from policy_engine.diagnostics.catalog import all_codes
from policy_engine.diagnostics.render import render_github, render_json, render_text

LOADED = [path for path in bad_files() if not code_of(path).startswith("PE1")]
TESTS = Path(__file__).parents[1]
# Codes that rule files alone cannot provoke, and the tests that do.
ELSEWHERE = {
    "PE1079": ("unit/table_files",),
    "PE4007": ("unit/policy",),
    "PE3311": ("unit/analysis",),
    "PE3312": ("unit/analysis",),
    "PE3372": ("unit/cli",),
    "PE5": ("unit/tables",),
    "PE6": ("unit/engine", "unit/engine_trace", "unit/policy", "unit/settlement", "unit/cli"),
    "PE7": (
        "unit/settlement",
        "unit/settlement_columns",
        "unit/cli",
        "unit/filing",
        "unit/papers",
        "unit/workbook",
        "parity",
    ),
    "PE8": ("unit/process", "unit/process_store", "unit/cli", "unit/chain"),
    "PE9": ("unit/test_durable.py", "unit/settlement_columns", "unit/settlement", "unit/cli", "parity"),
}
# Not provoked anywhere. Whoever provokes one takes it from here.
UNPROVOKED = {
    "PE6020",  # a row without an entry for a term of its own: only a fault of the engine leads there
    "PE6028",  # a null where the checker allows none
}


@pytest.mark.parametrize("path", bad_files(), ids=lambda path: path.stem)
def test_a_bad_file_is_told_as_recorded(path: Path) -> None:
    found = diagnose(path)
    assert code_of(path) in {item.code for item in found}
    told = render_text(found)
    golden = path.with_suffix(".txt")
    if os.environ.get("REBLESS"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LOADED, ids=lambda path: path.stem)
def test_one_mistake_is_told_as_one_kind_of_mistake(path: Path) -> None:
    """What hangs on a mistake is not blamed as well."""
    assert {item.code for item in diagnose(path)} == {code_of(path)}


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


@pytest.mark.parametrize("path", bad_files(), ids=lambda path: path.stem)
def test_places_in_a_file_are_never_missing(path: Path) -> None:
    """Only what was asked for in a wrong way has no place in a file."""
    asked_wrongly = code_of(path).startswith("PE4") and code_of(path) not in ("PE4004", "PE4005")
    for item in diagnose(path):
        assert asked_wrongly or item.span is not None


def test_bad_files_are_named_after_codes() -> None:
    assert {code_of(path) for path in bad_files()} <= set(all_codes())


@pytest.mark.parametrize("code", sorted(set(all_codes()) - UNPROVOKED))
def test_every_code_is_provoked(code: str) -> None:
    """By a bad file; what rule files cannot provoke, by the tests of its area."""
    if code in {code_of(path) for path in bad_files()}:
        return
    places = ELSEWHERE.get(code) or ELSEWHERE.get(code[:3])
    assert places, "write a bad file"
    assert any(code in text for text in _texts(places)), "no test names it"


@cache
def _texts(places: tuple[str, ...]) -> tuple[str, ...]:
    paths = [
        path
        for place in places
        for path in ((TESTS / place).rglob("*") if (TESTS / place).is_dir() else [TESTS / place])
    ]
    return tuple(
        p.read_text(encoding="utf-8") for p in paths if p.suffix in (".py", ".tsv") and p != Path(__file__)
    )


@pytest.mark.parametrize("code", all_codes())
def test_every_code_has_a_page(code: str) -> None:
    spec = all_codes()[code]
    assert spec.message.zh and spec.message.en
    assert spec.cause and spec.example and spec.fix


@pytest.mark.parametrize("code", all_codes())
def test_sentences_name_their_parameters_plainly(code: str) -> None:
    """A brace in an example is doubled: ``{{求和: …}}``."""
    spec = all_codes()[code]
    for text in (spec.message, spec.hint):
        for sentence in (text.zh, text.en) if text else ():
            for _, name, form, conversion in Formatter().parse(sentence):
                assert name is None or (name.isidentifier() and not form and not conversion)
