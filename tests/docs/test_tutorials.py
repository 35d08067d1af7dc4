"""Every tutorial is done from an empty folder, exactly as it is printed.

Refresh what it shows with ``python tests/docs/walkthrough.py docs/tutorial-….md``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import walkthrough

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path.name for path in DOCS.glob("tutorial-*.md"))


@pytest.mark.parametrize("name", PAGES)
def test_a_tutorial_does_what_it_shows(name: str, tmp_path: Path) -> None:
    outcomes = walkthrough.walked((DOCS / name).read_text("utf-8"), tmp_path)
    assert outcomes
    for outcome in outcomes:
        assert outcome.block.text == outcome.printed or outcome.agrees, (
            f"{name}:{outcome.block.line} prints\n{outcome.printed}"
        )


@pytest.mark.parametrize("name", PAGES)
def test_every_command_shows_what_it_prints(name: str) -> None:
    found = walkthrough.blocks((DOCS / name).read_text("utf-8"))
    for block, following in zip(found, [*found[1:], None], strict=True):
        if block.kind == "sh":
            assert following is not None, block.line
            assert following.kind == "text", block.line


def test_what_is_not_shown_as_it_is_is_noticed(tmp_path: Path) -> None:
    page = "```sh\necho 甲\n```\n\n```text\n乙\n```\n"
    [outcome] = walkthrough.walked(page, tmp_path)
    assert not outcome.agrees
    assert "甲" in walkthrough.refreshed(page, [outcome])


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("看看：\n\n```yaml\n甲: 1\n```\n", "what to do"),
        ("```text\n甲\n```\n", "nothing was run"),
        ("```sh\nfalse\n```\n", "exit code 1"),
        ("存为 `甲`：\n\n```yaml\n甲\n```\n\n在 `甲` 里找到：\n\n```yaml\n乙\n```\n", "not once"),
        (
            "存为 `甲`：\n\n```yaml\n甲\n```\n\n在 `甲` 里找到：\n\n```yaml\n甲\n```\n\n```yaml\n乙\n```\n",
            "becomes",
        ),
    ],
)
def test_what_cannot_be_done_is_an_error(page: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=why):
        walkthrough.walked(page, tmp_path)


def test_files_are_written_added_to_and_changed(tmp_path: Path) -> None:
    page = (
        "存为 `甲`：\n\n```yaml\n一\n二\n```\n\n加到 `甲` 的末尾：\n\n```yaml\n三\n```\n\n"
        "在 `甲` 里找到：\n\n```yaml\n二\n```\n\n在它下面加上：\n\n```yaml\n二半\n```\n\n"
        "在 `甲` 里找到：\n\n```yaml\n一\n```\n\n改成：\n\n```yaml\n壹\n```\n"
    )
    assert walkthrough.walked(page, tmp_path) == []
    assert (tmp_path / "甲").read_text("utf-8") == "壹\n二\n二半\n三\n"
