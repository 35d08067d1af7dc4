"""The pages of docs/ become a site that needs no other host, in Chinese, with a search that finds Chinese."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

pytest.importorskip("sphinx", reason="the site needs the extra “docs”")
sys.path.insert(0, str(DOCS / "_site"))

from chinese_frame import WORDS  # noqa: E402 - found only once the path above is known
from chinese_search import ChineseSearch  # noqa: E402 - found only once the path above is known
from offline import asks_elsewhere  # noqa: E402 - found only once the path above is known


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the README says, elsewhere. A dead link between pages fails it."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-E", "-q", "-b", "html", "-d", str(out / "trees")]
    done = subprocess.run([*command, str(DOCS), str(out / "html")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8")
    return out / "html"


def test_every_page_is_there_and_reached(site: Path) -> None:
    contents = (site / "index.html").read_text("utf-8")
    for page in DOCS.glob("*.md"):
        assert (site / f"{page.stem}.html").is_file()
        assert f'href="{page.stem}.html"' in contents or page.stem == "index"


def test_the_frame_is_chinese(site: Path) -> None:
    contents = (site / "index.html").read_text("utf-8")
    assert '<html class="no-js" lang="zh-CN"' in contents
    assert "搜索" in contents
    page = (site / "tutorial-policy.html").read_text("utf-8")
    assert "下一页" in page
    assert not [word for word in WORDS if re.search(rf'[>"]\s*{re.escape(word)}\s*[<"]', page)]
    assert re.findall(r">\s*([A-Z][a-z]+ ?[a-z ]*?)\s*<", page.partition("<article")[0]) == ["Design"]


def test_chinese_is_in_the_index(site: Path) -> None:
    text = (site / "searchindex.js").read_text("utf-8")
    terms = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert {"免考", "考幅", "幅度", "pe4002"} <= terms.keys()


@pytest.mark.parametrize(
    ("sought", "page"),
    [("免考幅度", "rule-files.html"), ("售电", "processes.html"), ("PE4002", "codes.html")],
)
def test_a_browser_finds_it_without_a_server(site: Path, sought: str, page: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("there is no chromium")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    address = f"{(site / 'search.html').as_uri()}?q={quote(sought)}"
    done = subprocess.run(
        [
            browser,
            *flags,
            "--virtual-time-budget=20000",
            f"--user-data-dir={tmp_path}",
            "--dump-dom",
            address,
        ],
        capture_output=True,
        check=False,
        timeout=120,
    )
    results = done.stdout.decode("utf-8").partition('id="search-results"')[2]
    assert f'href="{page}' in results


def test_chinese_is_split_into_pairs() -> None:
    words = ChineseSearch({}).split("免考幅度为5%，见PE4002")
    assert words == [*"免考幅度为", "免考", "考幅", "幅度", "度为", "5", "见", "PE4002"]


@pytest.mark.parametrize(
    ("text", "suffix", "hosts"),
    [
        ('<script src="https://cdn.example/a.js"></script>', ".html", ["https://cdn.example"]),
        ('<link rel="stylesheet" href="//fonts.example/a.css">', ".html", ["//fonts.example"]),
        ("<img src='http://x.example/a.png'>", ".html", ["http://x.example"]),
        ("@import 'https://x.example/a.css';", ".css", ["https://x.example"]),
        ("p { background: url(https://x.example/a.png) }", ".css", ["https://x.example"]),
        ('fetch("https://x.example/search")', ".js", ["https://x.example"]),
        ('<a href="https://x.example/">去看</a>', ".html", []),
        ('<svg xmlns="http://www.w3.org/2000/svg"></svg>', ".html", []),
        ('<script src="_static/a.js"></script>', ".html", []),
    ],
)
def test_what_a_page_asks_of_others_is_found(text: str, suffix: str, hosts: list[str]) -> None:
    assert asks_elsewhere(text, suffix) == hosts
