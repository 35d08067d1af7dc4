"""The rules of a policy as blocks of the page: what is written under which clause, as tables and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Aggregate, AggregateKind
from policy_engine.filing.asks import asked_of
from policy_engine.policy.checklist_model import Checklist, FieldRule, Form, Requirement
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Exclusion,
    Formula,
    Ground,
    Policy,
    Rounding,
    Stage,
)
from policy_engine.rulefile.choices import (
    Collect,
    Consequence,
    HitPolicy,
    RoundingMode,
    ScaleMethod,
    SourceStatus,
)
from policy_engine.testing.coverage_items import one_line, where
from policy_engine.testing.living_html import Html, code, paragraph, table, tag, text
from policy_engine.testing.living_steps import process_blocks

SOURCES = {SourceStatus.ORIGINAL: "原文", SourceStatus.SECONDARY: "二手来源", SourceStatus.ASSUMED: "推定"}
HITS = {
    HitPolicy.UNIQUE: "多行命中：不允许",
    HitPolicy.ANY: "多行命中：结果须相同",
    HitPolicy.FIRST: "多行命中：取首行",
    HitPolicy.COLLECT: "多行命中：汇集",
}
COLLECTS = {
    Collect.LIST: "列表",
    Collect.SUM: "求和",
    Collect.MIN: "最小",
    Collect.MAX: "最大",
    Collect.COUNT: "计数",
}
MODES = {
    RoundingMode.HALF_UP: "四舍五入",
    RoundingMode.HALF_EVEN: "银行家舍入",
    RoundingMode.FLOOR: "向下取整",
    RoundingMode.TRUNCATE: "向零取整",
    RoundingMode.CEILING: "向上取整",
    RoundingMode.GRID: "",
}
CONSEQUENCES = {
    Consequence.STRIKE: "剔除该佐证",
    Consequence.PENDING: "该佐证待补",
    Consequence.REFUSE: "整份不予认定",
}
TOTALS = {
    AggregateKind.SUM: "求和",
    AggregateKind.COUNT: "计数",
    AggregateKind.MIN: "最小",
    AggregateKind.MAX: "最大",
}


@dataclass(frozen=True)
class Block:
    """A piece of the rules. ``render`` gives its HTML for one clause (None: for no clause in particular)."""

    clauses: tuple[str, ...]
    title: str
    kind: str
    at: str
    render: Callable[[str | None], Html]

    def html(self, clause: str | None) -> Html:
        head = tag("h4", tag("span", text(self.kind), class_="kind"), " ", text(self.title))
        place = tag("p", text(self.at), class_="at")
        return tag("div", head, self.render(clause), place, class_="block")


def blocks(policy: Policy) -> list[Block]:
    """Everything the policy says, in the order in which it is written, parents first."""
    found = [*_readings(policy), *_parameters(policy), *_stages(policy), *_lookups(policy)]
    found += [Block(*fields) for fields in process_blocks(policy)]
    return [*found, *_others(policy)]


def place(span: Span) -> str:
    return f"{span.source.name}:{span.line}"


# -- values ------------------------------------------------------------------------------------------


def _readings(policy: Policy) -> Iterator[Block]:
    for reading in policy.readings.values():
        options = [tag("strong", text(o), " ✓") if o == reading.chosen else text(o) for o in reading.options]
        lines = [tag("p", "取：", " ／ ".join(options))]
        if reading.chosen != reading.default:
            lines.append(paragraph(f"规则文件选的是“{reading.default}”，这里另选"))
        lines.append(paragraph(f"缘由：{reading.rationale or '—'}"))
        yield _fixed(reading.clauses, reading.name, "口径", reading.span, "".join(lines))


def _parameters(policy: Policy) -> Iterator[Block]:
    header = ("值", "自", "至", "复核", "来源")
    for parameter in policy.parameters.values():
        status = SOURCES[parameter.status]
        marked = text(status) if parameter.status is SourceStatus.ORIGINAL else tag("mark", text(status))
        row = (
            tag("strong", text(parameter.text)),
            text(parameter.from_ or "—"),
            text(parameter.to or "未定"),
            text(parameter.review or "—"),
            marked,
        )
        yield _fixed(parameter.clauses, parameter.name, "参数", parameter.span, table(header, [row]))


def _fixed(clauses: Sequence[str], title: str, kind: str, span: Span, html: Html) -> Block:
    return Block(tuple(clauses), title, kind, place(span), lambda clause: html)


# -- decisions ---------------------------------------------------------------------------------------


def _stages(policy: Policy) -> Iterator[Block]:
    """One block for each decision as written, though several entities may share it."""
    written: dict[tuple[str, int], list[Stage]] = {}
    for stage in policy.stages:
        written.setdefault((stage.span.source.name, stage.span.start), []).append(stage)
    files = [f.path for f in reversed(policy.files)]
    order = sorted(written, key=lambda at: (files.index(at[0]) if at[0] in files else -1, at[1]))
    for at in order:
        stages = written[at]
        yield _stage(policy, stages[0], "、".join(dict.fromkeys(s.entity for s in stages)))


def _stage(policy: Policy, stage: Stage, entities: str) -> Block:
    section, _, name = where(stage).partition("/")
    rows = _rows_of(stage)
    cited = (*stage.clauses, *(c for clauses in rows for c in clauses))
    title = name if entities in name else f"{name}（{entities}）"

    def render(clause: str | None) -> Html:
        own = [clause is None or clause in clauses or clause in stage.clauses for clauses in rows]
        return _body(policy, stage, own) + _rounding(policy, stage)

    return Block(tuple(dict.fromkeys(cited)), title, section, place(stage.span), render)


def _rows_of(stage: Stage) -> list[tuple[str, ...]]:
    """The clauses of each row."""
    match stage.body:
        case DecisionTable(rows=rows):
            return [r.clauses for r in rows]
        case BracketScale(brackets=brackets):
            return [b.clauses for b in brackets]
        case Eligibility() as eligibility:
            return [c.clauses for c in eligibility.cases]
        case Checklist(requirements=requirements):
            return [r.clauses for r in requirements]
        case Form(fields=fields):
            return [f.clauses for f in fields]
    return []


def _body(policy: Policy, stage: Stage, own: Sequence[bool]) -> Html:
    match stage.body:
        case Formula(expression=expression):
            return tag(
                "p",
                code(_total(expression) if isinstance(expression, Aggregate) else one_line(expression.span)),
            )
        case Check(condition=condition):
            return tag("p", "须：", code(one_line(condition.span))) + paragraph("不成立的，同包全部退回")
        case Allocation() as share:
            within = [tag("p", "分摊范围：", code(one_line(share.within.span)))] if share.within else []
            return "".join(
                [
                    tag("p", "总量：", code(one_line(share.total.span)), f"（{text(share.group)}）"),
                    *within,
                    tag("p", "分摊依据：", code(one_line(share.by.span)), "，尾差：最大余数法"),
                ]
            )
        case BracketScale() as scale:
            return _scale(scale, own)
        case DecisionTable() as decision:
            return _decision(policy, stage, decision, own)
        case Eligibility() as eligibility:
            return _eligibility(eligibility, own)
        case Checklist() | Form():
            return _asked(policy, stage.body, own)


def _total(node: Aggregate) -> str:
    """A 汇总 as it is written; a total inside a formula is its own text."""
    written = one_line(node.span)
    if "(" in written or "（" in written:
        return written
    parts = [f"{TOTALS[node.kind]}：{written}"]
    parts += [f"仅：{one_line(node.only.span)}"] if node.only is not None else []
    parts += [f"不计：{one_line(node.skip.span)}"] if node.skip is not None else []
    return "，".join(parts)


def _scale(scale: BracketScale, own: Sequence[bool]) -> Html:
    word = "分段，每段按自己的费率" if scale.method is ScaleMethod.MARGINAL else "全额，按所到的一档"
    rows = [
        (
            text(b.name),
            text(("不低于 " if b.inclusive else "超过 ") + one_line(b.threshold.span)),
            text(one_line(b.rate.span)),
            text("、".join(b.clauses)),
        )
        for b in scale.brackets
    ]
    above = tag("p", "依据：", code(one_line(scale.of.span)), text(f"，{word}"))
    return above + table(("行名", "从", "费率", "条款"), rows, own)


def _decision(policy: Policy, stage: Stage, body: DecisionTable, own: Sequence[bool]) -> Html:
    columns = list(dict.fromkeys(body.tests[n].column for row in body.rows for n in row.tests))
    outputs = [policy.term(stage.entity, o).name for o in stage.outputs]
    header = ("行名", *(f"当：{c}" for c in columns), *(f"则：{o}" for o in outputs), "条款")
    rows = []
    for row in body.rows:
        cells = {body.tests[n].column: body.tests[n].cell for n in row.tests}
        told = (*(cells.get(c, "-") for c in columns), *(one_line(o.span) for o in row.outputs))
        rows.append([text(row.name), *map(text, told), text("、".join(row.clauses))])
    if body.default is not None:
        values = (one_line(d.span) for d in body.default)
        rows.append(["默认", *("-" for _ in columns), *map(text, values), ""])
    how = HITS[body.hit_policy] + (f"（{COLLECTS[body.collect]}）" if body.collect else "")
    return paragraph(how) + table(header, rows, own)


def _eligibility(body: Eligibility, own: Sequence[bool]) -> Html:
    met, pending, not_met = body.verdicts
    html = paragraph(f"凭{body.evidence}认定{body.entity}：{met}、{pending}、{not_met}")
    grounds = len(body.grounds)
    html += _cases("可予认定情形", body.grounds, own[:grounds])
    return html + _cases("不予认定情形", body.exclusions, own[grounds:])


def _cases(caption: str, cases: Sequence[Ground | Exclusion], own: Sequence[bool]) -> Html:
    """The cases that concern a clause; the others are counted."""
    shown = [case for case, mine in zip(cases, own, strict=True) if mine]
    if not shown:
        return ""
    excluding = any(isinstance(case, Exclusion) for case in shown)
    rows = []
    for case in shown:
        said = [f"{c.column} {c.cell}" for c in case.conditions]
        proof = [f"{c.column} {c.cell}" for c in case.evidence]
        last = [text(CONSEQUENCES[case.consequence])] if isinstance(case, Exclusion) else []
        rows.append([text(case.name), _lines(said), _lines(proof), *last, text("、".join(case.clauses))])
    header = ("行名", "当", "佐证", *(["后果"] if excluding else []), "条款")
    return table(header, rows, caption=_counted(caption, shown, cases))


def _asked(policy: Policy, body: Checklist | Form, own: Sequence[bool]) -> Html:
    """The rows that concern a clause, in words; rows that a reading switches off are said to be so."""
    rules: Sequence[Requirement | FieldRule] = (
        body.requirements if isinstance(body, Checklist) else body.fields
    )
    asks = {ask.at: ask for ask in asked_of(policy, body).asks}
    shown = [rule for rule, mine in zip(rules, own, strict=True) if mine]
    rows = []
    for rule in shown:
        ask = asks.get(place(rule.span))
        when = ("另选口径时才用",) if ask is None else ask.only
        need = () if ask is None else (ask.need, *ask.lines)
        rows.append([text(rule.name), _lines(when), _lines(need), text("、".join(rule.clauses))])
    caption = _counted("材料" if isinstance(body, Checklist) else "字段", shown, rules)
    return table(("行名", "何时", "要求", "条款"), rows, caption=caption)


def _counted(caption: str, shown: Sequence[object], of: Sequence[object]) -> str:
    return caption if len(shown) == len(of) else f"{caption}（共{len(of)}行，与本条有关的{len(shown)}行）"


def _lines(lines: Iterable[str]) -> Html:
    return "<br>".join(map(text, lines)) or "—"


def _rounding(policy: Policy, stage: Stage) -> Html:
    told = [
        f"{policy.term(stage.entity, output).name} {_round(rounding)}"
        for output, rounding in zip(stage.outputs, stage.roundings, strict=True)
        if rounding is not None
    ]
    return paragraph(f"取整：{'；'.join(told)}") if told else ""


def _round(rounding: Rounding) -> str:
    return f"{MODES[rounding.mode]} {rounding.places} 位".strip()


# -- the rest ----------------------------------------------------------------------------------------


def _lookups(policy: Policy) -> Iterator[Block]:
    for lookup in policy.lookups.values():
        keys = len(lookup.signature.keys)
        header = (*(f"键{n + 1}" if keys > 1 else "查" for n in range(keys)), "得")
        rows = [[*(text(k) for k in key), text(value)] for key, value in lookup.rows]
        yield _fixed(lookup.clauses, lookup.name, "对照表", lookup.span, table(header, rows))


def _others(policy: Policy) -> Iterator[Block]:
    force = policy.in_force
    told = paragraph(f"{force.from_} 至 {force.to or '未定'}，按{force.by}")
    yield Block(force.clauses, "施行", "施行", policy.files[0].path, lambda clause: told)
    for statement in policy.statements:
        columns = paragraph("栏目：" + "、".join(c.name for c in statement.columns))
        issuer = statement.issued_by
        above = tag("p", "出具：", code(one_line(issuer.span))) if issuer is not None else ""
        yield _fixed((), statement.entity, "明细", statement.span, above + columns)
    for role in policy.not_covered:
        yield _fixed((), role.name, "不适用", role.span, paragraph(role.reason))
