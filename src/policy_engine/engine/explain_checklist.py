"""The report of a checklist or a form as lines of text: what is lacking first, then what is there."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.engine.checklist_document import MET, ChecklistReport, ItemFinding, PaperFinding

_WORDS = {
    "zh": {
        "item": "“{name}”{colon}{status}{detail}{clauses}",
        "paper": "“{kind}”{file}{fills}",
        "does": "合用",
        "stands": "可替代",
        "because": "（{problems}）",
        "todo": "；应{todo}",
        "clauses": "（{clauses}）",
        "position": "{id}，{position}",
        "not_needed": "不涉及：{names}",
        "remark": "提醒：{text}",
        "colon": "：",
        "semicolon": "；",
        "comma": "、",
    },
    "en": {
        "item": "“{name}”{colon}{status}{detail}{clauses}",
        "paper": "“{kind}”{file}{fills}",
        "does": " will do",
        "stands": " stands in",
        "because": " ({problems})",
        "todo": "; to do: {todo}",
        "clauses": " ({clauses})",
        "position": "{id}, {position}",
        "not_needed": "does not apply: {names}",
        "remark": "note: {text}",
        "colon": ": ",
        "semicolon": "; ",
        "comma": ", ",
    },
}


def checklist_lines(report: ChecklistReport, lang: str = "zh") -> list[str]:
    """What is not met, what is, what does not apply, what to look at."""
    return list(_Teller(report, _WORDS["en" if lang == "en" else "zh"], lang == "en").lines())


class _Teller:
    def __init__(self, report: ChecklistReport, words: dict[str, str], english: bool) -> None:
        self.report, self.words, self.english = report, words, english

    def lines(self) -> Iterator[str]:
        items = self.report.items
        yield from (self._item(item) for item in items if item.status not in MET)
        yield from (self._item(item) for item in items if item.status in MET - {"not_needed"})
        others = [item.name for item in items if item.status == "not_needed"]
        if others:
            yield self._say("not_needed", names=self.words["comma"].join(others))
        for remark in self.report.remarks:
            yield self._say("remark", text=remark.text_en if self.english else remark.text)

    def _item(self, item: ItemFinding) -> str:
        clauses = [self._say("position", id=c.id, position=c.position) for c in item.clauses]
        told = self.words["semicolon"].join(clauses)
        return self._say(
            "item",
            name=item.name,
            colon=self.words["colon"],
            status=item.status_text_en if self.english else item.status_text,
            detail=self._detail(item),
            clauses=self._say("clauses", clauses=told) if clauses else "",
        )

    def _detail(self, item: ItemFinding) -> str:
        parts = [p.text_en if self.english else p.text for p in item.problems]
        parts += [self._paper(paper) for paper in item.papers]
        told = self.words["colon"] + self.words["semicolon"].join(parts) if parts else ""
        todo = item.todo_en if self.english else item.todo
        return told + (self._say("todo", todo=todo) if todo else "")

    def _paper(self, paper: PaperFinding) -> str:
        problems = [p.text_en if self.english else p.text for p in paper.problems]
        if paper.fills:
            fills = self.words["does" if paper.fills == "paper" else "stands"]
        else:
            fills = self._say("because", problems=self.words["semicolon"].join(problems))
        file = (
            f"〔{paper.file}〕"
            if paper.file and not self.english
            else f" [{paper.file}]"
            if paper.file
            else ""
        )
        return self._say("paper", kind=paper.kind, file=file, fills=fills)

    def _say(self, what: str, **params: str) -> str:
        return self.words[what].format(**params)
