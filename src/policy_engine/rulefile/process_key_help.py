"""What each key of 流程 is for: (Chinese, English, Chinese example, English example) by canonical name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policy_engine.rulefile import process_documents as d
from policy_engine.rulefile.document_base import Doc

_CLAUSE = (
    "出处：登记在“条款”里的编号，一个或几个",
    "Where it comes from: one or several ids registered under “clauses”",
    "二-1",
    "2-1",
)
_LATE = (
    "过了期限怎么办：一个词，或者视为办了哪一步",
    "What lateness means: a word, or the step that counts as taken",
    "不受理",
    "refuse",
)

LINES: Mapping[type[Doc], Mapping[str, tuple[str, str, str, str]]] = MappingProxyType(
    {
        d.ProcessDoc: {
            "matter": ("办的是哪个主体的一行", "Whose row is the matter", "绑定", "binding"),
            "unique": (
                "哪几项相同算同一件事，不许再开一件",
                "Values that together tell a matter; no second one is opened",
                "[用户, 结算月]",
                "[user, month]",
            ),
            "exclusive": (
                "几件事不能同时占着的位置",
                "A place that only one matter may hold at a time",
                "{同: [用户], 占用状态: [生效], 受限步骤: [提交]}",
                "{same: [user], holding: [in effect], steps: [submit]}",
            ),
            "start": ("开头的状态", "The first state", "起草", "draft"),
            "steps": (
                "各个步骤：谁来办，从哪个状态到哪个状态",
                "The steps: by whom, from which state to which",
                "{提交: {办理主体: 用户, 原状态: 起草, 新状态: 已提交}}",
                "{submit: {actor: user, from: draft, to: submitted}}",
            ),
            "final": ("办结的状态", "The states in which it is done", "[生效, 驳回]", "[in effect, refused]"),
            "editable": (
                "还可以修改事实的状态",
                "The states in which facts may be changed",
                "[起草]",
                "[draft]",
            ),
            "inclusive": ("期限的最后一天办算不算及时", "Whether the last day is still in time", "是", "yes"),
            "lateness": _LATE,
            "results": (
                "到了哪个状态，带来什么结果：词条和公式",
                "What a state brings about: terms and expressions",
                "{生效: {用户.免考: 是}}",
                "{in effect: {user.exempt: yes}}",
            ),
            "inbox": (
                "把别的事项收成一批一起办",
                "Matters of another process that are collected into this one",
                "{流程: 申请, 同: [结算月]}",
                "{process: claim, same: [month]}",
            ),
        },
        d.StepDoc: {
            "actor": ("由谁办理：主体", "Who takes the step: an entity", "用户", "user"),
            "from_": (
                "从哪个状态，可以写几个",
                "From which state or states",
                "[起草, 退回]",
                "[draft, returned]",
            ),
            "to": ("到哪个状态", "To which state", "已提交", "submitted"),
            "precondition": (
                "满足什么条件才能办",
                "What must hold",
                '材料结论 = "齐全"',
                'papers = "complete"',
            ),
            "deadline": ("最晚哪天", "By when", "{月: 次月, 日: 8}", "{month: next, day: 8}"),
            "note": ("办的时候必须注明什么", "What has to be noted", "理由", "reason"),
            "drives": (
                "收在这一批里的事项同时办哪一步",
                "The step that collected matters take along",
                "随批上报",
                "report",
            ),
            "clause": _CLAUSE,
        },
        d.DeadlineDoc: {
            "month": ("本月或次月", "The same or the next month", "次月", "next"),
            "day": ("那个月的第几日", "The day of that month", "8", "8"),
            "working_days": ("第几个工作日", "A number of working days", "6", "6"),
            "since": ("从哪个日期、月份起算", "The date or month it counts from", "出清日", "clearing day"),
            "not_after": (
                "不晚于哪个日期",
                "A date it may not be later than",
                "结算开始日",
                "settlement start",
            ),
            "same_as": (
                "与另一个步骤同一个期限",
                "The deadline of another step",
                "汇总批次.上报",
                "batch.report",
            ),
            "lateness": _LATE,
        },
        d.LatenessDoc: {
            "deemed": ("没有办就视为办了哪一步", "The step that counts as taken", "同意", "agree"),
        },
        d.ExclusiveDoc: {
            "same": ("哪几项相同就是同一个位置", "Values that tell the place", "[用户编号]", "[user id]"),
            "period": (
                "占用多长时间：日期区间的词条",
                "For how long: a date range",
                "绑定期间",
                "binding period",
            ),
            "holding": ("哪些状态占着位置", "States that hold the place", "[生效]", "[in effect]"),
            "steps": ("位置被占时不能办的步骤", "Steps that have to wait", "[提交]", "[submit]"),
            "only_if": (
                "只在这个口径下",
                "Only with this reading",
                '口径.一户一售 = "是"',
                'readings.one = "yes"',
            ),
            "clause": _CLAUSE,
        },
        d.InboxDoc: {
            "process": ("收哪个流程的事项", "The process whose matters are collected", "申请", "claim"),
            "same": ("哪几项相同的收在一批", "Values a batch has in common", "[结算月]", "[month]"),
        },
    }
)
