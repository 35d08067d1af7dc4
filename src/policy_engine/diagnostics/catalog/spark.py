"""Diagnostic codes: settling a month by Spark."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, coded

CODES: tuple[CodeSpec, ...] = (
    coded(
        "PE7030",
        "Spark 不能读“{path}”：{why}",
        "Spark cannot read “{path}”: {why_en}",
        (
            "每个主体一个 Parquet 文件，或一个文件夹；可以按 period=结算月 分区",
            "one Parquet file for each entity, or a folder of them, perhaps partitioned by period=",
        ),
        cause="Spark 只读类型明确的 Parquet：小数、整数、文字、是否、日期；同一主体的各个文件栏目和类型要一致。",
        example="user/period=2018-06/ 里一个文件的合同电量是浮点数。",
        fix="按同样的栏目和类型重新导出；或者不用 Spark，用默认的按列核算。",
    ),
    coded(
        "PE7031",
        "“{path}”第 {line} 行是合计行，或有一格太长",
        "row {line} of “{path}” is a total, or has a cell that is too long",
        ("去掉这一行", "take the row out"),
        cause="合计行不是数据；Spark 不像读小表那样替人把它去掉。行号按文件名的顺序连续数。",
        example="最后一行的编号写着“合计”。",
        fix="导出时不要带合计行。",
    ),
    coded(
        "PE7032",
        "用 Spark 核算时不支持 {name}",
        "{name} is not supported with Spark",
        ("去掉它，或者用默认的按列核算", "leave it out, or settle in columns, the default"),
        cause="Spark 只写 Parquet，也不计算退补。",
        example="--executor spark --format csv",
        fix="去掉这个选项，或者去掉 --executor spark。",
    ),
    coded(
        "PE9120",
        "{name} 有问题的行连同所在的包超过 {limit} 行，没有核算",
        "{name}: doubtful rows and their packages are more than {limit}; nothing was settled",
        (
            "多半是整栏的格式不对：先用一小部分数据按默认方式核算，看退回的原因",
            "a whole column is probably wrong: settle a small part in columns and look at what is rejected",
        ),
        cause="有疑问的行要由规则引擎逐行读、写明原因，太多了不能都取到一台机器上。",
        example="一千万户的目录电价全是空的。",
        fix="改正数据后再核算。",
    ),
    coded(
        "PE9121",
        "没有 {what}，不能用 Spark 核算",
        "Spark needs {what}, which is not there",
        (
            "安装：pip install 'policy-engine[spark]'，另装 Java 17",
            "install policy-engine[spark], and Java 17",
        ),
        cause="pyspark 是可选的依赖，它还需要 Java。",
        example="没有装 Java 的机器上运行 settle --executor spark。",
        fix="装上所缺的，或者不写 --executor spark。",
    ),
    coded(
        "PE9122",
        "Spark 没有算完：{detail}",
        "Spark gave up: {detail}",
        ("看 Spark 的日志；也可以用默认的按列核算", "look at Spark's log, or settle in columns, the default"),
        cause="Spark 在执行中报错，例如内存不够；什么也没有写出。",
        example="执行节点内存不足。",
        fix="调整 Spark 的资源后再运行。",
    ),
)
