"""docs/reference-api.md, the page of the public names, from their signatures and docstrings.

``python docs/_site/reference_api.py`` writes it; with ``--check`` it only tells whether it is current (exit code 1: no).
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from reference_cli import main

import policy_engine as pe
from policy_engine.filing import submit

PAGE = Path(__file__).parents[1] / "reference-api.md"
_HEAD = """\
# 编程接口

`import policy_engine as pe` 得到的全部名称，由 `python docs/_site/reference_api.py` 从程序生成，请不要直接修改；
说明照录程序里的英文。怎样用，见[给工程师：在程序里使用](tutorial-embedding.md)。
"""
_GROUPS = {
    "载入与办理": ("load", "evaluate", "evaluate_many", "compiled", "assess", "settle", "trace", "explain"),
    "政策与结果": (
        "Library",
        "Policy",
        "Result",
        "Decided",
        "CompiledPolicy",
        "FastResult",
        "Assessment",
        "Rejection",
        "Settlement",
        "Trace",
    ),
    "事项": ("Office", "SqlStore", "MemoryStore", "Actor", "Document", "supplied_by", "Supplied"),
    "值": ("Month", "DateRange"),
    "错误": (
        "PolicyEngineError",
        "LoadError",
        "NotInForce",
        "NotCovered",
        "InputError",
        "EngineError",
        "Refused",
        "Conflict",
        "StoreError",
    ),
}
_LONG = 80
_LITERAL = re.compile(r"``([^`]+)``")


def page() -> str:
    """The whole page as Markdown, ending in a line end. Raises AssertionError when a public name has no group."""
    grouped = [name for names in _GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(pe.__all__), set(grouped) ^ set(pe.__all__)
    parts = [_HEAD]
    for title, names in _GROUPS.items():
        parts.append(f"## {title}\n")
        for name in names:
            parts += _entry(f"pe.{name}", getattr(pe, name))
    parts.append("## 材料清单\n")
    parts += _entry("policy_engine.filing.submit.hold", submit.hold)
    parts += _entry("policy_engine.filing.submit.Filing", submit.Filing)
    return "\n".join(parts)


def _entry(path: str, thing: object) -> Iterator[str]:
    name = path.rpartition(".")[2]
    yield f"### {name}\n"
    if inspect.isclass(thing):
        yield f"```text\n{_class_line(path, thing)}\n```\n"
        if told := _told(thing):
            yield told
        if members := list(_members(thing)):
            yield "\n".join(members) + "\n"
    else:
        assert callable(thing)
        yield f"```text\n{path}{_signature(thing, wrapped=True)}\n```\n"
        yield _told(thing)


def _class_line(path: str, thing: type) -> str:
    if issubclass(thing, Exception):
        return f"{path}({thing.__mro__[1].__name__})"
    if dataclasses.is_dataclass(thing) and len(dataclasses.fields(thing)) > 6:
        return path
    return f"{path}{_signature(thing, wrapped=True)}"


def _members(thing: type) -> Iterator[str]:
    """Fields, then public properties and methods of its own, with the first paragraph of what is said of them."""
    if dataclasses.is_dataclass(thing):
        names = "、".join(f"`{f.name}`" for f in dataclasses.fields(thing) if not f.name.startswith("_"))
        yield f"- 字段：{names}"
    for name, member in vars(thing).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property | cached_property):
            yield f"- `{name}`{_said(member.fget if isinstance(member, property) else member.func)}"
        elif inspect.isfunction(member):
            yield f"- `{name}{_signature(member)}`{_said(member)}"


def _signature(thing: object, *, wrapped: bool = False) -> str:
    """A signature as written; wrapped, each parameter stands on its own line when it is long."""
    assert callable(thing)
    signature = inspect.signature(thing)
    given = [p for p in signature.parameters.values() if p.name != "self"]
    shown = [_parameter(p) for p in given]
    if named := [n for n, p in enumerate(given) if p.kind is inspect.Parameter.KEYWORD_ONLY]:
        shown.insert(named[0], "*")
    returned = signature.return_annotation
    arrow = f" -> {returned}" if isinstance(returned, str) and not inspect.isclass(thing) else ""
    if wrapped and len(", ".join(shown)) + len(arrow) > _LONG:
        return "(\n" + "".join(f"    {parameter},\n" for parameter in shown) + f"){arrow}"
    return f"({', '.join(shown)}){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    text = parameter.name
    if isinstance(parameter.annotation, str):
        text += f": {parameter.annotation}"
    if parameter.default is not inspect.Parameter.empty:
        default = parameter.default
        text += f" = {'…' if callable(default) or ' at 0x' in repr(default) else repr(default)}"
    return text


def _told(thing: object) -> str:
    """The docstring as Markdown; a dataclass without one of its own says nothing."""
    said = inspect.getdoc(thing) or ""
    if inspect.isclass(thing) and said.startswith(f"{thing.__name__}("):
        said = ""
    return _LITERAL.sub(r"`\1`", said) + ("\n" if said else "")


def _said(thing: object) -> str:
    said = _LITERAL.sub(r"`\1`", inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ")
    return f"：{said}" if said else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], page(), PAGE))
