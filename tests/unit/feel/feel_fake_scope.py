"""A small policy's worth of names, written by hand: what the checker may ask of the policy layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from policy_engine.feel.scope import (
    ChildTermSymbol,
    LookupSignature,
    ParamSymbol,
    ParentKeySymbol,
    ReadingSymbol,
    Scope,
    Symbol,
    TermSymbol,
)
from policy_engine.feel.typed import Where
from policy_engine.feel.types import (
    BooleanType,
    DateRangeType,
    DateType,
    LevelType,
    MonthType,
    NumberType,
    OptionType,
    TextType,
    Type,
)
from policy_engine.feel.units import DIMENSIONLESS, Unit, parse_unit


def unit(text: str) -> Unit:
    found = parse_unit(text)
    assert found is not None, text
    return found


def number(text: str = "", places: int | None = 3, nullable: bool = False) -> NumberType:
    return NumberType(unit(text) if text else DIMENSIONLESS, places, nullable)


VERDICT = OptionType(("无偏差考核电量", "免予考核", "应予考核", "免考"))
TIMING = OptionType(("交易前", "交易后", "不明", "不涉及"))
LEVEL = LevelType(("乡镇", "县", "设区市", "省", "国家"))

USER_TERMS: dict[str, Type] = {
    "合同电量": number("兆瓦时"),
    "实际用电量": number("兆瓦时"),
    "结算电量": number("兆瓦时", nullable=True),
    "偏差电量": number("兆瓦时"),
    "大电量": number("万千瓦时", 4),
    "小电量": number("千瓦时", 0),
    "免予考核电量": number("兆瓦时", None),
    "目录电价": number("元/兆瓦时"),
    "户均电价": number("元/千瓦时", 6),
    "电费": number("元", 2),
    "备用金": number("万元", 4, nullable=True),
    "分摊比例": number("", 4),
    "完成率": NumberType(unit("%"), 2),
    "户数": number("户", 0),
    "免考": BooleanType(),
    "停产": BooleanType(),
    "省级确认": BooleanType(nullable=True),
    "考核结论": VERDICT,
    "令的先后": TIMING,
    "出具层级": LEVEL,
    "核定层级": replace(LEVEL, nullable=True),
    "出具日期": DateType(),
    "发布日期": DateType(nullable=True),
    "抄表周期": DateRangeType(),
    "结算月": MonthType(),
    "所在市": TextType(),
    "备注": TextType(nullable=True),
}
RETAILER_TERMS: dict[str, Type] = {
    "打包合同电量": number("兆瓦时", nullable=True),
    "全部合同电量": number("兆瓦时"),
    "考核电费": number("元", 2),
    "用户数": number("户", 0),
    "名称": TextType(),
}
MARKET_TERMS: dict[str, Type] = {"年度均价": number("元/兆瓦时"), "出账月份": MonthType()}
TERMS: dict[str, dict[str, Type]] = {"用户": USER_TERMS, "售电公司": RETAILER_TERMS, "全月": MARKET_TERMS}
BASES = {"用户": "用户", "打包用户": "用户", "直接交易用户": "用户", "售电公司": "售电公司", "全月": "全月"}

PARAMETERS = {
    "考核幅度": ParamSymbol("考核幅度", number("", 2), Fraction(1, 20)),
    "零": ParamSymbol("零", number("", 0), Fraction(0)),
    "罚金单价": ParamSymbol("罚金单价", number("元/千瓦时", 2), Fraction(3, 10)),
}
READINGS = {
    "负偏差部分": ReadingSymbol("负偏差部分", ("超出幅度的部分", "全部负偏差"), "超出幅度的部分"),
    "交易当日": ReadingSymbol("交易当日", ("交易前", "交易后"), "交易前"),
}
LOOKUPS = {
    "审核部门": LookupSignature("审核部门", (TextType(),), TextType()),
    "分档电价": LookupSignature("分档电价", (VERDICT, MonthType()), number("元/兆瓦时")),
}


@dataclass(frozen=True)
class FakeScope:
    """Names as seen from 用户 (below 售电公司) or from 售电公司."""

    entity: str = "用户"
    extra: Mapping[str, Type] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return BASES[self.entity]

    def resolve(self, path: tuple[str, ...]) -> Symbol | None:
        if len(path) == 1:
            return self._bare(path[0])
        if len(path) == 2 and path[0] in ("口径", "reading"):
            return READINGS.get(path[1])
        return self._dotted(*path) if len(path) == 2 else None

    def _bare(self, name: str) -> Symbol | None:
        type_ = self.extra.get(name) or TERMS[self.base].get(name)
        if type_ is not None:
            return TermSymbol(Where.OWN, self.base, self.entity, name, type_)
        if name == "所属售电公司" and self.base == "用户":
            return ParentKeySymbol("售电公司", TextType(nullable=self.entity == "用户"))
        return PARAMETERS.get(name)

    def _dotted(self, owner: str, name: str) -> Symbol | None:
        base = BASES.get(owner, "")
        type_ = TERMS.get(base, {}).get(name)
        if type_ is None:
            return None
        if base == "全月":
            return TermSymbol(Where.SINGLE, base, owner, name, type_)
        if base == self.base:
            return TermSymbol(Where.OWN, base, owner, name, type_)
        if self.base == "用户":
            return TermSymbol(Where.UP, base, owner, name, type_)
        return ChildTermSymbol(base, owner, name, type_)

    def lookup(self, name: str) -> LookupSignature | None:
        return LOOKUPS.get(name)

    def below(self, entity: str) -> Scope | None:
        is_child = self.base == "售电公司" and BASES.get(entity) == "用户"
        return FakeScope(entity) if is_child else None

    def names(self) -> Iterable[str]:
        yield from TERMS[self.base]
        yield from PARAMETERS
        yield from (f"口径.{r}" for r in READINGS)
        yield from (f"{owner}.{n}" for owner in TERMS if owner != self.base for n in TERMS[owner])


USER = FakeScope()
RETAILER = FakeScope("售电公司")
