"""流程 as written: steps, deadlines, what lateness means, results."""

from __future__ import annotations

from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.choices import LatenessWord, MonthWord
from policy_engine.rulefile.document_base import Doc, Named, Spanned


class LatenessDoc(Doc):
    """逾期: a word, or ``{视为: 步骤}``, the step that counts as taken."""

    word: LatenessWord | None = None
    deemed: Fragment | None = None


class DeadlineDoc(Doc):
    """``{月: 次月, 日: 8}`` · ``{月: 次月, 工作日: 6}`` · ``{工作日: 2, 自: 出清日}`` · ``{不晚于: 结算开始日}`` ·
    ``{同: 汇总批次.上报}``; 自 beside 月 names the month it counts from."""

    month: Spanned[MonthWord] | None = None
    day: Fragment | None = None
    working_days: Fragment | None = None
    since: Fragment | None = None
    not_after: Fragment | None = None
    same_as: Fragment | None = None
    lateness: LatenessDoc | None = None


class StepDoc(Doc):
    actor: Fragment
    from_: tuple[Fragment, ...]
    to: Fragment
    precondition: Fragment | None = None
    deadline: DeadlineDoc | None = None
    note: Fragment | None = None
    drives: Fragment | None = None
    clause: tuple[Fragment, ...] = ()


class InboxDoc(Doc):
    process: Fragment
    same: tuple[Fragment, ...]


class ResultsDoc(Doc):
    """What entering one state brings about: ``主体.词条`` or ``政策.主体.词条`` → expression."""

    entries: tuple[Named[Fragment], ...]


class UniqueDoc(Doc):
    """不得重复: ``[用户, 结算月]``, which together say which matter it is; or a list of such lists, each by itself."""

    groups: tuple[tuple[Fragment, ...], ...]
    nested: bool


class ExclusiveDoc(Doc):
    """不得并存: in which steps a matter has to wait for others that hold its place."""

    same: tuple[Fragment, ...]
    period: Fragment | None = None
    holding: tuple[Fragment, ...]
    steps: tuple[Fragment, ...]
    only_if: Fragment | None = None
    clause: tuple[Fragment, ...] = ()


class ProcessDoc(Doc):
    matter: Fragment
    unique: UniqueDoc | None = None
    exclusive: ExclusiveDoc | None = None
    start: Fragment
    steps: tuple[Named[StepDoc], ...]
    final: tuple[Fragment, ...]
    editable: tuple[Fragment, ...] = ()
    inclusive: bool = True
    lateness: LatenessDoc | None = None
    results: tuple[Named[ResultsDoc], ...] = ()
    inbox: InboxDoc | None = None
