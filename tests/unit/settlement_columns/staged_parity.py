"""What the engine's reader makes of a month, to hold the staged tables against."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from policy_engine.diagnostics.errors import InputError, PolicyEngineError
from policy_engine.engine.evaluate import _refuse_bad_singles
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.reader import read_facts
from policy_engine.engine.rejection import Rejection, taken_along
from policy_engine.lowering.physical import input_columns
from policy_engine.settlement.columns.stage import stage
from policy_engine.settlement.input import read_month


@dataclass
class Expected:
    rows: dict[str, list[tuple]]
    rejected: list[tuple]
    notes: list[tuple]


def told(diagnostic):
    return (diagnostic.code, diagnostic.message(), diagnostic.hint_text())


def listed(rejections):
    """Everything that is said of a rejected row."""
    return [
        (
            r.row.entity,
            r.row.key,
            r.row.source,
            r.row.line,
            r.column,
            told(r.diagnostic),
            r.culprit and r.culprit.place,
        )
        for r in rejections
    ]


def expected(policy, source, supplied=()):
    if isinstance(source, (str, Path)):
        month = read_month(policy, Path(source))
        tables, notes = month.tables, list(month.notes)
    else:
        tables, notes = tables_from_mapping(policy, source), []
    facts = read_facts(policy, tables, supplied)
    _refuse_bad_singles(policy, facts)
    rejected = [Rejection(p.row, p.column, p.diagnostic) for p in facts.problems]
    gone = {id(r.row.root) for r in rejected}
    inputs = input_columns(policy)
    rows = {}
    for entity in policy.base_entities:
        found = []
        for row in facts.dataset.rows[entity.name]:
            if id(row.root) in gone:
                continue
            keys = [above.key if (above := row.above(a)) else None for a in policy.ancestors(entity.name)]
            values = [c.physical.stored(row.values[c.name]) for c in inputs[entity.name]]
            line = 0 if entity.single else row.line
            found.append((line, row.key or None, *keys, *values))
        rows[entity.name] = sorted(found, key=repr)
    notes = [told(n) for n in (*notes, *facts.notes)]
    return Expected(rows, listed([*rejected, *taken_along(facts.dataset, rejected)]), notes)


def staged(policy, source, supplied=(), connection=None):
    connection = connection or duckdb.connect(config={"autoinstall_known_extensions": "false"})
    found = stage(policy, source, connection, supplied=supplied)
    inputs = input_columns(policy)
    rows = {}
    for name, relation in found.relations.items():
        entity = policy.entities[name]
        wanted = ["_n", "_k", *(f"_k_{policy.entities[a].id}" for a in policy.ancestors(name))]
        wanted += [c.name for c in inputs[name]]
        described = [str(r[0]) for r in connection.execute(f'DESCRIBE "{relation}"').fetchall()]
        assert described == wanted
        content = connection.execute(f'SELECT * FROM "{relation}"').fetchall()
        rows[name] = [
            (0 if entity.single else -1 if n < 0 else found.line(name, n), *rest) for n, *rest in content
        ]
        rows[name] = sorted(((0 if line < 0 else line, *rest) for line, *rest in rows[name]), key=repr)
        if entity.single:
            assert dict(zip((c.name for c in inputs[name]), content[0][2:], strict=True)) == dict(
                found.singles[name]
            )
        assert found.counts[name] == len(content)
        assert entity.single or found.made[name] == sum(r[0] < 0 for r in content)
    return Expected(rows, listed(found.rejected), [told(n) for n in found.notes])


def outcome(of, *arguments):
    """The result, or what was raised."""
    try:
        return of(*arguments)
    except PolicyEngineError as error:
        return type(error), [told(d) for d in error.diagnostics]


def agree(policy, source, supplied=(), *, as_read=None, same=True):
    """Both read the same; returned for further looks. ``as_read``: the tables as the engine's reader takes them."""
    theirs = outcome(expected, policy, source if as_read is None else as_read, supplied)
    ours = outcome(staged, policy, source, supplied)
    if isinstance(ours, Expected) and isinstance(theirs, Expected):
        assert ours.rejected == theirs.rejected
        assert ours.rows == theirs.rows
        assert ours.notes == theirs.notes
    elif same:
        assert ours == theirs
    return ours


__all__ = ["Expected", "InputError", "agree", "expected", "outcome", "staged"]
