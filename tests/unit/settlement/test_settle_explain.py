"""settle --explain: the engine decides a row's package again and is held against what stands in the output."""

import hashlib
import json

import pytest
from settle_month import RETAILERS, user, users, write_month

import policy_engine as pe
from policy_engine.settlement.explain import explain_run


@pytest.fixture
def policy():
    return pe.load("jibei/deviation", period="2018-06")


def forged(folder, name, old, new):
    """A file with one cell changed, and a record that vouches for it."""
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8-sig").replace(old, new), encoding="utf-8-sig")
    record = json.loads((folder / "run.json").read_bytes())
    record["output"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("headers", ["id", "name"])
def test_every_row_of_a_month_is_confirmed(policy, tmp_path, format, headers):
    source = write_month(tmp_path / "in")
    done = pe.settle(policy, source, tmp_path / "out", format=format, headers=headers, fired=True)
    for entity, keys in (("user", ("001", "002", "003", "004", "D1")), ("售电公司", ("A", "B"))):
        for key in keys:
            found = done.explain(key, entity)
            assert (found.entity, found.key) == ({"user": "用户"}.get(entity, entity), key)
            assert found.trace.key == key and found.differences == found.rejected == ()


def test_settling_and_explaining_at_once_then_only_explaining(settle, tmp_path):
    source = write_month(tmp_path / "in")
    first = settle(source, "--explain", "001")
    assert first.code == 0 and "■ 用户 001" in first.out and "逐格一致" in first.out
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in first.folder.iterdir()}
    again = settle(source, "--explain", "001", "--explain", "A", lang=["--lang", "en"])
    assert again.code == 0 and "001: as written" in again.out and "A: as written" in again.out
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in first.folder.iterdir()} == before


def test_a_cell_that_is_not_the_engines_is_named(settle, tmp_path):
    source = write_month(tmp_path / "in")
    done = settle(source)
    fee = done.users["D1"]["assessment_fee"]
    assert fee not in ("", "0.00")
    forged(done.folder, "user.csv", fee, "77.77")
    told = settle(source, "--explain", "D1")
    assert told.code == 1
    assert "PE9113" in told.err and "77.77" in told.err and fee in told.err and "assessment_fee" in told.err
    assert "■ 用户 D1" in told.out and "逐格一致" not in told.out


def test_a_row_that_is_not_there_is_named(settle, tmp_path):
    source = write_month(tmp_path / "in")
    done = settle(source)
    line = next(
        x for x in (done.folder / "user.csv").read_text("utf-8-sig").splitlines() if x.startswith("D1,")
    )
    forged(done.folder, "user.csv", line + "\n", "")
    told = settle(source, "--explain", "D1")
    assert told.code == 1 and "PE9113" in told.err


def test_rejected_rows_say_why(settle, tmp_path):
    wrong = [{**users()[0], "metered_energy": "?"}, *users()[1:]]
    source = write_month(tmp_path / "in", user=wrong)
    done = settle(source, "--explain", "001", "--explain", "002")
    assert done.code == 2
    assert "“?”" in done.out and "一起退回" in done.out and done.out.count("输出里同样没有") == 2


def test_a_package_that_fails_a_check_says_why(settle, tmp_path):
    retailers = [{"retailer_id": "A", "package_contract_energy": "1"}, {"retailer_id": "B"}]
    done = settle(write_month(tmp_path / "in", retailer=retailers), "--explain", "A", "--explain", "001")
    assert done.code == 2
    assert done.out.count("退回：") == 2


@pytest.mark.parametrize(
    "words, code",
    [
        (["--explain", "nobody"], "PE7008"),
        (["--explain", "001", "--entity", "没有"], "PE7008"),
        (["--explain", "X"], "PE7024"),
    ],
)
def test_keys_that_nobody_or_several_have(settle, tmp_path, words, code):
    source = write_month(
        tmp_path / "in", user=[*users(), user("X", "")], retailer=[*RETAILERS, {"retailer_id": "X"}]
    )
    done = settle(source, *words)
    assert done.code == 1 and code in done.err
    both = [settle(source, "--explain", "X", "--entity", e).out.splitlines() for e in ("用户", "retailer")]
    assert "■ 用户 X" in both[0] and "■ 售电公司 X" in both[1]


def test_a_run_of_something_else_is_refused(settle, policy, tmp_path):
    """PE7020, PE7021, PE7022 and PE7023."""
    source = write_month(tmp_path / "in")
    with pytest.raises(pe.InputError) as none:
        explain_run(policy, source, tmp_path / "in", ["001"])
    assert none.value.code == "PE7020"
    done = settle(source)
    other = settle(source, "--explain", "001", period="2018-07")
    assert other.code == 1 and "PE7021" in other.err
    exempt = pe.Supplied("用户", "001", "免考", "是", "事项 A-001")
    with pytest.raises(pe.InputError) as matters:
        explain_run(policy, source, done.folder, ["001"], supplied=[exempt])
    assert matters.value.code == "PE7023"
    write_month(tmp_path / "in", user=users()[:4])
    changed = settle(source, "--explain", "001")
    assert changed.code == 1 and "PE7023" in changed.err
    write_month(tmp_path / "in")
    (done.folder / "user.csv").write_text("批注", encoding="utf-8")
    edited = settle(source, "--explain", "001")
    assert edited.code == 1 and "PE7022" in edited.err


def test_matters_are_named_in_the_trace(policy, tmp_path):
    source = write_month(tmp_path / "in")
    exempt = pe.Supplied("用户", "001", "免考", "是", "事项 A-001")
    write_month(tmp_path / "in", user=[{**users()[0], "exempt": ""}, *users()[1:]])
    done = pe.settle(policy, source, supplied=[exempt])
    found = done.explain("001")
    reads = [r for s in found.trace.steps for r in s.reads if r.name == "免考"]
    assert "事项 A-001" in {r.source for r in reads}
    assert found.differences == ()
