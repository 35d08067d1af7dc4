"""Properties: what is shipped is proved; a slip in the rules gives a case that the engine decides against them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from policy_engine.analysis import prove as proving
from policy_engine.analysis.allocation_sets import check_allocation_sets
from policy_engine.analysis.bounds import Bounds, Interval
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.prove import prove
from policy_engine.analysis.prove_confirm import broken
from policy_engine.analysis.prove_model import Proof, Verdict, Why
from policy_engine.analysis.prove_text import lemma_text
from policy_engine.analysis.subject import Subject
from policy_engine.analysis.usage import check_usage
from policy_engine.diagnostics.span import Source
from policy_engine.engine.near_cases import Cases
from policy_engine.engine.near_common import common
from policy_engine.engine.rounding import round_to
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.library import load
from policy_engine.policy.model import Formula, Policy
from policy_engine.policy.property_model import Claim, Monotone
from policy_engine.rulefile.choices import RoundingMode
from policy_engine.rulefile.read import read_policy

RULES = Path(__file__).parents[3] / "rules"
JIBEI = load("jibei/deviation", period="2018-06")


def jibei(tmp_path: Path, *slips: tuple[str, str]) -> Policy:
    """The shipped policy with slips; each must be somewhere in its text."""
    shutil.copytree(RULES, tmp_path / "rules", dirs_exist_ok=True)
    file = tmp_path / "rules" / "jibei" / "deviation.yaml"
    text = file.read_text(encoding="utf-8")
    for before, after in slips:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    return load("jibei/deviation", period="2018-06", rules=tmp_path / "rules")


def proofs(policy: Policy, *names: str) -> dict[tuple[str, str], Proof]:
    return {(p.property.name, p.entity): p for p in prove(policy, 30, names)}


def verdicts(policy: Policy, *names: str) -> dict[tuple[str, str], Verdict]:
    return {key: proof.verdict for key, proof in proofs(policy, *names).items()}


# -- what is shipped -----------------------------------------------------------------------------------


def test_jibei_states_enough() -> None:
    assert len(JIBEI.properties) >= 7
    about = {c.entity for p in JIBEI.properties.values() for c in p.claims}
    assert about == {"售电公司", "直接交易用户", "打包用户"}


@pytest.mark.parametrize("name", JIBEI.properties)
def test_every_property_of_jibei_is_proved(name: str) -> None:
    pytest.importorskip("z3")
    found = proofs(JIBEI, name)
    assert {p.verdict for p in found.values()} == {Verdict.PROVED}
    assert {p.why for p in found.values()} <= {None, Why.BY_CONSTRUCTION}


@pytest.mark.parametrize("name", ["分配权重", "负偏差考核部分"])
def test_under_the_other_readings_nothing_is_refuted(name: str) -> None:
    pytest.importorskip("z3")
    reading = JIBEI.readings[name]
    other = next(o for o in reading.options if o != reading.default)
    policy = load("jibei/deviation", period="2018-06", options={name: other})
    found = proofs(policy)
    assert Verdict.REFUTED not in {p.verdict for p in found.values()}
    never = {k for k, p in found.items() if p.why is Why.NEVER}
    assert never == (
        {k for k in found if k[0] == "超出一步就考核一步"} if name == "负偏差考核部分" else set()
    )


def test_no_made_up_case_breaks_what_is_proved() -> None:
    """The engine knows nothing of proofs."""
    shared = common(JIBEI, JIBEI)
    claims = [c for p in JIBEI.properties.values() for c in p.claims]
    cases = Cases(shared)
    for number in range(25):
        case = cases.make(number)
        for claim in claims:
            if not isinstance(claim.statement, Monotone):
                assert broken(shared, claim, case) is None


def test_a_package_is_proved_by_adding_up_its_users() -> None:
    pytest.importorskip("z3")
    (proof,) = proofs(JIBEI, "被考核就有人可摊").values()
    (lemma,) = proof.lemmas
    assert lemma_text(lemma) == (
        "合计(打包用户.实际用电量，不计 打包用户.免考) ≥ 0.95 × 合计(打包用户.合同电量，不计 打包用户.免考)"
    )


# -- slips ---------------------------------------------------------------------------------------------

AT_THE_BAND = (
    ("不超过 免予考核电量 ", "小于 免予考核电量 "),
    ("| 超过 免予考核电量  ", "| 不低于 免予考核电量"),
)
SLIPS: Mapping[str, tuple[tuple[tuple[str, str], ...], set[tuple[str, str]]]] = {
    "exactly the band is assessed": (
        AT_THE_BAND,
        {("恰为幅度时为零", "售电公司"), ("恰为幅度时为零", "直接交易用户")},
    ),
    "wrong sign": (
        (("计算公式: 实际用电量 - 合同电量,", "计算公式: 合同电量 - 实际用电量,"),),
        {("多用不多考核", "直接交易用户"), ("被考核就有人可摊", "打包用户"), ("多用就有人可摊", "打包用户")},
    ),
    "a narrower band for packages": (
        (("考核合同电量 × 免予考核幅度", "考核合同电量 × 3%"),),
        {("被考核就有人可摊", "打包用户")},
    ),
    "shares beyond the whole": (
        (("默认 0        | 0 至 1  ", "默认 0        | 0 至 2  "),),
        {("用户承担不超过分到的", "打包用户"), ("售电公司承担不为负", "售电公司")},
    ),
    "exempt users are not left out": (
        (
            (
                "| 免考     | 是       | -                             | 免考           | 0  ",
                "| 免考 | 是 | - | 免考 | 应考核电量 ",
            ),
        ),
        {("免考的不考核", "直接交易用户")},
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_gives_a_counter_example(slip: str, tmp_path: Path) -> None:
    pytest.importorskip("z3")
    changes, expected = SLIPS[slip]
    found = proofs(jibei(tmp_path, *changes), *{name for name, _ in expected}, "超出与考核不并存")
    refuted = {k for k, p in found.items() if p.verdict is Verdict.REFUTED}
    assert refuted == expected
    for key in refuted:
        assert found[key].scenario[0].startswith("场景: ")


def test_a_counter_example_is_a_scenario_that_fails(tmp_path: Path) -> None:
    """What it states should hold, and does not: red until the rules are right."""
    pytest.importorskip("z3")
    policy = jibei(tmp_path, *AT_THE_BAND)
    proof = proofs(policy, "恰为幅度时为零")["恰为幅度时为零", "售电公司"]
    assert _runs(proof, tmp_path / "rules", tmp_path) == 1
    assert _runs(proof, RULES, tmp_path) == 0


def test_of_a_monotone_both_cases_are_shown_as_they_are(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    policy = jibei(tmp_path, *SLIPS["wrong sign"][0])
    proof = proofs(policy, "多用不多考核")["多用不多考核", "直接交易用户"]
    assert [line for line in proof.scenario if line.startswith("场景")] == [
        "场景: 多用不多考核（反例，前）",
        "场景: 多用不多考核（反例，后）",
    ]
    assert _runs(proof, tmp_path / "rules", tmp_path) == 0


def _runs(proof: Proof, rules: Path, tmp_path: Path) -> int:
    from policy_engine.cli.main import run

    features = tmp_path / "features"
    features.mkdir(exist_ok=True)
    lines = ["# language: zh-CN", "功能: 反例", *(f"  {line}" if line else "" for line in proof.scenario)]
    (features / "反例.feature").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run(["test", str(features), "--rules", str(rules)])


def test_the_package_nobody_can_pay_for_is_found(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    policy = jibei(tmp_path, *SLIPS["a narrower band for packages"][0])
    (proof,) = proofs(policy, "被考核就有人可摊").values()
    assert proof.scenario[-1] == "  那么 应没有退回"
    (found,) = check_allocation_sets(Subject(policy))
    assert found.code == "PE3370" and found.counter_example and "合同电量（兆瓦时）" in found.counter_example


# -- small policies ------------------------------------------------------------------------------------

HEAD = """\
# language: zh-CN
格式: 1
政策: demo/proof
标题: 示例通知
发文机关: 示例委员会
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
主体:
  户: {代号: house, 主键: house_id}
词条: |
  | 主体 | 名称 | 代号  | 类型 | 单位      | 小数位 | 其他 | 范围      |
  | 户   | 甲   | a     | 电量 | 兆瓦时    | 3      |      | 0 至 1000 |
  | 户   | 乙   | b     | 电量 | 兆瓦时    | 3      |      | 0 至 1000 |
  | 户   | 丙   | c     | 电量 | 兆瓦时    | 3      | 可空 | 0 至 1000 |
  | 户   | 价   | price | 电价 | 元/兆瓦时 | 2      |      | 0 至 500  |
  | 户   | 差   | diff  | 电量 | 兆瓦时    | 3      |      |           |
  | 户   | 费   | fee   | 金额 | 元        | 2      |      |           |
"""


DECIDED = {"差": ("甲 - 乙", ""), "费": ("最大值(差, 0) × 价 × 20%", "四舍五入 2 位")}


def small(properties: str, **formulas: tuple[str, str]) -> Policy:
    """``formulas``: term → (formula, rounding), in place of the usual ones."""
    lines = []
    for term, (formula, rounding) in {**DECIDED, **formulas}.items():
        lines += [f"  户.{term}:", f"    计算公式: {formula}"]
        lines += [f"    取整: {rounding}"] if rounding else []
    return bound("\n".join(lines), properties)


def bound(decisions: str, properties: str) -> Policy:
    text = f"{HEAD}决定:\n{decisions}\n性质:\n  户.甲: {{{properties}}}\n"
    document, found = read_policy(Source("性质.yaml", text))
    assert document is not None, found
    return bind([document], period=Month(2018, 6))


def proved(policy: Policy, seconds: float = 10) -> Proof:
    pytest.importorskip("z3")
    (found,) = prove(policy, seconds)
    return found


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("须: 费 >= 0", Verdict.PROVED),
        ("须: 费 > 0", Verdict.REFUTED),
        ("当: 差 > 0 兆瓦时, 须: 费 > 0", Verdict.REFUTED),  # rounded to nothing
        ("单调: {随: 甲, 项: 费, 方向: 不减}", Verdict.PROVED),
        ("单调: {随: 乙, 项: 费, 方向: 不增}", Verdict.PROVED),
        ("单调: {随: 价, 项: 费, 方向: 不减}", Verdict.PROVED),
        ("单调: {随: 乙, 项: 费, 方向: 不减}", Verdict.REFUTED),
        ("当: 甲 > 乙, 单调: {随: 丙, 项: 费, 方向: 不增}", Verdict.PROVED),
    ],
)
def test_of_signs_and_orders(properties: str, expected: Verdict) -> None:
    assert proved(small(properties)).verdict is expected


@pytest.mark.parametrize(
    ("formula", "rounding", "properties", "expected"),
    [
        ("如果 丙 为空 那么 甲 否则 丙", "", "须: 差 >= 甲", Verdict.REFUTED),
        ("首个有值(丙, 甲)", "", "当: 丙 为空, 须: 差 = 甲", Verdict.PROVED),
        ("甲 × 0.5", "四舍五入 3 位", "须: 差 × 2 >= 甲", Verdict.PROVED),
        ("甲 × 0.5", "银行家 3 位", "须: 差 × 2 >= 甲", Verdict.REFUTED),
        ("甲 × 0.5", "向下 3 位", "须: 差 × 2 <= 甲", Verdict.PROVED),
        ("甲 × 0.5", "向上 3 位", "须: 差 × 2 <= 甲", Verdict.REFUTED),
        ("-(甲 × 0.5)", "四舍五入 3 位", "须: 差 × 2 <= -甲", Verdict.PROVED),
    ],
)
def test_of_blanks_and_roundings(formula: str, rounding: str, properties: str, expected: Verdict) -> None:
    assert proved(small(properties, 差=(formula, rounding))).verdict is expected


SCALE = """\
  户.差: {计算公式: 甲 - 乙}
  户.费:
    阶梯:
      依据: 甲
      方式: WAY
      分档: |
        | 行名 | 不低于 | 费率 |
        | 一档 | 0      | 0.5 元/兆瓦时 |
        | 二档 | 100    | 0.4 元/兆瓦时 |
    取整: 四舍五入 2 位
"""


@pytest.mark.parametrize(("way", "expected"), [("分段", Verdict.PROVED), ("全额", Verdict.REFUTED)])
def test_of_scales(way: str, expected: Verdict) -> None:
    """Where the lower rate is for the whole, one more can cost less."""
    policy = bound(SCALE.replace("WAY", way), "单调: {随: 甲, 项: 费, 方向: 不减}")
    assert proved(policy).verdict is expected


def test_a_premise_that_never_holds_is_told() -> None:
    found = proved(small("当: 甲 > 2000 兆瓦时, 须: 费 > 0"))
    assert (found.verdict, found.why) == (Verdict.PROVED, Why.NEVER)


def test_what_has_no_word_is_neither() -> None:
    """A remainder has no word in a proof; no case breaks it either."""
    found = proved(small("须: 差 < 7 兆瓦时", 差=("余数(甲, 7 兆瓦时)", "")), 3)
    assert (found.verdict, found.why) == (Verdict.OPEN, Why.NO_CASE)


def test_when_time_is_up_it_is_told() -> None:
    found = proved(small("单调: {随: 甲, 项: 费, 方向: 不减}"), 1e-9)
    assert (found.verdict, found.why) == (Verdict.OPEN, Why.TIME)


def test_without_z3_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "available", lambda: False)
    found = list(prove(JIBEI, names=["考核电费非负", "考核电量分尽"]))
    assert {p.why for p in found} == {Why.NO_SOLVER, Why.BY_CONSTRUCTION}


COMPANIES = """\
# language: zh-CN
格式: 1
政策: demo/companies
标题: 示例通知
发文机关: 示例委员会
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
主体:
  全月: {代号: market, 单例: 是}
  公司: {代号: firm, 主键: firm_id}
  户: {代号: house, 主键: house_id, 属于: 公司, 可空: 是}
  打包户: {即: 户, 当: 所属公司 不为空}
  单户: {即: 户, 当: 所属公司 为空}
词条: |
  | 主体   | 名称 | 代号  | 类型 | 单位 | 小数位 | 其他 | 范围   |
  | 全月   | 价   | price | 数   |      | 0      |      | 0 至 9 |
  | 公司   | 旗   | flag  | 是否 |      |        |      |        |
  | 打包户 | 份   | part  | 数   |      | 0      |      |        |
  | 单户   | 单价 | own   | 数   |      | 0      |      |        |
  | 全月   | 总   | total | 数   |      | 0      |      |        |
  | 全月   | 户数 | count | 数   |      | 0      |      |        |
校验:
  公司.有价: {须: 全月.价 > 0}
决定:
  打包户.份: {计算公式: 如果 公司.旗 那么 1 否则 0}
  单户.单价: {计算公式: 全月.价}
  全月.总: {计算公式: 合计(打包户.份)}
  全月.户数: {计算公式: 计数(打包户)}
性质:
  PROPERTY
"""


@pytest.mark.parametrize(
    ("written", "proven"),
    [
        ("打包户.甲: {须: 全月.价 > 0}", True),
        ("单户.甲: {须: 单价 > 0}", False),  # the check is of firms, and there need not be any
        ("公司.甲: {当: 旗, 须: 全月.总 = 全月.户数}", False),  # other firms have other flags
        ("打包户.甲: {当: 公司.旗, 须: 全月.总 = 全月.户数}", False),
        ("公司.甲: {当: 旗, 须: 合计(打包户.份) = 计数(打包户)}", True),  # here there is one firm
        ("公司.甲: {须: 全月.总 <= 全月.户数}", True),
        ("打包户.甲: {当: 公司.旗, 须: 全月.总 >= 1}", True),
    ],
)
def test_what_is_above_a_row_is_not_taken_for_what_is_above_another(written: str, proven: bool) -> None:
    document, found = read_policy(Source("公司.yaml", COMPANIES.replace("PROPERTY", written)))
    assert document is not None, found
    assert (proved(bind([document], period=Month(2018, 6))).verdict is Verdict.PROVED) is proven


# -- pieces --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [m for m in RoundingMode if m is not RoundingMode.GRID])
@pytest.mark.parametrize("places", [0, 2, -1])
def test_rounding_is_that_of_the_engine(mode: RoundingMode, places: int) -> None:
    z3 = pytest.importorskip("z3")
    from policy_engine.analysis.prove_row import Row, frame
    from policy_engine.policy.model import Rounding

    row = Row(frame(small("须: 费 >= 0")), "户")
    step = Fraction(10) ** -places
    for eighths in range(-20, 21):
        value = step * Fraction(eighths, 8)
        exact = round_to(value, places, mode)
        rounded = row._round(z3.Q(value.numerator, value.denominator), Rounding(mode, places))
        solver = z3.Solver()
        solver.add(*row.facts)
        assert solver.check() == z3.sat
        assert solver.check(rounded != z3.Q(exact.numerator, exact.denominator)) == z3.unsat


def test_rounding_to_hundreds_moves_by_as_much() -> None:
    policy = small("须: 差 >= 0", 差=("四舍五入(甲, -2)", ""))
    stage = next(s for s in policy.stages if s.key == "户.差")
    assert isinstance(stage.body, Formula)
    found = Bounds(Definitions(policy)).of(stage.body.expression, "户")
    assert found == Interval(Fraction(-100), Fraction(1100))


def test_a_claim_is_judged_for_each_finest_entity() -> None:
    found = {p.entity for p in prove(JIBEI, names=["考核电费非负"])}
    assert found == {"售电公司", "直接交易用户", "打包用户"}
    assert Claim("用户", next(iter(JIBEI.properties.values())).claims[0].statement).entity == "用户"


def test_a_clause_that_only_a_property_cites_is_not_carried_out() -> None:
    text = HEAD.replace("主体:", "条款:\n  一-1: {位置: 一, 摘要: 电费不为负}\n主体:", 1)
    decisions = "  户.差: {计算公式: 甲 - 乙}\n  户.费: {计算公式: 0 元}"
    written = f"{text}决定:\n{decisions}\n性质:\n  户.甲: {{须: 费 >= 0, 条款: 一-1}}\n"
    document, found = read_policy(Source("性质.yaml", written))
    assert document is not None, found
    subject = Subject(bind([document], period=Month(2018, 6)), (document,), (document,))
    assert "一-1" in {dict(d.params).get("id") or dict(d.params).get("name") for d in check_usage(subject)}
