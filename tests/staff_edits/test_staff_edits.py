"""What becomes of a slip in Word, Excel or an editor: it works, or one message tells what to do. Never a silent change.

Each folder holds an edit (``recorded.py`` tells how it is written) and, where something is said about it, what the
official reads. ``REBLESS=1`` rewrites the latter.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from policy_engine.cli.main import run
from policy_engine.diagnostics.diagnostic import Diagnostic, Severity
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.diagnostics.render import render_text
from policy_engine.policy.checking import check_rules
from policy_engine.policy.library import Library, read_version
from policy_engine.testing.document import parse_feature
from policy_engine.testing.problems import FeatureError
from staff_edits.recorded import Edit, edits

ROOT = Path(__file__).parents[2]
EDITS = edits()
RULES = [edit for edit in EDITS if edit.file.startswith("rules/")]
FEATURES = [edit for edit in EDITS if edit.file.startswith("features/")]
_SECONDS = re.compile(r"（[\d.]+ 秒）")
_NOT_SAID = {"location", "id", "comments"}  # of a Gherkin document


def _name(edit: Edit) -> str:
    return edit.folder.name


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder an official works in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICY_ENGINE_RULES", raising=False)
    return tmp_path


def _saved(edit: Edit, place: Path, content: bytes) -> Path:
    path = place / edit.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Path(edit.file)


def _shipped(edit: Edit) -> str:
    return (ROOT / edit.file).read_text(encoding="utf-8")


def _told(edit: Edit, text: str) -> None:
    """Hold what is said against the recorded text; nothing said, nothing recorded."""
    if os.environ.get("REBLESS"):
        if text:
            edit.golden.write_text(text, encoding="utf-8")
        else:
            edit.golden.unlink(missing_ok=True)
    assert text == (edit.golden.read_text(encoding="utf-8") if edit.golden.exists() else "")


# -- rule files ----------------------------------------------------------------------------------------------------


def _digest(file: Path) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """What the policy of a file means, and what is said of it; no digest when it is refused."""
    library = Library(file)
    level = library.levels[0]
    try:
        version = read_version(level.files()[0][0], level)
        policy = library.load(version.doc.policy.text, on=version.doc.in_force.from_.value)
    except PolicyEngineError as error:
        return None, error.diagnostics
    return policy.digest, policy.warnings


def _meaning(edit: Edit, text: str) -> str:
    digest, found = _digest_of(edit.file, text)
    assert digest is not None, render_text(found)
    return digest


@cache
def _digest_of(file: str, text: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """Most edits are of the same few files; what those mean is asked once."""
    with TemporaryDirectory() as folder:
        path = Path(folder, Path(file).name)
        path.write_text(text, encoding="utf-8")
        return _digest(path)


@pytest.mark.parametrize("edit", RULES, ids=_name)
def test_an_edit_of_a_rule_file(edit: Edit, office: Path) -> None:
    before = _meaning(edit, _shipped(edit))
    meant = _meaning(edit, edit.as_meant(_shipped(edit)))
    digest, found = _digest(_saved(edit, office, edit.as_saved(_shipped(edit))))
    if edit.result == "提示":
        assert digest is None, "the policy was loaded"
        assert len(found) == 1, render_text(found)
        _says_where_and_what(edit, found[0])
    else:
        assert digest == meant, render_text(found)
        assert (digest != before) == (edit.result == "改到")
    _told(edit, render_text(found))


def _says_where_and_what(edit: Edit, item: Diagnostic) -> None:
    assert item.severity is Severity.ERROR
    assert item.span is not None
    assert item.span.source.name == edit.file
    assert item.hint_text() or item.code in {"PE1041"}  # which says it in the message
    assert _touched(edit, item.span.line), "told at another line"


def _touched(edit: Edit, line: int) -> bool:
    """Whether a line is one of those edited, or the first after them."""
    text = edit.as_saved(_shipped(edit)).decode()
    for place in edit.places:
        first = text[: text.index(place.after)].count("\n") + 1 if place.after else line
        if first <= line <= first + place.after.count("\n") + 1:
            return True
    return False


@pytest.mark.parametrize("edit", [e for e in RULES if e.result == "提示"][::8], ids=_name)
def test_check_tells_what_loading_tells(edit: Edit, office: Path) -> None:
    """``policy-engine check`` is what officials run."""
    file = _saved(edit, office, edit.as_saved(_shipped(edit)))
    (checked,) = check_rules(file)
    assert render_text(checked.diagnostics) == edit.golden.read_text(encoding="utf-8")


# -- features ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", FEATURES, ids=_name)
def test_an_edit_of_a_feature_file(edit: Edit, office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _saved(edit, office, _shipped(edit).encode())
    before = _plain(parse_feature(file).document)
    _saved(edit, office, edit.as_saved(_shipped(edit)))
    told = _refused(file) or ("" if _plain(parse_feature(file).document) == before else _run(file, capsys))
    assert bool(told) == (edit.result == "提示"), told
    _told(edit, told)


def _refused(file: Path) -> str:
    try:
        parse_feature(file)
    except FeatureError as error:
        assert len(error.problems) == 1, str(error)
        return f"{error}\n"
    return ""


def _run(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed of scenarios that fail; blank when none does."""
    code = run(["test", str(file)])
    printed = _SECONDS.sub("", capsys.readouterr().out)
    return "" if code == 0 else printed


def _plain(node: Any) -> Any:
    """A Gherkin document without the places of its lines."""
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items() if key not in _NOT_SAID}
    return [_plain(item) for item in node] if isinstance(node, list) else node


def test_there_are_edits_of_every_kind() -> None:
    assert len(RULES) >= 30
    assert {edit.result for edit in EDITS} == {"照旧", "改到", "提示"}
    assert {saved for edit in EDITS for saved in edit.saved} >= {"UTF-16", "GB18030", "BOM", "CRLF", "CR"}


@pytest.mark.parametrize("edit", [e for e in RULES if e.saved], ids=_name)
def test_a_file_is_found_however_it_was_saved(edit: Edit, office: Path) -> None:
    """Otherwise the built-in policy of the same id would be taken for it."""
    file = _saved(edit, office, edit.as_saved(_shipped(edit)))
    assert len(Library(file.parent).ids()) > 1
    assert [v.path for v in Library(file.parent).versions(_id(edit))] == [file]


def _id(edit: Edit) -> str:
    return edit.file.removeprefix("rules/").removesuffix(".yaml")
