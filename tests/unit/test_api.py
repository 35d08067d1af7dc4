"""The contract embedders rely on: names, signatures, result types, errors, schemas."""

import datetime as dt
import inspect
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

import policy_engine as pe
from policy_engine.policy.schema import input_schema, output_schema

NAMES = {
    "Actor",
    "Assessment",
    "CompiledPolicy",
    "Conflict",
    "DateRange",
    "Decided",
    "Document",
    "EngineError",
    "FastResult",
    "InputError",
    "Library",
    "LoadError",
    "MemoryStore",
    "Month",
    "NotCovered",
    "NotInForce",
    "Office",
    "Policy",
    "PolicyEngineError",
    "Refused",
    "Rejection",
    "Result",
    "Settlement",
    "SqlStore",
    "StoreError",
    "Supplied",
    "Trace",
    "assess",
    "compiled",
    "evaluate",
    "evaluate_many",
    "explain",
    "load",
    "settle",
    "supplied_by",
    "trace",
}


def user(user_id="001", retailer_id="A", **more):
    return {
        "user_id": user_id,
        "retailer_id": retailer_id,
        "contract_energy": Decimal("10000"),
        "metered_energy": "9400.000",
        "catalogue_price": 600,
        "exempt": False,
        **more,
    }


def facts(*users, **more):
    return {
        "market": {"average_bilateral_price": (350, "元/兆瓦时")},
        "user": list(users) or [user(), user("002", metered_energy="9600"), user("D", None)],
        **more,
    }


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.fixture(scope="module")
def result(policy):
    return pe.evaluate(policy, facts(), executor="reference")


# -- names and signatures ---------------------------------------------------------------------------


def test_nothing_that_was_public_goes_away():
    assert set(pe.__all__) >= NAMES
    for name in pe.__all__:
        assert getattr(pe, name) is not None
        assert name in dir(pe)
    with pytest.raises(AttributeError):
        pe.evalute  # noqa: B018 - the access is what raises


def test_importing_costs_nothing():
    program = "import sys, policy_engine; print([m for m in sys.modules if m.startswith('policy_engine.')])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"


SIGNATURES = {
    "load": "(policy_id, *, period=None, on=None, known_on=None, rules=None, options=None)",
    "evaluate": "(policy, facts, *, executor='durable')",
    "evaluate_many": "(policy, cases, *, executor='durable')",
    "compiled": "(policy, *, executor='durable')",
    "assess": "(policy, tables, *, executor='durable', supplied=(), progress=None)",
    "settle": "(policy, source, output=None, *, format='csv', executor=None, headers='id', lang='zh', "
    "against=None, supplied=(), limits=None, fired=False, progress=None)",
    "supplied_by": "(store, target, load, known_on)",
    "trace": "(result, entity, key='', *, near=True)",
    "explain": "(trace, lang='zh')",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(name):
    signature = inspect.signature(getattr(pe, name))
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    assert str(inspect.Signature(bare)) == SIGNATURES[name]


def test_members_of_the_result_types():
    methods = {"entity", "keys", "row", "term", "value", "values", "to_dict", "carry_over"}
    assert methods <= set(dir(pe.Result))
    assert set(pe.Decided.__dataclass_fields__) == {"value", "unit", "row", "clauses", "text"}
    assert set(pe.Rejection.__dataclass_fields__) == {"row", "column", "diagnostic", "culprit"}
    assert set(pe.Assessment.__dataclass_fields__) == {"result", "rejected", "notes"}
    assert {"assessment", "tables", "record", "files"} <= set(pe.Settlement.__dataclass_fields__)
    assert {
        "id",
        "title",
        "digest",
        "period",
        "entities",
        "terms",
        "clauses",
        "parameters",
        "readings",
    } <= set(pe.Policy.__dataclass_fields__)


def test_errors_have_one_base_and_travel_between_processes():
    from policy_engine.diagnostics.diagnostic import diagnostic

    for kind in (pe.LoadError, pe.NotInForce, pe.NotCovered, pe.InputError, pe.EngineError):
        assert issubclass(kind, pe.PolicyEngineError)
        error = kind(diagnostic("PE7006", name="xls"))
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.code, again.diagnostics) == (kind, "PE7006", error.diagnostics)
        assert "xls" in str(error)


# -- what comes back --------------------------------------------------------------------------------


def test_a_decided_value(result):
    fee = result.value("user", "D", "assessment_fee")
    assert fee == pe.Decided(Decimal("7000"), "元", None, ("电费",), "7000.00")
    assert fee.clause == "电费"
    verdict = result.value("用户", "D", "考核结论")
    assert (verdict.value, verdict.row, verdict.clauses) == ("应予考核", "超幅度", ("二-4",))
    assert result.value("user", "001", "抄表电量") == result.value("user", "001", "metered_energy")


def test_values_are_decimals_booleans_and_text(result):
    kinds = {type(d.value) for d in result.values("user", "001").values()}
    assert kinds == {Decimal, bool, str, type(None)}
    months = {type(d.value) for d in result.values("market").values()}
    assert months == {Decimal, pe.Month}


def test_keys_rows_and_units(result):
    assert result.keys("user") == ("001", "002", "D")
    assert result.keys("售电公司") == ("A",)
    assert result.row("user", "001").values["metered_energy"] == Fraction(9400)
    assert result.value("user", "001", "catalogue_price").unit == "元/兆瓦时"
    assert result.value("user", "001", "liability_share").unit is None


@pytest.mark.parametrize(
    "path", [("nobody", "001", "exempt"), ("user", "1", "exempt"), ("user", "001", "exemption")]
)
def test_what_does_not_exist_is_a_key_error(result, path):
    with pytest.raises(KeyError):
        result.value(*path)


def test_to_dict_is_ready_for_json(result):
    plain = json.loads(json.dumps(result.to_dict()))
    assert plain["user"]["D"]["assessment_fee"] == "7000.00"
    assert plain["user"]["D"]["exempt"] is False
    assert plain["user"]["D"]["liability_cap"] is None
    assert plain["market"][""]["settlement_month"] == "2018-06"


def test_both_executors_say_the_same(policy, result):
    assert pe.evaluate(policy, facts(), executor="durable").to_dict() == result.to_dict()
    with pytest.raises(pe.EngineError) as caught:
        pe.evaluate(policy, facts(), executor="fast")
    assert caught.value.code == "PE6050"


def test_evaluate_many_keeps_each_outcome_in_its_place(policy):
    outcomes = pe.evaluate_many(
        policy, [facts(), facts(user(metered_energy=0.5)), facts()], executor="reference"
    )
    assert [type(o) for o in outcomes] == [pe.Result, pe.InputError, pe.Result]
    assert outcomes[1].code == "PE6018"


def test_assess_rejects_instead_of_raising(policy):
    from policy_engine.engine.facts import tables_from_mapping

    tables = tables_from_mapping(policy, facts(user(metered_energy="x"), user("002"), user("D", None)))
    done = pe.assess(policy, tables, executor="reference")
    assert done.result.keys("user") == ("D",)
    assert [(r.row.entity, r.row.key, r.column) for r in done.rejected] == [
        ("用户", "001", "metered_energy"),
        ("售电公司", "A", ""),
        ("用户", "002", ""),
    ]
    assert done.rejected[1].culprit is done.rejected[0].row


def test_evaluate_leaves_the_facts_alone(policy):
    given = facts()
    before = repr(given)
    pe.evaluate(policy, given, executor="reference")
    assert repr(given) == before


# -- quantities -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount",
    [
        Decimal("9400"),
        9400,
        "9400",
        "9,400.000",
        Fraction(9400),
        (Decimal("940"), "万千瓦时"),
        ("9400000", "千瓦时"),
    ],
    ids=str,
)
def test_ways_to_give_a_quantity(policy, amount):
    result = pe.evaluate(policy, facts(user(metered_energy=amount)), executor="reference")
    assert result.value("user", "001", "metered_energy").value == Decimal(9400)


@pytest.mark.parametrize("amount", [9400.0, 0.1, float("nan"), (9400.0, "兆瓦时")], ids=str)
def test_a_float_is_refused_by_name(policy, amount):
    with pytest.raises(pe.InputError) as caught:
        pe.evaluate(policy, facts(user(metered_energy=amount)), executor="reference")
    assert caught.value.code == "PE6018"
    told = caught.value.diagnostics[0]
    assert "浮点" in told.message("zh") and "Decimal" in told.hint_text("zh")
    assert "001" in told.message("en")


@pytest.mark.parametrize("key", [1.5, 1234.0])
def test_a_float_is_no_id_either(policy, key):
    with pytest.raises(pe.InputError) as caught:
        pe.evaluate(policy, facts(user(key)), executor="reference")
    assert caught.value.code == "PE6018"


@pytest.mark.parametrize(
    "key", [True, Decimal("1.5"), Decimal("1e3"), ["1"], dt.date(2018, 6, 1), 10**5000], ids=range(6)
)
def test_ids_are_text(policy, key):
    with pytest.raises(pe.InputError) as caught:
        pe.evaluate(policy, facts(user(key)), executor="reference")
    assert caught.value.code == "PE6030"


def test_an_integer_id_is_taken_for_its_digits(policy):
    assert pe.evaluate(policy, facts(user(1234)), executor="reference").keys("user") == ("1234",)


@pytest.mark.parametrize(
    "amount",
    [Decimal("NaN"), Decimal("Infinity"), Decimal("1e999999"), 10**5000, True, object()],
    ids=range(6),
)
def test_what_is_no_quantity(policy, amount):
    with pytest.raises(pe.InputError) as caught:
        pe.evaluate(policy, facts(user(metered_energy=amount)), executor="reference")
    assert caught.value.code in ("PE6030", "PE6033")


def test_a_wrong_unit(policy):
    with pytest.raises(pe.InputError) as caught:
        pe.evaluate(policy, facts(user(metered_energy=("1", "元"))), executor="reference")
    assert caught.value.code == "PE6034"


# -- loading ----------------------------------------------------------------------------------------


def test_ways_to_say_when():
    one = pe.load("jibei/deviation", period="2018-06")
    assert pe.load("jibei/deviation", period=pe.Month(2018, 6)).digest == one.digest
    assert pe.load("jibei/deviation", period="2018-06", known_on=dt.date(2018, 7, 1)).digest == one.digest
    assert (
        pe.load("jibei/deviation", period="2018-06", options={"分配权重": "超出幅度的部分"}).digest
        != one.digest
    )
    assert "jibei/deviation" in pe.Library().ids()


@pytest.mark.parametrize(
    "given, error, code",
    [
        ({"period": "2018-05"}, pe.NotInForce, "PE4002"),
        ({"period": "2018-06", "known_on": "2018-06-01"}, pe.NotInForce, "PE4003"),
        ({}, pe.InputError, "PE4010"),
        ({"period": "2018-06", "on": "2018-06-01"}, pe.InputError, "PE4010"),
        ({"period": "18-06"}, pe.InputError, "PE4011"),
        ({"period": "2018-06", "known_on": "gestern"}, pe.InputError, "PE4012"),
        ({"period": "2018-06", "options": {"x": "y"}}, pe.InputError, "PE4013"),
        ({"period": "2018-06", "rules": "/nirgends"}, pe.LoadError, "PE4006"),
    ],
    ids=str,
)
def test_what_cannot_be_loaded(given, error, code):
    with pytest.raises(error) as caught:
        pe.load("jibei/deviation", **given)
    assert caught.value.code == code


def test_an_unknown_policy():
    with pytest.raises(pe.LoadError) as caught:
        pe.load("jibei/deviaton", period="2018-06")
    assert "jibei/deviation" in caught.value.diagnostics[0].hint_text()


# -- schemas ----------------------------------------------------------------------------------------


def conforms(schema, value, at="$"):
    """Where a value breaks a schema; the keywords our schemas use, and no others."""
    known = {"$schema", "title", "description", "type", "properties", "required", "additionalProperties"}
    known |= {"items", "anyOf", "enum", "pattern", "minLength"}
    assert set(schema) <= known, set(schema) - known
    if "anyOf" in schema and not any(not conforms(s, value, at) for s in schema["anyOf"]):
        return [f"{at}: none of anyOf"]
    kinds = {"object": Mapping, "array": list, "string": str, "boolean": bool, "null": type(None)}
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not isinstance(value, tuple(kinds[w] for w in wanted)):
        return [f"{at}: {value!r} is not {wanted}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: {value!r} does not match {schema['pattern']}")
        if len(value) < schema.get("minLength", 0):
            found.append(f"{at}: too short")
    if isinstance(value, Mapping):
        found += [f"{at}: no {name}" for name in schema.get("required", ()) if name not in value]
        rest = schema.get("additionalProperties", True)
        for name, inner in value.items():
            if name in schema.get("properties", {}):
                found += conforms(schema["properties"][name], inner, f"{at}.{name}")
            elif rest is False:
                found.append(f"{at}: {name} is not known")
            elif rest is not True:
                found += conforms(rest, inner, f"{at}.{name}")
    if isinstance(value, list) and "items" in schema:
        for i, inner in enumerate(value):
            found += conforms(schema["items"], inner, f"{at}[{i}]")
    return found


WRITTEN = {
    "market": {"average_bilateral_price": "350.005"},
    "retailer": [{"retailer_id": "A", "package_contract_energy": "20000"}, {"retailer_id": "B"}],
    "user": [
        {
            "user_id": "001",
            "retailer_id": "A",
            "contract_energy": "10000.000",
            "metered_energy": "9400",
            "settled_energy": None,
            "catalogue_price": "600",
            "exempt": True,
            "liability_share": "30%",
            "liability_cap": None,
        },
        {
            "user_id": "002",
            "retailer_id": "A",
            "contract_energy": "10000",
            "metered_energy": "9400",
            "catalogue_price": "600",
        },
        {
            "user_id": "D",
            "retailer_id": None,
            "contract_energy": "0",
            "metered_energy": "0.001",
            "catalogue_price": "600",
        },
    ],
}


def test_the_schemas_hold_for_a_case(policy):
    assert conforms(input_schema(policy), WRITTEN) == []
    output = pe.evaluate(policy, WRITTEN, executor="reference").to_dict()
    assert conforms(output_schema(policy), json.loads(json.dumps(output))) == []


def test_the_output_schema_holds_for_the_example(policy):
    from pathlib import Path

    source = Path(__file__).parents[2] / "examples" / "jibei-2018-06"
    done = pe.settle(policy, source, executor="reference").assessment.result.to_dict()
    assert conforms(output_schema(policy), done) == []


@pytest.mark.parametrize(
    "change, code",
    [
        ({"user_id": None}, "PE6011"),
        ({"user_id": ""}, "PE6011"),
        ({"metered_energy": None}, "PE6016"),
        ({"metered_energy": "1.0001"}, "PE6032"),
        ({"metered_energy": "viel"}, "PE6030"),
        ({"exempt": "也许"}, "PE6030"),
        ({"免靠": True}, "PE6045"),
    ],
    ids=str,
)
def test_what_the_input_schema_refuses_the_engine_refuses(policy, change, code):
    row = {k: v for k, v in WRITTEN["user"][1].items() if k not in change} | change
    wrong = {**WRITTEN, "user": [WRITTEN["user"][0], row, WRITTEN["user"][2]]}
    if "免靠" in change:
        wrong = {**WRITTEN, "user": [{k: v for k, v in r.items() if k != "exempt"} for r in wrong["user"]]}
    assert conforms(input_schema(policy), wrong)
    with pytest.raises(pe.InputError) as caught:
        pe.evaluate(policy, wrong, executor="reference")
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["user", "market"])
def test_a_missing_table_breaks_the_schema(policy, name):
    wrong = {k: v for k, v in WRITTEN.items() if k != name}
    assert conforms(input_schema(policy), wrong) == [f"$: no {name}"]


def test_schemas_are_of_the_declared_dialect_and_ready_for_json(policy):
    for schema in (input_schema(policy), output_schema(policy)):
        assert schema["$schema"].endswith("2020-12/schema")
        assert json.loads(json.dumps(schema)) == schema
