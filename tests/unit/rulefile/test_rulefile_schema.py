"""The schema of rule files: current, complete, and of one mind with the reader."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from policy_engine.diagnostics.diagnostic import Severity
from policy_engine.policy.table_files import read_rule_file
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.key_help import ANYWHERE, KeyHelp, key_help, section_of, sections
from policy_engine.rulefile.schema_file import rule_file_schema, schema_text
from policy_engine.rulefile.shape import shapes

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("tests/fixtures/**/*.yaml")])
BAD = sorted((ROOT / "tests/bad").glob("PE1*.yaml"))


class Loader(yaml.SafeLoader):
    """As the core schema of YAML 1.2 reads, which editors use: no dates, no NO."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in ("int", "float", "null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def content(path: Path) -> Any:
    def with_text_keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): with_text_keys(inner) for key, inner in value.items()}
        return [with_text_keys(inner) for inner in value] if isinstance(value, list) else value

    return with_text_keys(yaml.load(path.read_text(encoding="utf-8"), Loader))


@cache
def validator(language: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(language)))


def language_of(path: Path) -> str:
    return "en" if "language: en" in path.read_text(encoding="utf-8")[:200] else "zh"


@pytest.mark.parametrize("language", kw.LANGUAGES)
def test_the_committed_schema_is_current(language: str) -> None:
    """Refresh it with ``policy-engine --lang LANGUAGE schema -o schemas/rule-file.LANGUAGE.schema.json``."""
    path = ROOT / "schemas" / f"rule-file.{language}.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(language)


@pytest.mark.parametrize("language", kw.LANGUAGES)
def test_it_is_a_schema(language: str) -> None:
    Draft202012Validator.check_schema(rule_file_schema(language))


def described(model: type) -> dict[str, KeyHelp]:
    found = {name: key_help(model, name) for name in kw.FIELDS[model]}
    assert None not in found.values(), found
    return {name: help_ for name, help_ in found.items() if help_ is not None}


def test_no_help_without_a_key() -> None:
    keys = {(section_of(model), name) for model, names in kw.FIELDS.items() for name in names}
    written = {(section, name) for section, entries in sections().items() for name in entries}
    own = {(section, name) for section, name in written if section != ANYWHERE}
    assert own <= keys
    assert {name for _, name in written - own} <= {name for _, name in keys}


@pytest.mark.parametrize("model", kw.FIELDS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type) -> None:
    for help_ in described(model).values():
        assert re.search("[一-鿿]", help_.zh)
        assert not re.search("[一-鿿]", help_.en + help_.example_en)
        assert help_.example_zh and help_.example_en


@pytest.mark.parametrize("model", kw.FIELDS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("language", kw.LANGUAGES)
def test_examples_use_keys_that_are_known(model: type, language: str) -> None:
    """What an example writes in braces for a document of its own holds its keys."""
    for name, help_ in described(model).items():
        example = help_.example(language).replace("…", "x")
        value = yaml.load(f"a: {example}\n", Loader)["a"]
        shape = shapes(model)[name]
        inner = [value] if isinstance(value, dict) and not shape.named else []
        if shape.named and shape.kind in kw.FIELDS:
            inner = [entry for entry in value.values() if isinstance(entry, dict)]
        for mapping in inner:
            if shape.kind in kw.FIELDS:
                assert all(kw.field_of(shape.kind, str(key), language) for key in mapping), example


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_good_files_are_valid(path: Path) -> None:
    errors = [
        f"{list(e.absolute_path)}: {e.message}"
        for e in validator(language_of(path)).iter_errors(content(path))
    ]
    assert not errors


def test_most_files_with_a_wrong_key_or_word_are_not_valid() -> None:
    """What only the reader can tell (cells of tables, ids) is left to it."""
    wanted = ("PE1004", "PE1005", "PE1007", "PE1008", "PE1010", "PE1040", "PE1041", "PE1042")
    files = [path for path in BAD if path.name[:6] in wanted]
    assert len(files) >= len(wanted)
    passed = [path.name for path in files if validator(language_of(path)).is_valid(content(path))]
    assert passed == []


def test_the_other_language_is_not_valid() -> None:
    for path in FILES:
        other = "zh" if language_of(path) == "en" else "en"
        assert not validator(other).is_valid(content(path)), path


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/bad").glob("PE[234]*.yaml")), ids=lambda path: path.stem
)
def test_what_reads_is_valid(path: Path) -> None:
    """Wrong in what they mean, not in how they are written."""
    document, found = read_rule_file(path)
    if document is None or any(item.severity is Severity.ERROR for item in found):
        pytest.skip("does not read")
    try:
        value = content(path)
    except yaml.YAMLError:
        pytest.skip("not YAML without the reader's help")
    assert [e.message for e in validator(language_of(path)).iter_errors(value)] == []


@pytest.mark.parametrize(
    ("section", "written"),
    [
        ("施行", {"自": "2018年6月1日", "至": "未定", "按": "结算月"}),
        ("条款", {"3.1": {"位置": "三", "摘要": 1}}),
        ("停用", ["参数.a"]),
        ("参数", "| 名称 | 值 |\n| a | 1 |"),
        ("参数", {"文件": "参数.csv"}),
        ("参数", [{"名称": "a", "值": 0.05}]),
        ("不适用", {"a": "b", "c": {"原因": "d"}}),
    ],
)
def test_ways_to_write_a_section(section: str, written: Any) -> None:
    value = content(ROOT / "rules/hubei/binding.yaml")
    assert validator("zh").is_valid({**value, section: written})
    assert not validator("zh").is_valid({**value, section: {"不知道": {"不知道": {}}}})


def test_an_english_key_may_have_underscores() -> None:
    path = next(path for path in FILES if language_of(path) == "en")
    value = content(path)
    value["in_force"] = value.pop("in force")
    assert validator("en").is_valid(value)
    del value["in_force"]
    assert not validator("en").is_valid(value)
