"""Then-steps about checklists and forms: what became of each item, what is said of it, and what to look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from policy_engine.engine.checklist_document import ChecklistReport, ItemFinding
from policy_engine.engine.checklists import checklist_report
from policy_engine.engine.evaluate import Assessment
from policy_engine.policy.checklist_model import Checklist
from policy_engine.policy.model import Entity, Policy
from policy_engine.testing.check_values import NOT_CHECKED
from policy_engine.testing.names import meant
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import one_row, who

NOT_CONCERNED = "不涉及"
_ITEM, _STATUS, _SAYING, _CLAUSES = _COLUMNS = ("项", "结果", "提示", "条款")


def report(assessment: Assessment, entity: Entity, key: str | None, name: str) -> ChecklistReport:
    row = one_row(assessment, entity, key)
    try:
        return checklist_report(assessment.result, row.entity, row.key, name)
    except KeyError:
        known = assessment.result.policy.checklists
        raise StepFailure(f"{who(row)}没有材料清单或填报要求“{name}”。{meant(name, known)}") from None


def check_item(
    policy: Policy, told: ChecklistReport, item: str, status: str, words: str | None = None
) -> None:
    """The status of one item and, with ``words``, a passage of what is said of it."""
    found = find_item(policy, told, item)
    if found is None:
        if status != NOT_CONCERNED or words is not None:
            raise StepFailure(f"“{item}”{NOT_CONCERNED}，不是“{status}”。{_all(told)}")
        return
    if not is_status(found, status):
        raise StepFailure(f"“{item}”是“{found.status_text}”，不是“{status}”。{_all(told)}")
    if words is not None and not _says(found, words):
        raise StepFailure(f"“{item}”的提示里没有“{words}”。{_all(told)}")


def check_items(policy: Policy, told: ChecklistReport, table: Sequence[Sequence[str]]) -> None:
    """Every item that applies stands in the table, with what is written of it."""
    header = [h.strip() for h in table[0]]
    unknown = [h for h in header if h not in _COLUMNS]
    if unknown or _ITEM not in header:
        named = f"没有“{'、'.join(unknown)}”这一栏；" if unknown else "要有“项”这一栏；"
        raise StepFailure(f"逐项的表{named}可以写：{'、'.join(_COLUMNS)}")
    wrong: list[str] = []
    listed: list[str] = []
    for line in table[1:]:
        cells = {h: c.strip() for h, c in zip(header, line, strict=True)}
        found = find_item(policy, told, cells[_ITEM])
        listed.append(found.name if found else cells[_ITEM])
        wrong += _wrong(cells, found)
    wrong += [f"“{name}”列了不止一次" for name in dict.fromkeys(listed) if listed.count(name) > 1]
    missing = [i.name for i in told.items if i.name not in listed and i.status_text != NOT_CONCERNED]
    if missing:
        wrong.append(f"表里没有列出：{'、'.join(missing)}")
    if wrong:
        raise StepFailure("\n".join(wrong) + f"\n{_all(told)}")


def check_remark(told: ChecklistReport, words: str) -> None:
    if not any(words in text for r in told.remarks for text in (r.text, r.text_en)):
        raise StepFailure(f"没有含“{words}”的提醒。{_remarks(told)}")


def check_no_remark(told: ChecklistReport) -> None:
    if told.remarks:
        raise StepFailure(_remarks(told))


def find_item(policy: Policy, told: ChecklistReport, name: str) -> ItemFinding | None:
    """An item by its name, else by its slot or field; None: there is such an item, but not for this subject.

    Raises StepFailure for one the list does not have, and for a slot in which there are several.
    """
    for item in told.items:
        if item.name == name:
            return item
    found = [item for item in told.items if item.slot == name]
    if len(found) > 1:
        found = [item for item in found if item.status_text != NOT_CONCERNED] or found[:1]
    if len(found) > 1:
        raise StepFailure(f"“{name}”有几项，请写行名：{'、'.join(i.name for i in found)}")
    if found:
        return found[0]
    known = list(_names(policy, told))
    if name not in known:
        raise StepFailure(f"{told.name}没有“{name}”这一项。{meant(name, dict.fromkeys(known))}")
    return None


def is_status(item: ItemFinding, written: str) -> bool:
    """The whole status or its first words, before a comma; … stands for any words, quotes do not matter."""
    shape = ".+".join(re.escape(part) for part in re.split("…+", _unquoted(written)))
    for text in map(_unquoted, (item.status_text, item.status_text_en)):
        if any(re.fullmatch(shape, t) for t in (text, re.split("[，,（(]", text)[0].strip())):
            return True
    return False


def _unquoted(text: str) -> str:
    return re.sub('[“”"「」]', "", text).strip()


def _names(policy: Policy, told: ChecklistReport) -> Iterator[str]:
    body = policy.checklists[told.name]
    if isinstance(body, Checklist):
        for requirement in body.requirements:
            yield from (requirement.name, requirement.slot)
    else:
        for rule in body.fields:
            yield from (rule.name, rule.field)


def _wrong(cells: dict[str, str], found: ItemFinding | None) -> Iterator[str]:
    name = cells[_ITEM]
    checks: dict[str, Callable[[ItemFinding, str], str | None]] = {
        _STATUS: lambda i, cell: None if is_status(i, cell) else f"是“{i.status_text}”，不是“{cell}”",
        _SAYING: _wrong_saying,
        _CLAUSES: _wrong_clauses,
    }
    for column, check in checks.items():
        cell = cells.get(column, NOT_CHECKED)
        if cell == NOT_CHECKED:
            continue
        if found is None:
            if cell != (NOT_CONCERNED if column == _STATUS else ""):
                yield f"“{name}”{NOT_CONCERNED}，{column}不是“{cell}”"
        elif wrong := check(found, cell):
            yield f"“{name}”{wrong}"


def _wrong_saying(item: ItemFinding, cell: str) -> str | None:
    if cell:
        return None if _says(item, cell) else f"的提示里没有“{cell}”"
    return f"的提示不是空的：{_said(item)}" if _said(item) else None


def _wrong_clauses(item: ItemFinding, cell: str) -> str | None:
    found = [c.id for c in item.clauses]
    wanted = [c.strip() for c in cell.split("、") if c.strip()]
    return None if set(found) == set(wanted) else f"依据的是 {'、'.join(found) or '—'}，不是“{cell}”"


def _says(item: ItemFinding, words: str) -> bool:
    problems = (*item.problems, *(p for paper in item.papers for p in paper.problems))
    texts = [t for p in problems for t in (p.text, p.text_en)]
    return any(words in text for text in (*texts, item.todo, item.todo_en))


def _said(item: ItemFinding) -> str:
    """Why it does not do and what to do, in one line."""
    problems = (*item.problems, *(p for paper in item.papers for p in paper.problems))
    return "；".join(dict.fromkeys(t for t in (*(p.text for p in problems), item.todo) if t))


def _all(told: ChecklistReport) -> str:
    lines = "".join(f"\n  {i.name}：{i.status_text}{_bracketed(_said(i))}" for i in told.items) or "\n  —"
    return f"{told.entity}“{told.key}”的{told.name}是“{told.verdict}”，各项是：{lines}"


def _bracketed(text: str) -> str:
    return f"（{text}）" if text else ""


def _remarks(told: ChecklistReport) -> str:
    lines = "".join(f"\n  {r.text}" for r in told.remarks) or "\n  —"
    return f"{told.entity}“{told.key}”的{told.name}的提醒是：{lines}"
