"""Hover, definitions, references, renaming, outline, formatting and corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from editor.client import Client, place


def hover(client: Client, uri: str, text: str, marked: str) -> str:
    found = client.at("hover", uri, *place(text, marked))
    return found["contents"]["value"] if found else ""


def opened(client: Client, path: Path) -> tuple[str, str]:
    text = path.read_text(encoding="utf-8")
    uri = client.open(path)
    client.diagnostics(uri)
    return uri, text


def at(text: str, item: dict[str, Any]) -> str:
    """The text of a range."""
    lines = text.split("\n")
    start, end = item["range"]["start"], item["range"]["end"]
    line = lines[start["line"]].encode("utf-16-le")
    return line[start["character"] * 2 : end["character"] * 2].decode("utf-16-le")


def test_hover_tells_a_declaration(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    told = hover(client, uri, text, "计算公式: 实际用电量 - 合‸同电量")
    assert "contract_energy" in told and "兆瓦时" in told and "0–10000000" in told and "电量" in told
    told = hover(client, uri, text, "计算公式: 合同电量 × 免予考‸核幅度")
    assert "**5%**" in told and "原文" in told and "二、第2段第2句" in told and "2018-06" in told
    told = hover(client, uri, text, "口径.负偏差‸考核部分 = ")
    assert "超出幅度的部分" in told and "全部负偏差" in told
    told = hover(client, uri, text, "条款: 四-1-1‸\n\n决定")
    assert "四、1.第1段" in told and "相加应等于打包数" in told
    assert "主体" in hover(client, uri, text, "售电公‸司.全部合同电量: {汇总")
    assert "多行命中" in hover(client, uri, text, "多行‸命中: 不允许\n    决策表: |\n      | 行名     |")


def test_hover_tells_what_comes_from_a_parent(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    told = hover(client, uri, text, "| 则：考核结论   | 则：偏差考‸核电量 |")
    assert "jing-jin-tang/deviation（deviation.yaml:" in told


def test_hover_in_english(english: Path, tmp_path: Path) -> None:
    client = Client(tmp_path, lang="en")
    uri, text = opened(client, english / "jibei" / "deviation.yaml")
    assert "a fact, filled in" in hover(client, uri, text, "formula: 实际用电量 - 合‸同电量")
    told = hover(client, uri, text, "hit po‸licy: unique\n    table: |\n      | row      | clause |")
    assert "hit policy: " in told and told.isascii()
    client.close()


def test_definition_goes_to_the_parent(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    parent = rules / "jing-jin-tang" / "deviation.yaml"
    above = parent.read_text(encoding="utf-8")
    marked = "考核结论, 偏差考核电量, 偏差考‸核电费, 承担考核电费]\n  用户:"
    found = client.at("definition", uri, *place(text, marked))
    assert {f["uri"] for f in found} == {parent.as_uri()}
    assert {at(above, f) for f in found} == {"偏差考核电费"}
    (found,) = client.at("definition", uri, *place(text, "沿用: jing-jin‸-tang/deviation"))
    assert found["uri"] == parent.as_uri()
    (found,) = client.at("definition", uri, *place(text, "计算公式: 实际用‸电量 - 合同电量"))
    assert (
        found["uri"] == uri
        and found["range"]["start"]["line"] == place(text, "| 用户                   | 实际用‸电量 ")[0]
    )


def test_references_know_whose_term_is_meant(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    where = place(text, "计算公式: 实际用电量 - 合‸同电量")
    found = client.at("references", uri, *where, context={"includeDeclaration": True})
    assert {at(text, f) for f in found} == {"合同电量"} and len(found) == 6
    without = client.at("references", uri, *where, context={"includeDeclaration": False})
    assert len(without) == len(found) - 1
    parent = rules / "jing-jin-tang" / "deviation.yaml"
    above_uri, above = opened(client, parent)
    found = client.at(
        "references",
        above_uri,
        *place(above, "年度双‸边均价 × 考核系数"),
        context={"includeDeclaration": True},
    )
    assert {f["uri"] for f in found} == {above_uri}
    found = client.at(
        "references",
        above_uri,
        *place(above, "  用‸户:         {代号: user"),
        context={"includeDeclaration": True},
    )
    assert uri in {f["uri"] for f in found}


def renamed(text: str, edit: dict[str, Any]) -> str:
    lines = text.split("\n")
    for change in sorted(
        edit["edits"], key=lambda e: (e["range"]["start"]["line"], -e["range"]["start"]["character"])
    ):
        start, end = change["range"]["start"], change["range"]["end"]
        line = lines[start["line"]].encode("utf-16-le")
        line = (
            line[: start["character"] * 2]
            + change["newText"].encode("utf-16-le")
            + line[end["character"] * 2 :]
        )
        lines[start["line"]] = line.decode("utf-16-le")
    return "\n".join(lines)


def test_a_term_is_renamed_everywhere(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    edit = client.at("rename", uri, *place(text, "计算公式: 实际用电量 - 合‸同电量"), newName="签约电量")
    (document,) = edit["documentChanges"]
    after = renamed(text, document)
    assert "计算公式: 实际用电量 - 签约电量" in after and "求和: 打包用户.签约电量" in after
    assert "打包合同电量 为空" in after and "全部合同电量" in after
    client.change(uri, {"text": after})
    assert client.diagnostics(uri) == []


def refused(client: Client) -> str:
    error = client.errors.pop()
    assert error["code"] == -32803
    return error["message"]


def test_renaming_is_refused_when_it_is_not_sure(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    spot = place(text, "计算公式: 实际用电量 - 合‸同电量")
    assert client.at("rename", uri, *spot, newName="实际用电量") is None
    assert "意思会变" in refused(client)
    assert client.at("rename", uri, *spot, newName="且") is None
    assert "不能作名称" in refused(client)
    assert (
        client.at("prepareRename", uri, *place(text, "最小值(偏差考核电费 × 约‸定分摊比例"))["placeholder"]
        == "约定分摊比例"
    )
    assert client.at("prepareRename", uri, *place(text, "计算公式: 偏差‸考核电费\n")) is None
    assert "jing-jin-tang/deviation" in refused(client)
    parent, above = opened(client, rules / "jing-jin-tang" / "deviation.yaml")
    client.notify("textDocument/didClose", textDocument={"uri": uri})
    assert (
        client.at(
            "rename", parent, *place(above, "| 售电公司、用户         | 偏差‸考核电量"), newName="考核量"
        )
        is None
    )
    assert "jibei/deviation" in refused(client)


def test_open_children_are_renamed_along(client: Client, rules: Path) -> None:
    uri, text = opened(client, rules / "jibei" / "deviation.yaml")
    parent, above = opened(client, rules / "jing-jin-tang" / "deviation.yaml")
    edit = client.at("rename", parent, *place(above, "| 全月                   | 结算‸月"), newName="核算月")
    documents = {d["textDocument"]["uri"]: d for d in edit["documentChanges"]}
    assert set(documents) == {uri, parent}
    assert "次月(核算月)" in renamed(text, documents[uri])


def test_the_outline_lists_sections_and_entries(client: Client, rules: Path) -> None:
    uri, _ = opened(client, rules / "jibei" / "deviation.yaml")
    found = {s["name"]: s for s in client.request("textDocument/documentSymbol", textDocument={"uri": uri})}
    assert [c["name"] for c in found["口径"]["children"]] == ["负偏差考核部分", "分配权重"]
    assert "合同电量" in [c["name"] for c in found["词条"]["children"]]
    assert "考核判定" in [c["name"] for c in found["决定"]["children"]]
    folds = client.request("textDocument/foldingRange", textDocument={"uri": uri})
    lines = (rules / "jibei" / "deviation.yaml").read_text(encoding="utf-8").split("\n")
    assert any(lines[f["startLine"]].lstrip().startswith("| 行名     | 当：免考") for f in folds)


def test_formatting_puts_the_text_in_order(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8")
    uri = client.open(path, text.replace("| 行名     | 当：免考 |", "|行名|当：免考|"))
    client.diagnostics(uri)
    options = {"tabSize": 2, "insertSpaces": True}
    (edit,) = client.request("textDocument/formatting", textDocument={"uri": uri}, options=options)
    assert edit["newText"] == text
    client.change(uri, {"text": text})
    assert client.request("textDocument/formatting", textDocument={"uri": uri}, options=options) == []


def test_a_slip_is_corrected(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("计算公式: 实际用电量 - 合同电量", "计算公式: 实际用电量 - 合同点量")
    uri = client.open(path, wrong)
    found = client.diagnostics(uri)
    item = found[0]
    (action,) = client.request(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range=item["range"],
        context={"diagnostics": [item]},
    )
    (document,) = action["edit"]["documentChanges"]
    assert renamed(wrong, document) == text
