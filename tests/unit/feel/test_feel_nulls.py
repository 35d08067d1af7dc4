"""What is known not to be null: after a test, in the branch it guards, and nowhere else."""

from __future__ import annotations

import pytest
from feel_fake_scope import USER

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression

GUARDED = [
    "结算电量 为空 或 结算电量 > 0",
    "结算电量 不为空 且 结算电量 > 0",
    "非 (结算电量 为空) 且 结算电量 > 0",
    "非 结算电量 不为空 或 结算电量 > 0",
    "结算电量 = 空 或 结算电量 > 0",
    "结算电量 ≠ 空 且 结算电量 > 0",
    "结算电量 不为空 且 备用金 不为空 且 结算电量 > 0 且 备用金 > 0",
    "结算电量 为空 或 备用金 为空 或 (结算电量 > 0 且 备用金 > 0)",
    "非 (结算电量 为空 或 备用金 为空) 且 备用金 > 0",
    "(结算电量 不为空 且 免考) 且 结算电量 > 0",
    "(结算电量 不为空 且 免考 或 结算电量 不为空 且 停产) 且 结算电量 > 0",
    "如果 结算电量 为空 那么 否 否则 结算电量 > 0",
    "如果 结算电量 不为空 且 免考 那么 结算电量 > 0 否则 否",
    "如果 结算电量 为空 或 免考 那么 否 否则 结算电量 > 0",
    "首个有值(结算电量, 0) > 0",
    "首个有值(结算电量, 结算电量, 0) > 0",
    '所属售电公司 为空 或 所属售电公司 = "S"',
]
UNGUARDED = [
    "结算电量 > 0",
    "结算电量 > 0 或 结算电量 为空",
    "结算电量 不为空 或 结算电量 > 0",
    "结算电量 为空 且 结算电量 > 0",
    "(结算电量 不为空 或 免考) 且 结算电量 > 0",
    "(结算电量 为空 且 免考) 或 结算电量 > 0",
    "备用金 不为空 且 结算电量 > 0",
    "如果 免考 那么 否 否则 结算电量 > 0",
    "如果 结算电量 不为空 或 免考 那么 结算电量 > 0 否则 否",
    "(结算电量 不为空 且 免考) 或 结算电量 > 0",
    "首个有值(结算电量, 结算电量) > 0",
]


@pytest.mark.parametrize("text", GUARDED)
def test_guarded(text: str) -> None:
    compile_expression(Fragment.of(text), USER)


@pytest.mark.parametrize("text", UNGUARDED)
def test_unguarded(text: str) -> None:
    with pytest.raises(LoadError) as caught:
        compile_expression(Fragment.of(text), USER)
    assert caught.value.code == "PE2040"


def test_what_a_test_found_out_does_not_leave_its_branch() -> None:
    text = "(如果 结算电量 不为空 那么 结算电量 > 0 否则 否) 且 结算电量 > 0"
    with pytest.raises(LoadError) as caught:
        compile_expression(Fragment.of(text), USER)
    (found,) = caught.value.diagnostics
    assert found.code == "PE2040" and found.span is not None and found.span.column == 34
