"""What was parsed and bound before is used again, and never in place of what has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine import load
from policy_engine.diagnostics.errors import LoadError
from policy_engine.policy import kept
from policy_engine.policy.levels import builtin_rules


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for name in ("jing-jin-tang/deviation.yaml", "jibei/deviation.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes((builtin_rules() / name).read_bytes())
    return tmp_path


def test_the_same_files_give_the_same_policy(rules: Path) -> None:
    assert load("jibei/deviation", period="2018-06", rules=rules) is load(
        "jibei/deviation", period="2018-06", rules=rules
    )


def test_period_reading_and_knowledge_are_told_apart(rules: Path) -> None:
    first = load("jibei/deviation", period="2018-06", rules=rules)
    assert load("jibei/deviation", period="2018-07", rules=rules) is not first
    assert load("jibei/deviation", period="2018-06", known_on="2018-07-01", rules=rules).known_on is not None
    other = load("jibei/deviation", period="2018-06", rules=rules, options={"负偏差考核部分": "全部负偏差"})
    assert other.digest != first.digest


@pytest.mark.parametrize("name", ["jibei/deviation.yaml", "jing-jin-tang/deviation.yaml"])
def test_a_changed_file_is_read_again(rules: Path, name: str) -> None:
    """Its own and its parent's."""
    before = load("jibei/deviation", period="2018-06", rules=rules)
    path = rules / name
    path.write_text(path.read_text(encoding="utf-8").replace("格式: 1", "格式: 1   # 改"), encoding="utf-8")
    after = load("jibei/deviation", period="2018-06", rules=rules)
    assert after.digest == before.digest
    assert after.files != before.files


def test_a_changed_parameter_counts_at_once(rules: Path) -> None:
    before = load("jibei/deviation", period="2018-06", rules=rules)
    path = rules / "jibei/deviation.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{值: 5%,", "{值: 6%,"), encoding="utf-8")
    after = load("jibei/deviation", period="2018-06", rules=rules)
    assert before.parameters["免予考核幅度"].text != after.parameters["免予考核幅度"].text


def test_errors_are_not_kept(rules: Path) -> None:
    path = rules / "jibei/deviation.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("条款: 五-1}", "条款: 九-9}"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(LoadError):
            load("jibei/deviation", period="2018-06", rules=rules)
    path.write_text(text, encoding="utf-8")
    assert load("jibei/deviation", period="2018-06", rules=rules).id == "jibei/deviation"


def test_a_remark_about_the_encoding_stays(rules: Path) -> None:
    """The same text in another encoding is another file: its remark must be told."""
    load("jibei/deviation", period="2018-06", rules=rules)
    path = rules / "jibei/deviation.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert load("jibei/deviation", period="2018-06", rules=rules).warnings


def test_what_is_kept_is_bounded() -> None:
    assert kept._parsed.cache_info().maxsize == kept.FILES
    assert kept._bound.cache_info().maxsize == kept.POLICIES
