"""Diagnostic codes: tables people hand in and tables we write (PE5001 to PE5049)."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

_FILES = (
    CodeSpec(
        "PE5001",
        Text("找不到 {file}", "{file} does not exist"),
        Text("核对路径；它应当是一个文件或文件夹", "check the path; it must be a file or a folder"),
        cause="给出的路径不存在，或者不是普通文件或文件夹。",
        example="数据/2018-06（实际的文件夹是 数据/201806）",
        fix="改正路径；路径里有空格时加引号。",
    ),
    CodeSpec(
        "PE5002",
        Text("{file} 的格式不能读取（{suffix}）", "{file}: this format cannot be read ({suffix})"),
        Text(
            "请另存为 .xlsx、.csv 或 .parquet；不参与的文件请移出文件夹",
            "save it as .xlsx, .csv or .parquet, or move it away",
        ),
        cause="只读取 .xlsx、.csv 和 .parquet。文件夹里的其他电子表格（如 .xls、.et、.ods）不会被悄悄略过。",
        example="数据/用户.xls",
        fix="在 Excel 或 WPS 里另存为 .xlsx；只是备份的文件移到别处。",
    ),
    CodeSpec(
        "PE5003",
        Text(
            "{file} 有 {size} 字节，超过上限 {limit} 字节",
            "{file} has {size} bytes, over the limit of {limit}",
        ),
        Text("拆成几个文件，或者改用 .parquet", "split it, or use .parquet"),
        cause="单个文件的大小有上限，防止占满内存。",
        example="一个 900 MB 的 csv 文件。",
        fix="按地区或月份拆分，或者写成 Parquet。",
    ),
    CodeSpec(
        "PE5004",
        Text("{file} 的文字编码无法识别", "{file}: unknown text encoding"),
        Text("请用 UTF-8 或 GB18030（GBK）保存", "save it as UTF-8 or GB18030 (GBK)"),
        cause="按 UTF-8、GB18030 依次尝试都不能解码，或者含有零字节（例如 UTF-16 的“Unicode 文本”）。",
        example="在 Excel 里另存为“Unicode 文本”后改名为 .csv。",
        fix="另存为“CSV UTF-8（逗号分隔）”。",
    ),
    CodeSpec(
        "PE5005",
        Text("{file} 第 {line} 行的引号不成对", "{file} line {line}: unbalanced quotes"),
        Text(
            '内容里的双引号写两个（""），并且整格用双引号括起来',
            'double every quote inside a quoted cell ("")',
        ),
        cause="csv 一格以双引号开头却没有正确结束，后面的内容会全部并进这一格。",
        example='1001,"某某公司,950',
        fix="补上结束的引号；内容自身的引号写成两个。",
    ),
    CodeSpec(
        "PE5006",
        Text("{file}：文件为空", "{file}: the file is empty"),
        Text("至少要有一行表头", "it needs at least a header row"),
        cause="文件（或者工作簿的每个工作表）里没有任何内容。",
        example="一个 0 字节的 用户.csv。",
        fix="补上表头和数据；没有数据时也要有表头。",
    ),
    CodeSpec(
        "PE5007",
        Text("文件夹 {file} 里没有可读的表", "folder {file} holds no table"),
        Text(
            "放入 .xlsx、.csv 或 .parquet 文件；子文件夹不会读取",
            "put .xlsx, .csv or .parquet files in it; subfolders are not read",
        ),
        cause="文件夹的第一层没有可读格式的文件。",
        example="文件都在子文件夹 2018-06/ 里。",
        fix="把路径指到放文件的那一层。",
    ),
    CodeSpec(
        "PE5008",
        Text(
            "{file} 是指向文件夹之外的链接（{target}）", "{file} is a link that leaves the folder ({target})"
        ),
        Text("把文件本身放进来", "put the file itself there"),
        cause="文件夹里的符号链接指向别处，读取它会越过所给的范围。",
        example="数据/用户.csv → /home/other/用户.csv",
        fix="复制文件，或者直接给出该文件的路径。",
    ),
    CodeSpec(
        "PE5009",
        Text("不能读取 {file}：{reason}", "cannot read {file}: {reason_en}"),
        Text("检查权限，或者关闭占用它的程序", "check permissions, or close the program that holds it"),
        cause="操作系统拒绝打开文件。",
        example="没有读取权限，或者网络盘断开。",
        fix="取得权限，或者把文件复制到本机。",
    ),
)

_WORKBOOKS = (
    CodeSpec(
        "PE5010",
        Text("{file} 设有打开密码，不能读取", "{file} is protected by a password"),
        Text("在 Excel 里取消密码后另存", "remove the password in Excel and save it again"),
        cause="加密的工作簿不能读取。",
        example="文件—信息—保护工作簿—用密码进行加密。",
        fix="取消密码，另存为 .xlsx。",
    ),
    CodeSpec(
        "PE5011",
        Text(
            "{file} 是旧版 Excel 文件（.xls），只是后缀为 .xlsx", "{file} is a legacy .xls file named .xlsx"
        ),
        Text("用 Excel 或 WPS 打开后另存为 .xlsx", "open it and save it as .xlsx"),
        cause="改后缀并不会改变文件格式。",
        example="把 用户.xls 改名为 用户.xlsx。",
        fix="打开后另存为“Excel 工作簿（*.xlsx）”。",
    ),
    CodeSpec(
        "PE5012",
        Text("{file} 不是完好的 xlsx 文件：{reason}", "{file} is not a sound xlsx file: {reason_en}"),
        Text("用 Excel 或 WPS 打开后另存为 .xlsx", "open it and save it as .xlsx"),
        cause="文件损坏、没有传完，或者其实是网页、csv 等其他格式。",
        example="网站导出的“xlsx”其实是一个 HTML 网页。",
        fix="重新下载；能用 Excel 打开的就另存一次。",
    ),
    CodeSpec(
        "PE5013",
        Text("{file} 展开后过大，拒绝打开：{reason}", "{file} unpacks to too much; refused: {reason_en}"),
        Text(
            "删去多余的工作表和图片后另存；来历不明的文件不要打开",
            "drop what is not needed; do not open files of unknown origin",
        ),
        cause="xlsx 是压缩包。展开后的大小、压缩比、条目数都有上限，防止“压缩炸弹”占满内存。",
        example="40 KB 的文件展开后有 4 GB。",
        fix="确认文件的来历；正常的大表请改用 .csv 或 .parquet。",
    ),
    CodeSpec(
        "PE5014",
        Text(
            "{source} 的公式没有保存计算结果：{cells}",
            "{source}: formulas without a stored result: {cells}",
        ),
        Text("用 Excel 或 WPS 打开，重新计算后保存", "open it in Excel or WPS, recalculate and save"),
        cause="公式格里只有公式、没有结果，通常是程序生成的文件从未用 Excel 打开过。当作空白会丢数。",
        example="C5 是 =A5*B5，但文件里没有存下结果。",
        fix="打开保存一次；或者把公式改成数值。",
    ),
    CodeSpec(
        "PE5015",
        Text(
            "{source} 有合并单元格 {ranges}，值只算左上角那一格的",
            "{source}: merged cells {ranges}; only the top left one has the value",
        ),
        Text("取消合并，逐行填写", "unmerge them and fill in every row"),
        severity="warning",
        cause="合并单元格里只有左上角有值，其余各格按空白处理。",
        example="A3:A5 合并，写着同一家售电公司。",
        fix="取消合并后向下填充。",
    ),
    CodeSpec(
        "PE5016",
        Text("{file} 的隐藏工作表没有读取：{sheets}", "{file}: hidden sheets were not read: {sheets}"),
        Text("需要它的话请取消隐藏", "unhide them if they are needed"),
        severity="warning",
        cause="看不见的数据不应当影响结果，所以隐藏的工作表一律不读。",
        example="工作表“用户”被隐藏。",
        fix="取消隐藏；不要的工作表请删除。",
    ),
)

_LAYOUT = (
    CodeSpec(
        "PE5017",
        Text("{source} 的表头“{name}”重复：{columns}", "{source}: header “{name}” appears twice: {columns}"),
        Text(
            "每列的表头不能相同（空格、全角半角不算差别）",
            "headers must differ in more than white space and width",
        ),
        cause="两列的表头相同，无法知道以哪一列为准。",
        example="B 列和 F 列都叫“实际电量”。",
        fix="改名或删去多余的一列。",
    ),
    CodeSpec(
        "PE5018",
        Text(
            "{source} 第 {line} 行 {column} 列有值“{value}”，但这一列没有表头",
            "{source} row {line} column {column} holds “{value}” under no header",
        ),
        Text(
            "补上表头或清空这一格；csv 里多一个分隔符也会这样",
            "name the column or clear the cell; in a csv look for an extra delimiter",
        ),
        cause="这一行比表头长。常见于 csv 里没有加引号的逗号，整行会因此错位。",
        example="1001,某某公司,北京,950（表头只有三列）",
        fix="含逗号的内容用双引号括起来；旁边的草稿、备注移出数据区。",
    ),
    CodeSpec(
        "PE5019",
        Text(
            "{source} 第 {line} 行是“{word}”行，但它后面还有数据",
            "{source} row {line} is a “{word}” row with data below it",
        ),
        Text(
            "小计行、合计行只能在表的最后；表后的制表人等说明也请删去",
            "totals may stand at the bottom only; remove notes below them",
        ),
        cause="夹在中间的小计行会被当作一个成员重复计算，所以不接受。",
        example="第 12 行“小计”，第 13 行又是用户。",
        fix="删去中间的小计行和表后的说明。",
    ),
    CodeSpec(
        "PE5020",
        Text("{source} 第 {lines} 行是“{word}”行，已略过", "{source} row {lines}: “{word}” row passed over"),
        severity="warning",
        cause="表底的合计行不是数据。",
        example="最后一行：合计，，17770.000",
        fix="不必处理。",
    ),
    CodeSpec(
        "PE5021",
        Text(
            "{source} 第 {lines} 行在表头之前，已略过：{text}",
            "{source} row {lines} above the header passed over: {text}",
        ),
        severity="warning",
        cause="表头之前的标题、单位、制表日期等不是数据。",
        example="第 1 行：2018 年 6 月电力用户电量表",
        fix="不必处理；单位请写进表头，例如“合同电量（兆瓦时）”。",
    ),
    CodeSpec(
        "PE5022",
        Text(
            "{source} 没有认出任何一列，数据行没有读取", "{source}: no known column, its rows were not read"
        ),
        Text("核对表头；只是说明的工作表可以不管", "check the header; ignore this for a sheet of notes"),
        severity="warning",
        cause="前 20 行里没有一格是认识的表头，这张表可能只是填表说明。",
        example="工作表“填表说明”。",
        fix="确实是数据的话，按模板改正表头。",
    ),
    CodeSpec(
        "PE5023",
        Text(
            "{source} 第 {line} 行用到了第 {count} 列，超过上限 {limit} 列",
            "{source} row {line} reaches column {count}, over the limit of {limit}",
        ),
        Text("删去右侧多余的内容", "clear what stands far to the right"),
        cause="列数有上限。",
        example="最右边的一格里误填了一个空格以外的字符。",
        fix="选中右侧多余的列并删除；横排的曲线请改为竖排。",
    ),
    CodeSpec(
        "PE5024",
        Text(
            "{source} 第 {line} 行 {column} 列有 {count} 个字，超过上限 {limit}",
            "{source} row {line} column {column} has {count} characters, over the limit of {limit}",
        ),
        Text("缩短内容；csv 里请检查引号是否成对", "shorten it; in a csv check the quotes"),
        cause="单格的字数有上限。",
        example="引号没有成对，整个文件并成了一格。",
        fix="检查前面几行的引号。",
    ),
    CodeSpec(
        "PE5025",
        Text("{source} 超过 {limit} 行", "{source} has more than {limit} rows"),
        Text("拆成几个文件", "split it"),
        cause="行数有上限。",
        example="把几年的数据放在一张表里。",
        fix="按结算月拆分。",
    ),
)

_PARQUET = (
    CodeSpec(
        "PE5026",
        Text(
            "{file} 的列“{column}”是二进制浮点数（{type}），不能精确表示小数",
            "{file}: column “{column}” is binary floating point ({type}), which cannot hold decimals exactly",
        ),
        Text("写成 decimal128 或字符串", "write it as decimal128 or string"),
        cause="0.1 在浮点数里不是 0.1。从写出到读入必须一分不差，所以不接受 float 和 double 列。",
        example="pandas 直接 to_parquet 的数值列是 double。",
        fix="先转成 pa.decimal128(38, 3) 或文本再写。",
    ),
    CodeSpec(
        "PE5027",
        Text(
            "{file} 的列“{column}”类型不能读取（{type}）",
            "{file}: column “{column}” has type {type}, which is not read",
        ),
        Text(
            "改成 decimal128、整数、文本、布尔或日期（date32）",
            "use decimal128, an integer, string, bool or date32",
        ),
        cause="嵌套类型（list、struct、map）、二进制、时间戳等没有单格的确切写法。",
        example="一列是 list<string>。",
        fix="展开成几列；时间戳转成 date32。",
    ),
    CodeSpec(
        "PE5028",
        Text("{file} 不是完好的 Parquet 文件：{reason}", "{file} is not a sound Parquet file: {reason_en}"),
        Text("重新导出", "export it again"),
        cause="文件损坏、没有写完、加了密或者不是 Parquet。",
        example="写到一半就被复制走的文件。",
        fix="重新导出一次。",
    ),
)

_WRITING = (
    CodeSpec(
        "PE5030",
        Text("不能写入 {file}：{reason}", "cannot write {file}: {reason_en}"),
        Text(
            "检查权限和磁盘空间；正用 Excel 打开的文件请先关闭",
            "check permissions and space; close the file in Excel",
        ),
        cause="操作系统拒绝写入。原有的文件保持不变。",
        example="结果.xlsx 正在 Excel 里打开。",
        fix="关闭文件，或者换一个文件名。",
    ),
    CodeSpec(
        "PE5031",
        Text(
            "{file} 第 {line} 行“{column}”列写不下 {value}：{reason}",
            "{file} row {line} column “{column}” cannot hold {value}: {reason_en}",
        ),
        Text("加大该列的小数位，或者先取整", "give the column more places, or round the value first"),
        cause="写出时不悄悄舍入：值的小数位多于该列，或者超出该格式的范围。",
        example="小数位为 2 的列遇到 1.005。",
        fix="在规则里写明取整，或者加大小数位。",
    ),
    CodeSpec(
        "PE5032",
        Text(
            "{file} 的工作表名“{sheet}”不能用：{reason}",
            "{file}: sheet name “{sheet}” is not allowed: {reason_en}",
        ),
        cause="Excel 的工作表名最多 31 个字，不能含 [ ] : * ? / \\，首尾不能是单引号，不分大小写也不能重复。",
        example="售电公司/用户",
        fix="换一个名称。",
    ),
    CodeSpec(
        "PE5033",
        Text(
            "{file} 的工作表“{sheet}”超过 Excel 的 {limit} 行",
            "{file}: sheet “{sheet}” exceeds Excel's {limit} rows",
        ),
        Text("改写成 csv 或 parquet", "write csv or parquet instead"),
        cause="一张 Excel 工作表最多 1,048,576 行。",
        example="全省 120 万户的明细。",
        fix="输出格式改为 csv 或 parquet。",
    ),
)

CODES: tuple[CodeSpec, ...] = (*_FILES, *_WORKBOOKS, *_LAYOUT, *_PARQUET, *_WRITING)
