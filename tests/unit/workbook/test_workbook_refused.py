"""What cannot be put back is told at its sheet and cell, and nothing is written."""

import zipfile

import openpyxl
import pytest

from policy_engine.diagnostics.errors import InputError, LoadError, PolicyEngineError
from policy_engine.workbook.exporting import export_book
from policy_engine.workbook.importing import import_book
from unit.workbook.conftest import POLICY
from unit.workbook.editing import cell, change, edited, line, text_of


def refused(file, edit, **more):
    with pytest.raises(PolicyEngineError) as found:
        edited(file, edit, **more)
    assert file.read_text(encoding="utf-8") == POLICY
    return [
        (d.code, str(d.span) if d.span else dict(d.params).get("place", "")) for d in found.value.diagnostics
    ]


def put(sheet, place, value):
    return lambda workbook: workbook[sheet].__setitem__(place, value)


@pytest.mark.parametrize(
    ("edit", "code", "place"),
    [
        (put("参数", "D2", "2018-13-01"), "PE1040", "参数!D2:1:1"),
        (put("参数", "B2", "百分之五"), "PE", "参数!B2:1:1"),
        (put("参数", "H2", "九-9"), "PE", "参数!H2:1:1"),
        (put("参数", "B2", None), "PE1005", "参数!A2:1:1"),
        (put("口径", "B2", "都行"), "PE", "口径!B2:1:1"),
        (put("词条", "D4", "电能"), "PE1057", "词条!D4:1:1"),
        (put("分档", "B4", "随便"), "PE1042", "分档!B4:1:1"),
        (put("分档", "B9", "超过 单价位"), "PE", "分档!B9:1:4"),
        (put("分档", "A4", "多行命种"), "PE1004", "分档!A4:1:1"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_errors_of_the_rules_are_told_at_the_cell(file, edit, code, place):
    found = refused(file, edit)
    assert any(c.startswith(code) and p == place for c, p in found), found


def test_an_error_in_the_text(file):
    found = refused(file, lambda w: setattr(line(w, "计算公式"), "value", "    计算公式: 电量 × 单阶"))
    assert found[0][1].startswith("原文!B") and found[0][1].endswith(":1:16")


@pytest.mark.parametrize(
    ("edit", "code", "place"),
    [
        (put("参数", "B2", "=1/20"), "PE7093", "参数!B2"),
        (put("参数", "B2", "#N/A"), "PE7093", "参数!B2"),
        (put("参数", "B2", 12345678901234567890), "PE7093", "参数!B2"),
        (put("参数", "B2", "5\n%"), "PE7093", "参数!B2"),
        (put("分档", "B9", "不超过\n10"), "PE7093", "分档!B9"),
        (put("参数", "A2", None), "PE7098", "参数!B2"),
        (put("参数", "K2", "备注"), "PE7094", "参数!K2"),
        (put("参数", "C1", "单价"), "PE7094", "参数!C1"),
        (put("参数", "C1", None), "PE7094", "参数!C1"),
        (put("分档", "A7", None), "PE7094", "分档"),
        (lambda w: w["分档"].delete_rows(1), "PE7094", "分档!A1"),
        (put("原文", "B60000", "x"), "PE5012", ""),
        (put("原文", "C5", "x"), "PE7094", "原文!C5"),
        (put("说明", "B3", "别的机关"), "PE7097", "说明!B3"),
        (lambda w: setattr(w["参数"], "title", "参数表"), "PE7094", "参数"),
        (lambda w: w.__delitem__("参数"), "PE7094", "参数"),
        (lambda w: w.__delitem__("原文"), "PE7094", "原文"),
        (lambda w: setattr(line(w, "“参数”"), "value", None), "PE7094", "原文"),
        (lambda w: w["原文"].append([None, line(w, "“参数”").value]), "PE7094", "原文!B"),
        (lambda w: w["参数"].merge_cells("B2:C2"), "PE7093", "参数!B2"),
        (lambda w: w["分档"].merge_cells("B9:C9"), "PE7093", "分档!B9"),
        (lambda w: [w["参数"].delete_rows(1) for _ in range(9)], "PE7094", "参数"),
    ],
)
def test_workbooks_that_do_not_fit(file, edit, code, place):
    found = refused(file, edit)
    assert any(c == code and p.startswith(place) for c, p in found), found


def test_a_formula_with_a_stored_result_is_still_a_formula(file):
    """A value computed by the workbook is nobody's decision."""
    book = file.with_suffix(".xlsx")
    export_book(file, book)
    change(book, put("参数", "B2", "=0.05"))
    parts = {}
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, data in parts.items():
        if b"<f>0.05</f>" in data:
            parts[name] = data.replace(b"<f>0.05</f><v></v>", b"<f>0.05</f><v>0.05</v>").replace(
                b"<f>0.05</f><v />", b"<f>0.05</f><v>0.05</v>"
            )
            assert parts[name] != data
    write_parts(book, parts)
    with pytest.raises(InputError) as found:
        import_book(book, file)
    assert [d.code for d in found.value.diagnostics] == ["PE7093"]


def write_parts(book, parts):
    with zipfile.ZipFile(book, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_every_bad_cell_is_told_at_once(file):
    def edit(workbook):
        workbook["参数"]["B2"] = "=1"
        workbook["口径"]["B2"] = "=2"

    assert [p for _, p in refused(file, edit)] == ["口径!B2", "参数!B2"]


# -- the file changed meanwhile ----------------------------------------------------------------------


def test_a_file_that_changed_meanwhile_is_not_overwritten(file, tmp_path):
    book = file.with_suffix(".xlsx")
    export_book(file, book)
    change(book, put("参数", "B2", "6%"))
    now = POLICY.replace("值: 50 元", "值: 55 元")
    file.write_text(now, encoding="utf-8")
    with pytest.raises(InputError) as found:
        import_book(book, file)
    (item,) = found.value.diagnostics
    assert item.code == "PE7095"
    assert "文件里改了：参数｜第 2 行“单价”，值：50 元/兆瓦时 → 55 元/兆瓦时" in item.message()
    assert "工作簿里改了：参数｜第 1 行“幅度”，值：5% → 6%" in item.message()
    assert "in the file: 参数｜row 2 “单价”" in item.message("en")
    new = import_book(book, tmp_path / "另存.yaml")
    assert new.is_new and text_of(new) == POLICY.replace("值: 5%", "值: 6%")
    new.write()
    assert (tmp_path / "另存.yaml").read_text(encoding="utf-8") == text_of(new)
    assert file.read_text(encoding="utf-8") == now


def test_the_same_change_on_both_sides_is_no_conflict(file):
    book = file.with_suffix(".xlsx")
    export_book(file, book)
    change(book, put("参数", "B2", "6%"))
    file.write_text(POLICY.replace("值: 5%", "值: 6%"), encoding="utf-8")
    assert text_of(import_book(book, file)) == file.read_text(encoding="utf-8")


def test_a_change_between_check_and_write(file):
    imported = edited(file, put("参数", "B2", "6%"))
    file.write_text(POLICY + "# 别人\n", encoding="utf-8")
    with pytest.raises(InputError, match="PE7095"):
        imported.write()
    assert file.read_text(encoding="utf-8") == POLICY + "# 别人\n"


# -- books that are not opened -----------------------------------------------------------------------


def test_other_books(file, tmp_path):
    book = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(book)
    with pytest.raises(InputError, match="PE7091"):
        import_book(book, file)
    for name in ("a.xlsm", "none.xlsx", "a.csv"):
        (tmp_path / "a.xlsm").write_bytes(book.read_bytes())
        with pytest.raises(InputError, match="PE7092"):
            import_book(tmp_path / name, file)


@pytest.mark.parametrize("row", [1, 2, 5, 6])
def test_a_stamp_that_was_touched(file, row):
    book = file.with_suffix(".xlsx")
    export_book(file, book)
    change(book, lambda w: w["_policy_engine"].__setitem__(f"A{row}", "x"))
    with pytest.raises(InputError, match="PE7091"):
        import_book(book, file)


@pytest.mark.parametrize(
    ("part", "relation"),
    [("xl/vbaProject.bin", None), ("xl/externalLinks/externalLink1.xml", "externalLink")],
)
def test_macros_and_links(file, part, relation):
    book = file.with_suffix(".xlsx")
    export_book(file, book)
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = b"<x/>"
    if relation:
        rels = "xl/_rels/workbook.xml.rels"
        kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{relation}"
        extra = f'<Relationship Id="rId99" Type="{kind}" Target="externalLinks/externalLink1.xml"/></Relationships>'
        parts[rels] = parts[rels].replace(b"</Relationships>", extra.encode())
    write_parts(book, parts)
    with pytest.raises(InputError, match="PE7092"):
        import_book(book, file)


def test_an_extra_sheet_is_noted(file):
    def edit(workbook):
        workbook.create_sheet("草稿")["A1"] = "=1+1"
        workbook.create_sheet("空的")

    imported = edited(file, edit)
    assert [d.code for d in imported.notes] == ["PE7099"] and "草稿" in imported.notes[0].message()


# -- which file --------------------------------------------------------------------------------------


def test_the_book_leads_to_no_other_place(file, tmp_path, monkeypatch):
    """The path in a workbook is a hint: outside of the folder and the library it is not followed."""
    book = file.with_suffix(".xlsx")
    export_book(file, book)
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with pytest.raises(InputError, match="PE7096"):
        import_book(book)
    change(book, lambda w: w["_policy_engine"].__setitem__("A4", "../偏差.yaml"))
    with pytest.raises(InputError, match="PE7096"):
        import_book(book)
    monkeypatch.chdir(tmp_path)
    change(book, lambda w: w["_policy_engine"].__setitem__("A4", "偏差.yaml"))
    assert import_book(book).path.name == "偏差.yaml"
    assert import_book(book, rules=tmp_path).path.samefile(file)


def test_a_moved_file_is_found_in_the_library(file, tmp_path, monkeypatch):
    export_book(file, tmp_path / "b.xlsx")
    rules = tmp_path / "规则"
    rules.mkdir()
    file.rename(rules / "新.yaml")
    monkeypatch.chdir(rules)
    assert import_book(tmp_path / "b.xlsx", rules=rules).path == rules / "新.yaml"


def test_export_refuses(file, tmp_path):
    book = tmp_path / "b.xlsx"
    export_book(file, book)
    with pytest.raises(InputError, match="PE7090"):
        export_book(file, book)
    export_book(file, book, force=True)
    with pytest.raises(InputError, match="PE7090"):
        export_book(file, tmp_path / "b.csv")
    with pytest.raises(InputError, match="PE7090"):
        export_book(file, tmp_path / "没有" / "b.xlsx")
    with pytest.raises(InputError, match="PE7090"):
        import_book(book, tmp_path / "b.txt")
    file.write_text("格式: 1\n", encoding="utf-8")
    with pytest.raises(LoadError):
        export_book(file, tmp_path / "c.xlsx")
    file.write_text(POLICY + "# " + "长" * 40_000 + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="PE7098"):
        export_book(file, tmp_path / "c.xlsx")
    assert not (tmp_path / "c.xlsx").exists()


def test_names_of_sheets_are_safe(file):
    text = POLICY.replace("  分档:  ", '  "电量[甲]/乙*丙:丁?一二三四五六七八九十一二三四五六七八九十":')
    file.write_text(text, encoding="utf-8")
    edited(file, lambda w: None)
    names = openpyxl.load_workbook(file.with_suffix(".xlsx")).sheetnames
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert cell(openpyxl.load_workbook(file.with_suffix(".xlsx")), names[5], "适用")
