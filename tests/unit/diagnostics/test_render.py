"""Findings as people and programs see them."""

from __future__ import annotations

import itertools
import json

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostic, Label, diagnostic
from policy_engine.diagnostics.render import render_github, render_json, render_text, visible, width
from policy_engine.diagnostics.span import Source, Span

SOURCE = Source("rules/x.yaml", "标题: 甲\n\n\n负偏差免考辐度: 0.05 # 说明\n值: 5%\n")


def at(text: str, source: Source = SOURCE) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def unknown_key(*spans: Span | Label, **more: str) -> Diagnostic:
    hint = Text("是否想写“{near}”？", "did you mean “{near}”?")
    return diagnostic("PE1004", *spans, hint=hint, name="负偏差免考辐度", near="负偏差免考幅度", **more)


def test_a_finding_with_everything() -> None:
    found = unknown_key(at("负偏差免考辐度"), clause="二-3", counter_example="偏差率 = 5%")
    assert render_text([found]) == (
        "错误[PE1004] 不认识的字段“负偏差免考辐度”\n"
        "  ┌─ rules/x.yaml:4:1\n"
        "4 │ 负偏差免考辐度: 0.05 # 说明\n"
        "  │ ^^^^^^^^^^^^^^\n"
        "  = 是否想写“负偏差免考幅度”？\n"
        "  = 条款：二-3\n"
        "  = 反例：偏差率 = 5%\n"
    )


def test_in_english() -> None:
    told = render_text([unknown_key(at("0.05"), clause="2-3", counter_example="x = 5")], lang="en")
    assert told == (
        "error[PE1004] unknown key “负偏差免考辐度”\n"
        "  ┌─ rules/x.yaml:4:10\n"
        "4 │ 负偏差免考辐度: 0.05 # 说明\n"
        "  │                 ^^^^\n"
        "  = did you mean “负偏差免考幅度”?\n"
        "  = clause: 2-3\n"
        "  = counter-example: x = 5\n"
    )


def test_two_places_on_one_line_share_an_excerpt() -> None:
    other = Label(at("0.05"), Text("这里是{name}", "here is {name}"))
    lines = render_text([unknown_key(at("负偏差免考辐度"), other)]).splitlines()
    assert lines[2:5] == [
        "4 │ 负偏差免考辐度: 0.05 # 说明",
        "  │ ^^^^^^^^^^^^^^",
        "  │                 ---- 这里是负偏差免考辐度",
    ]


def test_places_in_several_files() -> None:
    other = Source("甲.yaml", "\n" * 99 + "值: 5%")
    lines = render_text([unknown_key(at("值"), Label(at("5%", other), Text("又见", "again")))]).splitlines()
    assert lines[1:7] == [
        "    ┌─ rules/x.yaml:5:1",
        "  5 │ 值: 5%",
        "    │ ^^",
        "    ┌─ 甲.yaml:100:4",
        "100 │ 值: 5%",
        "    │     -- 又见",
    ]


def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    lines = render_text([unknown_key(Span(SOURCE, 0, 12))]).splitlines()
    assert lines[2:4] == ["1 │ 标题: 甲", "  │ ^^^^^^^^"]


def test_an_empty_span_still_has_a_caret() -> None:
    end = len(SOURCE.text)
    lines = render_text([unknown_key(Span(SOURCE, end, end))]).splitlines()
    assert lines[1:4] == ["  ┌─ rules/x.yaml:6:1", "6 │ ", "  │ ^"]


def test_findings_without_a_place_or_a_text() -> None:
    assert render_text([unknown_key()]).splitlines()[1].strip() == "= 是否想写“负偏差免考幅度”？"
    nowhere = Span(Source("没有.yaml", ""), 0, 0)
    assert render_text([unknown_key(nowhere)]).splitlines()[1] == "  ┌─ 没有.yaml"


def test_findings_are_a_blank_line_apart() -> None:
    told = render_text([unknown_key(at("值")), unknown_key(at("标题"))])
    assert told.count("\n\n") == 1


def test_escapes_in_a_file_do_not_reach_the_terminal() -> None:
    evil = Source("a\x1b[2J.yaml", "甲\x1b]0;x\x07: \u202e乙\t丙\r\n")
    found = diagnostic("PE1004", at("丙", evil), hint=Text("{name}", "{name}"), name="\x1b[31m\n红\x9b")
    told = render_text([found])
    assert not any(ord(ch) < 0x20 and ch != "\n" for ch in told)
    assert "\x9b" not in told and "\u202e" not in told
    lines = told.splitlines()
    assert lines[0].startswith("错误[PE1004] 不认识的字段“␛[31m␊红<009B>”")
    excerpt, carets = next((a, b) for a, b in itertools.pairwise(lines) if "^" in b)
    assert width(excerpt[: excerpt.index("丙")]) == width(carets[: carets.index("^")])


def test_widths() -> None:
    assert width("甲a，e\u0301") == 2 + 1 + 2 + 1
    assert visible("a\x00\x7f\u200b") == "a␀␡<200B>"


def test_long_lines_are_cut_around_the_place() -> None:
    long = Source("x", "甲" * 5000 + "乙" + "丙" * 5000)
    lines = render_text([unknown_key(at("乙", long))]).splitlines()
    assert max(len(line) for line in lines) < 200
    before = lines[2].index("乙")
    assert width(lines[2][:before]) == width(lines[3][: lines[3].index("^")])


def test_colours_only_when_asked_for() -> None:
    found = [unknown_key(at("值"))]
    assert "\x1b[" not in render_text(found)
    assert "\x1b[1;31m错误[PE1004]\x1b[0m" in render_text(found, color=True)


def test_json() -> None:
    found = unknown_key(Label(at("0.05"), Text("这里", "here")), clause="二-3", counter_example="x")
    assert json.loads(render_json([found])) == [
        {
            "code": "PE1004",
            "severity": "error",
            "message": "不认识的字段“负偏差免考辐度”",
            "hint": "是否想写“负偏差免考幅度”？",
            "clause": "二-3",
            "counter_example": "x",
            "labels": [
                {
                    "file": "rules/x.yaml",
                    "line": 4,
                    "column": 10,
                    "end_line": 4,
                    "end_column": 14,
                    "message": "这里",
                }
            ],
        }
    ]
    assert json.loads(render_json([found], "en"))[0]["message"].startswith("unknown key")
    assert json.loads(render_json([])) == []


def test_github_annotations() -> None:
    source = Source("a,b:c.yaml", "值: 5%")
    found = diagnostic("PE1004", at("5%", source), hint=Text("100%\n{name}", ""), name="甲")
    assert render_github([found]) == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=4,endLine=1,endColumn=6,title=PE1004"
        "::不认识的字段“甲”%0A100%25%0A甲"
    )
    warning = diagnostic("PE1017", Span(source, 0, 0))
    assert render_github([warning]).startswith("::warning file=")
    assert render_github([unknown_key()]).startswith("::error title=PE1004::")
