"""Diagnostic codes: settling a month from tables, facts files, the command line."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

CODES: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE7001",
        Text("输出文件夹“{path}”就是输入所在的文件夹", "the output folder “{path}” holds the input"),
        Text("换一个输出文件夹，以免覆盖输入", "choose another folder: the input would be overwritten"),
        cause="输出的 user.csv 会盖掉输入的 user.csv。",
        example="settle … --input 六月 --output 六月",
        fix="换一个文件夹，例如 --output 六月/结果。",
    ),
    CodeSpec(
        "PE7002",
        Text("没有“{name}”的表（{id}）", "there is no table of “{name}” ({id})"),
        Text("现有的表：{found}；请补上 {name}.csv 或名为“{name}”的工作表", "found: {found}"),
        cause="政策要逐行判断的主体没有给出表。",
        example="文件夹里只有 售电公司.csv 和 全月.csv。",
        fix="补上缺少的表；表名用主体的名称或代号。",
    ),
    CodeSpec(
        "PE7003",
        Text(
            "“{name}”不是这个政策的表，已略过（{where}）",
            "“{name}” is not a table of this policy, skipped ({where})",
        ),
        Text("表名应是：{known}", "tables: {known}"),
        severity="warning",
        cause="多出一张表，表里没有政策认识的栏。",
        example="工作簿里有一张“填表说明”。",
        fix="不必处理；如果它应当参加核算，请改表名。",
    ),
    CodeSpec(
        "PE7004",
        Text(
            "表名“{name}”不认识，而表里有政策的栏（{where}）",
            "unknown table name “{name}”, though its columns are the policy's ({where})",
        ),
        Text("把表名改成：{known}", "rename it to one of: {known}"),
        cause="表名打错，整张表会被漏掉，所以报错。",
        example="用护.csv",
        fix="改成 用户.csv 或 user.csv。",
    ),
    CodeSpec(
        "PE7005",
        Text("事实文件“{path}”读不懂：{reason}", "cannot read the facts in “{path}”: {reason}"),
        Text("支持 .json .yaml .xlsx；每个主体一张表", "supported: .json .yaml .xlsx, a table an entity"),
        cause="文件不是约定的格式。",
        example="JSON 少了一个括号。",
        fix="按提示改正。",
    ),
    CodeSpec(
        "PE7006",
        Text("没有输出格式“{name}”", "there is no output format “{name}”"),
        Text("可用：csv、xlsx、parquet", "one of csv, xlsx, parquet"),
        cause="--format 写错了。",
        example="--format xls",
        fix="改成三者之一。",
    ),
    CodeSpec(
        "PE7007",
        Text("“{text}”不是“口径=取值”", "“{text}” is not reading=option"),
        Text("例如 --option 分配权重=超出幅度的部分", "e.g. --option 分配权重=超出幅度的部分"),
        cause="--option 要写成 名=值。",
        example="--option 分配权重",
        fix="补上等号和取值。",
    ),
    CodeSpec(
        "PE7008",
        Text("没有成员“{name}”", "there is no member “{name}”"),
        Text("写成 主体:编号，例如 用户:001234", "write entity:id, e.g. user:001234"),
        cause="要说明的成员不在数据里。",
        example="--explain 用户:00123",
        fix="核对编号。",
    ),
    CodeSpec(
        "PE7009",
        Text(
            "上次运行的 {file} 后来被改动过，没有删除，它不是本次的结果",
            "{file} of an earlier run was edited since and is left there; it is no result of this run",
        ),
        Text("不再需要就自己删掉，或换一个输出文件夹", "delete it, or choose another output folder"),
        severity="warning",
        cause="输出文件夹里有上次运行的文件，本次不会写同名的文件，而它的内容已和上次的记录不同。",
        example="上次输出 csv，改过 user.csv 后，这次输出 xlsx。",
        fix="确认不再需要后删除。",
    ),
    CodeSpec(
        "PE7010",
        Text("表头不能用“{name}”", "headers cannot be “{name}”"),
        Text("可用：id（代号）、name（名称）", "one of id, name"),
        cause="headers 写错了。",
        example="--headers 中文",
        fix="改成 id 或 name。",
    ),
    CodeSpec(
        "PE7011",
        Text(
            "政策“{id}”没有写明细，没有写出各主体的结果",
            "policy “{id}” has no statements: no results were written",
        ),
        Text(
            "在规则文件里加“明细”一节，写明给谁看哪些栏；只想看数，用 policy-engine evaluate",
            "add a section “statement” that names the columns; to look at values only, use policy-engine evaluate",
        ),
        severity="warning",
        cause="给谁看哪些数由规则文件的“明细”决定，没有这一节就没有可写的结果表。",
        example="规则文件只有 词条 和 决定，运行 settle，输出里只有退回的行和 run.json。",
        fix="加上 明细: {用户: {出具: '\"省电力交易中心\"', 栏目: [用电量, 电费]}}。",
    ),
    CodeSpec(
        "PE7020",
        Text("“{path}”不是一次核算的输出", "“{path}” is not the output of a run"),
        Text("--against 指向含有 run.json 的输出文件夹", "--against names a folder with a run.json"),
        cause="文件夹里没有 run.json，或它读不懂。",
        example="--against 六月/输入",
        fix="指向以前 settle 写出的文件夹。",
    ),
    CodeSpec(
        "PE7021",
        Text("“{path}”核算的是 {found}，不是 {wanted}", "“{path}” settled {found}, not {wanted}"),
        Text("差额只能在同一政策、同一个月之间计算", "differences are between runs of one policy and month"),
        cause="对比的两次核算不是同一回事。",
        example="用五月的结果对比六月。",
        fix="换成同一个月的输出。",
    ),
    CodeSpec(
        "PE7022",
        Text("“{path}”不见了，或写出以后被改动过", "“{path}” is missing or was changed after it was written"),
        Text("差额要以当时公布的结果为准；请找回原件", "differences are stated from the published results"),
        cause="文件的摘要与 run.json 里记的不符。",
        example="有人用 Excel 打开 user.csv 又存了一次。",
        fix="换回原来的文件。",
    ),
)
