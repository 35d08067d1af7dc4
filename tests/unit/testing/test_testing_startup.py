"""What the plugin costs people who have no feature files: its own import and nothing else of the package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

IMPORTED = re.compile(r"^import time:\s*\d+ \|\s*\d+ \|\s*(policy_engine[\w.]*)$", re.MULTILINE)


def test_collecting_an_empty_folder_imports_the_plugin_alone(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    command = ["-m", "pytest", "--collect-only", "--trace-config", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "policy_engine.testing.plugin" in done.stdout
    # The plugin itself is loaded by its entry point, which importtime does not show; what it imports is shown.
    assert set(IMPORTED.findall(done.stderr)) <= {"policy_engine", "policy_engine.testing"}
