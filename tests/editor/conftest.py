from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.client import Client

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules that may be changed."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return tmp_path / "rules"


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """The Jibei notice and its parent with English keywords."""
    shutil.copytree(ROOT / "tests" / "fixtures" / "jibei-en", tmp_path / "english")
    return tmp_path / "english"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server in Chinese for all tests: to start one takes longer than most tests."""
    started = Client(tmp_path_factory.getbasetemp())
    yield started
    started.close()
    assert started.log == ""


@pytest.fixture
def client(server: Client) -> Iterator[Client]:
    """The server; after each test it must have answered everything, and logged nothing."""
    server.forget()
    yield server
    server.close_texts()
    assert server.errors == []
    assert server.log == ""
