"""Opening: made once, never over somebody else's data, refused with a reason people understand."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from store_events import event

from policy_engine.diagnostics.errors import StoreError
from policy_engine.process.sqlstore import SqlStore


def refused(address, code, *words, **how):
    with pytest.raises(StoreError) as caught:
        SqlStore(address, **how)
    assert caught.value.code == code, str(caught.value)
    told = caught.value.diagnostics[0].message()
    assert all(word in told for word in words), told
    assert "{" not in told + caught.value.diagnostics[0].message("en")
    return told


def test_a_store_of_a_newer_program_is_refused(store, raw, address):
    raw("UPDATE policy_engine_store SET version = 2")
    refused(address, "PE8104", "版本是2", "认得到1")


def test_the_address_may_be_given_by_name(address):
    SqlStore(address=address).close()


def test_it_is_not_made_where_it_should_exist(address):
    refused(address, "PE8102", create=False)
    SqlStore(address).close()
    SqlStore(address, create=False).close()


def test_looking_leaves_no_file_behind(tmp_path):
    refused(tmp_path / "没有.db", "PE8102", "没有这个文件", create=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_store_still_to_be_made(tmp_path):
    """What remains when the program is killed before its first commit."""
    path = tmp_path / "m.db"
    path.touch()
    refused(path, "PE8102", create=False)
    SqlStore(path).append([event()], {})


def test_another_programs_file_is_left_alone(tmp_path):
    path = tmp_path / "财务.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE 账 (x)")
    before = path.read_bytes()
    refused(path, "PE8102", "别的程序")
    assert path.read_bytes() == before
    text = tmp_path / "说明.txt"
    text.write_text("不是数据库" * 100, encoding="utf-8")
    refused(text, "PE8101", "文件不是数据库")


def test_what_the_operating_system_says(tmp_path):
    refused(tmp_path / "没有" / "m.db", "PE8101", "所在的文件夹不存在")
    refused(tmp_path, "PE8101", "文件夹")


@pytest.mark.parametrize("text", ["", ":memory:", "sqlite://", "sqlite:///:memory:", "file:x.db", "a\0b"])
def test_sqlite_needs_a_file(text):
    refused(text, "PE8107")


def test_kinds_of_addresses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in ("a.db", str(tmp_path / "b.db"), "sqlite:///c.db", f"sqlite:///{tmp_path / 'd.db'}"):
        SqlStore(text).append([event()], {})
    assert {p.name for p in tmp_path.iterdir()} >= {"a.db", "b.db", "c.db", "d.db"}
    refused("mysql://root:geheim@localhost/x", "PE8107", "mysql")
    refused("http//x://", "PE8107")


def test_passwords_are_not_told():
    server = "postgresql://u@127.0.0.1:1/x"
    for url in (
        "mysql://root:geheim@localhost/x",
        server.replace("@", ":geheim@"),
        f"{server}?password=geheim",
    ):
        with pytest.raises(StoreError) as caught:
            SqlStore(url)
        assert "geheim" not in repr(caught.value.diagnostics) + str(caught.value)


def test_a_server_that_is_not_there():
    refused("postgresql://u@127.0.0.1:1/x", "PE8101", "127.0.0.1")


def test_without_psycopg_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    refused("postgresql://u@127.0.0.1:1/x", "PE8107", "psycopg")


def test_a_file_that_went_away_is_not_replaced(tmp_path):
    path = tmp_path / "m.db"
    store = SqlStore(path)
    store.append([event()], {})
    for left in tmp_path.iterdir():
        left.unlink()
    with pytest.raises(StoreError) as caught:
        store.events("M")
    assert caught.value.code == "PE8101"
    assert not path.exists()


def test_many_may_make_it_at_once(address):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: SqlStore(address), range(8)))
    for number, store in enumerate(stores):
        store.append([event(f"M{number}", 1)], {})
    assert len(stores[0].matters()) == 8
    for store in stores:
        store.close()


def test_what_is_committed_is_on_disk(tmp_path):
    from sqlalchemy import text

    store = SqlStore(tmp_path / "m.db")
    with store._transaction() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 3
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_postgresql_answers_only_after_the_commit_is_on_disk(postgres):
    from sqlalchemy import make_url, text

    url = make_url(postgres)
    lazy = url.update_query_dict({"options": f"{url.query['options']} -csynchronous_commit=off"})
    with SqlStore(lazy.render_as_string(hide_password=False)) as store:
        with store._transaction(writes=True) as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        with store._transaction() as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "off"


def test_sqlalchemy_is_imported_only_with_the_store():
    code = "import sys, policy_engine.process.office; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_other_tests_ran_on_postgresql_as_well(postgres):
    """Skipped, and so told, where there is no server."""
    SqlStore(postgres).close()
