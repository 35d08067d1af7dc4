"""What the editor offers while a rule file is written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from editor.client import Client
from editor.conftest import ROOT


def offers(client: Client, path: Path, before: str, typed: str) -> dict[str, dict[str, Any]]:
    """The completions at ``‸`` after ``before`` was replaced by ``typed`` in an open file that bound."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    uri = client.open(path)
    client.diagnostics(uri)
    text = text.replace(before, typed, 1)
    client.change(uri, {"text": text.replace("‸", "")})
    found = client.at("completion", uri, *place_of_mark(text))
    if found is None:
        return {}
    return {item["label"]: item for item in found["items"]}


def place_of_mark(text: str) -> tuple[int, int]:
    offset = text.index("‸")
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset), len(text[start:offset].encode("utf-16-le")) // 2


# One server for all: each test opens the file afresh.
@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    folder = tmp_path_factory.mktemp("completion")
    shutil.copytree(ROOT / "rules", folder / "rules")
    shutil.copytree(ROOT / "tests" / "fixtures" / "jibei-en", folder / "english")
    started = Client(folder)
    yield started, folder
    started.close()
    assert (started.errors, started.log) == ([], "")


@pytest.fixture
def client(shared: tuple[Client, Path]) -> Client:
    return shared[0]


@pytest.fixture
def rules(shared: tuple[Client, Path]) -> Path:
    return shared[1] / "rules"


@pytest.fixture
def english(shared: tuple[Client, Path]) -> Path:
    return shared[1] / "english"


ZH = [
    (
        "计算公式: 实际用电量 - 合同电量",
        "计算公式: 实际用电量 - ‸",
        {"合同电量", "免予考核幅度", "最大值", "全月.年度双边均价"},
    ),
    ("计算公式: 实际用电量 - 合同电量", "计算公式: 全月.年‸", {"年度双边均价", "出账月份"}),
    ('口径.负偏差考核部分 = "全部', '口径.负偏差考核部分 = "‸', {"超出幅度的部分", "全部负偏差"}),
    ("口径.负偏差考核部分", "口径.‸", {"负偏差考核部分", "分配权重"}),
    ("| 免考           | 0  ", "| ‸           | 0  ", {"无偏差考核电量", "按打包考核"}),
    ("应考核电量       | 二-4 ", "应考核电量       | 二-‸", {"二-4", "电费"}),
    ("条款: 二-4", "条款: ‸", {"二-4", "四-2-6", "电费"}),
    (
        "适用: [售电公司, 直接交易用户]\n    多行",
        "适用: [售电公司, ‸]\n    多行",
        {"直接交易用户", "打包用户"},
    ),
    ("多行命中: 不允许", "多行命中: ‸", {"不允许", "取首行"}),
    ("    多行命中: 不允许", "    ‸", {"多行命中", "计算公式", "汇集"}),
    ("\n决定:", "\n‸\n决定:", {"主体", "认定", "流程"}),
    (
        "| 电量 | 兆瓦时    | 3      |               | 0 至",
        "| ‸ | 兆瓦时    | 3      |               | 0 至",
        {"电量", "选项"},
    ),
    (
        "| 电量 | 兆瓦时    | 3      |               | 0 至",
        "| 电量 | ‸ | 3      |               | 0 至",
        {"兆瓦时", "千瓦时"},
    ),
    ("| 行名     | 当：免考 |", "| 行名     | 当：‸ |", {"免考", "负偏差电量"}),
    ("| 行名     | 当：免考 |", "| 行名     | ‸ |", {"当", "则", "条款"}),
    ("来源: 原文", "来源: ‸", {"原文", "二手来源", "推定"}),
    ("取: 全部负偏差", "取: ‸", {"全部负偏差", "超出幅度的部分"}),
    ("沿用: jing-jin-tang/deviation", "沿用: ‸", {"jing-jin-tang/deviation"}),
]


@pytest.mark.parametrize(("before", "typed", "wanted"), ZH, ids=[t for _, t, _ in ZH])
def test_chinese(client: Client, rules: Path, before: str, typed: str, wanted: set[str]) -> None:
    assert wanted <= set(offers(client, rules / "jibei" / "deviation.yaml", before, typed))


EN = [
    ("hit policy: unique", "hit policy: ‸", {"unique", "first"}),
    ("    hit policy: unique", "    ‸", {"hit policy", "formula", "collect"}),
    ("\ndecisions:", "\n‸\ndecisions:", {"eligibility", "processes"}),
    ("| price   | 元/MWh", "| ‸   | 元/MWh", {"energy", "price"}),
    ("| row      | clause |", "| row      | ‸ |", {"when", "then", "clause"}),
]


@pytest.mark.parametrize(("before", "typed", "wanted"), EN, ids=[t for _, t, _ in EN])
def test_english(client: Client, english: Path, before: str, typed: str, wanted: set[str]) -> None:
    found = offers(client, english / "jibei" / "deviation.yaml", before, typed)
    assert wanted <= set(found)
    assert not {"计算公式", "多行命中", "决定", "行名"} & set(found)


def test_keys_come_with_their_help(client: Client, rules: Path) -> None:
    found = offers(client, rules / "jibei" / "deviation.yaml", "    多行命中: 不允许", "    多‸")
    help_ = found["多行命中"]["documentation"]["value"]
    assert "多行命中: " in help_
    assert found["多行命中"]["textEdit"]["newText"] == "多行命中: "
    assert found["多行命中"]["textEdit"]["range"]["start"]["character"] == 4


def test_clauses_say_where_they_stand(client: Client, rules: Path) -> None:
    found = offers(client, rules / "jibei" / "deviation.yaml", "条款: 二-4", "条款: 二‸")
    assert found["二-4"]["detail"] == "二、第3段第1句"
    assert "5%以外" in found["二-4"]["documentation"]["value"]


def test_a_file_that_never_bound_offers_what_it_declares(client: Client, rules: Path) -> None:
    path = rules / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8").replace("结算月, 条款: 五-1}", "结算月, 条款: 五-1", 1)
    text = text.replace("计算公式: 实际用电量 - 合同电量", "计算公式: 实际用电量 - ‸", 1)
    uri = client.open(path, text.replace("‸", ""))
    assert client.diagnostics(uri)
    found = client.at("completion", uri, *place_of_mark(text))
    assert {"合同电量", "全月.年度双边均价"} <= {item["label"] for item in found["items"]}


def test_nothing_is_offered_in_a_comment(client: Client, rules: Path) -> None:
    assert offers(client, rules / "jibei" / "deviation.yaml", "# —— 偏差：实际减", "# —— 偏差：‸实际减") == {}
