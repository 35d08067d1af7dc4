"""合并范围: the ancestor within which rows of one key are one, named in the file or chosen by a 口径."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.policy.model import Entity
from policy_engine.policy.names import READING_PREFIXES, NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.keywords import LANGUAGES, Word, is_word

NOT_MERGED = Word("不合并", "not merged")


def with_merging(merged: Merged, names: NameTable, report: Diagnostics) -> dict[str, Entity]:
    """The entities with their ``merged_within``. Every option of a reading is checked, not just the chosen one."""
    found = dict(names.entities)
    for name, doc, _ in merged.entities:
        entity = found.get(name.text)
        if entity is None or doc.merged_within is None or entity.is_sub:
            continue
        within = _within(doc.merged_within, entity, names, report)
        found[name.text] = replace(entity, merged_within=within)
    return found


def _within(text: Fragment, entity: Entity, names: NameTable, report: Diagnostics) -> str | None:
    prefix, dot, reading_name = text.text.partition(".")
    if not dot or prefix.strip() not in READING_PREFIXES:
        return _ancestors(text, (text.text,), entity, names, report).get(text.text)
    reading = names.readings.get(reading_name.strip())
    if reading is None:
        known = [f"{prefix}.{r}" for r in names.readings]
        report_unknown(report, "PE3174", text.span(), known, name=text.text, entity=entity.name, above="—")
        return None
    return _ancestors(text, reading.options, entity, names, report).get(reading.chosen)


def _ancestors(
    text: Fragment, options: tuple[str, ...], entity: Entity, names: NameTable, report: Diagnostics
) -> Mapping[str, str | None]:
    """The base entity each option stands for, None for 不合并. What is no ancestor is reported."""
    above = names.ancestors(entity.name)
    found: dict[str, str | None] = {}
    for option in options:
        other = names.entity(option)
        if any(is_word(option, NOT_MERGED, language) for language in LANGUAGES):
            found[option] = None
        elif other is not None and other.base in above:
            found[option] = other.base
        else:
            report.report(
                "PE3174", text.span(), name=option, entity=entity.name, above="、".join(above) or "—"
            )
    return found
