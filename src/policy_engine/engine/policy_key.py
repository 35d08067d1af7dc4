"""What may share something made from a policy."""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_engine.policy.model import Policy, PolicyFile


@dataclass(frozen=True)
class PolicyKey:
    """Policies that mean the same and stand in the same files are one: a fault points into those files."""

    policy: Policy = field(compare=False)
    digest: str
    files: tuple[PolicyFile, ...]

    @classmethod
    def of(cls, policy: Policy) -> PolicyKey:
        return cls(policy, policy.digest, policy.files)
