"""Diagnostic codes: slips of people who edit a rule file in a word processor, a spreadsheet or a plain editor."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, coded

CODES: tuple[CodeSpec, ...] = (
    coded(
        "PE1090",
        "“{key}”后面没有冒号",
        "there is no colon after “{key}”",
        ("应写作：{fixed}", "write: {fixed}"),
        cause="字段名和内容之间要有冒号；漏了冒号，整段就被当成了一个没有内容的名称。",
        example="{值 5%, 自: 2018-06-01}",
        fix="写成 {值: 5%, 自: 2018-06-01}。",
    ),
    coded(
        "PE1091",
        "多了一个逗号",
        "there is a comma too many",
        ("请删去这个逗号", "remove this comma"),
        cause="花括号、方括号里，两个逗号之间没有内容。",
        example="{值: 5%,, 自: 2018-06-01}",
        fix="删去一个逗号。",
    ),
    coded(
        "PE1092",
        "“{key}”的缩进不对：前面有 {found} 个空格",
        "“{key}” is not indented as its neighbours are: {found} spaces",
        ("与同一层的对齐，前面留 {wanted} 个空格：{fixed}", "align it with {wanted} spaces: {fixed}"),
        cause="同一层的各行要左边对齐，缩进表示谁属于谁；差一格，YAML 就不知道这一行属于哪一层。",
        example="用户.偏差电量:\n    计算公式: 实际用电量 - 合同电量\n     条款: 二-2",
        fix="按提示增减行首的空格，与同一层的其他行对齐。",
    ),
    coded(
        "PE1093",
        "这一行不是“键: 值”",
        "this line is no “key: value”",
        ("说明文字前面加“# ”：{fixed}", "put “# ” in front of a remark: {fixed}"),
        cause="规则文件里的每一行，或者是“键: 值”，或者是表格的一行，或者是 # 开头的说明；粘贴进来的通知原文不是。",
        example="决定:\n  当月的偏差考核电费在次月电费结算时一并结清。",
        fix="删去这一行，或者在前面加“# ”成为说明。",
    ),
    coded(
        "PE1094",
        "“{mark}”后面又有文字：{rest}",
        "there is text after “{mark}”: {rest}",
        ("说明文字前面加空格和“#”：{fixed}", "put a space and “#” in front of a remark: {fixed}"),
        cause="花括号、方括号关闭以后，这一行就写完了；后面只能有空格、“#”加说明。",
        example="幅度: {值: 6%, 来源: 原文}#原为5%",
        fix="写成 幅度: {值: 6%, 来源: 原文}  # 原为5%",
    ),
    coded(
        "PE1095",
        "“{name}”写了两遍",
        "“{name}” is listed twice",
        ("留下一个", "keep one"),
        cause="同一个选项列了两遍，多半是复制以后忘了改。",
        example="范围一栏写 用电、发电、用电",
        fix="删去一个，或者改成想写的名称。",
    ),
    coded(
        "PE1096",
        "“{one}”和“{other}”之间没有用半角逗号隔开",
        "there is no comma between “{one}” and “{other}”",
        ("应写作：{fixed}", "write: {fixed}"),
        cause="花括号里，各项之间用半角逗号加空格隔开；写成全角逗号、顿号、分号或者漏写，两项就连成了一项。",
        example="{值: 5%，自: 2018-06-01}",
        fix="写成 {值: 5%, 自: 2018-06-01}。",
    ),
    coded(
        "PE1097",
        "文件是 UTF-16 编码，已照此读入",
        "the file is UTF-16 and was read as such",
        ("请在编辑器里另存为 UTF-8", "save it as UTF-8"),
        severity="warning",
        cause="文件按 UTF-16 保存，记事本里叫“Unicode”。能读，但别的工具多半读不了，也比较不出改了哪里。",
        example="用记事本另存为，编码选了 Unicode 或 UTF-16 LE。",
        fix="另存为，编码选 UTF-8。",
    ),
)
