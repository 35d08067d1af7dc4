"""What becomes of each cell of a checklist and a form, and who notices."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import LoadError
from policy_engine.testing.direct import scenarios
from policy_engine.testing.mutants import LOADER, by_clause, examine
from policy_engine.testing.mutants_requirements import requirement_mutants
from policy_engine.testing.mutants_text import Mutant

FIXTURES = Path(__file__).parents[2] / "fixtures" / "checklists"
SMALL, ENGLISH = FIXTURES / "registration-small.yaml", FIXTURES / "registration-small-en.yaml"
FEATURE = FIXTURES / "登记.feature"

EXPECTED = """\
企业附件/营业执照/整行
企业附件/营业执照/必交：是→否
企业附件/营业执照/材料：营业执照→-
企业附件/营业执照/可代：统一社会信用代码证→-
企业附件/营业执照/可代条件：三证合一→-
企业附件/豁免证明/整行
企业附件/豁免证明/必交：是→否
企业附件/豁免证明/当：许可证豁免：是→-
企业附件/豁免证明/材料：豁免证明→-
企业附件/豁免证明/加盖公章：是→否
企业附件/豁免证明/材料：出具日期：不低于 2018-01-01→-
企业附件/许可证/整行
企业附件/许可证/必交：是→否
企业附件/许可证/当：许可证豁免：否→-
企业附件/许可证/当：口径.缺许可证：一律交说明→-
企业附件/许可证/材料：许可证→-
企业附件/许可证/可代：情况说明→-
企业附件/许可证/加盖公章：代件→否
企业附件/办理中/整行
企业附件/办理中/必交：是→否
企业附件/办理中/当：许可证豁免：否→-
企业附件/办理中/当：口径.缺许可证：只限办理中→-
企业附件/办理中/材料：许可证→-
企业附件/办理中/可代：情况说明→-
企业附件/办理中/可代条件：许可证编号 不为空 且 许可证编号 = "办理中"→-
企业附件/办理中/加盖公章：代件→否
企业附件/其他/整行
企业附件/其他/必交：否→是
机组附件/格式：PDF→-
机组附件/大小上限：20 MB→-
机组附件/核准文件/整行
机组附件/核准文件/必交：是→否
机组附件/核准文件/材料：核准文件、批文→-
机组附件/核准文件/材料：核准文件→-
机组附件/核准文件/材料：批文→-
机组附件/照片/整行
机组附件/照片/必交：否→是
机组附件/照片/材料：照片→-
机组附件/照片/格式：PDF、JPG→-
机组附件/照片/大小上限：500 KB→-
账号/登录名/整行
账号/登录名/必填：是→否
账号/登录名/格式：[A-Za-z0-9]+→-
账号/登录名/长度：[4 .. 20]→-
账号/登录名/不得重复：不分大小写→否
账号/登录名/不得重复：不分大小写→区分大小写
账号/名称相符/整行
账号/名称相符/必填：是→否
账号/名称相符/须：等于 首个有值(登记名称, 企业名称, "")→-
账号/名称相符/至少含：汉字→-
账号/密码/整行
账号/密码/必填：是→否
账号/密码/长度：不低于 8→-
账号/密码/至少含：字母→-
账号/密码/至少含：数字→-
账号/密码/至少含：特殊符号→-
账号/密码/敏感：是→否
账号/身份证号/整行
账号/身份证号/必填：是→否
账号/身份证号/格式：身份证号→-
账号/身份证号/敏感：是→否
商务信息/许可证编号/整行
商务信息/许可证编号/必填：非 许可证豁免→是
商务信息/许可证编号/必填：非 许可证豁免→否
商务信息/许可证编号/格式：[0-9-]{5,}→-
商务信息/许可证编号/不必填：许可证豁免→-
商务信息/许可证编号/也可填：办理中→-
商务信息/预计取得日期/整行
商务信息/预计取得日期/必填：许可证编号 不为空 且 许可证编号 = "办理中"→是
商务信息/预计取得日期/必填：许可证编号 不为空 且 许可证编号 = "办理中"→否
商务信息/预计取得日期/格式：日期→-
商务信息/装机容量/整行
商务信息/装机容量/必填：是→否
商务信息/装机容量/须：超过 0→-
"""


@pytest.fixture(scope="module")
def mutants() -> dict[str, Mutant]:
    return {m.id: m for m in requirement_mutants(SMALL)}


def changed(mutant: Mutant) -> list[str]:
    """The lines taken away and put there, blanks apart."""
    before, after = SMALL.read_text(encoding="utf-8").splitlines(), mutant.text.splitlines()
    lines = [d for d in difflib.ndiff(before, after) if d[0] in "-+"]
    return [" ".join(line.split()) for line in lines]


def test_every_cell_that_asks_for_something_is_changed(mutants: dict[str, Mutant]) -> None:
    assert list(mutants) == EXPECTED.splitlines()


def test_ids_are_unique(mutants: dict[str, Mutant]) -> None:
    assert len(mutants) == len(requirement_mutants(SMALL))


def test_an_english_file_has_the_same_slips(mutants: dict[str, Mutant]) -> None:
    english = requirement_mutants(ENGLISH)
    assert [(m.id.partition("/")[0], m.clauses) for m in english] == [
        (m.id.partition("/")[0], m.clauses) for m in mutants.values()
    ]
    assert "企业附件/许可证/sealed：substitute→no" in {m.id for m in english}


@pytest.mark.parametrize(
    ("id_", "lines"),
    [
        (
            "机组附件/照片/必交：否→是",
            [
                "- | 照片 | 否 | 照片 | PDF、JPG | 500 KB | 3.1 |",
                "+ | 照片 | 是 | 照片 | PDF、JPG | 500 KB | 3.1 |",
            ],
        ),
        ("机组附件/照片/整行", ["- | 照片 | 否 | 照片 | PDF、JPG | 500 KB | 3.1 |"]),
        ("机组附件/格式：PDF→-", ["- 格式: PDF"]),
        ("机组附件/大小上限：20 MB→-", ["- 大小上限: 20 MB"]),
        (
            "企业附件/许可证/可代：情况说明→-",
            [
                "- | 许可证 | 许可证 | 否 | 一律交说明 | 是 | 许可证 | - | 情况说明 | 证件缺失 | 代件 | 2.2 |",
                "+ | 许可证 | 许可证 | 否 | 一律交说明 | 是 | 许可证 | - | - | - | - | 2.2 |",
            ],
        ),
        (
            "账号/密码/至少含：数字→-",
            [
                "- | 密码 | 密码 | password | 是 | - | 不低于 8 | 字母、数字、特殊符号 | - | - | 是 | 1.2 |",
                "+ | 密码 | 密码 | password | 是 | - | 不低于 8 | 字母、特殊符号 | - | - | 是 | 1.2 |",
            ],
        ),
    ],
)
def test_nothing_else_is_changed(mutants: dict[str, Mutant], id_: str, lines: list[str]) -> None:
    assert changed(mutants[id_]) == lines


def test_a_slip_is_told_with_its_place_and_clauses(mutants: dict[str, Mutant]) -> None:
    told = {m.description: m.clauses for m in mutants.values()}
    assert told["材料清单“企业附件”的“营业执照”，整行丢失"] == ("2.1",)
    assert told["材料清单“机组附件”，格式“PDF”丢失"] == ("3.1",)
    assert told["填报要求“账号”的“登录名”，不得重复“不分大小写”改成“区分大小写”"] == ("1.1",)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("政策: [", encoding="utf-8")
    with pytest.raises(LoadError):
        requirement_mutants(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("id_", "by"),
    [
        ("企业附件/许可证/加盖公章：代件→否", "缺的、能替代的、没有盖章的"),
        ("账号/密码/至少含：特殊符号→-", "写错的密码、证件号不在任何提示里"),
        ("机组附件/格式：PDF→-", None),
        ("商务信息/许可证编号/整行", LOADER),
    ],
)
def test_who_notices(mutants: dict[str, Mutant], id_: str, by: str | None) -> None:
    found = examine(mutants[id_], scenarios(FEATURE), SMALL)
    assert found.by == by
    assert bool(found.message) is (by is not None)


def test_the_rest_of_a_folder_stays(mutants: dict[str, Mutant], tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "small.yaml"
    file.write_bytes(SMALL.read_bytes())
    [mutant] = [m for m in requirement_mutants(file) if m.id == "企业附件/许可证/加盖公章：代件→否"]
    assert examine(mutant, scenarios(FEATURE), tmp_path).by == "缺的、能替代的、没有盖章的"
    assert file.read_bytes() == SMALL.read_bytes()


def test_cases_about_the_clause_come_first(mutants: dict[str, Mutant], tmp_path: Path) -> None:
    scenario = "  {tags}\n  场景: {name}\n    {given}当 核对材料\n    那么 应没有退回\n"
    written = [
        ("@条款-4.1", "远", ""),
        ("@条款-1.2", "近", ""),
        ("@条款-1.1", "换读法", "假如 口径“缺许可证”取“只限办理中”\n    "),
        ("@条款-1.1", "正是", ""),
    ]
    text = "".join(scenario.format(tags=t, name=n, given=g) for t, n, g in written)
    (tmp_path / "a.feature").write_text("功能: 次序\n" + text, encoding="utf-8")
    found = by_clause(mutants["账号/登录名/必填：是→否"], scenarios(tmp_path / "a.feature"))
    assert [case.name for case in found] == ["正是", "换读法", "近", "远"]
