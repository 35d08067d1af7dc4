"""What happened stays as it happened: the database itself refuses changes, also past our program."""

import pytest
from sqlalchemy.exc import DBAPIError
from store_events import event

CHANGES = [
    "UPDATE policy_engine_events SET note = '改'",
    "UPDATE policy_engine_events SET seq = 9 WHERE matter = 'M'",
    "DELETE FROM policy_engine_events",
    "DELETE FROM policy_engine_events WHERE matter = 'M'",
]
COPY = (
    "INTO policy_engine_events (matter, seq, process, kind, step, at, actor_role, actor_id, from_state, to_state,"
    " late, policy, policy_digest, note, facts, documents, outcomes)"
    " SELECT matter, {seq}, process, kind, step, at, actor_role, actor_id, from_state, to_state,"
    " late, policy, policy_digest, '改', facts, documents, outcomes FROM policy_engine_events WHERE seq = 1"
)


@pytest.mark.parametrize("statement", CHANGES)
def test_no_change_and_no_removal(opened, raw, statement):
    before = opened.everything()
    with pytest.raises(DBAPIError, match="append-only"):
        raw(statement)
    assert opened.everything() == before


@pytest.mark.parametrize("seq", [0, 1, 3, 99, -1])
def test_no_gap_and_no_event_in_the_middle(opened, raw, seq):
    before = opened.everything()
    with pytest.raises(DBAPIError):
        raw(f"INSERT {COPY.format(seq=seq)}")
    assert opened.everything() == before


def test_the_next_event_may_come_from_elsewhere(opened, raw):
    """The refusals above are not for another reason."""
    raw(f"INSERT {COPY.format(seq=2)}")
    assert [e.seq for e in opened.events("M")] == [1, 2]


@pytest.mark.parametrize("way", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_no_replacement_in_sqlite(tmp_path, way):
    import sqlite3

    from policy_engine.process.sqlstore import SqlStore

    store = SqlStore(tmp_path / "m.db")
    store.append([event("M", 1, note="原")], {})
    with (
        sqlite3.connect(tmp_path / "m.db") as other,
        pytest.raises(sqlite3.IntegrityError, match="without a gap"),
    ):
        other.execute(f"{way} {COPY.format(seq=1)}")
    assert store.events("M")[0].note == "原"


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE policy_engine_events",
        f"INSERT {COPY.format(seq=1)} ON CONFLICT (matter, seq) DO UPDATE SET note = excluded.note",
    ],
)
def test_no_other_way_in_postgresql(postgres, statement):
    from sqlalchemy import create_engine, make_url

    from policy_engine.process.sqlstore import SqlStore

    with SqlStore(postgres) as store:
        store.append([event("M", 1)], {})
        before = store.everything()
        engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"))
        with pytest.raises(DBAPIError, match="policy_engine"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()
        assert store.everything() == before


def test_one_who_may_only_read_and_add_is_enough_in_postgresql(postgres):
    """Tables made by an owner, used by a role that could not even switch the triggers off."""
    import secrets

    from sqlalchemy import create_engine, make_url

    from policy_engine.process.sqlstore import SqlStore

    SqlStore(postgres).close()
    role = f"r{secrets.token_hex(6)}"
    url = make_url(postgres)
    schema = url.query["options"].partition("=")[2]
    owner = create_engine(url.set(drivername="postgresql+psycopg"))
    with owner.begin() as connection:
        for statement in (
            f"CREATE ROLE {role} LOGIN PASSWORD '{role}'",
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT SELECT ON policy_engine_store TO {role}",
            f"GRANT SELECT, INSERT ON policy_engine_events TO {role}",
        ):
            connection.exec_driver_sql(statement)
    try:
        limited = url.set(username=role, password=role).render_as_string(hide_password=False)
        with SqlStore(limited) as store:
            store.append([event("M", 1)], {})
            assert len(store.events("M")) == 1
    finally:
        with owner.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")
        owner.dispose()
