"""The folder of attached files is near the feature file, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.testing.attached import attached_folder
from policy_engine.testing.problems import StepFailure


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("项目/features/鄂/附件/甲", "项目/features/共用", "项目/rules", "外面"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path / "项目"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("附件", "features/鄂/附件"),
        ("附件/甲", "features/鄂/附件/甲"),
        ("附件\\甲", "features/鄂/附件/甲"),
        ("./附件/../附件/", "features/鄂/附件"),
        (".", "features/鄂"),
        ("../共用", "features/共用"),
    ],
)
def test_relative_to_the_feature(project: Path, written: str, meant: str) -> None:
    assert attached_folder(project / "features/鄂/a.feature", project, written) == (project / meant).resolve()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("/etc", "是绝对路径"),
        ("\\\\host\\share", "是绝对路径"),
        ("C:\\附件", "是绝对路径"),
        ("C:附件", "是绝对路径"),
        ("../../rules", "“../../rules”不在“features”文件夹里"),
        ("..\\..\\rules", "不在“features”文件夹里"),
        ("../../../外面", "不在“features”文件夹里"),
        ("附见", "没有文件夹“附见”。特性文件旁边有：附件"),
        ("a.feature", "没有文件夹“a.feature”"),
    ],
)
def test_another_place(project: Path, written: str, why: str) -> None:
    (project / "features/鄂/a.feature").write_text("")
    with pytest.raises(StepFailure) as caught:
        attached_folder(project / "features/鄂/a.feature", project, written)
    assert why in str(caught.value)


def test_a_link_to_another_place(project: Path) -> None:
    (project / "features/鄂/链接").symlink_to(project.parent / "外面")
    with pytest.raises(StepFailure, match="不在“features”文件夹里"):
        attached_folder(project / "features/鄂/a.feature", project, "链接")


def test_a_feature_at_the_top_and_one_outside_keep_to_their_folder(project: Path) -> None:
    assert attached_folder(project / "a.feature", project, "rules") == (project / "rules").resolve()
    with pytest.raises(StepFailure, match="不在“项目”文件夹里"):
        attached_folder(project / "a.feature", project, "../外面")
    with pytest.raises(StepFailure, match="不在“外面”文件夹里"):
        attached_folder(project.parent / "外面/a.feature", project, "../项目")
