"""Test cases of the kit: what goes in, what must come out (``testCases.xsd``)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from policy_engine.dmn.temporal import read_day, read_duration, read_moment, read_time

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
LEVELS = ("compliance-level-2", "compliance-level-3")


def local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def read_xml(path: Path) -> ET.Element:
    """The root. A file that declares entities is refused: expat would expand them."""
    text = path.read_bytes()
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ValueError(f"{path}: declarations are not read")
    return ET.fromstring(text)


def children(element: ET.Element, *names: str) -> list[ET.Element]:
    return [c for c in element if local(c.tag) in names]


def child(element: ET.Element, *names: str) -> ET.Element | None:
    found = children(element, *names)
    return found[0] if found else None


@dataclass(frozen=True)
class Exact:
    """An expected number: its value and how many decimal places were printed."""

    value: Fraction
    places: int


@dataclass(frozen=True)
class Expected:
    node: str
    value: Any
    error: bool


@dataclass(frozen=True)
class Case:
    level: str
    folder: str
    file: str
    model: str
    id: str
    kind: str  # decision, decisionService, bkm
    invocable: str | None
    inputs: Mapping[str, Any]
    expected: tuple[Expected, ...]

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.file.removesuffix('.xml').rsplit('-', 1)[-1]}#{self.id}"

    @property
    def wants(self) -> str:
        """``value``, ``null`` or ``error``: the last if any result is one."""
        if any(e.error for e in self.expected):
            return "error"
        return "null" if all(e.value is None for e in self.expected) else "value"


def _number(text: str, exact: bool) -> Any:
    value = Fraction(text)
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return Exact(value, max(places, 0)) if exact else value


def scalar(text: str, kind: str, exact: bool) -> Any:
    match kind:
        case "decimal" | "double" | "float" | "integer" | "int" | "long" | "short":
            return _number(text.strip(), exact)
        case "boolean":
            return text.strip() == "true"
        case "date":
            return read_day(text.strip())
        case "time":
            return read_time(text.strip())
        case "dateTime":
            return read_moment(text.strip())
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return read_duration(text.strip())
        case _:
            return text


def value_of(node: ET.Element, exact: bool) -> Any:
    """A value, a list or a context. ``exact``: numbers keep how they were printed."""
    parts: dict[str, Any] = {}
    for part in node:
        name, nil = local(part.tag), part.get(XSI + "nil") == "true"
        if name == "value":
            return None if nil else scalar(part.text or "", _kind(part), exact)
        if name == "list":
            return None if nil else [value_of(i, exact) for i in children(part, "item")]
        if name == "component":
            parts[part.get("name", "")] = None if nil else value_of(part, exact)
    return parts or None


def _kind(node: ET.Element) -> str:
    return (node.get(XSI + "type") or "string").rsplit(":", 1)[-1]


def read_cases(root: Path) -> Iterator[Case]:
    """Every case below ``root`` (with or without ``TestCases``), in order."""
    root = root / "TestCases" if (root / "TestCases").is_dir() else root
    for level in LEVELS:
        for folder in sorted(p for p in (root / level).glob("*") if p.is_dir()):
            for file in sorted(folder.glob("*.xml")):
                yield from _cases(level, folder, file)


def _cases(level: str, folder: Path, file: Path) -> Iterator[Case]:
    top = read_xml(file)
    if local(top.tag) != "testCases":
        return
    name = child(top, "modelName")
    model = (name.text or "").strip() if name is not None else ""
    for case in children(top, "testCase"):
        yield Case(
            level,
            folder.name,
            file.name,
            str(folder / model),
            case.get("id", ""),
            case.get("type", "decision"),
            case.get("invocableName"),
            {n.get("name", ""): value_of(n, False) for n in children(case, "inputNode")},
            tuple(_expected(n) for n in children(case, "resultNode")),
        )


def _expected(node: ET.Element) -> Expected:
    wanted = child(node, "expected")
    value = value_of(wanted, True) if wanted is not None else None
    return Expected(node.get("name", ""), value, node.get("errorResult") == "true")
