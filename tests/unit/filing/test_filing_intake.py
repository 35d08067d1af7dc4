"""What rows of papers say of their files is what the files are."""

from policy_engine.filing import folder as folder_module
from policy_engine.filing.intake import SHOWN, facts_with_files, with_files
from unit.filing import submissions as given


def notes_of(notes):
    return [(note.code, dict(note.params)["name"]) for note in notes]


def test_format_size_and_problem_come_from_the_files(policy, folder):
    tables, notes = with_files(policy, given.tables(policy, given.facts()), folder)
    assert given.cells(tables, "企业材料", "file_format") == ["PDF", "PDF", "PDF"]
    assert given.cells(tables, "机组材料", "file_size") == [len(given.pdf())]
    assert given.cells(tables, "机组材料", "file_problem") == [None]
    assert notes == ()


def test_other_tables_stay_as_they_are(policy, folder):
    before = given.tables(policy, given.facts())
    after, _ = with_files(policy, before, folder)
    assert [t for t in after if t.entity == "企业"] == [t for t in before if t.entity == "企业"]
    assert [t.entity for t in after] == [t.entity for t in before]


def test_what_a_file_pretends_to_be_does_not_count(policy, folder):
    (folder / "机组/电价.pdf").write_bytes(b"\xff\xd8\xff\xe0 not a pdf")
    tables, _ = with_files(policy, given.tables(policy, given.facts()), folder)
    assert given.cells(tables, "机组材料", "file_format") != ["PDF"]


def test_a_file_that_is_not_there_is_a_problem_of_the_row(policy, folder):
    (folder / "说明.pdf").unlink()
    tables, _ = with_files(policy, given.tables(policy, given.facts()), folder)
    problems = given.cells(tables, "企业材料", "file_problem")
    assert problems[:2] == [None, None]
    assert problems[2]


def test_values_that_people_give_way_with_a_remark(policy, folder):
    rows = [
        {"机组": "1", "材料": "电价批复", "文件": "机组/电价.pdf", "文件格式": "JPG", "文件问题": "打不开"}
    ]
    tables, notes = with_files(policy, given.tables(policy, given.facts(机组材料=rows)), folder)
    assert given.cells(tables, "机组材料", "文件格式") == ["PDF"]
    assert given.cells(tables, "机组材料", "文件问题") == [None]
    assert [code for code, _ in notes_of(notes)] == ["PE7086", "PE7086"]
    assert notes_of(notes)[0] == ("PE7086", "机组材料（事实.json 第1行） 文件格式")


def test_a_value_that_is_right_draws_no_remark(policy, folder):
    rows = [{"机组": "1", "材料": "电价批复", "文件": "机组/电价.pdf", "文件格式": "PDF"}]
    _, notes = with_files(policy, given.tables(policy, given.facts(机组材料=rows)), folder)
    assert notes == ()


def test_a_row_without_a_file_keeps_no_claim_about_one(policy, folder):
    rows = [{"机组": "1", "材料": "电价批复", "文件格式": "PDF", "文件大小": 12}]
    tables, notes = with_files(policy, given.tables(policy, given.facts(机组材料=rows)), folder)
    assert given.cells(tables, "机组材料", "文件格式") == [None]
    assert given.cells(tables, "机组材料", "文件大小") == [None]
    assert ("PE7085", "机组材料（事实.json 第1行）") in notes_of(notes)


def test_files_that_no_row_names_are_told_up_to_a_number(policy, folder):
    given.attach(folder, *(f"多余{n:02}.pdf" for n in range(SHOWN + 3)))
    _, notes = with_files(policy, given.tables(policy, given.facts()), folder)
    told = notes_of(notes)
    assert told[0] == ("PE7087", "多余00.pdf")
    assert len(told) == SHOWN + 1
    assert told[-1] == ("PE7087", "另有 3 个文件")
    assert notes[-1].message("en").startswith("3 more files")


def test_a_file_named_by_several_rows_is_looked_at_once(policy, folder, monkeypatch):
    asked = []
    inspect = folder_module.inspect
    monkeypatch.setattr(folder_module, "inspect", lambda d, names: asked.extend(names) or inspect(d, names))
    with_files(policy, given.tables(policy, given.facts()), folder)
    assert sorted(asked) == ["代码证.pdf", "机组/电价.pdf", "说明.pdf"]


def test_a_name_that_leaves_the_folder_is_a_problem_of_the_row(policy, folder):
    (folder.parent / "外.pdf").write_bytes(given.pdf())
    rows = [{"机组": "1", "材料": "电价批复", "文件": "../外.pdf"}]
    tables, _ = with_files(policy, given.tables(policy, given.facts(机组材料=rows)), folder)
    assert given.cells(tables, "机组材料", "file_format") == [None]
    assert given.cells(tables, "机组材料", "file_problem") != [None]


def test_nested_facts(policy, folder):
    nested = {
        "三证合一": True,
        "企业材料": [{"材料": "情况说明", "文件": "说明.pdf", "文件格式": "JPG"}],
        "unit": [
            {"unit_id": "1", "机组材料": [{"材料": "电价批复", "文件": "机组/电价.pdf"}, {"材料": "无"}]}
        ],
    }
    filled, found = facts_with_files(policy, nested, folder)
    assert filled["企业材料"] == [
        {
            "材料": "情况说明",
            "文件": "说明.pdf",
            "file_format": "PDF",
            "file_size": len(given.pdf()),
            "file_problem": None,
        }
    ]
    deep = filled["unit"][0]["机组材料"]
    assert [row["file_format"] for row in deep] == ["PDF", None]
    assert [file.name for file in found] == ["说明.pdf", "机组/电价.pdf"]
    assert nested["企业材料"][0]["文件格式"] == "JPG", "what was handed in is not changed"
    assert filled["三证合一"] is True
