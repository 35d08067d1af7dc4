"""Source text to a checked YAML tree."""

from __future__ import annotations

import yaml

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span
from policy_engine.rulefile.nodes import Node, Unusable, compose
from policy_engine.rulefile.prepared import Prepared


def read_tree(source: Source, report: Diagnostics) -> Node | None:
    """The tree of a rule file; None when there is none, which has been reported."""
    prepared = Prepared(source, source.text)
    try:
        root = compose(prepared, report)
    except Unusable:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        assert mark
        report.report("PE1002", prepared.span(mark.index, mark.index + 1), problem=error.problem or "")
        return None
    if root is None:
        report.report("PE1019", Span(source, 0, 0))
    return root
