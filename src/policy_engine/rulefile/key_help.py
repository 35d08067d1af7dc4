"""What each key of a rule file is for, in both languages, with an example: for schemas and editors.

A key of a process is described in ``process_key_help.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.rulefile import documents as d
from policy_engine.rulefile import process_key_help as processes


@dataclass(frozen=True)
class KeyHelp:
    """``zh`` and ``en`` describe the key; the examples are what may stand behind its colon."""

    zh: str
    en: str
    example_zh: str
    example_en: str

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def example(self, language: str) -> str:
        return self.example_en if language == "en" else self.example_zh


Lines = Mapping[str, tuple[str, str, str, str]]

_ID = (
    "英文代号：小写字母、数字、下划线，数据表和接口用",
    "Id in tables and interfaces: lower case",
    "user",
    "user",
)
_CLAUSE = (
    "出处：登记在“条款”里的编号，一个或几个",
    "Where it comes from: one or several ids registered under “clauses”",
    "二-1",
    "2-1",
)
_VERDICTS = (
    "结论的名称，好的在前；认定写三个，清单写两个",
    "Names of the verdicts, the best one first: three for eligibility, two for lists",
    "[齐全, 不齐全]",
    "[complete, incomplete]",
)
_SUBJECT = ("给谁下结论：一个主体", "Whose verdict it is: an entity", "用户", "user")

_POLICY: Lines = {
    "format": ("规则文件语言的版本，现在是 1", "Version of the language of rule files; it is 1", "1", "1"),
    "policy": (
        "政策编号，办理时用它来找文件；同一编号可以有几个文件，各管一段时间",
        "Id of the policy; several files of one id are in force one after the other",
        "jibei/deviation",
        "jibei/deviation",
    ),
    "title": ("通知的标题，照抄", "Title of the notice", "偏差电量考核办法", "Deviation rules"),
    "issuer": ("发文机关，照抄", "Who issued the notice", "示例省发展和改革委员会", "Example commission"),
    "number": (
        "文号；没有就写“未载明”",
        "Number of the notice, or “not stated”",
        "示例发改〔2018〕1号",
        "2018-1",
    ),
    "issued": ("发文日期；不知道就写“未载明”", "Day of issue, or “not stated”", "2018-05-20", "2018-05-20"),
    "known_from": (
        "从哪天起知道有这份政策；不写就是发文日期",
        "Since when the policy is known; the day of issue if not given",
        "2018-05-25",
        "2018-05-25",
    ),
    "in_force": (
        "从哪天到哪天施行，按哪个日期来对",
        "From when to when it is in force, and which date is compared",
        "{自: 2018-06-01, 至: 未定, 按: 结算月}",
        "{from: 2018-06-01, to: open, by: settlement month}",
    ),
    "basis": (
        "引用的文件，只是记录",
        "Documents it refers to, for the record",
        "[示例发改〔2018〕9号]",
        "[2018-9]",
    ),
    "extends": (
        "上位政策的编号：本文件补充、改写它",
        "Id of the policy this one adds to",
        "示例/上位",
        "demo/parent",
    ),
    "not_covered": (
        "不管谁、为什么：交来的数据会退回并说明原因",
        "Whom the policy does not cover, and why: such rows are rejected",
        "{自备电厂: 另有规定}",
        "{own plants: other rules apply}",
    ),
    "disabled": (
        "不要上位政策的哪几项，写“节.名称”",
        "Entries of parents to remove: “section.name”",
        "[校验.总量]",
        "[checks.total]",
    ),
    "clauses": (
        "通知里的每一句话登记一条，后面用编号说明出处",
        "Every sentence of the notice, registered under an id",
        "{二-1: {位置: 二、第1句, 摘要: 少用不超过5%的不考核}}",
        "{2-1: {position: two 1, summary: up to 5% is free}}",
    ),
    "entities": (
        "给谁算：主体和它们的上下级",
        "Whom it is worked out for: entities and how they belong together",
        "{用户: {代号: user, 主键: user_id}}",
        "{user: {id: user, key: user_id}}",
    ),
    "terms": (
        "全部的栏目，填报的和算出来的都在里面：一张竖线表",
        "All terms, handed in or decided: a bar table",
        "|\n  | 主体 | 名称 | 代号 | 类型 | 单位 | 范围 |\n  | 用户 | 用电量 | energy | 电量 | 兆瓦时 | 0 至 1000 |",
        "|\n  | entity | name | id | type | unit | range |\n  | user | energy | energy | energy | MWh | 0 to 1000 |",
    ),
    "parameters": (
        "通知里写死的数，带出处和起止日期",
        "Numbers the notice fixes, with source and period",
        "{免考幅度: {值: 5%, 来源: 原文, 条款: 二-1}}",
        "{free band: {value: 5%, source: original, clause: 2-1}}",
    ),
    "readings": (
        "通知有几种读法的地方，现在取哪一种",
        "Where the notice can be read in several ways: which way is taken",
        "{分配权重: {取: 全部电量, 可取: [全部电量, 超出部分]}}",
        "{weight: {take: all, choices: [all, excess]}}",
    ),
    "checks": (
        "填报的数之间应有的关系；不符合的退回",
        "What must hold between values handed in; rows that fail are rejected",
        "{总量: {须: 用户.电量 >= 0}}",
        "{total: {require: user.energy >= 0}}",
    ),
    "decisions": (
        "每个要算的栏目怎么得来：公式、决策表、阶梯、汇总、分摊",
        "How each decided term comes about: formula, table, scale, total, allocation",
        "{用户.电费: {计算公式: 电量 × 电价}}",
        "{user.fee: {formula: energy * price}}",
    ),
    "eligibilities": (
        "凭材料判断够不够条件：符合、待补、不符合",
        "Whether evidence suffices: met, pending, not met",
        "{免考认定: {对象: 用户, 结论: [符合, 待补, 不符合], 可予认定情形: …}}",
        "{exemption: {subject: user, verdicts: [met, pending, not met], grounds: …}}",
    ),
    "checklists": (
        "要交哪些材料，交齐了没有",
        "Which papers are asked for, and whether they are complete",
        "{注册材料: {对象: 用户, 材料: …}}",
        "{registration papers: {subject: user, items: …}}",
    ),
    "forms": (
        "字段填成什么样：必填、格式、长度……",
        "How fields are to be filled in: required, format, length …",
        "{基本信息: {对象: 用户, 字段: …}}",
        "{basic facts: {subject: user, fields: …}}",
    ),
    "lookups": (
        "对照表：由前几栏查出最后一栏",
        "Tables that give their last column for the ones before",
        "{单价表: {表: …}}",
        "{prices: {table: …}}",
    ),
    "statement": (
        "给谁出具的结算单有哪些栏目",
        "Columns of the statements",
        "{用户: {栏目: [电量, 电费]}}",
        "{user: {columns: [energy, fee]}}",
    ),
    "carry_over": (
        "本期算出的词条交给下期作填报：左边是算出来的，右边是下期要填的",
        "Decided values that the next period takes as input: decided on the left, input on the right",
        "{用户.期末结余: 用户.期初结余}",
        "{user.closing: user.opening}",
    ),
    "processes": (
        "一件事分几步、谁来办、最晚哪天",
        "The steps of a matter: by whom, by when",
        "{申请: {事项: 申请, 起始: 起草, 步骤: …}}",
        "{claim: {matter: claim, start: draft, steps: …}}",
    ),
    "properties": (
        "对规则本身的要求：用 prove 证明，或者举出反例；不影响结果",
        "What must be true of the rules themselves: prove shows it or finds a counter-example",
        "{电费非负: {适用: 用户, 须: 电费 >= 0}}",
        "{fee not negative: {applies to: user, require: fee >= 0}}",
    ),
}

_LINES: Mapping[type[d.Doc], Lines] = {
    d.PolicyDoc: _POLICY,
    d.PolicyHead: {name: _POLICY[name] for name in d.PolicyHead.model_fields if name in _POLICY},
    d.InForceDoc: {
        "from_": ("从哪天起，含当天", "First day in force", "2018-06-01", "2018-06-01"),
        "to": ("到哪天止，含当天；没有截止日写“未定”", "Last day in force, or “open”", "未定", "open"),
        "by": ("按什么日期来对：结算月、申请日……", "Which date is compared", "结算月", "settlement month"),
        "clause": _CLAUSE,
    },
    d.NotCoveredDoc: {
        "id": ("数据表里认它的代号", "Id by which its table is known", "generator", "generator"),
        "reason": ("为什么不管", "Why it is not covered", "通知没有写发电侧的办法", "the notice is silent"),
    },
    d.ClauseDoc: {
        "position": ("在原文哪里", "Where it stands in the notice", "二、第1句", "section 2, sentence 1"),
        "summary": (
            "用自己的话说这一句；标点用全角",
            "What it says, in one's own words",
            "少用不超过5%的不考核",
            "up to 5% is free",
        ),
        "testable": (
            "能不能用数据检验；写“否”的要有原因",
            "Whether data can show it; “no” needs a reason",
            "否",
            "no",
        ),
        "reason": ("为什么不能检验", "Why it cannot be tested", "公布由平台完成", "done by the platform"),
    },
    d.EntityDoc: {
        "id": _ID,
        "key": (
            "编号那一栏叫什么；每行的编号不同",
            "Name of the column that tells rows apart",
            "user_id",
            "user_id",
        ),
        "aliases": ("编号那一栏的别的叫法", "Other headers of that column", "[户号, 用电户号]", "[account]"),
        "belongs_to": (
            "上级主体；每行要写明属于上级的哪一行",
            "The entity above; each row names its own",
            "售电公司",
            "retailer",
        ),
        "optional": ("可以没有上级", "A row may belong to nobody", "是", "yes"),
        "single": ("整个月只有一行，人人都看得见", "One row a month, seen by all", "是", "yes"),
        "base": ("子类：是哪个主体的一部分", "Sub-entity: of which entity", "用户", "user"),
        "when": (
            "子类：满足什么条件的行",
            "Sub-entity: which rows",
            "所属售电公司 不为空",
            "retailer is not null",
        ),
        "papers": ("每行是交来的一份材料", "Each row is a paper handed in", "是", "yes"),
        "merged_within": (
            "编号相同的行在哪个上级之内合成一行",
            "Within which entity rows of one key are merged",
            "用户",
            "user",
        ),
    },
    d.ParameterValueDoc: {
        "value": (
            "一个固定的值：数、比例、是否、日期或带引号的文字",
            "A fixed value: number, ratio, yes/no, date or quoted text",
            "50 元/兆瓦时",
            "50 CNY/MWh",
        ),
        "unit": ("单位，也可以写在值里", "The unit, if not part of the value", "元/兆瓦时", "CNY/MWh"),
        "from_": ("从哪天起，含当天", "First day it applies", "2018-06-01", "2018-06-01"),
        "to": (
            "到哪天止，含当天；没有截止日写“未定”",
            "Last day it applies, or “open”",
            "2018-12-31",
            "2018-12-31",
        ),
        "review": (
            "到哪天应当重新核对；过了会提醒",
            "When it should be looked at again",
            "2019-06-01",
            "2019-06-01",
        ),
        "source": (
            "有多可靠：原文、二手来源、推定",
            "How sure it is: original, secondary, assumed",
            "原文",
            "original",
        ),
        "clause": _CLAUSE,
    },
    d.ReadingDoc: {
        "chosen": ("现在取哪一种", "Which one is taken", "全部电量", "all"),
        "options": ("可以取的几种读法", "The ways it can be read", "[全部电量, 超出部分]", "[all, excess]"),
        "clause": _CLAUSE,
        "rationale": (
            "为什么这样取",
            "Why this one",
            "通知举例按全部电量计算",
            "as in the example of the notice",
        ),
    },
    d.CheckDoc: {
        "require": (
            "必须成立的条件",
            "The condition that must hold",
            "用户.峰电量 <= 用户.总电量",
            "user.peak <= user.total",
        ),
        "otherwise": (
            "不成立时怎么告诉填报的人",
            "What to tell people when it does not",
            "峰电量大于总电量",
            "peak is more than all",
        ),
        "clause": _CLAUSE,
    },
    d.MonotoneDoc: {
        "by": (
            "哪一项填报数变大；其余填报都不动",
            "The input that grows; all others stay",
            "用电量",
            "energy",
        ),
        "of": ("看哪一项结果", "The result that is looked at", "电费", "fee"),
        "direction": (
            "结果跟着不减，还是不增",
            "Whether the result never falls or never rises",
            "不减",
            "not falling",
        ),
    },
    d.PropertyDoc: {
        "applies": ("对哪些主体说的", "The entities it is about", "[用户]", "[user]"),
        "when": ("只在这种情况下要求", "Only in such cases", "不免考", "not exempt"),
        "require": ("每一行都应成立的关系", "What must hold of every row", "电费 >= 0", "fee >= 0"),
        "monotone": (
            "一项填报变大时，一项结果只往一个方向走",
            "When an input grows, a result moves one way only",
            "{随: 用电量, 项: 电费, 方向: 不减}",
            "{with: energy, item: fee, direction: not falling}",
        ),
        "conserved": (
            "这个分摊的各份加起来等于总量",
            "The parts of this allocation add up to its total",
            "用户.电费",
            "user.fee",
        ),
        "shareable": (
            "这个分摊的总量不为零时，总有人可摊",
            "Whenever the total of this allocation is not zero, somebody can take it",
            "用户.电费",
            "user.fee",
        ),
        "rationale": (
            "为什么这样要求",
            "Why it is asked for",
            "考核不倒贴钱",
            "nobody is paid for deviating",
        ),
        "clause": _CLAUSE,
    },
    d.TotalDoc: {
        "sum": ("把下级各行的什么加起来", "What is added up over the rows below", "用户.电费", "user.fee"),
        "count": ("数下级有几行", "Which rows below are counted", "用户", "user"),
        "min": ("取下级各行里最小的", "The least over the rows below", "用户.电价", "user.price"),
        "max": ("取下级各行里最大的", "The greatest over the rows below", "用户.电价", "user.price"),
        "weighted_mean": (
            "把什么加权平均，要写权重",
            "What is averaged; give the weight",
            "用户.电价",
            "user.price",
        ),
        "weight": ("加权平均的权重", "The weight of the mean", "用户.电量", "user.energy"),
        "only": (
            "只算满足条件的行",
            "Only rows for which this holds",
            '用户.考核结论 = "考核"',
            'user.verdict = "assessed"',
        ),
        "skip": ("不算满足条件的行", "Rows to leave out", "用户.免考", "user.exempt"),
    },
    d.AllocationDoc: {
        "total": ("要分的总量", "What is shared out", "售电公司.考核电费", "retailer.fee"),
        "within": ("在谁的范围里分", "Among whose rows it is shared", "售电公司", "retailer"),
        "by": ("按什么的大小分", "In proportion to what", "用户.偏差电量", "user.deviation"),
        "remainder": (
            "尾差给谁：最大余数法",
            "Who gets the rest: largest remainder",
            "最大余数法",
            "largest remainder",
        ),
    },
    d.ScaleDoc: {
        "of": ("按什么的大小分档", "What the brackets are about", "用户.电量", "user.energy"),
        "method": (
            "分段：各档各算；全额：全部按最后一档",
            "marginal: each part at its rate; whole: all at the last rate",
            "分段",
            "marginal",
        ),
        "brackets": (
            "分档的表",
            "The table of brackets",
            "|\n  | 超过 | 费率 |\n  | 0 | 0.1 |",
            "|\n  | over | rate |\n  | 0 | 0.1 |",
        ),
    },
    d.DecisionDoc: {
        "applies": (
            "给哪些主体决定；键写成“主体.词条”的不用写",
            "Whom it decides for, unless the key is “entity.term”",
            "[用户]",
            "[user]",
        ),
        "formula": ("计算公式", "The formula", "电量 × 电价", "energy * price"),
        "table": (
            "决策表：“当：X”各栏都符合的行命中，取“则：Y”",
            "Decision table: a row whose “when: X” cells hold gives its “then: Y”",
            "|\n  | 当：电量 | 则：结论 |\n  | > 0 | 考核 |",
            "|\n  | when: energy | then: verdict |\n  | > 0 | assessed |",
        ),
        "hit_policy": ("几行同时命中怎么办", "What several matching rows mean", "不允许", "unique"),
        "collect": (
            "汇集各行的结果：列表、求和、最小、最大、计数",
            "How results of several rows are put together",
            "求和",
            "sum",
        ),
        "default": (
            "没有一行命中时的值：词条和值",
            "Values when no row matches",
            "{考核结论: 不考核}",
            "{verdict: free}",
        ),
        "scale": (
            "阶梯：分档算",
            "By brackets",
            "{依据: 电量, 方式: 分段, 分档: …}",
            "{of: energy, method: marginal, brackets: …}",
        ),
        "sum_up": ("汇总下级的行", "Over the rows below", "{求和: 用户.电费}", "{sum: user.fee}"),
        "allocation": (
            "把总量分给各行，分完正好等于总量",
            "A total shared out to rows",
            "{总量: 售电公司.电费, 分摊依据: 电量, 尾差: 最大余数法}",
            "{total: retailer.fee, by: energy, remainder: largest remainder}",
        ),
        "rounding": (
            "怎样取整、留几位；几个结果各写各的",
            "How results are rounded; or one for each result",
            "四舍五入 2 位",
            "half up 2 places",
        ),
        "clause": _CLAUSE,
    },
    d.EligibilityDoc: {
        "id": _ID,
        "entity": _SUBJECT,
        "evidence": ("佐证材料是哪个主体的行", "Whose rows are the evidence", "佐证", "document"),
        "verdicts": (
            "三个结论：符合、待补、不符合",
            "Three verdicts: met, pending, not met",
            "[符合, 待补, 不符合]",
            "[met, pending, not met]",
        ),
        "grounds": (
            "可予认定的各种情形：一张竖线表",
            "The grounds: a bar table",
            "|\n  | 当：X | 佐证：Y | 条款 |\n  | 是 | 是 | 二-1 |",
            "|\n  | when: X | evidence: Y | clause |\n  | yes | yes | 2-1 |",
        ),
        "exclusions": (
            "不予认定的各种情形和后果：一张竖线表",
            "The exclusions and their consequences: a bar table",
            "|\n  | 当：X | 后果 | 条款 |\n  | 是 | 整份不予认定 | 二-2 |",
            "|\n  | when: X | consequence | clause |\n  | yes | refuse | 2-2 |",
        ),
        "clause": _CLAUSE,
    },
    d.ChecklistDoc: {
        "id": _ID,
        "entity": _SUBJECT,
        "papers": (
            "所交的材料是哪个附件主体的行",
            "Whose rows are the papers handed in",
            "用户附件",
            "user paper",
        ),
        "verdicts": _VERDICTS,
        "formats": (
            "文件格式，清单的行没有写的按这里",
            "File formats of rows that name none",
            "[pdf, jpg]",
            "[pdf, jpg]",
        ),
        "max_size": (
            "文件大小上限，清单的行没有写的按这里",
            "Greatest size for rows that name none",
            "10 MB",
            "10 MB",
        ),
        "items": (
            "要交的材料：一张竖线表",
            "The papers asked for: a bar table",
            "|\n  | 栏目 | 必交 | 材料 | 条款 |\n  | 附件 | 是 | 证明 | 二-1 |",
            "|\n  | slot | required | paper | clause |\n  | papers | yes | licence | 2-1 |",
        ),
        "clause": _CLAUSE,
    },
    d.FormDoc: {
        "id": _ID,
        "entity": _SUBJECT,
        "verdicts": _VERDICTS,
        "fields_": (
            "要填的字段：一张竖线表",
            "The fields: a bar table",
            "|\n  | 字段 | 必填 | 条款 |\n  | 户名 | 是 | 二-1 |",
            "|\n  | field | required | clause |\n  | name | yes | 2-1 |",
        ),
        "clause": _CLAUSE,
    },
    d.TableFileDoc: {
        "file": (
            "表在旁边的哪个文件里：csv 或 xlsx",
            "The file beside this one: csv or xlsx",
            "单价.csv",
            "prices.csv",
        ),
        "sheet": ("工作簿里的哪张表", "The sheet of the workbook", "单价", "prices"),
    },
    d.LookupDoc: {
        "table": (
            "对照的表，结果在最后一栏",
            "The table; its last column is the result",
            "|\n  | 类别 | 单价 |\n  | 居民 | 0.5 |",
            "|\n  | kind | price |\n  | home | 0.5 |",
        ),
        "clause": _CLAUSE,
    },
    d.StatementDoc: {
        "issued_by": ("由谁出具", "Who issues it", "售电公司", "retailer"),
        "columns": ("结算单的栏目", "The columns", "[电量, 电费]", "[energy, fee]"),
    },
    **processes.LINES,
}

KEY_HELP: Mapping[type[d.Doc], Mapping[str, KeyHelp]] = MappingProxyType(
    {
        model: MappingProxyType({name: KeyHelp(*line) for name, line in lines.items()})
        for model, lines in _LINES.items()
    }
)
