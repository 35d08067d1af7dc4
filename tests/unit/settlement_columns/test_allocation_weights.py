"""What a share goes by is worked out for those who take part, and fails for nobody else."""

import pytest
from both_ways import agree

import policy_engine as pe

RULES = """\
格式: 1
政策: t/weights
标题: 分摊
发文机关: 委员会
知悉日: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
主体:
  批次: {代号: batch, 主键: batch_id}
  点: {代号: point, 主键: point_id, 属于: 批次}
词条: |
  | 主体 | 名称   | 代号 | 类型 | 单位   | 小数位 | 范围      |
  | 批次 | 总额   | pot  | 金额 | 元     | 2      | 0 至 1000 |
  | 点   | 甲     | a    | 电量 | 兆瓦时 | 0      | 0 至 100  |
  | 点   | 乙     | b    | 电量 | 兆瓦时 | 0      | 0 至 100  |
  | 点   | 分得   | part | 金额 | 元     | 2      |           |
决定:
  点.分得:
    分摊:
      总量: 批次.总额
      分摊范围: WITHIN
      分摊依据: 四舍五入(甲 / 乙, 3)
      尾差: 最大余数法
    取整: 2 位
明细:
  点: {栏目: [分得]}
"""


def month(*divisors):
    points = [
        {"point_id": f"{n}", "batch_id": "A", "a": f"{n}", "b": f"{b}"} for n, b in enumerate(divisors, 1)
    ]
    return {"batch": [{"batch_id": "A", "pot": "10"}], "point": points}


@pytest.mark.parametrize(
    ("within", "divisors", "rejected"),
    [("乙 > 0", (3, 0, 3), 0), ("乙 > 0", (3, 3, 3), 0), ("乙 >= 0", (3, 0, 3), 4), ("乙 > 0", (0, 0, 0), 4)],
)
def test_a_quotient_is_asked_of_those_within_alone(tmp_path, within, divisors, rejected):
    (tmp_path / "分摊.yaml").write_text(RULES.replace("WITHIN", within), encoding="utf-8")
    policy = pe.load("t/weights", period="2018-06", rules=tmp_path)
    found = agree(policy, month(*divisors))
    assert len(found["rejected"]) == rejected
    if not rejected:
        assert sum(row[2] for row in found["tables"]["point"][1]) == 10
