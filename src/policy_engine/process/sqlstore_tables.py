"""The tables of a store and the triggers that keep them append-only, for SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
)

VERSION = 1  # of the tables; raised with every change to them
ID_LENGTH = 500  # characters: matter ids; claims are the longest
NAME_LENGTH = 200  # characters: processes, steps, states, roles, actors, policies

METADATA = MetaData()

STORE = Table(
    "policy_engine_store",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


def _name(column: str) -> Column[str]:
    return Column(column, String(NAME_LENGTH), nullable=False)


EVENTS = Table(
    "policy_engine_events",
    METADATA,
    Column("matter", String(ID_LENGTH), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _name("process"),
    _name("kind"),
    _name("step"),
    Column("at", DateTime, nullable=False),  # Beijing time, as the actor stated it
    _name("actor_role"),
    _name("actor_id"),
    _name("from_state"),
    _name("to_state"),
    Column("late", Boolean, nullable=False),
    Column("due", Date),
    _name("policy"),
    _name("policy_digest"),
    Column("note", Text, nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("documents", Text, nullable=False),  # JSON: names and digests
    Column("outcomes", Text, nullable=False),  # JSON
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("seq >= 1 AND length(matter) >= 1", name="policy_engine_events_named"),
)

REFUSED = "policy_engine: events are append-only"
OUT_OF_ORDER = "policy_engine: the events of a matter are numbered without a gap"

# A replacing insert fires no delete trigger in SQLite; the order of the numbers stops it as well.
_SQLITE = (
    f"""CREATE TRIGGER policy_engine_events_no_update BEFORE UPDATE ON policy_engine_events
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER policy_engine_events_no_delete BEFORE DELETE ON policy_engine_events
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER policy_engine_events_in_order BEFORE INSERT ON policy_engine_events
        WHEN NEW.seq IS NOT 1 + (
            SELECT coalesce(max(seq), 0) FROM policy_engine_events WHERE matter = NEW.matter)
        BEGIN SELECT RAISE(ABORT, '{OUT_OF_ORDER}'); END""",  # noqa: S608 - constants only
)

_POSTGRESQL = (
    f"""CREATE FUNCTION policy_engine_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER policy_engine_events_no_change BEFORE UPDATE OR DELETE ON policy_engine_events
        FOR EACH ROW EXECUTE FUNCTION policy_engine_events_refuse()""",
    """CREATE TRIGGER policy_engine_events_no_truncate BEFORE TRUNCATE ON policy_engine_events
        FOR EACH STATEMENT EXECUTE FUNCTION policy_engine_events_refuse()""",
    f"""CREATE FUNCTION policy_engine_events_number() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.seq <> 1 + (
                SELECT coalesce(max(e.seq), 0) FROM policy_engine_events e WHERE e.matter = NEW.matter) THEN
                RAISE EXCEPTION '{OUT_OF_ORDER}' USING ERRCODE = 'unique_violation';
            END IF;
            RETURN NEW;
        END $$""",  # noqa: S608 - constants only
    """CREATE TRIGGER policy_engine_events_in_order BEFORE INSERT ON policy_engine_events
        FOR EACH ROW EXECUTE FUNCTION policy_engine_events_number()""",
)


def create_tables(connection: Connection) -> None:
    """Tables, triggers and the version, in the caller's transaction."""
    METADATA.create_all(connection, checkfirst=False)
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.execute(STORE.insert().values(version=VERSION))
