"""A month settled in columns and by the engine: everything that is said of it has to be the same."""

import policy_engine as pe
from policy_engine.diagnostics.errors import PolicyEngineError


def seen(settlement):
    record = settlement.record
    return {
        "tables": {t.name: ([c.name for c in t.columns], t.rows) for t in settlement.tables},
        "rows": record["rows"],
        "totals": record["totals"],
        "warnings": record["warnings"],
        "input": record["input"],
        "rejected": [(r.row.entity, r.row.key, r.column, r.diagnostic.code) for r in settlement.rejected],
    }


def outcome(policy, source, executor, **more):
    try:
        return seen(pe.settle(policy, source, executor=executor, **more))
    except PolicyEngineError as error:
        return [d.message() for d in error.diagnostics]


def agree(policy, source, **more):
    """What columns settle, after it was held against the engine; the counts balance."""
    columns, engine = (outcome(policy, source, e, **more) for e in ("columns", "reference"))
    if isinstance(columns, list) or isinstance(engine, list):
        assert columns == engine
        return columns
    for part, found in columns.items():
        assert found == engine[part], part
    for name, counts in columns["rows"].items():
        assert counts["in"] + counts["implied"] == counts["out"] + counts["rejected"], name
    return columns
