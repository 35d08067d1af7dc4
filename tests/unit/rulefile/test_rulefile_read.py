"""Every section of a rule file arrives in its document, in both languages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from reading import ENGLISH_HEAD, HEAD, codes, read

from policy_engine.diagnostics.span import Fragment, Source
from policy_engine.rulefile.choices import Collect, HitPolicy, RoundingMode, ScaleMethod, SourceStatus
from policy_engine.rulefile.read import parse_policy_head, read_policy, read_policy_file


def texts(fragments: tuple[Fragment, ...]) -> list[str]:
    return [f.text for f in fragments]


def test_head() -> None:
    doc = read(
        "文号: 示例〔2018〕1号\n发文日期: 2018年6月5日\n知悉日: 2018-06-06\n"
        "依据: [甲〔2017〕1号，试行, 乙〔2018〕2号]\n沿用: demo/parent\n停用: [参数.幅度、决定.判定]\n"
        "不适用:\n  发电企业: 没有公式\n  储能: {代号: storage, 原因: 另行规定}\n"
    )
    assert (doc.language, doc.format.value, doc.policy.text) == ("zh", 1, "demo/deviation")
    assert doc.in_force.from_.value == dt.date(2018, 6, 1)
    assert doc.in_force.to is None
    assert doc.issued and doc.issued.value == dt.date(2018, 6, 5)
    assert texts(doc.basis) == ["甲〔2017〕1号，试行", "乙〔2018〕2号"]
    assert texts(doc.disabled) == ["参数.幅度", "决定.判定"]
    first, second = doc.not_covered
    assert (first.name.text, first.value.reason.text, first.value.id) == ("发电企业", "没有公式", None)
    assert second.value.id and second.value.id.text == "storage"


def test_what_is_not_stated_is_none() -> None:
    doc = read("文号: 未载明\n发文日期: 未载明\n")
    assert doc.number is None
    assert doc.issued is None


def test_clauses_and_entities() -> None:
    doc = read(
        "条款:\n  二-3: {位置: 二、第2段, 摘要: 不考核}\n"
        "  4.4-2: {位置: 第四章, 摘要: 预告, 可检验: 否, 原因: 尚未出台}\n"
        "主体:\n  用户: {代号: user, 主键: user_id, 又名: [户号、用户编号], 属于: 售电公司, 可空: 是}\n"
        "  打包用户: {即: 用户, 当: 所属售电公司 不为空}\n  全月: {代号: market, 单例: 是}\n"
    )
    assert [c.value.testable for c in doc.clauses] == [True, False]
    user, packaged, month = (e.value for e in doc.entities)
    assert user.belongs_to and user.belongs_to.text == "售电公司"
    assert texts(user.aliases) == ["户号", "用户编号"]
    assert user.optional and month.single
    assert packaged.when and packaged.when.text == "所属售电公司 不为空"


def test_a_parameter_is_one_value_or_a_timeline() -> None:
    doc = read(
        "参数:\n  幅度: {值: 5%, 单位: 元/兆瓦时, 自: 2018-06-01, 至: 2018-12-31, 复核: 2019-06-01, "
        "来源: 二手来源, 条款: [二-2、二-3, 二-4]}\n"
        "  系数:\n    - {值: 20%, 至: 2018-12-31}\n    - {值: 30%, 自: 2019-01-01, 至: 未定}\n"
    )
    span, factor = (p.value.values for p in doc.parameters)
    assert span[0].source and span[0].source.value is SourceStatus.SECONDARY
    assert texts(span[0].clause) == ["二-2", "二-3", "二-4"]
    assert [v.value.text for v in factor] == ["20%", "30%"]
    assert factor[0].to and factor[0].to.value == dt.date(2018, 12, 31)
    assert factor[1].to is None


def test_readings_checks_lookups_statements_and_carry_over() -> None:
    doc = read(
        "口径:\n  权重: {取: 甲, 可取: [甲, 乙], 条款: 二-3, 缘由: 按字面}\n"
        "校验:\n  合计: {须: 甲 = 乙, 否则: 整包退回, 条款: 二-3}\n"
        "对照表:\n  机构:\n    表: |\n      ｜ 对象 ｜ 机构 ｜\n"
        "      |------|------|\n      ｜ 用户 ｜ 中心 ｜\n"
        '明细:\n  用户:\n    出具: 机构("用户")\n    栏目: [全月.出账月份, 合同电量]\n'
        "结转:\n  用户.期末余额: 用户.期初余额\n"
    )
    assert texts(doc.readings[0].value.options) == ["甲", "乙"]
    assert doc.checks[0].value.otherwise and doc.checks[0].value.otherwise.text == "整包退回"
    table = doc.lookups[0].value.table
    assert texts(table.header) == ["对象", "机构"]
    assert [texts(row) for row in table.rows] == [["用户", "中心"]]
    assert texts(doc.statement[0].value.columns) == ["全月.出账月份", "合同电量"]
    assert doc.carry_over[0].value.text == "用户.期初余额"


def test_the_ways_to_decide() -> None:
    doc = read(
        "决定:\n"
        "  用户.电费:\n    计算公式: 最大值(甲, 0)\n    取整: 四舍五入 2 位\n    条款: 二-2、二-3\n"
        "  判定:\n    适用: [售电公司, 用户]\n    多行命中: 汇集\n    汇集: 求和\n    默认: {结论: 免考}\n"
        "    决策表: |\n      | 行名 | 当：甲 | 则：结论 |\n      | 一 | > 0 | 免考 |\n"
        "    取整: {电量: 3 位, 电费: 银行家 2 位}\n"
        "  用户.合计: {汇总: {加权平均: 时段.电价, 权重: 时段.电量, 仅: 时段.有效, 不计: 时段.免考}}\n"
        "  用户.分摊:\n    分摊:\n      总量: 售电公司.总\n      分摊范围: 甲 > 0\n      分摊依据: 甲\n"
        "      尾差: 最大余数法\n    取整: 3 位\n"
        "  用户.阶梯:\n    阶梯:\n      依据: 电量\n      方式: 分段\n      分档: |\n"
        "        | 行名 | 超过 | 费率 |\n        | 一 | 0 | 1.5 |\n"
    )
    fee, verdict, total, share, scale = (named.value for named in doc.decisions)
    assert fee.rounding and (fee.rounding.mode, fee.rounding.places) == (RoundingMode.HALF_UP, 2)
    assert texts(fee.clause) == ["二-2", "二-3"]
    assert verdict.hit_policy and verdict.hit_policy.value is HitPolicy.COLLECT
    assert verdict.collect and verdict.collect.value is Collect.SUM
    assert verdict.default[0].value.text == "免考"
    assert [(n.name.text, n.value.mode, n.value.places) for n in verdict.roundings] == [
        ("电量", RoundingMode.GRID, 3),
        ("电费", RoundingMode.HALF_EVEN, 2),
    ]
    assert total.sum_up and total.sum_up.skip and total.sum_up.skip.text == "时段.免考"
    assert share.allocation and share.allocation.remainder.value == "largest_remainder"
    assert share.rounding and share.rounding.mode is RoundingMode.GRID
    assert scale.scale and scale.scale.method.value is ScaleMethod.MARGINAL
    assert texts(scale.scale.brackets.rows[0]) == ["一", "0", "1.5"]


def test_an_english_file() -> None:
    doc = read(
        "number: not stated\nknown_from: 2018-06-05\nnot covered: {generator: no formula}\n"
        "entities:\n  user: {id: user, key: user_id, belongs to: retailer, optional: yes}\n"
        "parameters:\n  tolerance: {value: 5%, to: open, source: assumed, clause: 2-3}\n"
        "decisions:\n  verdict:\n    applies to: [retailer, user]\n    hit policy: unique\n    table: |\n"
        "      | row | when: exempt | then: verdict | clause |\n      | a | yes | none | 2-3 |\n"
        "    rounding: {fee: half up 2 places, energy: 3 places, price: Half Up 1}\n"
        "  user.part:\n    allocation: {total: retailer.all, by: energy, remainder: largest remainder}\n",
        ENGLISH_HEAD,
    )
    assert doc.language == "en"
    assert doc.entities[0].value.optional
    assert doc.decisions[0].value.hit_policy is not None
    assert [(n.value.mode, n.value.places) for n in doc.decisions[0].value.roundings] == [
        (RoundingMode.HALF_UP, 2),
        (RoundingMode.GRID, 3),
        (RoundingMode.HALF_UP, 1),
    ]


def test_values_are_never_interpreted() -> None:
    doc = read("参数:\n  甲: {值: 001234}\n  乙: {值: 1.10}\n  丙: {值: NO}\n  丁: {值: ~}\n")
    assert [p.value.values[0].value.text for p in doc.parameters] == ["001234", "1.10", "NO", "~"]


def test_a_file_without_header_is_chinese() -> None:
    assert read("", HEAD.split("\n", 1)[1]).language == "zh"


@pytest.mark.parametrize("header", ["# language: EN-us", "# 说明\n\n#  language： en", "\ufeff# 语言: en"])
def test_headers_that_mean_english(header: str) -> None:
    assert read("", header + "\n" + ENGLISH_HEAD.split("\n", 1)[1]).language == "en"


def test_rows_as_a_list_are_a_table() -> None:
    doc = read(
        "决定:\n  判定:\n    多行命中: 不允许\n    决策表:\n"
        "      - {行名: 甲, 当：免考: 是, 则：结论: 免考, 条款: [二-2, 二-3]}\n"
        "      - 行名: 乙\n        则：结论：应予考核\n"
    )
    table = doc.decisions[0].value.table
    assert table is not None
    assert texts(table.header) == ["行名", "当：免考", "则：结论", "条款"]
    assert [texts(row) for row in table.rows] == [
        ["甲", "是", "免考", "二-2、二-3"],
        ["乙", "-", "应予考核", "-"],
    ]


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    body = "参数:\n  甲: {直: 5%}\n  乙: {值: > 5, 自: 去年}\n条款:\n  二（3）: {位置: 甲, 摘要: 乙}\n"
    assert codes(body) == ["PE1005", "PE1004", "PE1023", "PE1040", "PE1044"]


def test_a_document_with_errors_is_not_handed_out() -> None:
    document, found = read_policy(Source("x", HEAD + "说明: 甲\n"))
    assert document is None
    assert [item.code for item in found] == ["PE1004"]


def test_a_file_and_its_name(tmp_path: Path) -> None:
    path = tmp_path / "甲.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    document, found = read_policy_file(path, shown="rules/甲.yaml")
    assert document is not None and not found
    assert document.title.text == "示例通知"
    assert str(document.title.span()) == "rules/甲.yaml:4:5"


def test_gb18030_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(HEAD.encode("gb18030"))
    document, found = read_policy_file(path)
    assert document is not None and document.title.text == "示例通知"
    assert [(item.code, item.severity.value) for item in found] == [("PE1017", "warning")]


def test_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * 2_000_001)
    assert [item.code for item in read_policy_file(path)[1]] == ["PE1003"]
    missing = read_policy_file(tmp_path / "none.yaml")
    assert [item.code for item in missing[1]] == ["PE1001"]


def test_values_are_bounded_in_number() -> None:
    assert codes("停用: [" + "a," * 200_001 + "]\n") == ["PE1003"]


def test_findings_are_bounded_in_number() -> None:
    assert len(codes("".join(f"甲{i}: 1\n" for i in range(1000)))) == 200


def test_the_head_is_read_without_judging_the_rest() -> None:
    head, found = parse_policy_head(
        Source("x", HEAD + "发文日期: 2018-06-05\n沿用: a/b\n参数: 坏\n未知: 1\n")
    )
    assert head is not None and not found
    assert (head.policy.text, head.title.text) == ("demo/deviation", "示例通知")
    assert head.known_since == dt.date(2018, 6, 5)
    assert head.extends and head.extends.text == "a/b"


def test_a_head_without_policy_is_told() -> None:
    head, found = parse_policy_head(
        Source("x", "格式: 1\n标题: 甲\n施行: {自: 2018-06-01, 至: 未定, 按: 结算月}\n")
    )
    assert head is None
    assert [item.code for item in found] == ["PE1005"]


def test_full_width_punctuation_in_braces_is_read_where_the_keys_use_it() -> None:
    wide = read("参数:\n  甲：{值：５％，自：2018年6月1日，至：未定，来源：原文，条款：二-3}\n")
    narrow = read("参数:\n  甲: {值: ５％, 自: 2018-06-01, 至: 未定, 来源: 原文, 条款: 二-3}\n")
    one, other = wide.parameters[0].value.values[0], narrow.parameters[0].value.values[0]
    assert (one.value.text, one.from_.value, one.to, one.source.value) == (
        other.value.text,
        other.from_.value,
        other.to,
        other.source.value,
    )
    assert one.value.span().text == "５％"


def test_a_full_width_comma_in_prose_stays_prose() -> None:
    clause = (
        read("条款:\n  二-3: {位置: 二、第2段，第2句, 摘要: 少用没有超过5%的，不考核}\n").clauses[0].value
    )
    assert (clause.position.text, clause.summary.text) == ("二、第2段，第2句", "少用没有超过5%的，不考核")
    wide = read("条款:\n  二-3：{位置：第2段，第2句，摘要：少用没有超过5%的，不考核}\n").clauses[0].value
    assert (wide.position.text, wide.summary.text) == ("第2段，第2句", "少用没有超过5%的，不考核")
