"""The pack that docs/tutorial-embedding.md shows is found once it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import walkthrough

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-embedding.md"
ASKED = "import policy_engine as pe; print(pe.load('jinsha/subsidy', period='2024-06').title)"


def test_the_pack_is_found(tmp_path: Path) -> None:
    walk = walkthrough.Walk(tmp_path)
    for block in walkthrough.blocks(PAGE.read_text("utf-8")):
        if "金沙包/" in block.before:
            walk.do(block)
    _installed(tmp_path / "金沙包")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "金沙包")}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", ASKED], env=environment, capture_output=True, check=True
    )
    assert done.stdout.decode("utf-8").strip() == "移峰补贴"
    listed = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "policy_engine.cli", "list", "--json"],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert "pack:jinsha" in json.dumps(json.loads(listed.stdout))


def _installed(pack: Path) -> None:
    """What an installer leaves beside the package."""
    project = tomllib.loads((pack / "pyproject.toml").read_text("utf-8"))["project"]
    info = pack / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", "utf-8"
    )
    groups = (
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text("\n".join(groups), "utf-8")
