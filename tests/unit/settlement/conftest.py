import pytest
from settle_month import Settler


@pytest.fixture
def settle(capsys, tmp_path):
    return Settler(capsys, tmp_path)
