"""What a rule file says, before anyone asks what it means.

Every piece of text is a ``Fragment``: its characters and where each stands in the file. Purely lexical
values (dates, yes/no, roundings, closed words) are already parsed; names, expressions and cells are not.
The Python name of a field is its canonical keyword; ``keywords.py`` gives the Chinese and English spelling.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from policy_engine.diagnostics.span import Fragment, Source
from policy_engine.rulefile.choices import (
    Collect,
    Direction,
    HitPolicy,
    RoundingMode,
    ScaleMethod,
    SourceStatus,
)
from policy_engine.rulefile.document_base import Doc as Doc
from policy_engine.rulefile.document_base import Named as Named
from policy_engine.rulefile.document_base import Spanned as Spanned
from policy_engine.rulefile.process_documents import ProcessDoc


class Rounding(Doc):
    mode: RoundingMode
    places: int


class BarTable(Doc):
    """A table: header cells and rows of cells, all of one width."""

    header: tuple[Fragment, ...]
    rows: tuple[tuple[Fragment, ...], ...]


class TableFileDoc(BarTable):
    """A table that stands in a file beside the rule file; it has no rows until somebody reads that file."""

    header: tuple[Fragment, ...] = ()
    rows: tuple[tuple[Fragment, ...], ...] = ()
    file: Fragment  # 文件
    sheet: Fragment | None = None  # 工作表


@dataclass(frozen=True)
class TableFile:
    """A file whose tables were read: the name it is shown by, the digest of its bytes in hexadecimal."""

    name: str
    sha256: str


class InForceDoc(Doc):
    from_: Spanned[dt.date]  # 自
    to: Spanned[dt.date] | None  # 至; None = 未定
    by: Fragment  # 按: the term the range is compared with (结算月, 申请日 …)
    clause: tuple[Fragment, ...] = ()


class NotCoveredDoc(Doc):
    """不适用: written as the reason alone, or as a mapping of 代号 and 原因."""

    id: Fragment | None = None
    reason: Fragment


class ClauseDoc(Doc):
    position: Fragment
    summary: Fragment
    testable: bool = True
    reason: Fragment | None = None


class EntityDoc(Doc):
    id: Fragment | None = None  # required unless a sub-entity
    key: Fragment | None = None
    aliases: tuple[Fragment, ...] = ()  # other headers people use for the key column
    belongs_to: Fragment | None = None
    optional: bool = False
    single: bool = False
    base: Fragment | None = None  # 即
    when: Fragment | None = None  # 当
    papers: bool = False  # 附件
    merged_within: Fragment | None = None  # 合并范围


class ParameterValueDoc(Doc):
    value: Fragment
    unit: Fragment | None = None
    from_: Spanned[dt.date] | None = None
    to: Spanned[dt.date] | None = None  # None = 未定
    review: Spanned[dt.date] | None = None
    source: Spanned[SourceStatus] | None = None
    clause: tuple[Fragment, ...] = ()


class ParameterDoc(Doc):
    values: tuple[ParameterValueDoc, ...]  # one mapping, or a list of them: the timeline


class ReadingDoc(Doc):
    chosen: Fragment
    options: tuple[Fragment, ...]
    clause: tuple[Fragment, ...] = ()
    rationale: Fragment | None = None


class CheckDoc(Doc):
    require: Fragment
    otherwise: Fragment | None = None
    clause: tuple[Fragment, ...] = ()


class TotalDoc(Doc):
    sum: Fragment | None = None
    count: Fragment | None = None
    min: Fragment | None = None
    max: Fragment | None = None
    weighted_mean: Fragment | None = None
    weight: Fragment | None = None
    only: Fragment | None = None
    skip: Fragment | None = None


class AllocationDoc(Doc):
    total: Fragment
    within: Fragment | None = None
    by: Fragment
    remainder: Spanned[str]  # "largest_remainder"


class ScaleDoc(Doc):
    of: Fragment  # 依据
    method: Spanned[ScaleMethod]  # 方式
    brackets: BarTable  # columns 行名, 超过 or 不低于, 费率, 条款


class DecisionDoc(Doc):
    applies: tuple[Fragment, ...] = ()
    formula: Fragment | None = None
    table: BarTable | None = None
    hit_policy: Spanned[HitPolicy] | None = None
    collect: Spanned[Collect] | None = None
    default: tuple[Named[Fragment], ...] = ()
    scale: ScaleDoc | None = None
    sum_up: TotalDoc | None = None  # 汇总
    allocation: AllocationDoc | None = None
    rounding: Rounding | None = None
    roundings: tuple[Named[Rounding], ...] = ()  # 取整 as a mapping: one rounding an output
    clause: tuple[Fragment, ...] = ()


class EligibilityDoc(Doc):
    id: Fragment | None = None  # of the verdict's term, where 词条 does not declare it
    entity: Fragment  # 对象
    evidence: Fragment | None = None  # 佐证主体
    verdicts: tuple[Fragment, ...]  # 结论: met, pending, not met
    grounds: BarTable  # columns 行名, 当：X, 佐证：X, 条款
    exclusions: BarTable | None = None  # the same and 后果
    clause: tuple[Fragment, ...] = ()


class ChecklistDoc(Doc):
    id: Fragment | None = None  # of the verdict's term, where 词条 does not declare it
    entity: Fragment  # 对象
    papers: Fragment | None = None  # 所交
    verdicts: tuple[Fragment, ...] = ()  # 结论: complete, incomplete
    formats: tuple[Fragment, ...] = ()  # 格式, for rows that name none
    max_size: Fragment | None = None  # 大小上限, for rows that name none
    items: BarTable  # columns 行名, 栏目, 当：X, 必交, 材料, 材料：X, 可代, 可代条件, 加盖公章, 格式, 大小上限, 条款
    clause: tuple[Fragment, ...] = ()


class FormDoc(Doc):
    id: Fragment | None = None
    entity: Fragment
    verdicts: tuple[Fragment, ...] = ()
    fields_: BarTable  # columns 行名, 字段, 代号, 当：X, 必填, 格式, …, 条款
    clause: tuple[Fragment, ...] = ()


class MonotoneDoc(Doc):
    by: Fragment  # 随
    of: Fragment  # 项
    direction: Spanned[Direction]  # 方向


class PropertyDoc(Doc):
    applies: tuple[Fragment, ...] = ()
    when: Fragment | None = None
    require: Fragment | None = None
    monotone: MonotoneDoc | None = None
    conserved: Fragment | None = None  # 守恒
    shareable: Fragment | None = None  # 可分摊
    rationale: Fragment | None = None  # 缘由
    clause: tuple[Fragment, ...] = ()


class LookupDoc(Doc):
    table: BarTable
    clause: tuple[Fragment, ...] = ()


class StatementDoc(Doc):
    issued_by: Fragment | None = None
    columns: tuple[Fragment, ...]


class PolicyDoc(Doc):
    """One rule file."""

    source: Source
    language: str  # "zh" or "en"
    format: Spanned[int]
    policy: Fragment
    title: Fragment
    issuer: Fragment
    number: Fragment | None = None  # None = 未载明
    issued: Spanned[dt.date] | None = None  # None = 未载明
    known_from: Spanned[dt.date] | None = None
    in_force: InForceDoc
    basis: tuple[Fragment, ...] = ()
    extends: Fragment | None = None
    not_covered: tuple[Named[NotCoveredDoc], ...] = ()
    disabled: tuple[Fragment, ...] = ()
    clauses: tuple[Named[ClauseDoc], ...] = ()
    entities: tuple[Named[EntityDoc], ...] = ()
    terms: BarTable | None = None
    parameters: tuple[Named[ParameterDoc], ...] = ()
    parameter_table: BarTable | None = None  # 参数 in a file; once read, they are among the parameters
    readings: tuple[Named[ReadingDoc], ...] = ()
    checks: tuple[Named[CheckDoc], ...] = ()
    decisions: tuple[Named[DecisionDoc], ...] = ()
    eligibilities: tuple[Named[EligibilityDoc], ...] = ()
    checklists: tuple[Named[ChecklistDoc], ...] = ()
    forms: tuple[Named[FormDoc], ...] = ()
    lookups: tuple[Named[LookupDoc], ...] = ()
    statement: tuple[Named[StatementDoc], ...] = ()
    carry_over: tuple[Named[Fragment], ...] = ()
    processes: tuple[Named[ProcessDoc], ...] = ()
    properties: tuple[Named[PropertyDoc], ...] = ()
    table_files: tuple[TableFile, ...] = ()


class PolicyHead(Doc):
    """The part of a rule file that a listing needs."""

    source: Source
    language: str
    format: Spanned[int]
    policy: Fragment
    title: Fragment
    issued: Spanned[dt.date] | None = None
    known_from: Spanned[dt.date] | None = None
    in_force: InForceDoc
    extends: Fragment | None = None

    @property
    def known_since(self) -> dt.date | None:
        """知悉日, or the day of issue when the file gives no other; None when it gives neither."""
        known = self.known_from or self.issued
        return known.value if known else None
