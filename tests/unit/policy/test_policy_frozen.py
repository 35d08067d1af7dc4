"""A loaded policy does not change, travels between processes, and its faults point into its own files."""

import pickle
import shutil

import pytest

import policy_engine as pe
from policy_engine.policy.frozen import FrozenDict
from policy_engine.policy.library import builtin_rules

CHANGES = [
    lambda d: d.__setitem__("甲", 1),
    lambda d: d.__delitem__("甲"),
    lambda d: d.update(甲=1),
    lambda d: d.pop("甲"),
    lambda d: d.popitem(),
    lambda d: d.clear(),
    lambda d: d.setdefault("乙", 1),
    lambda d: d.__ior__({"乙": 1}),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_no_way_of_changing_is_left(change):
    kept = FrozenDict({"甲": 0})
    with pytest.raises(TypeError):
        change(kept)
    assert kept == {"甲": 0}
    assert pickle.loads(pickle.dumps(kept)) == kept


def test_every_mapping_of_a_policy_is_frozen():
    policy = pe.load("jibei/exemption", period="2018-06")
    for name in ("clauses", "entities", "parameters", "readings", "lookups", "processes"):
        with pytest.raises(TypeError):
            getattr(policy, name).clear()
    assert pickle.loads(pickle.dumps(policy)) == policy


def test_a_fault_points_into_the_files_of_the_policy_that_met_it(tmp_path):
    shutil.copytree(builtin_rules(), tmp_path / "copy")
    facts = {
        "market": {"average_bilateral_price": "350"},
        "retailer": [{"retailer_id": "S", "package_contract_energy": "2"}],
        "user": [
            {
                "user_id": "1",
                "retailer_id": "S",
                "contract_energy": "1",
                "metered_energy": "1",
                "catalogue_price": "1",
            }
        ],
    }
    places = []
    for rules in (None, tmp_path / "copy"):
        policy = pe.load("jibei/deviation", period="2018-06", rules=rules)
        with pytest.raises(pe.InputError) as failed:
            pe.evaluate(policy, facts)
        places.append(failed.value.diagnostics[0].span.source.name)
    assert places[0] == "rules/jibei/deviation.yaml"
    assert places[1].startswith(str(tmp_path))
