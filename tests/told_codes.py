"""Which diagnostic codes the program itself told while tests ran, and which tests ran."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from policy_engine.diagnostics import diagnostic as module

TOLD: set[str] = set()
RAN: set[str] = set()
_HERE = module.__file__
_PACKAGE = _HERE.rpartition("diagnostics")[0]
_init = module.Diagnostic.__init__


def _recorded(self: module.Diagnostic, *args: object, **named: object) -> None:
    """In place of the constructor; a diagnostic that a test makes up does not count."""
    _init(self, *args, **named)
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename in (_HERE, "<string>"):
        frame = frame.f_back
    if frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        TOLD.add(self.code)


def pytest_configure() -> None:
    module.Diagnostic.__init__ = _recorded


def pytest_unconfigure() -> None:
    module.Diagnostic.__init__ = _init


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        RAN.add(report.nodeid.partition("[")[0])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks back at the others comes last."""
    items.sort(key=lambda item: item.path.name == "test_codes_told.py")
