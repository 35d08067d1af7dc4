"""说明 repeats facts of the file; who edits them there is told where they are edited."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.workbook.guide import guide_rows
from policy_engine.workbook.labels import label
from policy_engine.workbook.layout import Layout
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.same import same
from policy_engine.workbook.sheet_in import Sheet


def check_guide(sheet: Sheet | None, layout: Layout, problems: CellProblems) -> None:
    """A 说明 that was deleted or moved about is nobody's loss; a fact that says otherwise is PE7097."""
    if sheet is None:
        return
    text = label("text", layout.language)
    rows = {cells[0].text.strip(): cells for _, cells in reversed(sheet.rows)}
    for row in guide_rows(layout.doc, layout.sheets, text):
        given = rows.get(row.left)
        if row.style != "fact" or given is None or len(given) < 2:
            continue
        if given[1].text.strip() and not same(given[1], row.right):
            problems.add(diagnostic("PE7097", place=str(given[1].place), was=row.right, where=text))
