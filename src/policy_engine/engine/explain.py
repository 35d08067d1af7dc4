"""A trace as text a member can read."""

from __future__ import annotations

from decimal import Decimal

from policy_engine.engine.checklist_document import ChecklistReport
from policy_engine.engine.eligibility_document import EligibilityReport
from policy_engine.engine.explain_checklist import checklist_lines
from policy_engine.engine.explain_eligibility import eligibility_lines
from policy_engine.engine.trace_document import DECIDED, HIDDEN, NULL, Step, Trace, TracedNearMiss, TracedRead

_WORDS = {
    "zh": {
        "head": "{title}（{policy}，{period}）",
        "files": "规则文件：{files}　摘要：{digest}",
        "readings": "口径：{readings}",
        "known": "按 {known} 所知",
        "table": "决策表“{decision}”第“{row}”行",
        "scale": "阶梯“{decision}”第“{row}”档",
        "formula": "计算公式：{expression}",
        "total": "汇总：{expression}",
        "allocation": "分摊，依据：{expression}",
        "eligibility": "认定“{decision}”",
        "checklist": "材料清单“{decision}”",
        "form": "填报要求“{decision}”",
        "clause": "依据条款 {id}（{position}）：{summary}",
        "reads": "读到：",
        "near": "差一点：{who}的{name}由 {before} 变为 {after} {unit}（差 {away}），即适用“{row}”行：{outputs}",
        "grid": "{away}，即 1 个最小单位",
        "sum": "{entity}{count}行 {name} 合计 {value} {unit}",
        "at": "见 {at}",
        "source": "（{source}）",
        "null": NULL,
        "hidden": HIDDEN,
        "comma": "、",
        "semicolon": "；",
    },
    "en": {
        "head": "{title} ({policy}, {period})",
        "files": "rule files: {files}  digest: {digest}",
        "readings": "readings: {readings}",
        "known": "as known on {known}",
        "table": "decision table “{decision}”, row “{row}”",
        "scale": "bracket scale “{decision}”, bracket “{row}”",
        "formula": "formula: {expression}",
        "total": "total of {expression}",
        "allocation": "allocated by: {expression}",
        "eligibility": "eligibility “{decision}”",
        "checklist": "checklist “{decision}”",
        "form": "form “{decision}”",
        "clause": "clause {id} ({position}): {summary}",
        "reads": "read: ",
        "near": "near miss: {name} of {who} from {before} to {after} {unit} (by {away}) fires row “{row}”: {outputs}",
        "grid": "{away}, 1 grid unit",
        "sum": "{name} of {count} rows of {entity}, total {value} {unit}",
        "at": "at {at}",
        "source": " ({source})",
        "null": "null",
        "hidden": "(sensitive)",
        "comma": ", ",
        "semicolon": "; ",
    },
}


def explain(trace: Trace, lang: str = "zh") -> str:
    """The trace as plain text: what was decided above the member, then the member, in the order of decision."""
    words = _WORDS["en" if lang == "en" else "zh"]
    lines = [
        words["head"].format(title=trace.title, policy=trace.policy, period=trace.period),
        words["files"].format(files=words["comma"].join(trace.files), digest=trace.digest[:19]),
    ]
    if trace.readings:
        chosen = words["semicolon"].join(f"{name} = {option}" for name, option in trace.readings)
        lines.append(words["readings"].format(readings=chosen))
    if trace.known_on:
        lines.append(words["known"].format(known=trace.known_on))
    member: tuple[str, str] | None = None
    near_told: set[object] = set()  # a table with two conclusions has one near miss
    # Those above the member first, then the member: each is told in one piece.
    own = (trace.entity, trace.key)
    for step in sorted(trace.steps, key=lambda s: (s.entity, s.key) == own):
        if member != (step.entity, step.key):
            member = (step.entity, step.key)
            lines += ["", f"■ {step.entity} {step.key}".rstrip()]
        told = (member, step.decision) in near_told
        near_told.add((member, step.decision))
        lines += _step(step, words, told)
    return "\n".join(lines) + "\n"


def _step(step: Step, words: dict[str, str], told: bool) -> list[str]:
    lines = [f"  {step.name} = {_said(step.value, words)} {step.unit}".rstrip()]
    how = words[step.way].format(
        decision=step.decision, row=step.row, expression=" ".join(step.expression.split())
    )
    lines.append(f"      {how}　{words['at'].format(at=step.at)}")
    lines += [
        "      " + words["clause"].format(id=c.id, position=c.position, summary=c.summary)
        for c in step.clauses
    ]
    if step.reads:
        lines.append(
            "      " + words["reads"] + words["semicolon"].join(_read(r, step, words) for r in step.reads)
        )
    if step.findings is not None:
        lang = "en" if words is _WORDS["en"] else "zh"
        lines += [f"      {line}" for line in _findings(step.findings, lang)]
    if step.near_miss is not None and not told:
        miss = step.near_miss
        lines.append(
            "      "
            + words["near"].format(
                who=f"{miss.entity} {miss.key}".rstrip(),
                name=miss.name,
                before=_said(miss.before, words),
                after=_said(miss.after, words),
                unit=miss.unit,
                away=_away(miss, words),
                row=miss.row,
                outputs=words["comma"].join(miss.outputs),
            )
        )
    return lines


def _away(miss: TracedNearMiss, words: dict[str, str]) -> str:
    """How far it is, as people count; that no nearer value can be written is told as well."""
    away = f"{abs(Decimal(miss.after) - Decimal(miss.before)).normalize():f} {miss.unit}".rstrip()
    return words["grid"].format(away=away) if miss.grid_units == 1 else away


def _findings(report: EligibilityReport | ChecklistReport, lang: str) -> list[str]:
    if isinstance(report, ChecklistReport):
        return checklist_lines(report, lang)
    return eligibility_lines(report, lang)


def _read(read: TracedRead, step: Step, words: dict[str, str]) -> str:
    value = _said(read.value, words)
    if read.kind == "total":
        told = words["sum"].format(
            entity=read.entity, count=read.count, name=read.name, value=value, unit=read.unit
        )
        return told.rstrip()
    source = read.source_en if words is _WORDS["en"] else read.source
    if read.kind in ("parameter", "reading"):
        return f"{read.name} = {value}" + words["source"].format(source=source)
    if read.kind == "lookup":
        return f"{read.name}({_said(read.key, words)}) = {value}"
    own = (read.entity, read.key) == (step.entity, step.key)
    whose = "" if own else f"{read.entity} {read.key}".strip() + " "
    source = "" if read.source == DECIDED else words["source"].format(source=source)
    unit = f" {read.unit}" if read.unit and read.value != NULL else ""
    return f"{whose}{read.name} = {value}{unit}{source}"


def _said(value: str, words: dict[str, str]) -> str:
    """A value in the reader's language, where it is a word of ours and not one of the policy."""
    return {NULL: words["null"], HIDDEN: words["hidden"]}.get(value, value)
