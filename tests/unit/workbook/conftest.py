import shutil
from pathlib import Path

import pytest

from unit.workbook.editing import RULES

POLICY = """\
# language: zh-CN
格式: 1
政策: 示例/偏差
标题: 偏差考核办法
发文机关: 示例省发展和改革委员会
发文日期: 2018-05-20
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}

条款:                 # 编号照原文
  二-1: {位置: 二、第1段, 摘要: 超过幅度的考核}
  # 下面这条不检验
  二-2: {位置: 二、第2段, 摘要: 公布, 可检验: 否, 原因: 在平台上}   # 平台

主体:
  全月: {代号: market, 单例: 是}
  用户: {代号: user, 主键: user_id}

词条: |
  | 主体 | 名称     | 代号             | 类型 | 单位      | 小数位 | 其他 | 范围               |
  | 全月 | 结算月   | settlement_month | 月份 |           |        |      |                    |
  | 用户 | 电量     | energy           | 电量 | 兆瓦时    | 3      |      | 0 至 1000          |
  | 用户 | 档       | class            | 选项 |           |        |      | 低、中、高         |
  | 用户 | 电费     | fee              | 金额 | 元        | 2      |      |                    |

口径:
  边界: {取: 不含, 可取: [不含, 含], 条款: 二-1, 缘由: 按字面}

参数:
  幅度: {值: 5%, 自: 2018-06-01, 至: 未定, 来源: 原文, 条款: 二-1}   # 先用这个
  # 单价分段
  单价:
    - {值: 50 元/兆瓦时, 自: 2018-06-01, 至: 2018-12-31, 来源: 原文, 条款: 二-1}
    - {值: 60 元/兆瓦时, 自: 2019-01-01, 至: 未定, 来源: 原文, 条款: [二-1, 二-2]}   # 涨价

决定:
  # 先分档
  分档:               # 三档
    适用: [用户]
    多行命中: 不允许  # 互斥
    # 表从这里开始
    决策表: |
      | 行名 | 当：电量           | 则：档 | 条款 |
      | 低   | 不超过 10          | 低     | 二-1 |
      | 中   | > 10 且 <= 100.50  | 中     | 二-1 |
      | 高   | 超过 100.50        | 高     | 二-1 |

  用户.电费:
    计算公式: 电量 × 单价 × (1 + 幅度)
    取整: 四舍五入 2 位
    条款: 二-1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small policy of its own."""
    path = tmp_path / "偏差.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))
