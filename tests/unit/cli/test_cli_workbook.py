"""``policy-engine export`` and ``import``."""

import openpyxl
import pytest

from policy_engine.cli.main import run


@pytest.fixture
def book(tmp_path, monkeypatch):
    import shutil
    from pathlib import Path

    shutil.copytree(Path(__file__).parents[3] / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    assert run(["export", "rules/jibei/deviation.yaml", "-o", "偏差.xlsx"]) == 0
    return tmp_path / "偏差.xlsx"


def edit(book, sheet, place, value):
    workbook = openpyxl.load_workbook(book)
    workbook[sheet][place] = value
    workbook.save(book)


def test_a_policy_by_its_id(tmp_path, capsys):
    assert run(["export", "jibei/exemption", "-o", str(tmp_path / "a.xlsx")]) == 0
    assert "已导出" in capsys.readouterr().out
    assert run(["export", "jibei/exemption", "-o", str(tmp_path / "a.xlsx")]) == 1
    assert "PE7090" in capsys.readouterr().err
    assert run(["export", "jibei/none", "-o", str(tmp_path / "b.xlsx")]) == 1
    assert "PE4001" in capsys.readouterr().err


def test_look_then_write(book, capsys):
    edit(book, "参数", "B2", "6%")
    capsys.readouterr()
    assert run(["import", "偏差.xlsx"]) == 0
    out = capsys.readouterr().out
    assert "改动（1 处）：\n  参数｜第 1 行“免予考核幅度”，值：5% → 6%" in out
    assert "--- rules/jibei/deviation.yaml" in out and "+  免予考核幅度: {值: 6%" in out
    assert "还没有写入" in out
    file = book.parent / "rules" / "jibei" / "deviation.yaml"
    assert "值: 5%" in file.read_text(encoding="utf-8")
    assert run(["import", "偏差.xlsx", "--write"]) == 0
    assert "已写入 rules/jibei/deviation.yaml" in capsys.readouterr().out
    assert "值: 6%" in file.read_text(encoding="utf-8")


def test_nothing_to_do(book, capsys):
    capsys.readouterr()
    assert run(["import", "偏差.xlsx", "--write"]) == 0
    assert capsys.readouterr().out == "没有改动：工作簿与 rules/jibei/deviation.yaml 一致。\n"


def test_an_error_names_sheet_and_cell(book, capsys):
    edit(book, "参数", "B2", "五成")
    file = book.parent / "rules" / "jibei" / "deviation.yaml"
    before = file.read_bytes()
    assert run(["import", "偏差.xlsx", "--write"]) == 1
    err = capsys.readouterr().err
    assert "参数!B2" in err and "五成" in err
    assert file.read_bytes() == before


def test_a_new_file(book, capsys):
    edit(book, "参数", "B2", "6%")
    assert run(["--lang", "en", "import", "偏差.xlsx", "--to", "rules/jibei/新.yaml", "--write"]) == 0
    assert "written: rules/jibei/新.yaml" in capsys.readouterr().out
    assert "值: 6%" in (book.parent / "rules" / "jibei" / "新.yaml").read_text(encoding="utf-8")
    assert "值: 5%" in (book.parent / "rules" / "jibei" / "deviation.yaml").read_text(encoding="utf-8")


def test_terminal_escapes_in_cells_are_shown_not_obeyed(book, capsys):
    edit(book, "条款", "C2", "红\u202e色")
    assert run(["import", "偏差.xlsx"]) == 1  # such a character is refused by the reader of rule files
    assert "\u202e" not in capsys.readouterr().err
