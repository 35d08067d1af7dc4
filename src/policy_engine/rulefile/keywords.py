"""The one table of keywords: canonical name → how it is written in a Chinese and in an English file.

The canonical name of a key is the field of its document class; of a closed word, the enum member. A key is
recognised in the language of its file only; the other language serves hints.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import process_keywords as processes
from policy_engine.rulefile.term_types import TermTypeWord

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Word:
    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def fold(text: str) -> str:
    """Spellings that count as the same keyword: width, case, and ``known_from`` for ``known from``."""
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _words(**pairs: tuple[str, str]) -> Mapping[str, Word]:
    return MappingProxyType({name: Word(*pair) for name, pair in pairs.items()})


_CLAUSE = ("条款", "clause")

_POLICY = _words(
    format=("格式", "format"),
    policy=("政策", "policy"),
    title=("标题", "title"),
    issuer=("发文机关", "issuer"),
    number=("文号", "number"),
    issued=("发文日期", "issued"),
    known_from=("知悉日", "known from"),
    in_force=("施行", "in force"),
    basis=("依据", "basis"),
    extends=("沿用", "extends"),
    not_covered=("不适用", "not covered"),
    disabled=("停用", "disabled"),
    clauses=("条款", "clauses"),
    entities=("主体", "entities"),
    terms=("词条", "terms"),
    parameters=("参数", "parameters"),
    readings=("口径", "readings"),
    checks=("校验", "checks"),
    decisions=("决定", "decisions"),
    eligibilities=("认定", "eligibility"),
    checklists=("材料清单", "checklists"),
    forms=("填报要求", "forms"),
    lookups=("对照表", "lookups"),
    statement=("明细", "statement"),
    carry_over=("结转", "carry over"),
    processes=("流程", "processes"),
    properties=("性质", "properties"),
)

FIELDS: Mapping[type[d.Doc], Mapping[str, Word]] = MappingProxyType(
    {
        d.PolicyDoc: _POLICY,
        d.PolicyHead: MappingProxyType({n: w for n, w in _POLICY.items() if n in d.PolicyHead.model_fields}),
        d.InForceDoc: _words(from_=("自", "from"), to=("至", "to"), by=("按", "by"), clause=_CLAUSE),
        d.NotCoveredDoc: _words(id=("代号", "id"), reason=("原因", "reason")),
        d.ClauseDoc: _words(
            position=("位置", "position"),
            summary=("摘要", "summary"),
            testable=("可检验", "testable"),
            reason=("原因", "reason"),
        ),
        d.EntityDoc: _words(
            id=("代号", "id"),
            key=("主键", "key"),
            aliases=("又名", "aliases"),
            belongs_to=("属于", "belongs to"),
            optional=("可空", "optional"),
            single=("单例", "single"),
            base=("即", "is"),
            when=("当", "when"),
            papers=("附件", "papers"),
            merged_within=("合并范围", "merged within"),
        ),
        d.ParameterValueDoc: _words(
            value=("值", "value"),
            unit=("单位", "unit"),
            from_=("自", "from"),
            to=("至", "to"),
            review=("复核", "review"),
            source=("来源", "source"),
            clause=_CLAUSE,
        ),
        d.ReadingDoc: _words(
            chosen=("取", "take"),
            options=("可取", "choices"),
            clause=_CLAUSE,
            rationale=("缘由", "rationale"),
        ),
        d.CheckDoc: _words(require=("须", "require"), otherwise=("否则", "otherwise"), clause=_CLAUSE),
        d.TotalDoc: _words(
            sum=("求和", "sum"),
            count=("计数", "count"),
            min=("最小", "min"),
            max=("最大", "max"),
            weighted_mean=("加权平均", "weighted mean"),
            weight=("权重", "weight"),
            only=("仅", "only"),
            skip=("不计", "skip"),
        ),
        d.AllocationDoc: _words(
            total=("总量", "total"),
            within=("分摊范围", "within"),
            by=("分摊依据", "by"),
            remainder=("尾差", "remainder"),
        ),
        d.ScaleDoc: _words(of=("依据", "of"), method=("方式", "method"), brackets=("分档", "brackets")),
        d.DecisionDoc: _words(
            applies=("适用", "applies to"),
            formula=("计算公式", "formula"),
            table=("决策表", "table"),
            hit_policy=("多行命中", "hit policy"),
            collect=("汇集", "collect"),
            default=("默认", "default"),
            scale=("阶梯", "scale"),
            sum_up=("汇总", "total"),
            allocation=("分摊", "allocation"),
            rounding=("取整", "rounding"),
            clause=_CLAUSE,
        ),
        d.EligibilityDoc: _words(
            id=("代号", "id"),
            entity=("对象", "subject"),
            evidence=("佐证主体", "evidence"),
            verdicts=("结论", "verdicts"),
            grounds=("可予认定情形", "grounds"),
            exclusions=("不予认定情形", "exclusions"),
            clause=_CLAUSE,
        ),
        d.ChecklistDoc: _words(
            id=("代号", "id"),
            entity=("对象", "subject"),
            papers=("所交", "papers"),
            verdicts=("结论", "verdicts"),
            formats=("格式", "format"),
            max_size=("大小上限", "max size"),
            items=("材料", "items"),
            clause=_CLAUSE,
        ),
        d.FormDoc: _words(
            id=("代号", "id"),
            entity=("对象", "subject"),
            verdicts=("结论", "verdicts"),
            fields_=("字段", "fields"),
            clause=_CLAUSE,
        ),
        d.TableFileDoc: _words(file=("文件", "file"), sheet=("工作表", "sheet")),
        d.LookupDoc: _words(table=("表", "table"), clause=_CLAUSE),
        d.MonotoneDoc: _words(by=("随", "with"), of=("项", "item"), direction=("方向", "direction")),
        d.PropertyDoc: _words(
            applies=("适用", "applies to"),
            when=("当", "when"),
            require=("须", "require"),
            monotone=("单调", "monotone"),
            conserved=("守恒", "conserved"),
            shareable=("可分摊", "shareable"),
            rationale=("缘由", "rationale"),
            clause=_CLAUSE,
        ),
        d.StatementDoc: _words(issued_by=("出具", "issued by"), columns=("栏目", "columns")),
        **{model: _words(**pairs) for model, pairs in processes.FIELDS.items()},
    }
)

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Word]] = MappingProxyType(
    {
        choices.SourceStatus: {
            choices.SourceStatus.ORIGINAL: Word("原文", "original"),
            choices.SourceStatus.SECONDARY: Word("二手来源", "secondary"),
            choices.SourceStatus.ASSUMED: Word("推定", "assumed"),
        },
        choices.HitPolicy: {
            choices.HitPolicy.UNIQUE: Word("不允许", "unique"),
            choices.HitPolicy.ANY: Word("结果须相同", "any"),
            choices.HitPolicy.FIRST: Word("取首行", "first"),
            choices.HitPolicy.COLLECT: Word("汇集", "collect"),
        },
        choices.Collect: {
            choices.Collect.LIST: Word("列表", "list"),
            choices.Collect.SUM: Word("求和", "sum"),
            choices.Collect.MIN: Word("最小", "min"),
            choices.Collect.MAX: Word("最大", "max"),
            choices.Collect.COUNT: Word("计数", "count"),
        },
        choices.Consequence: {
            choices.Consequence.STRIKE: Word("剔除该佐证", "strike the document"),
            choices.Consequence.PENDING: Word("该佐证待补", "document pending"),
            choices.Consequence.REFUSE: Word("整份不予认定", "refuse"),
        },
        choices.RoundingMode: {
            choices.RoundingMode.HALF_UP: Word("四舍五入", "half up"),
            choices.RoundingMode.HALF_EVEN: Word("银行家", "half even"),
            choices.RoundingMode.FLOOR: Word("向下", "down"),
            choices.RoundingMode.TRUNCATE: Word("向零", "toward zero"),
            choices.RoundingMode.CEILING: Word("向上", "up"),
        },
        choices.ScaleMethod: {
            choices.ScaleMethod.MARGINAL: Word("分段", "marginal"),
            choices.ScaleMethod.WHOLE: Word("全额", "whole"),
        },
        choices.Direction: {
            choices.Direction.NOT_FALLING: Word("不减", "not falling"),
            choices.Direction.NOT_RISING: Word("不增", "not rising"),
        },
        TermTypeWord: {
            TermTypeWord.ENERGY: Word("电量", "energy"),
            TermTypeWord.PRICE: Word("电价", "price"),
            TermTypeWord.MONEY: Word("金额", "money"),
            TermTypeWord.RATIO: Word("比例", "ratio"),
            TermTypeWord.NUMBER: Word("数", "number"),
            TermTypeWord.BOOLEAN: Word("是否", "boolean"),
            TermTypeWord.OPTION: Word("选项", "option"),
            TermTypeWord.LEVEL: Word("等级", "level"),
            TermTypeWord.DATE: Word("日期", "date"),
            TermTypeWord.MONTH: Word("月份", "month"),
            TermTypeWord.DATE_RANGE: Word("日期区间", "date range"),
            TermTypeWord.TEXT: Word("文本", "text"),
        },
        **{
            kind: {member: Word(*pair) for member, pair in words.items()}
            for kind, words in processes.WORDS.items()
        },
    }
)

# Headers of bar tables.
TERM_COLUMNS = _words(
    entity=("主体", "entity"),
    name=("名称", "name"),
    id=("代号", "id"),
    type=("类型", "type"),
    unit=("单位", "unit"),
    places=("小数位", "places"),
    other=("其他", "other"),
    range=("范围", "range"),
)
DECISION_COLUMNS = _words(name=("行名", "row"), when=("当", "when"), then=("则", "then"), clause=_CLAUSE)
GROUND_COLUMNS = _words(
    name=("行名", "row"), when=("当", "when"), evidence=("佐证", "evidence"), clause=_CLAUSE
)
EXCLUSION_COLUMNS = _words(
    name=("行名", "row"),
    when=("当", "when"),
    evidence=("佐证", "evidence"),
    consequence=("后果", "consequence"),
    clause=_CLAUSE,
)
CHECKLIST_COLUMNS = _words(
    name=("行名", "name"),
    slot=("栏目", "slot"),
    when=("当", "when"),
    required=("必交", "required"),
    paper=("材料", "paper"),
    substitute=("可代", "substitute"),
    substitute_if=("可代条件", "substitute if"),
    sealed=("加盖公章", "sealed"),
    format=("格式", "format"),
    max_size=("大小上限", "max size"),
    clause=_CLAUSE,
)
FORM_COLUMNS = _words(
    name=("行名", "name"),
    field=("字段", "field"),
    id=("代号", "id"),
    when=("当", "when"),
    required=("必填", "required"),
    format=("格式", "format"),
    also=("也可填", "also"),
    length=("长度", "length"),
    contains=("至少含", "contains"),
    must=("须", "must"),
    unique=("不得重复", "unique"),
    needless=("不必填", "needless"),
    sensitive=("敏感", "sensitive"),
    clause=_CLAUSE,
)
SCALE_COLUMNS = _words(
    name=("行名", "row"),
    over=("超过", "over"),
    at_least=("不低于", "at least"),
    rate=("费率", "rate"),
    clause=_CLAUSE,
)
PARAMETER_COLUMNS = _words(
    name=("名称", "name"),
    value=("值", "value"),
    unit=("单位", "unit"),
    from_=("自", "from"),
    to=("至", "to"),
    review=("复核", "review"),
    source=("来源", "source"),
    clause=_CLAUSE,
)

# What the 其他 column may hold.
FLAGS = _words(
    default=("默认", "default"),
    nullable=("可空", "nullable"),
    alias=("又名", "alias"),
    sensitive=("敏感", "sensitive"),
    decided_below=("待下位决定", "decided below"),
    filled_by=("由…填", "filled by"),
)

FILLED_BY = (Word("由", "filled by"), Word("填", ""))  # what stands before and after the entity
MISSING = Word("证件缺失", "missing")  # 可代条件: the paper itself is not there
YES = Word("是", "yes")
NO = Word("否", "no")
OPEN = Word("未定", "open")
NOT_STATED = Word("未载明", "not stated")
LARGEST_REMAINDER = Word("最大余数法", "largest remainder")
RANGE_TO = Word("至", "to")
PLACES = Word("位", "places")


def field_of(model: type[d.Doc], key: str, language: str) -> str | None:
    """The field a key of the file's language names."""
    return _fields(model, language).get(fold(key))


@cache
def _fields(model: type[d.Doc], language: str) -> Mapping[str, str]:
    return _index(FIELDS[model], language)


def canonical(section: str, language: str) -> str | None:
    """The section of a rule file that a keyword names: ``参数`` → ``parameters``."""
    return field_of(d.PolicyDoc, section, language)


def column_of(columns: Mapping[str, Word], header: str, language: str) -> str | None:
    """The canonical column a header cell names."""
    return _index(columns, language).get(fold(header))


def word_of(kind: type[StrEnum], text: str, language: str) -> StrEnum | None:
    """The member of a closed set of words."""
    wanted = fold(text)
    return next((m for m, w in WORDS[kind].items() if fold(w.of(language)) == wanted), None)


def is_word(text: str, word: Word, language: str) -> bool:
    return fold(text) == fold(word.of(language))


def spellings(words: Mapping[str, Word] | Mapping[StrEnum, Word], language: str) -> tuple[str, ...]:
    """All words of a table, in one language and in its order."""
    return tuple(w.of(language) for w in words.values())


def places_of_key(key: str) -> Iterator[tuple[type[d.Doc], str, str]]:
    """Every (document, field, language) in which a key would be known."""
    yield from _places().get(fold(key), ())


@cache
def _places() -> Mapping[str, tuple[tuple[type[d.Doc], str, str], ...]]:
    """Where each key is known; asked for every word of a file that is written in haste."""
    found: dict[str, tuple[tuple[type[d.Doc], str, str], ...]] = {}
    for model, fields in FIELDS.items():
        for name, word in fields.items():
            for language in LANGUAGES:
                key = fold(word.of(language))
                found[key] = (*found.get(key, ()), (model, name, language))
    return MappingProxyType(found)


def is_key(text: str) -> bool:
    """Whether a text is a key of any document in any language."""
    return next(places_of_key(text), None) is not None


def _index(words: Mapping[str, Word], language: str) -> Mapping[str, str]:
    return _cached_index(tuple((name, w.of(language)) for name, w in words.items()))


@cache
def _cached_index(pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return MappingProxyType({fold(written): name for name, written in pairs})
