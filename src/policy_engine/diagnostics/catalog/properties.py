"""Diagnostic codes: properties (性质) and what becomes of them."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, coded

CODES: tuple[CodeSpec, ...] = (
    coded(
        "PE3240",
        "性质“{name}”要写且只写一种说法：须、单调、守恒、可分摊",
        "property “{name}” must be stated in exactly one way: require, monotone, conserved or shareable",
        ("留下一种；要说两件事，就写两条性质", "keep one; to state two things, write two properties"),
        cause="一条性质说一件事，这样证明了什么、反例违反了什么都清楚。",
        example="电费合理: {适用: 用户, 须: 电费 >= 0, 单调: {随: 用电量, 项: 电费, 方向: 不减}}",
        fix="拆成两条：电费非负 写 须，多用不少付 写 单调。",
    ),
    coded(
        "PE3241",
        "性质“{name}”没有说是对谁的",
        "property “{name}” does not say whom it is about",
        (
            "写 适用: [主体]，或者把名称写成“主体.{name}”",
            "write `applies to: [entity]`, or name it “entity.{name}”",
        ),
        cause="须 和 单调 说的是某个主体的每一行，要写明是哪个主体。",
        example="电费非负: {须: 电费 >= 0}",
        fix="电费非负: {适用: [用户], 须: 电费 >= 0}",
    ),
    coded(
        "PE3242",
        "“{name}”不是{entity}填报的数，不能拿来比较大小",
        "“{name}” is no number that {entity} hands in",
        ("“随”后面写一个填报的数", "after `with`, name a number that is handed in"),
        cause="单调 比较两个只有一项填报不同的情况；算出来的词条不能单独改动。",
        example="单调: {随: 偏差电量, 项: 考核电费, 方向: 不增}，而偏差电量是算出来的。",
        fix="写它由哪个填报数算出，例如 随: 实际用电量。",
    ),
    coded(
        "PE3243",
        "“{text}”不是一定有值的数，说不上增减",
        "“{text}” is not a number that is always there: it can neither rise nor fall",
        (
            "“项”后面写一个数；可能为空的写 首个有值(…, 0)",
            "name a number; write `coalesce(…, 0)` where it may be null",
        ),
        cause="增减只对数有意义；可能为空的值无法比较。",
        example="单调: {随: 实际用电量, 项: 考核结论, 方向: 不减}",
        fix="写一个算出来的数，例如 项: 考核电费。",
    ),
    coded(
        "PE3244",
        "“{name}”不是分摊出来的词条",
        "“{name}” is not decided by an allocation",
        ("分摊出来的有：{choices}", "decided by allocations: {choices}"),
        cause="守恒、可分摊 说的是一个分摊，要写“主体.词条”，主体和分摊里写的一样。",
        example="守恒: 售电公司.考核电费，而分摊的是 打包用户.考核电费。",
        fix="写分到的那一项：守恒: 打包用户.考核电费。",
    ),
    coded(
        "PE3245",
        "性质“{name}”说的是一个分摊，不能再写 适用 或 当",
        "property “{name}” is about an allocation: `applies to` and `when` do not belong here",
        ("删去 适用 和 当", "leave out `applies to` and `when`"),
        cause="主体已经写在“守恒”“可分摊”后面；它们要在一切情况下成立。",
        example="有人可摊: {适用: 打包用户, 可分摊: 打包用户.考核电费}",
        fix="有人可摊: {可分摊: 打包用户.考核电费}",
    ),
    coded(
        "PE3370",
        "{entity}的“{name}”可能分不下去：总量不为零，却没有一行可摊",
        "“{name}” of {entity} may not be shared out: its total is not zero, and nobody can take it",
        (
            "改分摊范围或总量的算法；办理时遇到它，整包会被退回",
            "change `within` or the total: such a package is rejected",
        ),
        severity="warning",
        cause="总量由整包的数决定，分摊范围由各户的数决定；有一种填报使总量不为零而没有一户落在范围里。程序已经用这组数办理过，整包被退回。",
        example="整包少用超过 3% 就考核，只有少用超过 5% 的用户分摊：各户都少用 4% 时，没有人可摊。",
        fix="让两边的界限一致；原文确实如此的，写明这时由谁承担。",
    ),
    coded(
        "PE3371",
        "没有证明{entity}的“{name}”总能分下去（{why}）",
        "not proven that “{name}” of {entity} can always be shared out ({why_en})",
        (
            "看一眼分摊范围和总量；也可以写成性质，用 policy-engine prove 多给些时间",
            "look at `within` and the total; or state it as a property and give prove more time",
        ),
        severity="info",
        cause="总量的算法里有程序推不出的部分，而试过的填报都分得下去。",
        example="总量是两个量的乘积再减去第三个量。",
        fix="人工判断；没有问题就不用改。",
    ),
    coded(
        "PE3372",
        "{id} 没有名为“{name}”的性质",
        "{id} states no property called “{name}”",
        ("已有的是：{known}", "there are: {known}"),
        cause="--property 后面要写规则文件“性质”一节里的名称，一字不差。",
        example="policy-engine prove jibei/deviation --property 电费非负",
        fix="照规则文件里的名称写，或者不加 --property，全部证明。",
    ),
)
