"""The page: well-formed, self-contained, and nothing anybody wrote becomes part of its markup."""

from html.parser import HTMLParser

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.filing.page import blank_page, filing_page
from policy_engine.filing.page_file import write_page
from policy_engine.filing.submit import hold
from unit.filing import submissions as given

VOID = {"meta", "col", "input", "br"}
EVIL = '<script>alert("x")</script>'


class Reader(HTMLParser):
    """Collects elements, and complains about any that is not closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.said = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)

    def count(self, tag):
        return sum(t == tag for t, _ in self.elements)


@pytest.fixture
def page(policy, folder):
    def call(lang="zh", **changes):
        filing = hold(policy, given.tables(policy, given.facts(**changes)), folder, executor="reference")
        return filing_page(filing, lang)

    return call


def pages(page, policy):
    return [page(), page("en"), blank_page(policy), blank_page(policy, "en")]


def test_well_formed_and_self_contained(page, policy):
    for text in pages(page, policy):
        read = Reader(text)
        assert "://" not in text
        assert "url(" not in text
        assert "@import" not in text
        assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in read.elements)
        assert not any(a in attrs for _, attrs in read.elements for a in ("src", "href", "onclick", "onload"))
        assert text.startswith("<!DOCTYPE html>")
        assert read.count("title") == read.count("h1") == 1


@pytest.mark.parametrize("lang, word", [("zh", "zh-CN"), ("en", "en")])
def test_language(page, lang, word):
    assert dict(Reader(page(lang)).elements)["html"]["lang"] == word


def test_names_are_escaped(page):
    text = page(
        企业=[{"company_id": EVIL}],
        企业材料=[{"企业": EVIL, "材料": EVIL, "文件": f"{EVIL}.pdf", "栏目": "营业执照"}],
        机组=[],
        机组材料=[],
    )
    read = Reader(text)
    assert read.count("script") == 0
    assert EVIL not in text
    assert EVIL in "".join(read.said), "it is shown as it was written"


def test_what_the_rule_file_says_is_escaped(tmp_path, monkeypatch):
    monkeypatch.setattr(given, "RULES", given.RULES.replace("注册材料（试）", f"注册{EVIL}"))
    text = blank_page(given.policy(tmp_path))
    assert Reader(text).count("script") == 0


def test_boxes_and_what_to_do(page):
    text = page(企业材料=[])
    boxes = [
        attrs["class"] for tag, attrs in Reader(text).elements if "box" in attrs.get("class", "").split()
    ]
    assert boxes.count("box off") == 3
    assert boxes.count("box on") == 3
    assert boxes.count("box none") == 1
    assert "要做什么" in text


def test_the_blank_page_can_be_ticked(policy):
    read = Reader(blank_page(policy))
    assert sum(attrs.get("type") == "checkbox" for _, attrs in read.elements) == 7
    assert "豁免为是" in "".join(read.said)


def test_a_sensitive_value_is_not_on_the_page(page):
    assert "geheim" not in page(企业=[{"company_id": "A", "密码": "geheim"}])


def test_an_earlier_page_is_replaced_and_no_other_file(page, tmp_path):
    path = tmp_path / "新" / "清单.html"
    write_page(path, page())
    write_page(path, page("en"))
    assert 'lang="en"' in path.read_text(encoding="utf-8")
    other = tmp_path / "我的.html"
    other.write_text("<p>mine", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        write_page(other, page())
    assert refused.value.code == "PE7088"
    assert other.read_text(encoding="utf-8") == "<p>mine"


def test_no_page_among_the_attachments(page, folder):
    with pytest.raises(InputError) as refused:
        write_page(folder / "清单.html", page(), folder)
    assert refused.value.code == "PE7088"


def test_a_folder_in_its_place_is_told(page, tmp_path):
    with pytest.raises(InputError):
        write_page(tmp_path, page())
