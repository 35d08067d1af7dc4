"""Load the policy a scenario names, with its readings and its supposed parameters."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.suggest import nearest
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy
from policy_engine.testing.problems import StepFailure

_CHILD_ID = "feature/suppose"


@dataclass(frozen=True)
class Request:
    """Which policy, for when, as known when, read how. Pairs instead of mappings, so that it can be a key."""

    policy: str
    period: str | None
    on: str | None
    known_on: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    rules: Path | None = None


class Loader:
    """Loads each request once a session; a policy is immutable."""

    def __init__(self) -> None:
        self._loaded: dict[Request, Policy] = {}

    def __call__(self, request: Request) -> Policy:
        """Raises what ``load`` raises, and StepFailure for a parameter the policy does not have."""
        if request not in self._loaded:
            self._loaded[request] = _load(request)
        return self._loaded[request]


def _load(request: Request) -> Policy:
    policy = _plain(request, request.policy, request.rules)
    if not request.parameters:
        return policy
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder)
        if request.rules is not None and request.rules.is_dir():
            shutil.copytree(request.rules, rules / "rules")
        elif request.rules is not None:
            shutil.copy(request.rules, rules)
        (rules / "suppose.yaml").write_text(_child(policy, dict(request.parameters)), encoding="utf-8")
        return _plain(request, _CHILD_ID, rules)


def _plain(request: Request, policy_id: str, rules: Path | None) -> Policy:
    return load(
        policy_id,
        period=request.period,
        on=request.on,
        known_on=request.known_on,
        options=dict(request.options),
        rules=rules,
    )


def _child(policy: Policy, parameters: Mapping[str, str]) -> str:
    """A rule file that takes over everything and supposes other values of some parameters."""
    lines = [
        "# language: zh-CN",
        "格式: 1",
        f"政策: {_CHILD_ID}",
        f"标题: {_text(policy.title)}",
        f"发文机关: {_text(policy.issuer)}",
        "发文日期: 0001-01-01",
        f"施行: {{自: 0001-01-01, 至: 未定, 按: {policy.in_force.by}}}",
        f"沿用: {policy.id}",
        "参数:",
    ]
    for name, value in parameters.items():
        if name not in policy.parameters:
            near = "、".join(nearest(name, policy.parameters, 3, 0.3) or policy.parameters) or "—"
            raise StepFailure(f"政策“{policy.id}”没有参数“{name}”。已有的：{near}")
        clauses = ", ".join(policy.parameters[name].clauses)
        lines.append(f"  {name}:")
        lines.append(f"    值: {_text(value)}")
        lines.append("    自: 0001-01-01")
        lines.append("    至: 未定")
        lines.append("    来源: 推定")
        if clauses:
            lines.append(f"    条款: [{clauses}]")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
