import pytest
from settle_month import Settler


@pytest.fixture(params=["columns", "reference"])
def settle(request, capsys, tmp_path):
    """Both ways to decide a month leave the same behind."""
    return Settler(capsys, tmp_path, request.param)
