"""Every example of docs/rule-files.md is loaded, evaluated, and gives what the page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from doc_examples import ARROW, Case, Example, Table, examples

from policy_engine import Policy, assess, load
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.policy import checklist_words as cells
from policy_engine.policy.merging import NOT_MERGED
from policy_engine.policy.verdicts import COMPLETE, INCOMPLETE
from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.settlement.statements import carry_over_tables, statement_tables

FOLDER = Path(__file__).parents[2] / "docs"
PAGE = (FOLDER / "rule-files.md").read_text(encoding="utf-8")
EXAMPLES = examples(PAGE)
CASES = [(e, c) for e in EXAMPLES for c in e.cases]


def _name(value: object) -> str | None:
    return f"line{value.line}" if isinstance(value, Example | Case) else None


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_every_example_shows_an_outcome(example: Example) -> None:
    assert example.cases
    assert all(case.says_something for case in example.cases)


@pytest.mark.parametrize("executor", ["durable", "reference"])
@pytest.mark.parametrize(("example", "case"), CASES, ids=_name)
def test_an_example_gives_what_the_page_shows(
    example: Example, case: Case, executor: str, tmp_path: Path
) -> None:
    try:
        policy = _load(example, case, tmp_path)
        facts = _facts(policy, case)
        assessment = assess(policy, tables_from_mapping(policy, facts), executor=executor)
    except PolicyEngineError as error:
        assert [case.code] == [error.code], str(error)
        return
    assert case.code is None
    if case.warning:
        assert case.warning in [w.code for w in policy.warnings]
    else:
        assert not policy.warnings
    for table in case.tables:
        if table.title.startswith(("明细 ", "结转 ")):
            _check_written(table, assessment)
        else:
            _check_outcomes(table, policy, assessment)


def _load(example: Example, case: Case, folder: Path) -> Policy:
    """Load from a folder with every whole file up to the example; a fragment stands in for its file."""
    for number, other in enumerate(EXAMPLES[: EXAMPLES.index(example) + 1]):
        replaced = example.added and other.policy == example.policy and other is not example
        if not replaced and (other is example or not other.added):
            (folder / f"{number:03}.yaml").write_text(other.text, encoding="utf-8")
            for name, text in other.files.items():
                (folder / name).write_text(text, encoding="utf-8")
    day = {"on": case.period} if case.period.count("-") == 2 else {"period": case.period}
    return load(example.policy, known_on=case.known_on, rules=folder, options=case.options or None, **day)


def _facts(policy: Policy, case: Case) -> Mapping[str, object]:
    facts: dict[str, list[dict[str, object]]] = {}
    for table in case.tables:
        if not table.title.startswith(("明细 ", "结转 ")):
            facts[table.title] = [_fact(policy, table, row) for row in table.rows]
    return facts


def _fact(policy: Policy, table: Table, row: tuple[str, ...]) -> dict[str, object]:
    entity = policy.entities.get(table.title)
    fact: dict[str, object] = {}
    for column, cell in zip(table.header, row, strict=True):
        if column.startswith(ARROW):
            break
        above = policy.entities.get(column)
        if column == table.title:
            name = entity.key if entity is not None else column
        else:
            name = (above.key or above.id) if above is not None and above.name != table.title else column
        if name is not None and cell:
            fact[name] = cell
    return fact


def _check_outcomes(table: Table, policy: Policy, assessment: Assessment) -> None:
    rejected = {(r.row.entity, r.row.key): r.diagnostic.code for r in assessment.rejected}
    base = policy.entities[table.title].base
    key_column = 0 if policy.entities[base].key else None
    outcomes = [i for i, column in enumerate(table.header) if column.startswith(ARROW)]
    for row in table.rows:
        key = row[0] if key_column == 0 else ""
        for i in outcomes:
            wanted, shown = table.header[i].removeprefix(ARROW).strip(), row[i]
            if wanted == "退回":
                assert rejected.get((base, key), "") == shown.strip("`")
            elif (base, key) not in rejected:
                before = table.header[i - 1].removeprefix(ARROW).strip()
                decided = assessment.result.value(base, key, before if wanted == "命中" else wanted)
                assert (decided.row if wanted == "命中" else decided.text) == shown, (key, wanted)


def _check_written(table: Table, assessment: Assessment) -> None:
    kind, entity = table.title.split(" ", 1)
    written = (statement_tables if kind == "明细" else carry_over_tables)(assessment.result, by_name=True)
    found = next(t for t in written if t.name.removeprefix("结转_") == entity)
    assert [c.name for c in found.columns] == list(table.header[1:])
    shown = [["" if cell is None else _text(cell, c.places) for cell, c in zip(r, found.columns, strict=True)]
             for r in found.rows]  # fmt: skip
    assert shown == [list(r[1:]) for r in table.rows]


def _text(cell: object, places: int | None) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell) if isinstance(cell, str) or places is None else f"{cell:.{places}f}"


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w-]", "", h.replace(" ", "-")) for h in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        file, _, heading = target.partition("#")
        assert (FOLDER / file).exists() if file else heading in headings, target


# -- the tables of keywords ------------------------------------------------------------------------

# What this page is about; the sections it does not explain may have keys of their own.
DOCUMENTS = (
    d.PolicyHead,
    d.InForceDoc,
    d.NotCoveredDoc,
    d.ClauseDoc,
    d.EntityDoc,
    d.ParameterValueDoc,
    d.ReadingDoc,
    d.CheckDoc,
    d.TotalDoc,
    d.AllocationDoc,
    d.ScaleDoc,
    d.DecisionDoc,
    d.EligibilityDoc,
    d.ChecklistDoc,
    d.FormDoc,
    d.LookupDoc,
    d.TableFileDoc,
    d.StatementDoc,
    d.PropertyDoc,
    d.MonotoneDoc,
)
WORDS = (
    choices.SourceStatus,
    choices.HitPolicy,
    choices.Collect,
    choices.RoundingMode,
    choices.ScaleMethod,
    choices.Consequence,
    choices.Direction,
    kw.TermTypeWord,
)


def _rows_under(heading: str) -> set[tuple[str, str]]:
    section = PAGE.split(f"\n### {heading}\n", 1)[1].split("\n#", 1)[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    return {(zh, en.strip("`")) for zh, en in rows if set(zh) - set("-: ") and zh != "中文"}


def _pairs(*tables: Mapping[Any, kw.Word]) -> set[tuple[str, str]]:
    return {(word.zh, word.en) for table in tables for word in table.values()}


def test_the_table_of_keys_is_complete() -> None:
    shown = _rows_under("键")
    assert _pairs(*(kw.FIELDS[document] for document in DOCUMENTS)) <= shown
    assert shown <= _pairs(*kw.FIELDS.values())


def test_every_section_in_an_example_is_in_the_table_of_keys() -> None:
    shown = {word for pair in _rows_under("键") for word in pair}
    sections = {s for e in EXAMPLES for s in re.findall(r"^([^\s#|:：]+(?: [a-z]+)?):", e.text, re.MULTILINE)}
    assert sections <= shown


def test_the_table_of_headers_is_complete() -> None:
    assert _rows_under("表头") == _pairs(
        kw.TERM_COLUMNS,
        kw.DECISION_COLUMNS,
        kw.SCALE_COLUMNS,
        kw.PARAMETER_COLUMNS,
        kw.GROUND_COLUMNS,
        kw.EXCLUSION_COLUMNS,
        kw.CHECKLIST_COLUMNS,
        kw.FORM_COLUMNS,
    )


def test_the_table_of_words_is_complete() -> None:
    words = _pairs(*(kw.WORDS[kind] for kind in WORDS), kw.FLAGS)
    words |= _pairs(cells.SEALS, cells.UNIQUENESS, cells.NAMED_FORMATS, cells.CHARACTERS)
    words |= {pair for pair in _pairs(cells.FILE_FORMATS) if pair[0] != pair[1]}
    words |= {(w.zh, w.en) for w in (kw.MISSING, NOT_MERGED, COMPLETE, INCOMPLETE)}
    single = (kw.YES, kw.NO, kw.OPEN, kw.NOT_STATED, kw.LARGEST_REMAINDER, kw.RANGE_TO, kw.PLACES)
    assert _rows_under("固定的词") == words | {(w.zh, w.en) for w in single}
