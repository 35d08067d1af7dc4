"""The rows of a checklist (材料清单) as the matchers see them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from policy_engine.engine.matching import TableRules
from policy_engine.engine.paper_tests import PaperTest, fitness_tests, sent_instead_tests, sent_tests
from policy_engine.engine.row_tables import Cell, Cells, OfRow, RowTable, row_table
from policy_engine.policy.checklist_model import Checklist
from policy_engine.policy.model import Stage


@dataclass(frozen=True, eq=False)
class PaperTables:
    """The rows of a checklist as the matchers see them, and the cell tests they speak of.

    In ``sent`` and ``fills`` row 2 n is about the papers that item n asks for, row 2 n + 1 about those that may
    stand for them.
    """

    applies: RowTable
    sent: RowTable
    fills: RowTable
    complete: RowTable
    conditions: Cells
    paper_cells: Cells
    asked: tuple[tuple[Cell, ...], ...]  # of the papers, by item
    questions: tuple[PaperTest, ...]

    @property
    def rules(self) -> tuple[TableRules, ...]:
        return tuple(table.rules for table in (self.applies, self.sent, self.fills, self.complete))


def paper_tables(stage: Stage, body: Checklist) -> PaperTables:
    conditions, paper_cells = Cells("当"), Cells("材料")
    own = [[conditions.number(c) for c in item.conditions] for item in body.requirements]
    asked = tuple(tuple(paper_cells.number(c) for c in item.tests) for item in body.requirements)
    sent: list[list[Hashable]] = []
    fills: list[list[Hashable]] = []
    questions: dict[PaperTest, None] = {}
    for number, item in enumerate(body.requirements):
        kinds = sent_tests(item), sent_instead_tests(item)
        fit = fitness_tests(item, instead=False), fitness_tests(item, instead=True)
        questions.update(dict.fromkeys(test for tests in (*kinds, *fit) for test in tests))
        sent += [[OfRow("applies", number), *tests] for tests in kinds]
        fills.append([OfRow("sent", 2 * number), *fit[0], *asked[number]])
        fills.append([OfRow("sent", 2 * number + 1), *fit[1], OfRow("may", number)])
    return PaperTables(
        row_table(f"{stage.id}|应交", own),
        row_table(f"{stage.id}|所交", sent),
        row_table(f"{stage.id}|合格", fills),
        row_table(f"{stage.id}|齐全", [[OfRow("met", n) for n in range(len(body.requirements))]]),
        conditions,
        paper_cells,
        asked,
        tuple(questions),
    )
