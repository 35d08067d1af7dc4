"""What the editor shows while a rule file is written."""

from __future__ import annotations

from pathlib import Path

from editor.client import Client, place


def test_a_shipped_file_has_no_errors(client: Client, rules: Path) -> None:
    uri = client.open(rules / "jibei" / "deviation.yaml")
    assert client.diagnostics(uri) == []


def test_a_wrong_cell_is_told_at_its_place(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "超过 免予考核电量             |", "超过 免于考核电量             |"
    )
    uri = client.open(path, text)
    found = client.diagnostics(uri)
    (wrong,) = [d for d in found if d["code"] == "PE2020"]
    line, column = place(text, "超过 ‸免于考核电量")
    assert wrong["range"] == {
        "start": {"line": line, "character": column},
        "end": {"line": line, "character": column + 6},
    }
    assert wrong["severity"] == 1
    assert "免予考核电量" in wrong["message"]
    assert wrong["codeDescription"]["href"].endswith("/PE2020.md")


def test_typing_is_followed_and_characters_beyond_the_bmp_count_twice(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8").replace("合同电量", "𠮷合同电量")
    uri = client.open(path, text)
    assert client.diagnostics(uri) == []
    line, column = place(text, "计算公式: 实际用电量 - 𠮷合同电‸量")
    start = {"line": line, "character": column}
    end = {"line": line, "character": column + 1}
    client.change(uri, {"range": {"start": start, "end": end}, "text": "亮"})
    (wrong,) = [d for d in client.diagnostics(uri) if d["code"] == "PE2020"]
    assert wrong["range"]["start"] == {"line": line, "character": column - 5}
    assert wrong["range"]["end"] == {"line": line, "character": column + 1}
    client.change(uri, {"range": {"start": start, "end": end}, "text": "量"})
    assert client.diagnostics(uri) == []


def test_other_encodings_are_agreed_upon(rules: Path, tmp_path: Path) -> None:
    client = Client(tmp_path, encodings=["utf-32", "utf-16"])
    assert client.answer["capabilities"]["positionEncoding"] == "utf-32"
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8").replace("合同电量", "𠮷合同电量")
    text = text.replace("实际用电量 - 𠮷合同电量", "实际用电量 - 𠮷合同电亮")
    uri = client.open(path, text)
    (wrong,) = [d for d in client.diagnostics(uri) if d["code"] == "PE2020"]
    assert wrong["range"]["start"]["character"] == place(text, "实际用电量 - ‸𠮷合同电亮", "utf-32")[1]
    client.close()


def test_the_child_sees_the_parent_as_it_is_typed(client: Client, rules: Path) -> None:
    child = client.open(rules / "jibei" / "deviation.yaml")
    assert client.diagnostics(child) == []
    path = rules / "jing-jin-tang" / "deviation.yaml"
    parent = client.open(path)
    client.diagnostics(parent)
    text = path.read_text(encoding="utf-8")
    client.change(parent, {"text": text.replace("偏差考核电量 × 全月", "偏差考核电量 × 全年")})
    assert "PE2020" in [d["code"] for d in client.diagnostics(parent)]
    if child not in client.told[-1:]:
        client.diagnostics(child)
    (above,) = client.published[child]
    assert above["range"]["start"]["line"] == place(child_text(rules), "沿用‸")[0]
    assert above["relatedInformation"][0]["location"]["uri"] == parent
    client.change(parent, {"text": text})
    client.settle(child, parent)


def child_text(rules: Path) -> str:
    return (rules / "jibei" / "deviation.yaml").read_text(encoding="utf-8")


def test_only_the_latest_text_counts(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8")
    uri = client.open(path)
    for _ in range(5):
        client.change(uri, {"text": text + "坏"})
        client.change(uri, {"text": text})
    assert client.diagnostics(uri) == []
    assert client.told.count(uri) == 1


def test_a_finding_in_a_table_goes_to_its_file(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8")
    head, rest = text.split("    表: |\n", 1)
    table, tail = rest.split("\n\n", 1)
    rows = [[c.strip() for c in line.strip(" |").split("|")] for line in table.splitlines()]
    rows[2][0] = "用户"  # twice the same key
    csv = path.parent / "出具.csv"
    csv.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    uri = client.open(path, head + "    表: {文件: 出具.csv}\n\n" + tail)
    client.diagnostics(uri)
    while not client.published.get(csv.as_uri()):
        client.diagnostics(csv.as_uri())
    assert client.published[csv.as_uri()][0]["range"]["start"]["line"] in (1, 2)
    client.close_texts()
    assert client.diagnostics(csv.as_uri()) == []


def test_messages_come_in_english_too(english: Path, tmp_path: Path) -> None:
    client = Client(tmp_path, lang="en")
    path = english / "jibei" / "deviation.yaml"
    uri = client.open(
        path, path.read_text(encoding="utf-8").replace("hit policy: unique", "hit policy: single", 1)
    )
    (wrong,) = client.diagnostics(uri)
    assert wrong["message"].isascii() or "unique" in wrong["message"]
    client.close()


def test_a_text_that_was_never_saved_is_checked(client: Client) -> None:
    uri = "untitled:Untitled-1"
    item = {"uri": uri, "languageId": "yaml", "version": 1, "text": "格式: 1\n政策: a/b\n"}
    client.notify("textDocument/didOpen", textDocument=item)
    assert {d["code"] for d in client.diagnostics(uri)}
    client.notify("textDocument/didClose", textDocument={"uri": uri})


def test_nothing_beyond_the_folder_is_read(client: Client, rules: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8")
    head, rest = text.split("    表: |\n", 1)
    uri = client.open(path, head + "    表: {文件: ../../outside.csv}\n\n" + rest.split("\n\n", 1)[1])
    assert [d["code"] for d in client.diagnostics(uri)] == ["PE1070"]
