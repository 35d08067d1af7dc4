"""The report of an eligibility as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_engine.engine.eligibility_document import CaseFinding, EligibilityReport, TestedCell
from policy_engine.engine.truth import Truth

_WORDS = {
    "zh": {
        "ground": "情形“{case}”{document}{truth}{why}（{clauses}）",
        "exclusion": "不予认定“{case}”{document}{truth}，{consequence}{why}（{clauses}）",
        "document": "〔{evidence} {key}〕",
        "none": "没有{evidence}",
        "struck": "{evidence} {key} 已剔除（{because}）",
        "pending": "{evidence} {key} 待补（{because}）",
        "missing": "还缺：{facts}",
        "fact": "{entity} {key} 的{name}",
        "change": "{who}{text}",
        "who": "{entity} {key}：",
        "met": "{column} = {value}",
        "failed": "{column} = {value}，要求 {cell}",
        "open": "{column} 没有填，要求 {cell}",
        "ground_yes": "成立",
        "ground_unknown": "待定",
        "ground_no": "不成立",
        "exclusion_yes": "适用",
        "exclusion_unknown": "可能适用",
        "strike": "剔除该佐证",
        "pend": "该佐证待补",
        "refuse": "整份不予认定",
        "colon": "：",
        "semicolon": "；",
        "comma": "、",
        "position": "{id}，{position}",
    },
    "en": {
        "ground": "ground “{case}”{document} {truth}{why} ({clauses})",
        "exclusion": "exclusion “{case}”{document} {truth}, {consequence}{why} ({clauses})",
        "document": " [{evidence} {key}]",
        "none": "no {evidence}",
        "struck": "{evidence} {key} is struck ({because})",
        "pending": "{evidence} {key} is pending ({because})",
        "missing": "missing: {facts}",
        "fact": "{name} of {entity} {key}",
        "change": "{who}{text}",
        "who": "{entity} {key}: ",
        "met": "{column} = {value}",
        "failed": "{column} = {value}, wanted {cell}",
        "open": "{column} is not filled in, wanted {cell}",
        "ground_yes": "is met",
        "ground_unknown": "is open",
        "ground_no": "is not met",
        "exclusion_yes": "applies",
        "exclusion_unknown": "may apply",
        "strike": "the document is struck",
        "pend": "the document is pending",
        "refuse": "the whole is refused",
        "colon": ": ",
        "semicolon": "; ",
        "comma": ", ",
        "position": "{id}, {position}",
    },
}


def eligibility_lines(report: EligibilityReport, lang: str = "zh") -> list[str]:
    """Exclusions that apply, grounds for and against, what is missing, what would change the verdict."""
    return list(_Teller(report, _WORDS["en" if lang == "en" else "zh"], lang).lines())


class _Teller:
    def __init__(self, report: EligibilityReport, words: dict[str, str], lang: str) -> None:
        self.report, self.words, self.lang = report, words, lang
        self.standing = {d.key: d for d in report.documents}

    def lines(self) -> Iterator[str]:
        for finding in self.report.exclusions:
            yield self._exclusion(finding)
        yield from self._grounds()
        if self.report.missing:
            facts = [self._say("fact", entity=m.entity, key=m.key, name=m.name) for m in self.report.missing]
            yield self._say("missing", facts=self.words["comma"].join(facts))
        for change in self.report.changes:
            who = self._say("who", entity=change.entity, key=change.key) if change.key else ""
            yield self._say("change", who=who, text=change.text_en if self.lang == "en" else change.text)

    def _grounds(self) -> Iterator[str]:
        """A ground that the subject itself does not meet is told once, not for each document."""
        told: set[str] = set()
        for finding in self.report.grounds:
            own = [c for c in finding.cells if c.entity == self.report.entity and c.truth == Truth.NO]
            if not own:
                yield self._ground(finding)
            elif finding.case not in told:
                told.add(finding.case)
                yield self._line("ground", finding, "", self._cells(own), truth="ground_no")

    def _ground(self, finding: CaseFinding) -> str:
        truth = f"ground_{finding.truth}"
        if not finding.document:
            reasons = [self._say("none", evidence=self.report.evidence)]
            return self._line("ground", finding, "", reasons, truth=truth)
        open_ = [c for c in finding.cells if c.truth != Truth.YES]
        standing = self.standing[finding.document]
        reasons = self._cells(finding.cells if finding.truth == Truth.YES else open_)
        if finding.truth != Truth.YES and standing.standing != "usable":
            because = self.words["comma"].join(standing.because)
            evidence = self.report.evidence
            reasons.append(self._say(standing.standing, evidence=evidence, key=standing.key, because=because))
        return self._line("ground", finding, self._document(finding), reasons, truth=truth)

    def _exclusion(self, finding: CaseFinding) -> str:
        consequence = self.words["pend" if finding.consequence == "pending" else finding.consequence]
        document = self._document(finding) if finding.document else ""
        reasons = self._cells(finding.cells)
        truth = f"exclusion_{finding.truth}"
        return self._line("exclusion", finding, document, reasons, truth=truth, consequence=consequence)

    def _document(self, finding: CaseFinding) -> str:
        return self._say("document", evidence=self.report.evidence, key=finding.document)

    def _line(
        self,
        kind: str,
        finding: CaseFinding,
        document: str,
        reasons: Sequence[str],
        truth: str,
        consequence: str = "",
    ) -> str:
        clauses = [self._say("position", id=c.id, position=c.position) for c in finding.clauses]
        why = self.words["colon"] + self.words["semicolon"].join(reasons) if reasons else ""
        return self._say(
            kind,
            case=finding.case,
            document=document,
            truth=self.words[truth],
            consequence=consequence,
            why=why,
            clauses=self.words["semicolon"].join(clauses),
        )

    def _cells(self, cells: Sequence[TestedCell]) -> list[str]:
        kinds = {Truth.YES: "met", Truth.NO: "failed", Truth.UNKNOWN: "open"}
        return [self._say(kinds[Truth(c.truth)], column=c.column, value=c.value, cell=c.cell) for c in cells]

    def _say(self, what: str, **params: str) -> str:
        return self.words[what].format(**params)
