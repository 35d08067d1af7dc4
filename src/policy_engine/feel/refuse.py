"""Build the error that refuses an expression, with text of the file put in safely."""

from __future__ import annotations

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Label, diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest

ANY_OR_NONE = Text(
    "单元格里，任意写 `-`，没有值写 `为空`", "in a cell write `-` for any value, `is null` for none"
)


def refusal(
    code: str, *spans: Span | Label, advice: Text | None = None, **params: str | int | Text
) -> LoadError:
    """A LoadError with one diagnostic. A parameter in both languages is also given as ``<name>_en``."""
    plain: dict[str, str | int] = {}
    for name, value in params.items():
        plain[name] = value.zh if isinstance(value, Text) else value
        if isinstance(value, Text):
            plain[f"{name}_en"] = value.en
    return LoadError(diagnostic(code, *spans, hint=advice, clause=None, counter_example=None, **plain))


def hint(zh: str, en: str, **values: str) -> Text:
    """A hint with text of the file put in; braces in that text stay braces."""
    safe = {name: _literal(value) for name, value in values.items()}
    return Text(zh.format(**safe), en.format(**safe))


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def one_of(name: str, known: tuple[str, ...]) -> Text:
    """Advice for a name that should have been one of a short list."""
    listed = "、".join(known)
    near = nearest(name, known)
    if not near:
        return hint("可选：{all}", "one of: {all}", all=listed)
    return hint(
        "是否想写“{near}”？可选：{all}", "did you mean `{near}`? one of: {all}", near=near[0], all=listed
    )


def meant(near: tuple[str, ...]) -> Text | None:
    return hint("是否想写“{near}”？", "did you mean `{near}`?", near=near[0]) if near else None
