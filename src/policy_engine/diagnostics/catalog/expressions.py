"""Diagnostic codes: expressions."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

_TEXT: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE2001",
        Text("表达式是空的", "the expression is empty"),
        Text("写上公式；条件格里表示任意写 `-`", "write it; a condition cell for any value is `-`"),
        cause="该写公式或条件的地方什么也没有写。",
        example="计算公式: （后面空着）",
        fix="写上公式；条件单元格表示“任意”时写 `-`。",
    ),
    CodeSpec(
        "PE2002",
        Text(
            "表达式太长：{length} 个字符，最多 {most} 个",
            "expression too long: {length} characters, at most {most}",
        ),
        Text("拆成几个词条，一步一个名字", "split it into several named terms"),
        cause="一个表达式超过了长度上限。",
        example="几千个字的一条公式。",
        fix="把中间结果写成词条，各自一条公式。",
    ),
    CodeSpec(
        "PE2003",
        Text("表达式嵌套太深：最多 {most} 层", "expression nested too deep: at most {most} levels"),
        Text("拆成几个词条", "split it into several terms"),
        cause="括号、如果，或一长串运算叠得太多，人也读不懂了。",
        example="((((((… 五十多层括号；一百多项连加。",
        fix="把内层写成有名字的词条；逐项相加改用 `合计(…)`。",
    ),
    CodeSpec(
        "PE2004",
        Text("引号没有成对", "the string is not closed"),
        Text("补上后引号", "add the closing quote"),
        cause="文本以引号开始，到结尾也没有见到后引号。",
        example='考核结论 = "免考',
        fix='补上后引号：`考核结论 = "免考"`。',
    ),
    CodeSpec(
        "PE2005",
        Text("文本里的 `{escape}` 不是转义", "`{escape}` is not an escape sequence"),
        Text(
            "反斜杠本身写两个；或者改用弯引号“…”，里面不转义",
            "write two backslashes for one, or use curly quotes “…”, where nothing is escaped",
        ),
        cause='直引号 "…" 里的反斜杠是转义符，只认 \\" \\\\ \\/ \\n \\r \\t \\uXXXX。',
        example='"甲\\乙"',
        fix='反斜杠本身写两个：`"甲\\\\乙"`；或改用弯引号“甲\\乙”，里面不转义。',
    ),
    CodeSpec(
        "PE2006",
        Text("这里不该有“{char}”", "unexpected `{char}`"),
        cause="这个符号不属于表达式语言。",
        example="合同电量 == 0；免考 && 停产",
        fix="相等写 `=`，不等写 `≠` 或 `!=`，并且写 `且`，或者写 `或`，否定写 `非`，文本用双引号。",
    ),
    CodeSpec(
        "PE2007",
        Text("“{text}”不是日期", "`{text}` is not a date"),
        Text("日期写作 2018-06-01，月份写作 2018-06", "write a date as 2018-06-01, a month as 2018-06"),
        cause="日历上没有这一天，或者写法不对。",
        example='@"2018-02-30"',
        fix='改成真实的日期：`@"2018-02-28"`。',
    ),
    CodeSpec(
        "PE2008",
        Text("数后面的“{unit}”不是已知的单位", "`{unit}` after a number is not a known unit"),
        cause="数的后面只能是运算符、关键词、百分号或单位；单位表里没有这个词。",
        example="5 兆瓦小时",
        fix="改用单位表里的写法：`5 兆瓦时`；漏了运算符就补上。",
    ),
    CodeSpec(
        "PE2009",
        Text("“{found}”放在这里读不通，应为{expected}", "unexpected `{found}`; expected {wanted}"),
        cause="句子的结构不对：缺了运算符、值、括号，或者关键词与名称连写在一起。",
        example="合同电量 实际用电量；如果 免考 否则 1",
        fix="按提示在该列补上缺的部分；关键词两边留空格。",
    ),
    CodeSpec(
        "PE2010",
        Text("表达式没有写完，后面应为{expected}", "the expression ends too early; expected {wanted}"),
        cause="最后一个词之后还缺东西。",
        example="合同电量 -；最大值(合同电量, 0",
        fix="补完：`合同电量 - 实际用电量`；`最大值(合同电量, 0)`。",
    ),
    CodeSpec(
        "PE2011",
        Text("比较不能连着写", "comparisons cannot be chained"),
        Text("写成 `a < b 且 b < c`，或 `b 属于 (a .. c)`", "write `a < b and b < c`, or `b in (a .. c)`"),
        cause="`a < b < c` 在不同语言里意思不同，这里不收。",
        example="0 < 偏差电量 < 免予考核电量",
        fix="`0 < 偏差电量 且 偏差电量 < 免予考核电量`。",
    ),
    CodeSpec(
        "PE2012",
        Text("这个比较缺左边", "this test has no left side"),
        Text("只有条件单元格可以省略左边；公式里要写全", "only condition cells may leave out the left side"),
        cause="`超过 5` 这样的写法，只在条件单元格里和 `属于 (…)` 里有意义。",
        example="计算公式: 超过 5 兆瓦时",
        fix="写出比的是谁：`偏差电量 超过 5 兆瓦时`。",
    ),
    CodeSpec(
        "PE2013",
        Text("区间和并列的值不能放在这里", "a range or a list cannot stand here"),
        Text(
            "它们只能在 `属于` 的右边，或者条件单元格里", "only to the right of `in`, or in condition cells"
        ),
        cause="区间和列表不是值，不能参加运算，也不能做结论。",
        example="偏差电量 + [0 .. 5]",
        fix="`偏差电量 属于 [0 .. 5]`。",
    ),
    CodeSpec(
        "PE2014",
        Text("仅、不计只能用在合计、计数、最大、最小里", "`only` and `skip` belong to totals over rows"),
        cause="这个函数不是对下级各行的汇总。",
        example="最大值(合同电量, 仅 免考)",
        fix="对下级各行取最大，用 `最大(用户.合同电量, 仅 用户.免考)`。",
    ),
    CodeSpec(
        "PE2015",
        Text("乘方的指数须为 0 到 {most} 的整数", "the exponent must be a whole number from 0 to {most}"),
        cause="只有整数次方是精确的，而且次数要在读文件时就知道。",
        example="系数 ** 0.5；系数 ** 年数",
        fix="写成整数：`系数 ** 2`。",
    ),
    CodeSpec(
        "PE2016",
        Text("“{text}”是一个数，还是并列的几个数？", "is `{text}` one number or several?"),
        cause="逗号既是“或”，也可能是千分位，两种读法差得很远，所以不猜。",
        example="超过 1,000",
        fix="一个数写 `超过 1000`；几个数并列写 `1、000` 或在逗号后加空格。",
    ),
    CodeSpec(
        "PE2017",
        Text("`?` 只能用在条件单元格里", "`?` belongs to condition cells"),
        Text("写出词条的名称", "name the term"),
        cause="`?` 代表本列的值，公式没有“本列”。",
        example="计算公式: ? + 1",
        fix="写出词条的名称。",
    ),
    CodeSpec(
        "PE2018",
        Text("同一个汇总里只能有一个仅、一个不计", "one `only` and one `skip` per total"),
        cause="写了两个同样的筛选。",
        example="合计(用户.电量, 仅 用户.免考, 仅 用户.停产)",
        fix="用 `且` 合成一个：`仅 用户.免考 且 用户.停产`。",
    ),
)

_NAMES: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE2020",
        Text("没有叫“{name}”的词条或参数", "no term or parameter is called `{name}`"),
        cause="名称写错了，或者它属于别的主体（那要写成 `主体.词条`），或者关键词与名称连写了。",
        example="合同电两 - 实际用电量；非免考",
        fix="改成声明过的名称；关键词两边留空格：`非 免考`。",
    ),
    CodeSpec(
        "PE2021",
        Text("“{name}”在下级各行里，每行一个值，不能直接读", "`{name}` has one value for each row below"),
        Text(
            "用 `合计({name})`、`最大({name})` 或 `计数({entity})`",
            "use `sum({name})`, `max_of({name})` or `count({entity})`",
        ),
        cause="上级的一行对应下级的许多行，直接写名称不知道取哪一行。",
        example="售电公司的公式里写 `打包用户.合同电量`",
        fix="`合计(打包用户.合同电量)`。",
    ),
    CodeSpec(
        "PE2022",
        Text("没有叫“{name}”的函数或对照表", "no function or lookup is called `{name}`"),
        cause="函数只有文档列出的那些；对照表要在 `对照表` 一节声明。",
        example="平方根(电量)",
        fix="改用列出的函数，或者声明对照表。",
    ),
    CodeSpec(
        "PE2023",
        Text(
            "“{name}”要 {wanted} 个值，这里给了 {found} 个", "`{name}` takes {wanted} values, {found} given"
        ),
        cause="括号里的值多了或少了。",
        example="四舍五入(电费)",
        fix="补上位数：`四舍五入(电费, 2)`。",
    ),
    CodeSpec(
        "PE2025",
        Text("“{name}”不是这里的选项", "`{name}` is not one of the options here"),
        cause="选项和等级只能取声明过的名称。",
        example='考核结论 = "免于考核"（声明的是“免予考核”）',
        fix='改成声明过的名称：`考核结论 = "免予考核"`。',
    ),
    CodeSpec(
        "PE2027",
        Text("“{text}”里看不出是对哪个下级主体汇总", "`{text}` does not say which rows below to total"),
        cause="汇总要知道数的是哪个主体的行；该主体须在本主体之下。",
        example="合计(合同电量)",
        fix="写明主体：`合计(用户.合同电量)`；计数写 `计数(用户)`。",
    ),
)

_NUMBERS: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE2030",
        Text(
            "单位合不到一起：左边是{left}，右边是{right}",
            "units do not fit: {left} on the left, {right} on the right",
        ),
        cause="相加、相减、比较的两边须是同一种量；不同大小的同类单位（万千瓦时与兆瓦时）会自动换算。",
        example="合同电量（兆瓦时） + 超出电费（元）",
        fix="检查公式；电量乘以电价才是钱：`合同电量 × 电价 + 超出电费`。",
    ),
    CodeSpec(
        "PE2031",
        Text(
            "这个 {value} 没有单位，旁边的量是{unit}",
            "this {value} has no unit; the quantity beside it is in {unit}",
        ),
        cause="公式里单独一个数没有单位，不能与有单位的量相加减或比较；只有 0 不需要单位。",
        example="偏差电量 > 5",
        fix="写出单位：`偏差电量 > 5 兆瓦时`。条件单元格、区间和结论里的数取该栏的单位，不用写。",
    ),
    CodeSpec(
        "PE2032",
        Text("这里要的是“{wanted}”，写的是“{found}”", "expected {wanted_en}, found {found_en}"),
        cause="运算或函数要求的类型与所给的不同。",
        example="非 合同电量；合同电量 + 免考",
        fix="换成要求的类型：是否类的条件可以写 `合同电量 > 0`。",
    ),
    CodeSpec(
        "PE2033",
        Text("{left}不能与{right}相比", "{left_en} cannot be compared with {right_en}"),
        cause="两边类型不同，或者两个选项没有一个名称相同，比较永远没有意义。",
        example='出具日期 = "2018-06-01"',
        fix='日期写作 `@"2018-06-01"`。',
    ),
    CodeSpec(
        "PE2034",
        Text("{type}没有大小，只能问相等不相等", "{type_en} has no order; only = and != apply"),
        cause="大于、小于、区间只用于数、日期、月份和等级。",
        example='考核结论 > "免考"',
        fix="要分高低的选项，请声明为等级。",
    ),
    CodeSpec(
        "PE2035",
        Text("结果须是“{wanted}”，这里是“{found}”", "the result must be {wanted_en}, this is {found_en}"),
        cause="公式或结论的类型与词条声明的不同。",
        example="考核结论（选项）: 合同电量 - 实际用电量",
        fix="改公式，或者改词条的类型。",
    ),
    CodeSpec(
        "PE2036",
        Text("结果的单位须是{wanted}，这里是{found}", "the result must be in {wanted}, this is in {found}"),
        cause="公式算出来的是另一种量，多半漏乘或多乘了什么。",
        example="超出电费（元）: 超出电量",
        fix="`超出电量 × 目录电价`。",
    ),
    CodeSpec(
        "PE2037",
        Text("区间是空的：没有值落在里面", "the range is empty: no value lies in it"),
        Text(
            "小的写在左边；两头相同的用方括号", "the lower end comes first; equal ends need square brackets"
        ),
        cause="没有一个值落在这个区间里。",
        example="[5 .. 1]；(3 .. 3]",
        fix="把小的写在左边：`[1 .. 5]`。",
    ),
    CodeSpec(
        "PE2044",
        Text("除数是 0", "division by zero"),
        cause="除以 0 没有结果。",
        example="合同电量 / 0",
        fix="改正除数。",
    ),
    CodeSpec(
        "PE2045",
        Text(
            "取整的位数须是 −{most} 到 {most} 的整数常数",
            "the places must be a whole number from -{most} to {most}",
        ),
        Text("直接写数，例如 `四舍五入(电费, 2)`", "write the number itself, e.g. `round_half_up(fee, 2)`"),
        cause="保留几位小数要在读文件时就知道。",
        example="四舍五入(电费, 位数)",
        fix="直接写数：`四舍五入(电费, 2)`。",
    ),
    CodeSpec(
        "PE2047",
        Text("期间只能加在日期上，或者从日期里减去", "a period is only added to a date, or taken from one"),
        Text('写 `日期 + 期间("P3M")`', 'write `date + duration("P3M")`'),
        cause="期间不是数，也不能单独成为结果；日期写在左边。",
        example='期间("P3M") + 出具日期',
        fix='`出具日期 + 期间("P3M")`，或者 `加月(出具日期, 3)`。',
    ),
    CodeSpec(
        "PE2048",
        Text("正则表达式“{text}”用不了：{reason}", "the pattern `{text}` cannot be used: {reason}"),
        cause="正则表达式是 RE2 的写法，没有前瞻、后顾和对前面分组的引用。",
        example='匹配(户号, "[0-9")',
        fix="补全括号，去掉不支持的写法。",
    ),
    CodeSpec(
        "PE2049",
        Text("“{text}”不是期间", "`{text}` is not a period"),
        Text('如 "P3M"（三个月）、"P10D"（十天）、"P1Y6M"', 'such as "P3M", "P10D", "P1Y6M"'),
        cause="期间照 ISO 8601 写：P 后面依次是年（Y）、月（M）、天（D）；没有时、分、秒。",
        example='出具日期 + 期间("3个月")',
        fix='`出具日期 + 期间("P3M")`。',
    ),
    CodeSpec(
        "PE2046",
        Text(
            "两种可能的结果类型不同：{left}与{right}",
            "the possible results differ in type: {left_en} and {right_en}",
        ),
        cause="如果…那么…否则… 的两支，或首个有值的各项，须是同一类型。",
        example='如果 免考 那么 0 否则 "应予考核"',
        fix="两支写成同一类型。",
    ),
)

_NULLS: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE2040",
        Text("“{name}”可能为空，不能直接用", "`{name}` may be null here"),
        cause="可空的词条没有值时，运算和比较都没有意义，所以要先说清为空时怎么办。",
        example="打包合同电量 = 全部合同电量（打包合同电量可空）",
        fix="`打包合同电量 为空 或 打包合同电量 = 全部合同电量`，或 `首个有值(打包合同电量, 0)`。",
    ),
    CodeSpec(
        "PE2041",
        Text("“{name}”到这里从不为空，这个判断没有用", "`{name}` is never null here; the test is dead"),
        Text(
            "去掉这个判断；确实可以不填的，在词条里写“可空”",
            "drop the test; if it may be left out, declare the term nullable",
        ),
        cause="词条没有声明可空，或者前面已经排除了为空。",
        example="合同电量 为空（合同电量必填）",
        fix="去掉这个判断；确实可以不填的，在词条里声明可空。",
    ),
    CodeSpec(
        "PE2042",
        Text("“{text}”可能为空，而结果不允许为空", "`{text}` may be null but the result may not"),
        Text("写明为空时取什么：`首个有值(…, …)`", "say what to use instead: `coalesce(…, …)`"),
        cause="词条没有声明可空，公式却可能得不到值。",
        example="结算电量: 抄表电量（抄表电量可空）",
        fix="`首个有值(抄表电量, 0)`，或者声明该词条可空。",
    ),
    CodeSpec(
        "PE2043",
        Text("“{name}”从不为空，它后面的值永远用不到", "`{name}` is never null; what follows it is dead"),
        Text("只写 `{name}`", "write `{name}` alone"),
        cause="首个有值从左到右找第一个不为空的，前面的既然总有值，后面的就没有意义。",
        example="首个有值(合同电量, 0)（合同电量必填）",
        fix="直接写 `合同电量`。",
    ),
)

_LEXICAL: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE2050",
        Text("“{text}”不是{wanted}", "`{text}` is not {wanted_en}"),
        cause="默认值、范围、参数值、对照表里只能写常数，并且要合乎词条的类型。",
        example="默认 很多（类型是电量）；默认 5.（多了一个点）",
        fix="写成该类型的常数：5%、0.05、是、2018-06-01、选项名。",
    ),
    CodeSpec(
        "PE2051",
        Text("单元格是空的", "the cell is empty"),
        Text("任意写 `-`，没有值写 `为空`", "write `-` for any value, `is null` for none"),
        cause="空着的单元格可能是漏填，也可能是“任意”，所以要写明。",
        example="| 免考 |  |",
        fix="条件不限写 `-`；判断没有值写 `为空`。",
    ),
    CodeSpec(
        "PE2052",
        Text(
            "一个下限和一个上限用逗号隔开，看不出是都要满足，还是满足一个就行",
            "a lower and an upper bound with a comma between: both, or either?",
        ),
        cause="单元格里的逗号、顿号是“其中之一”；而“超过 0，不超过 5”按平常的读法是两个都要，所以不猜。",
        example="| 超过 0，不超过 免予考核电量 |",
        fix="写 `超过 0 且 不超过 免予考核电量`；真是满足一个就行的，写“或”。",
    ),
)

CODES: tuple[CodeSpec, ...] = _TEXT + _NAMES + _NUMBERS + _NULLS + _LEXICAL
