"""What the tests of filing share."""

import pytest

from unit.filing import submissions


@pytest.fixture
def policy(tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()
    return submissions.policy(rules)


@pytest.fixture
def folder(tmp_path):
    return submissions.attach(tmp_path / "附件")
