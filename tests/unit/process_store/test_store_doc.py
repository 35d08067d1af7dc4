"""docs/store.md does what it shows: files, commands with their output, Python, the set-up of PostgreSQL."""

import contextlib
import io
import re
import secrets
import shlex
from pathlib import Path

import pytest
from store_events import POSTGRES

from policy_engine.cli.main import run

PAGE = (Path(__file__).parents[3] / "docs" / "store.md").read_text(encoding="utf-8")
BEFORE, _, POSTGRESQL = PAGE.partition("\n## PostgreSQL\n")
POSTGRESQL, _, PYTHON = POSTGRESQL.partition("\n## 从 Python 使用\n")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICY_ENGINE_STORE", raising=False)
    Path("停限产令.pdf").write_bytes(b"%PDF-")
    for kind, text in BLOCK.findall(PAGE):
        if kind == "yaml":
            Path(text.partition("\n")[0].removeprefix("# ")).write_text(text, encoding="utf-8")


def commands(text):
    """(command, what it prints) of the console blocks."""
    for kind, block in BLOCK.findall(text):
        if kind == "console":
            for part in block.removeprefix("$ ").split("\n$ "):
                command, _, out = part.partition("\n")
                yield command, out.rstrip("\n")


def check(text, monkeypatch):
    seen = 0
    for command, expected in commands(text):
        words = shlex.split(command)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
            continue
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(words[1:])
        printed = (out.getvalue() + err.getvalue()).rstrip("\n")
        assert printed == expected, command
        assert code == (1 if expected.startswith("错误") else 0), command
        seen += 1
    return seen


def test_commands_and_python(folder, monkeypatch, capsys):
    assert check(BEFORE, monkeypatch) == 9
    [(kind, code)] = BLOCK.findall(PYTHON)
    assert kind == "python"
    capsys.readouterr()
    exec(code, {})
    shown = re.findall(r"^ *print\(.*\)  # (.+)$", code, re.MULTILINE)
    assert len(shown) == 2
    assert capsys.readouterr().out.splitlines() == shown


def test_the_set_up_of_postgresql(folder, monkeypatch):
    """The statements as they stand, under names of our own; then the clerk works, and cannot do more."""
    if not POSTGRES:
        pytest.skip("PostgreSQL was not tested: set POLICY_ENGINE_TEST_POSTGRES to the URL of a superuser")
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import DBAPIError

    url = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"m{secrets.token_hex(6)}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    inside = create_engine(url.set(database=name), isolation_level="AUTOCOMMIT")

    def sql(engine, text):
        with engine.connect() as connection:
            for statement in filter(str.strip, text.replace("matters", name).split(";")):
                connection.exec_driver_sql(statement)

    def address(role, password):
        own = url.set(
            drivername="postgresql", database=name, username=role.replace("matters", name), password=password
        )
        return own.render_as_string(hide_password=False)

    made, granted = (text for kind, text in BLOCK.findall(POSTGRESQL) if kind == "sql")
    try:
        sql(server, made)
        first = POSTGRESQL.replace(
            "postgresql://matters_owner:change-me@localhost/matters",
            f"'{address('matters_owner', 'change-me')}'",
        )
        assert check(first, monkeypatch) == 1
        sql(inside, granted)
        clerk = address("matters_clerk", "change-me-too")
        given = ["--store", clerk, "--id", "唐山-06", "--actor", "唐山市工信局", "--at", "2018-07-07"]
        assert run(["matter", "do", "上报", *given]) == 0
        bound = create_engine(
            make_url(clerk).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        for statement in (
            "DELETE FROM policy_engine_events",
            "ALTER TABLE policy_engine_events DISABLE TRIGGER ALL",
            "DROP TABLE policy_engine_events",
            "UPDATE policy_engine_store SET version = 2",
        ):
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
                sql(bound, statement)
        bound.dispose()
    finally:
        inside.dispose()
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            for role in ("owner", "clerk"):
                connection.exec_driver_sql(f"DROP ROLE IF EXISTS {name}_{role}")
        server.dispose()


def test_every_column_and_code_on_the_page_exists():
    from policy_engine.diagnostics.catalog import all_codes
    from policy_engine.process.sqlstore_tables import EVENTS

    table = PAGE[PAGE.index("| 栏 |") : PAGE.index("`policy_engine_store` 记")]
    named = [n for row in table.splitlines()[2:] if row for n in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(c.name for c in EVENTS.columns)
    assert set(re.findall(r"PE\d{4}", PAGE)) <= set(all_codes())
