"""The living documentation in a browser: from a clause to its scenario and back, by mouse and keys, loading nothing.

Needs Chromium with its driver (Debian: chromium, chromium-driver) and selenium; skipped where they are not.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policy_engine.testing.living_scenarios import Outcome, scenarios
from policy_engine.testing.living_write import write_living_doc

webdriver = pytest.importorskip("selenium.webdriver", reason="没有安装 selenium，不在浏览器里检查活文档")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="没有 chromium 和 chromedriver，不在浏览器里检查活文档"
)

FEATURES = sorted((Path(__file__).parents[3] / "features" / "jibei").glob("*.feature"))
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Driver = Any


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the Jibei notice; one of its scenarios failed."""
    features = {f"features/{p.name}": (p, None) for p in FEATURES}
    outcomes: dict[str, Outcome] = {}
    for name, (path, _) in features.items():
        for scenario in scenarios(path, name, {}):
            outcomes |= {case.nodeid: Outcome("passed") for case in scenario.cases}
    failed = next(case for case in outcomes if "多用多少都不考核" in case)
    outcomes[failed] = Outcome("failed", "用户“甲”的<考核结论>不是…", 14)
    folder = tmp_path_factory.mktemp("活 文档")
    write_living_doc(folder, features, outcomes)
    return (folder / "jibei-deviation.html").as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Driver]:
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser: Driver, url: str) -> Iterator[Driver]:
    """The page, freshly loaded at 1280 px. Afterwards: no error on the console, no request but for the page."""
    sized(browser, 1280)
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get(url)
    yield browser
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {m["params"]["request"]["url"] for m in asked if m["method"] == "Network.requestWillBeSent"}
    assert {u.partition("#")[0] for u in urls if not u.startswith("data:")} <= {url}


def sized(browser: Driver, width: int) -> None:
    """A view of that width: a window is never as narrow as a phone."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def here(browser: Driver) -> str:
    found: str = browser.execute_script("return decodeURIComponent(location.hash)")
    return found


def one(browser: Driver, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def top(browser: Driver, id_: str) -> float:
    script = "return document.getElementById(arguments[0]).getBoundingClientRect().top"
    found: float = browser.execute_script(script, id_)
    return found


def seen(browser: Driver) -> list[str]:
    """The clauses that are shown."""
    script = "return [...document.querySelectorAll('section.clause')].filter(s => !s.hidden).map(s => s.id)"
    found: list[str] = browser.execute_script(script)
    return found


def test_from_a_clause_to_its_scenario_and_back(opened: Driver) -> None:
    one(opened, "nav a[href='#条款-二-4']").click()
    assert here(opened) == "#条款-二-4"
    assert 0 <= top(opened, "条款-二-4") < 120
    title = next(
        s
        for s in opened.find_elements("css selector", "[id='条款-二-4'] summary")
        if s.text.startswith("✓ 售电公司按打包合计")
    )
    scenario = title.find_element("xpath", "..")
    assert scenario.get_attribute("open") is None
    title.click()
    assert scenario.get_attribute("open") is not None
    assert "售电公司“S”的偏差考核电量应为300.000兆瓦时" in scenario.text
    scenario.find_element("css selector", "a.chip[href='#条款-二-5']").click()
    assert here(opened) == "#条款-二-5"
    opened.back()
    assert here(opened) == "#条款-二-4"


def test_a_link_into_a_folded_scenario_unfolds_it(opened: Driver) -> None:
    id_ = opened.execute_script("return document.querySelector('details.scenario.passed[id]').id")
    opened.execute_script("location.hash = arguments[0]", id_)
    assert one(opened, f"[id='{id_}']").get_attribute("open") is not None
    assert 0 <= top(opened, id_) < 900


def test_a_failed_scenario_is_open_and_found(opened: Driver) -> None:
    failed = opened.find_elements("css selector", "details.scenario.failed")
    assert failed and all(d.get_attribute("open") is not None for d in failed)
    assert "用户“甲”的<考核结论>不是…" in failed[0].text
    one(opened, "[id='未过']").click()
    assert seen(opened) == ["条款-二-2"]


def test_search_and_keys(opened: Driver) -> None:
    everything = seen(opened)
    body = one(opened, "body")
    body.send_keys("/")
    box = opened.switch_to.active_element
    assert box.get_attribute("type") == "search"
    box.send_keys("区外电厂")
    assert seen(opened) == ["条款-一-4"]
    assert one(opened, "output").text == f"找到 1/{len(everything)} 条"
    box.send_keys("￿没有这样的字")
    assert seen(opened) == []
    box.send_keys("\ue00c")  # Escape
    assert seen(opened) == everything
    body.send_keys("j")
    first = here(opened)
    body.send_keys("j")
    second = here(opened)
    assert [first[1:], second[1:]] == everything[:2]
    body.send_keys("k")
    assert here(opened) == first


def test_a_link_shows_what_the_search_had_hidden(opened: Driver) -> None:
    one(opened, "[id='查找']").send_keys("区外电厂")
    opened.execute_script("location.hash = '条款-二-3'")
    assert "条款-二-3" in seen(opened)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_screen(opened: Driver, width: int) -> None:
    sized(opened, width)
    opened.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width


def test_on_paper_everything_is_unfolded(opened: Driver) -> None:
    count = "return [document.querySelectorAll('details').length, document.querySelectorAll('details[open]').length]"
    before = opened.execute_script(count)
    opened.execute_script("dispatchEvent(new Event('beforeprint'))")
    everything, unfolded = opened.execute_script(count)
    assert unfolded == everything
    opened.execute_script("dispatchEvent(new Event('afterprint'))")
    assert opened.execute_script(count) == before
