"""The words of a comparison in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Sections, in the order in which they are told.
KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "head": ("抬头", "head"),
        "clause": ("条款", "clauses"),
        "entity": ("主体", "entities"),
        "parameter": ("参数", "parameters"),
        "reading": ("口径", "readings"),
        "term": ("词条", "terms"),
        "check": ("校验", "checks"),
        "decision": ("决定", "decisions"),
        "lookup": ("对照表", "lookups"),
        "eligibility": ("认定", "eligibilities"),
        "checklist": ("材料清单", "checklists"),
        "form": ("填报要求", "forms"),
        "process": ("流程", "processes"),
        "statement": ("明细", "statements"),
        "row": ("行", "row"),
        "step": ("步骤", "step"),
        "result": ("结果", "result"),
        "slice": ("时段", "period"),
        "column": ("栏目", "column"),
        "carry": ("结转", "carry-over"),
        "role": ("不适用", "not covered"),
    }
)
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "name": ("名称", "name"),
        "id": ("编号", "id"),
        "title": ("标题", "title"),
        "issuer": ("发文机关", "issuer"),
        "number": ("文号", "number"),
        "issued": ("发文日期", "issued"),
        "known_from": ("知悉日", "known from"),
        "basis": ("依据", "basis"),
        "extends": ("沿用", "extends"),
        "by": ("按", "by"),
        "position": ("位置", "position"),
        "summary": ("摘要", "summary"),
        "testable": ("可检验", "testable"),
        "reason": ("原因", "reason"),
        "key": ("主键", "key"),
        "aliases": ("又名", "aliases"),
        "parent": ("属于", "belongs to"),
        "optional": ("可空", "optional"),
        "parent_optional": ("上级可空", "parent optional"),
        "single": ("单例", "single"),
        "base": ("即", "is"),
        "when": ("当", "when"),
        "then": ("则", "then"),
        "papers": ("附件", "papers"),
        "merged_within": ("合并范围", "merged within"),
        "value": ("值", "value"),
        "from": ("自", "from"),
        "to": ("至", "to"),
        "review": ("复核", "review"),
        "source": ("来源", "source"),
        "clauses": ("条款", "clauses"),
        "chosen": ("取", "chosen"),
        "options": ("可取", "options"),
        "rationale": ("缘由", "rationale"),
        "entities": ("适用", "applies to"),
        "type": ("类型", "type"),
        "unit": ("单位", "unit"),
        "places": ("小数位", "places"),
        "default": ("默认", "default"),
        "sensitive": ("敏感", "sensitive"),
        "low": ("下限", "low"),
        "high": ("上限", "high"),
        "decided": ("由规则得出", "decided"),
        "awaited": ("待下位决定", "left to a child"),
        "required": ("必填", "required"),
        "filled_by": ("由谁填", "filled by"),
        "way": ("方式", "way"),
        "outputs": ("得出", "decides"),
        "rounding": ("取整", "rounding"),
        "expression": ("计算公式", "formula"),
        "condition": ("须", "must"),
        "hit_policy": ("多行命中", "hit policy"),
        "collect": ("汇集", "collect"),
        "row_order": ("行的次序", "order of rows"),
        "otherwise": ("都不符合时", "otherwise"),
        "of": ("依据", "of"),
        "method": ("方式", "method"),
        "threshold": ("起点", "threshold"),
        "inclusive": ("含起点", "inclusive"),
        "rate": ("费率", "rate"),
        "total": ("总量", "total"),
        "within": ("分摊范围", "within"),
        "weight": ("分摊依据", "by"),
        "evidence": ("佐证", "evidence"),
        "verdicts": ("结论", "verdicts"),
        "conditions": ("当", "when"),
        "consequence": ("后果", "consequence"),
        "slot": ("栏目", "slot"),
        "kinds": ("材料", "papers"),
        "substitutes": ("代件", "substitutes"),
        "substitute_when": ("可用代件", "substitutes if"),
        "seal": ("加盖公章", "seal"),
        "formats": ("文件格式", "formats"),
        "max_bytes": ("文件大小上限（字节）", "largest file (bytes)"),
        "tests": ("材料须", "of the paper"),
        "field": ("字段", "field"),
        "term": ("代号", "id"),
        "format": ("格式", "format"),
        "pattern": ("格式", "pattern"),
        "also": ("也可填", "also"),
        "length": ("长度", "length"),
        "contains": ("至少含", "contains"),
        "must": ("须", "must"),
        "unique": ("不得重复", "unique"),
        "needless": ("不必填", "needless"),
        "entity": ("主体", "entity"),
        "exclusive": ("不得并存", "exclusive"),
        "start": ("起始", "start"),
        "states": ("状态", "states"),
        "final": ("办结状态", "final states"),
        "editable": ("可修改状态", "editable states"),
        "month": ("所属月", "month"),
        "inbox": ("收件", "collects"),
        "actor": ("办理主体", "actor"),
        "to_state": ("新状态", "to"),
        "from_state": ("原状态", "from"),
        "precondition": ("前提", "requires"),
        "deadline": ("期限", "deadline"),
        "lateness": ("逾期", "if late"),
        "note": ("须注明", "to be noted"),
        "drives": ("带动", "drives"),
        "issued_by": ("出具", "issued by"),
        "columns": ("栏目", "columns"),
        "carried": ("转为下期的", "becomes next period’s"),
        # values of enumerations
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "open": ("未定", "open"),
        "original": ("原文", "original"),
        "secondary": ("二手来源", "secondary"),
        "assumed": ("推定", "assumed"),
        "any": ("结果须相同", "any"),
        "first": ("取首行", "first"),
        "hit_unique": ("不允许", "unique"),
        "hit_collect": ("汇集", "collect"),
        "list": ("列表", "list"),
        "sum": ("求和", "sum"),
        "min": ("最小", "min"),
        "max": ("最大", "max"),
        "count": ("计数", "count"),
        "half_up": ("四舍五入", "half up"),
        "half_even": ("银行家舍入", "half even"),
        "floor": ("向下", "floor"),
        "truncate": ("向零", "truncate"),
        "ceiling": ("向上", "ceiling"),
        "grid": ("最大余数法", "largest remainder"),
        "digits": ("位", "places"),
        "marginal": ("分段", "marginal"),
        "whole": ("全额", "whole"),
        "strike": ("剔除该佐证", "strike"),
        "pending": ("该佐证待补", "pending"),
        "refuse": ("整份不予认定", "refuse"),
        "late_record": ("记录", "recorded"),
        "late_refuse": ("不受理", "refused"),
        "late_silence": ("视为", "deemed"),
        "none": ("否", "no"),
        "all": ("是", "yes"),
        "paper": ("材料", "the paper"),
        "substitute": ("代件", "the substitute"),
        "free": ("否", "no"),
        "exact": ("区分大小写", "exact"),
        "folded": ("不分大小写", "case ignored"),
        "Formula": ("公式", "formula"),
        "DecisionTable": ("决策表", "decision table"),
        "BracketScale": ("阶梯", "scale"),
        "Allocation": ("分摊", "allocation"),
        "type_number": ("数", "number"),
        "quantity": ("数量", "quantity"),
        "ratio": ("比例", "ratio"),
        "price": ("电价", "price"),
        "energy": ("电量", "energy"),
        "power": ("电力", "power"),
        "money": ("金额", "money"),
        "text": ("文本", "text"),
        "option": ("选项", "option"),
        "level": ("等级", "level"),
        "boolean": ("是否", "yes or no"),
        "date": ("日期", "date"),
        "date_range": ("日期区间", "date range"),
    }
)
_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "same": ("按含义没有差别", "no difference by meaning"),
        "added": ("新增", "added"),
        "removed": ("去掉", "removed"),
        "changed": ("改动", "changed"),
        "renamed": ("改名", "renamed"),
        "nothing": ("（无）", "(none)"),
        "total": (
            "按含义：新增 {added}，去掉 {removed}，改动 {changed}",
            "by meaning: {added} added, {removed} removed, {changed} changed",
        ),
        "inherited": ("沿用 {policy}", "from {policy}"),
        "effect": ("按结果", "by effect"),
        "none_found": ("未发现差别（{cases} 个算例）", "no difference found ({cases} cases)"),
        "found": ("{cases} 个算例中 {different} 个结果不同", "{different} of {cases} cases differ"),
        "basis": (
            "另有 {basis} 个结果相同、命中的行或依据的条款不同",
            "{basis} more have the same outcome by other rows or clauses",
        ),
        "refused": (
            "退回或报错的算例：甲 {before} 个，乙 {after} 个",
            "cases rejected or failed: A {before}, B {after}",
        ),
        "empty": (
            "没有一个算例两边都完整办理，比较说明不了什么",
            "no case was settled whole by either: this tells nothing",
        ),
        "amount": (
            "{term}：{count} 处不同，差额合计 {sum}{unit}，平均 {mean}{unit}，最大 {most}{unit}（乙减甲）",
            "{term}: {count} differ, sum {sum} {unit}, mean {mean} {unit}, largest {most} {unit} (B − A)",
        ),
        "turned": ("{term}：{count} 处不同（{turns}）", "{term}: {count} differ ({turns})"),
        "rejections": ("{term}：{count} 处不同（{turns}）", "{term}: {count} differ ({turns})"),
        "case": (
            "差别 {number}（第 {case} 个算例，缩减到 {facts} 项非默认的事实）",
            "difference {number} (case {case}, reduced to {facts} facts that are not the default)",
        ),
        "facts": ("事实", "facts"),
        "scenario": (
            "场景（照乙的结果写，可贴进特性文件）",
            "scenario (as B decides it, for a feature file)",
        ),
        "undecided": (
            "{side}（{policy}）有待下位决定的词条，不能单独办理，没有比较结果：{terms}",
            "{side} ({policy}) leaves terms to a child and cannot be evaluated by itself: {terms}",
        ),
        "only_inputs": ("只有{side}要的事实：{terms}", "facts only {side} asks for: {terms}"),
        "only_outputs": (
            "只有{side}得出的结果，没有比较：{terms}",
            "results only {side} has, not compared: {terms}",
        ),
        "no_output": ("两边没有共同的结果可以比较", "the two have no result in common"),
        "not_processes": (
            "流程和期限不由算例比较，只按含义比较",
            "processes and deadlines are compared by meaning only",
        ),
        "rejected": ("退回", "rejected"),
        "failed": ("报错", "error"),
        "blank": ("空", "blank"),
        "ok": ("办理", "settled"),
        "none": ("—", "—"),
    }
)


@dataclass(frozen=True)
class Words:
    """``zh`` or ``en``."""

    lang: str

    def word(self, name: str) -> str:
        """The word of a field or of a value; what is no word of ours is shown as it is."""
        return self._of(_WORDS, name) if name in _WORDS else name

    def kind(self, name: str) -> str:
        return self._of(KINDS, name)

    def said(self, name: str, **values: object) -> str:
        return self._of(_SAID, name).format(**values)

    @property
    def names(self) -> tuple[str, str]:
        """What the two sides are called."""
        return ("甲", "乙") if self.lang == "zh" else ("A", "B")

    def _of(self, table: Mapping[str, tuple[str, str]], name: str) -> str:
        return table[name][self.lang != "zh"]
