"""Tests import their helpers from this folder: ``from reference.jibei import settle``."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

pytest_plugins = ["told_codes"]

# A busy machine is no counter-example; in CI the examples are the same every time.
settings.register_profile("here", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("here")


@pytest.fixture(scope="session", autouse=True)
def _nobodys_cache(tmp_path_factory):
    """What tests check is not remembered among what people check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
