"""docs/codes.md is generated; what is committed must be what the catalogue says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from policy_engine.diagnostics.catalog import all_codes
from policy_engine.diagnostics.pages import page

COMMITTED = Path(__file__).parents[2] / "docs" / "codes.md"


def test_the_committed_page_is_current() -> None:
    """Refresh it with ``python -m policy_engine.diagnostics.pages > docs/codes.md``."""
    assert COMMITTED.read_text(encoding="utf-8") == page()


def test_the_module_prints_the_page() -> None:
    command = [sys.executable, "-X", "utf8", "-m", "policy_engine.diagnostics.pages"]
    run = subprocess.run(command, capture_output=True, check=True)
    assert run.stdout.decode("utf-8") == page()


def test_every_code_has_its_anchor_once() -> None:
    text = page()
    for code in all_codes():
        assert text.count(f'<a id="{code.lower()}"></a>') == 1
        assert text.count(f"\n### {code} ") == 1
