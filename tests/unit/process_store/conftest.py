"""Both databases: SQLite always, PostgreSQL when POLICY_ENGINE_TEST_POSTGRES holds the URL of a superuser."""

from __future__ import annotations

import secrets

import pytest
from store_events import POSTGRES, event


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
def address(request, tmp_path):
    """The address of a store that nobody has made yet; a schema of its own on PostgreSQL."""
    if request.param == "sqlite":
        yield str(tmp_path / "事项 #1?.db")
        return
    yield from _schema()


@pytest.fixture
def postgres():
    yield from _schema()


def _schema():
    if not POSTGRES:
        pytest.skip("PostgreSQL was not tested: set POLICY_ENGINE_TEST_POSTGRES to the URL of a superuser")
    from sqlalchemy import create_engine, make_url

    url = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    schema = f"t{secrets.token_hex(8)}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    own = url.update_query_dict({"options": f"-csearch_path={schema}"})
    yield own.set(drivername="postgresql").render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture
def store(address):
    from policy_engine.process.sqlstore import SqlStore

    with SqlStore(address) as made:
        yield made


@pytest.fixture
def opened(store):
    """A store with one matter of one event."""
    store.append([event("M", 1)], {"M": 0})
    return store


@pytest.fixture
def raw(address):
    """Run SQL past the store, in a transaction of its own."""
    from policy_engine.process import sqlstore_address

    engine = sqlstore_address.connect(sqlstore_address.parse(address))

    def run(statement, *parameters):
        with engine.begin() as connection:
            result = connection.exec_driver_sql(statement, *parameters)
            return result.all() if result.returns_rows else None

    yield run
    engine.dispose()
