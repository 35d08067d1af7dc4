"""The page of all diagnostic codes, from the catalogue: ``python -m policy_engine.diagnostics.pages``."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator

from policy_engine.diagnostics.catalog import CodeSpec, all_codes

_HEAD = """\
# 错误代码

规则文件、数据表和判定出了问题时，每条消息都带一个固定的代码，例如 `PE3001`。本页逐个说明原因、示例和改法。
消息里的“…”是当时的名称或数值。标“警告”的不妨碍办理，其余的都要改好才能继续。

本页由 `python -m policy_engine.diagnostics.pages` 从代码目录生成，请不要直接修改。
"""

_AREAS = {
    "PE1": "规则文件的文字",
    "PE2": "表达式",
    "PE3": "政策的内容",
    "PE4": "规则库与版本",
    "PE5": "数据表",
    "PE6": "数据与判定",
    "PE7": "按月结算",
    "PE8": "流程",
    "PE9": "内部错误",
}
_SEVERITIES = {"error": "", "warning": "（警告）", "info": "（提示）"}
_PARAMETER = re.compile(r"(?<!\{)\{\w+\}(?!\})")
_MARKS = re.compile(r"([*_<])")


def page() -> str:
    """The whole page as Markdown, ending in a line end."""
    codes = list(all_codes().values())
    parts = [_HEAD, _contents(codes)]
    for prefix, title in _AREAS.items():
        own = sorted((c for c in codes if c.code.startswith(prefix)), key=lambda c: c.code)
        if own:
            parts.append(f"## {prefix}xxx {title}\n")
            parts.extend(_entry(spec) for spec in own)
    return "\n".join(parts)


def _contents(codes: list[CodeSpec]) -> str:
    lines = []
    for prefix, title in _AREAS.items():
        count = sum(c.code.startswith(prefix) for c in codes)
        if count:
            anchor = f"{prefix}xxx-{title}".lower()
            lines.append(f"- [{prefix}xxx {title}](#{anchor})（{count} 个）\n")
    return "".join(lines)


def _entry(spec: CodeSpec) -> str:
    """One code; its anchor is the code itself."""
    return "\n".join(_lines(spec)) + "\n"


def _lines(spec: CodeSpec) -> Iterator[str]:
    yield f'<a id="{spec.code.lower()}"></a>\n'
    yield f"### {spec.code} {_shown(spec.message.zh)}{_SEVERITIES[spec.severity]}\n"
    yield f"- **原因**：{_plain(spec.cause)}"
    yield f"- **示例**：{_example(spec.example)}"
    yield f"- **改法**：{_plain(spec.fix)}"


def _example(text: str) -> str:
    """A sentence, or an excerpt of a file as it stands there."""
    if "\n" not in text:
        return _plain(text)
    return "\n\n" + textwrap.indent(f"```yaml\n{text.strip()}\n```", "  ") + "\n"


def _shown(message: str) -> str:
    """A message with an ellipsis for each of its parameters."""
    shown = _PARAMETER.sub("…", message)
    return _plain(shown.replace("{{", "{").replace("}}", "}"))


def _plain(text: str) -> str:
    """Text that Markdown shows as it stands; what is in backticks stays as it is."""
    pieces = text.split("`")
    escaped = [_MARKS.sub(r"\\\1", p) if i % 2 == 0 else p for i, p in enumerate(pieces)]
    return "`".join(escaped)


if __name__ == "__main__":
    sys.stdout.write(page())
