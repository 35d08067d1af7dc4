"""docs/reference-cli.md and docs/reference-api.md are generated; what is committed must be what the program says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NAMES = ("cli", "api")


def checked(script: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-X", "utf8", str(script), "--check"]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_page_is_current(name: str) -> None:
    """Refresh it with ``python docs/_site/reference_….py``."""
    done = checked(DOCS / "_site" / f"reference_{name}.py")
    assert done.returncode == 0, done.stderr.decode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_stale_page_is_noticed_and_left_alone(name: str, tmp_path: Path) -> None:
    site = tmp_path / "_site"
    site.mkdir()
    for script in NAMES:
        text = (DOCS / "_site" / f"reference_{script}.py").read_text("utf-8")
        (site / f"reference_{script}.py").write_text(text, "utf-8")
    page = tmp_path / f"reference-{name}.md"
    page.write_text("旧的\n", "utf-8")
    done = checked(site / f"reference_{name}.py")
    assert (done.returncode, page.read_text("utf-8")) == (1, "旧的\n")
    assert f"reference_{name}.py" in done.stderr.decode("utf-8")
