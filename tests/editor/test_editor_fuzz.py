"""Random edits on shipped files: every request is answered, nothing is logged, and the server stays.

``POLICY_ENGINE_EDITS=300`` makes more edits than every run of the tests does.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from editor.client import Client

EDITS = int(os.environ.get("POLICY_ENGINE_EDITS", "60"))
PIECES = [
    "",
    "",
    " ",
    "\n",
    "|",
    ":",
    "：",
    "{",
    "}",
    "[",
    "]",
    '"',
    "#",
    "- ",
    "a",
    "𠮷",
    "用户.",
    "口径.",
    "\u2028",
    "\r",
    "\t",
]
PIECES += [
    "  ",
    "\n  | ",
    "条款: ",
    "沿用: x\n",
    "文件: ../../x.csv",
    "!!python/object:os.system",
    "&a *a",
    "\x00",
    "9" * 40,
]
ASKED = ["completion", "hover", "definition", "references", "prepareRename"]


def positions(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_random_edits(rules: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    client = Client(tmp_path)
    paths = sorted(rules.rglob("*.yaml"))
    texts = {client.open(path): path.read_text(encoding="utf-8") for path in paths}
    for number in range(EDITS):
        uri = chance.choice(list(texts))
        lines = positions(texts[uri])
        line = chance.randrange(len(lines))
        column = chance.randint(0, len(lines[line].encode("utf-16-le")) // 2)
        end_line = min(len(lines) - 1, line + chance.choice([0, 0, 0, 1, 3]))
        start = {"line": line, "character": column}
        end = {"line": end_line, "character": column + chance.choice([0, 0, 1, 5])}
        if (end["line"], end["character"]) < (line, column):
            end = start
        client.change(uri, {"range": {"start": start, "end": end}, "text": chance.choice(PIECES)})
        method = chance.choice(ASKED)
        more = {"context": {"includeDeclaration": True}} if method == "references" else {}
        client.at(method, uri, line, column, **more)
        if number % 10 == 0:
            client.request("textDocument/documentSymbol", textDocument={"uri": uri})
            client.request("textDocument/foldingRange", textDocument={"uri": uri})
            options = {"tabSize": 2, "insertSpaces": True}
            client.request("textDocument/formatting", textDocument={"uri": uri}, options=options)
        if number % 60 == 59:
            client.change(uri, {"text": texts[uri]})
            client.diagnostics(uri)
    for uri, text in texts.items():
        client.change(uri, {"text": text})
    # a name that cannot be renamed is refused, which is the answer; anything else is a fault
    assert [e for e in client.errors if e["code"] != -32803] == []
    assert client.log == ""
    client.settle(*texts)
    client.close()
    assert client.log == ""


def test_a_big_file_is_bounded(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    uri = client.open(path, "格式: 1\n" + "# 很长的一行注释\n" * 250_000)
    assert [d["code"] for d in client.diagnostics(uri)] == ["PE1003"]
    assert client.at("hover", uri, 0, 1)


def test_requests_about_unknown_files_have_no_answer(client: Client) -> None:
    uri = "file:///nowhere/x.yaml"
    assert client.at("hover", uri, 0, 0) is None
    assert client.at("completion", uri, 5, 5) is None
    assert (
        client.request(
            "textDocument/formatting", textDocument={"uri": uri}, options={"tabSize": 2, "insertSpaces": True}
        )
        is None
    )
