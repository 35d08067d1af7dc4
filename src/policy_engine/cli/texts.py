"""The words of the command line in both languages."""

from __future__ import annotations

from typing import Literal, cast

import click

Lang = Literal["zh", "en"]

VERBS: dict[str, dict[str, str]] = {
    "list": {"zh": "列出规则库里的政策和施行期", "en": "list the policies of the library"},
    "show": {"zh": "查看一项政策：每个值出自哪个文件、哪一条", "en": "show a policy as resolved"},
    "check": {
        "zh": "检查规则文件：读、绑定、分析，列出所有错误和提示",
        "en": "check rule files and tell what is wrong",
    },
    "prove": {
        "zh": "证明规则文件里写的性质，或者举出反例",
        "en": "prove the properties a rule file states, or find counter-examples",
    },
    "format": {
        "zh": "把规则文件排整齐：表格对齐、缩进、半角标点；意思不变",
        "en": "put rule files in order: aligned tables, indentation, marks; never their meaning",
    },
    "diff": {
        "zh": "比较两份政策、两个版本或两个日期：按条款和含义，并用算例看结果差在哪里",
        "en": "compare two policies, versions or days: by meaning, and on concrete cases",
    },
    "export": {
        "zh": "把规则文件导出为工作簿（.xlsx），在 Excel、WPS 里改",
        "en": "write a rule file as a workbook to edit",
    },
    "import": {
        "zh": "把改过的工作簿写回规则文件：先看差别、检查，加 --write 才写入",
        "en": "put an edited workbook back into its rule file, after a look at the difference",
    },
    "plan": {
        "zh": "按列核算的步骤：每一步决定什么、依据哪一条、用什么 SQL",
        "en": "how a policy is decided in columns: steps, clauses, types and SQL",
    },
    "settle": {"zh": "核算一个月：输入表格，输出结算结果", "en": "settle a month from tables"},
    "evaluate": {"zh": "办理一个案例，并说明理由", "en": "decide one case and explain it"},
    "checklist": {
        "zh": "对照材料清单和填报要求，看还缺什么；不给事实则列出空白清单",
        "en": "tell what a submission lacks, or list what is asked",
    },
    "matter": {
        "zh": "办理事项：开立、办理、修改、查看、列出、到期",
        "en": "open matters, take their steps, see what is due",
    },
    "test": {"zh": "运行特性文件（.feature），逐个说明没有通过的场景", "en": "run feature files"},
    "new": {
        "zh": "新建一个地区的样稿：规则、场景和说明，马上能运行",
        "en": "a pack for a new region that passes",
    },
    "mutate": {
        "zh": "把规则文件逐处改错一点，看特性文件能不能发现",
        "en": "put slips into a rule file and see whether its features notice",
    },
    "steps": {
        "zh": "特性文件里可以写的步骤，可按词查找",
        "en": "the steps that can be written in feature files",
    },
    "schema": {
        "zh": "规则文件的 JSON Schema，供编辑器提示和检查",
        "en": "the JSON Schema of rule files, for editors",
    },
    "lsp": {
        "zh": "语言服务器：在编辑器里检查、提示、跳转规则文件",
        "en": "the language server: rule files checked, completed and explained in editors",
    },
}

# What stands below the options of a verb.
EPILOGS: dict[str, dict[str, str]] = {
    "check": {
        "zh": "不写路径，检查当前文件夹下的 rules 或 规则；没有，检查规则库的全部规则。"
        "退出码：0 没有错误；1 有错误；2 只有警告而写了 --fail-on warning；64 用法不对。",
        "en": "Without paths, rules or 规则 in the current folder; if there is none, the whole library. Exit codes: "
        "0 no errors; 1 errors; 2 only warnings, with --fail-on warning; 64 wrong usage.",
    },
    "checklist": {
        "zh": "退出码：0 齐全；1 不齐全；2 出错，或有行被退回；64 用法不对。",
        "en": "Exit codes: 0 complete; 1 not complete; 2 an error, or rows were rejected; 64 wrong usage.",
    },
    "format": {
        "zh": "不写路径，排当前文件夹下的 rules 或 规则。读不懂的文件不动。"
        "退出码：0 办成；1 有文件要排版（--check）或有错。",
        "en": "Without paths, rules or 规则 in the current folder. Files that cannot be read are left alone. "
        "Exit codes: 0 done; 1 files to format (--check) or with errors.",
    },
    "schema": {
        "zh": "--lang zh 给用中文关键字的文件，--lang en 给用英文关键字的文件。",
        "en": "--lang zh for files with Chinese keywords, --lang en for those with English ones.",
    },
    "diff": {
        "zh": "A、B 写政策编号或规则文件，后面可以加 @结算月 或 @日期，再加 @知悉日，如 jibei/deviation@2018-06。"
        "都不写月份的，按两者都施行的第一个月。按含义比较不受 --effect 影响；算例没有差别不等于没有差别。"
        "退出码：0 按含义没有差别；1 有差别；2 出错；64 用法不对。",
        "en": "A and B are ids of policies or rule files, with @month or @day behind them, and @day-known behind that, "
        "such as jibei/deviation@2018-06. Without a month: the first in which both are in force. Cases without a "
        "difference are no proof that there is none. Exit codes: 0 no difference by meaning; 1 differences; 2 an "
        "error; 64 wrong usage.",
    },
    "prove": {
        "zh": "POLICY 写政策编号（后面可以加 @结算月）或规则文件；不写月份的，按施行的第一个月。"
        "性质写在规则文件的“性质”一节。反例是程序办理过的，写成场景，可以直接放进特性文件。"
        "退出码：0 全部已证明；1 有反例；2 没有反例，但有未证明的；3 出错；64 用法不对。",
        "en": "POLICY is an id, perhaps with @month behind it, or a rule file; without a month, the first in force. "
        "Properties stand under `properties` in rule files. Counter-examples have been decided by the engine and "
        "are told as scenarios. Exit codes: 0 all proved; 1 a counter-example; 2 none, but something is not proved; "
        "3 an error; 64 wrong usage.",
    },
    "plan": {
        "zh": "不能按列核算的政策，列出全部原因。退出码：0 办成；1 不能按列核算，或有错；64 用法不对。",
        "en": "Of a policy that has no columns every reason is told. Exit codes: 0 done; 1 no columns, or an error; "
        "64 wrong usage.",
    },
    "test": {
        "zh": "不写文件夹，运行当前文件夹下的特性；没有特性，运行内置的。“--”后面的原样交给 pytest。"
        "退出码：0 全部通过；1 有失败；2 有文件不能用，或没有可运行的；64 用法不对。",
        "en": "Without folders, the features below the current one are run; if there are none, the built-in ones. "
        "What follows “--” is for pytest. Exit codes: 0 all passed; 1 some failed; 2 a file cannot be used, or "
        "nothing to run; 64 wrong usage.",
    },
    "mutate": {
        "zh": "不写文件夹，用规则旁边的特性，或内置的特性。整份政策要几分钟；“--sample 40”随机试四十处。"
        "退出码：0 发现得够多；1 不够；2 有文件不能用，或没有可试的；64 用法不对。",
        "en": "Without a folder, the features beside the rules or the built-in ones. A whole policy takes minutes; "
        "“--sample 40” tries forty. Exit codes: 0 enough were noticed; 1 too few; 2 a file cannot be used, or there "
        "is nothing to try; 64 wrong usage.",
    },
}

# Help of options, by parameter name: the same word means the same thing in every verb.
OPTIONS: dict[str, dict[str, str]] = {
    "policy": {"zh": "政策编号，如 jibei/deviation", "en": "policy id"},
    "period": {"zh": "结算月，如 2018-06", "en": "settlement month"},
    "on": {"zh": "日期（按日施行的政策）", "en": "a day, for policies in force by date"},
    "known_on": {"zh": "按哪一天所知的规则办理", "en": "rules as known on this day"},
    "rules": {
        "zh": "规则文件夹或文件，先于内置规则",
        "en": "folder or file of rules, before the built-in ones",
    },
    "option": {"zh": "另选口径，如 分配权重=超出幅度的部分，可多次", "en": "choose a reading: name=option"},
    "executor": {
        "zh": "执行方式：columns 按列、durable 或 reference 逐行；settle 还有 spark（Parquet 进、Parquet 出）",
        "en": "columns, durable or reference; settle also has spark (Parquet in and out)",
    },
    "dialect": {"zh": "SQL 的写法", "en": "the dialect of SQL"},
    "memory": {"zh": "按列核算的内存上限，如 2GB", "en": "memory limit of columns, e.g. 2GB"},
    "spill": {"zh": "内存放不下时用的文件夹", "en": "folder for what does not fit in memory"},
    "threads": {"zh": "按列核算的线程数", "en": "threads of columns"},
    "explained": {
        "zh": "说明这一行的理由并与已写出的结果逐格核对，可多次；输出文件夹里已有结果就不再核算",
        "en": "explain this row and confirm it cell by cell; a month already settled into the folder is left as it is",
    },
    "entity": {"zh": "要说明的编号属于哪个主体", "en": "whose the explained keys are"},
    "fired": {"zh": "结果里加上各决策表命中的行", "en": "add the row of each table that fired"},
    "source": {"zh": "输入：文件夹（csv、xlsx、parquet）或工作簿", "en": "input folder or workbook"},
    "output": {"zh": "输出文件夹", "en": "output folder"},
    "matters": {
        "zh": "事项库（文件或地址）：免考、分摊约定以生效的事项为准",
        "en": "store of matters that complete the tables",
    },
    "against": {
        "zh": "以前一次核算的输出文件夹，列出差额（退补）",
        "en": "output folder of an earlier run, to state differences",
    },
    "format": {"zh": "输出格式", "en": "output format"},
    "fail_on": {"zh": "从哪一级起算不通过", "en": "the least severity that fails"},
    "cache_dir": {
        "zh": "记下检查结果的文件夹，没有变的文件下次不再查；不写就是用户的缓存文件夹",
        "en": "where findings are kept, so that unchanged files are not checked again",
    },
    "no_cache": {"zh": "全部重新检查，也不记下", "en": "check everything anew and keep nothing"},
    "headers": {"zh": "表头用代号还是名称", "en": "headers by id or by name"},
    "facts": {"zh": "事实文件（.json .yaml .xlsx）或文件夹", "en": "facts (.json .yaml .xlsx) or a folder"},
    "files": {
        "zh": "附件所在的文件夹：格式、大小以文件为准",
        "en": "folder of the attached files, which are looked at",
    },
    "page": {"zh": "另存为可打印的网页", "en": "write a page for printing"},
    "explain": {"zh": "逐项说明理由", "en": "explain every value"},
    "member": {"zh": "只看这个成员，如 用户:001234，可多次", "en": "only this member, e.g. user:001234"},
    "as_json": {"zh": "输出 JSON", "en": "write JSON"},
    "words": {
        "zh": "只运行名称或路径里有这些字的场景；几个词都要有，“or”表示任一，“not”表示没有",
        "en": "only scenarios whose name or path has these words; “or” and “not” are understood",
    },
    "tag": {
        "zh": "只运行有这个标签的场景，如 条款-二-3，可多次（任一）",
        "en": "only scenarios with this tag",
    },
    "first_failure": {"zh": "遇到第一个失败就停", "en": "stop at the first failure"},
    "processes": {
        "zh": "几个进程同时运行（要装 pytest-xdist）",
        "en": "run in several processes (pytest-xdist)",
    },
    "verbose": {"zh": "列出每个场景", "en": "tell every scenario"},
    "watch": {
        "zh": "规则、特性、表格一改动就重新运行，按 Ctrl-C 结束",
        "en": "run again when a file changes",
    },
    "conftest": {
        "zh": "执行 conftest.py 里自写的步骤；它是程序，来源可靠才可以用",
        "en": "execute conftest.py, for steps of one's own; it is a program, so trust where it is from",
    },
    "folder": {
        "zh": "写在哪个文件夹；不写，用代号新建一个",
        "en": "where to write; a new folder named by the slug",
    },
    "slug": {
        "zh": "英文代号，用在文件夹和政策编号里，如 zhejiang",
        "en": "name in folders and ids, e.g. zhejiang",
    },
    "policy_id": {
        "zh": "例子用这个政策的主体、词条来写",
        "en": "write the examples in the words of this policy",
    },
    "snippets": {
        "zh": "写成 VS Code 的代码片段，如 .vscode/步骤.code-snippets",
        "en": "write snippets for VS Code",
    },
    "junit": {"zh": "另存 JUnit XML", "en": "write JUnit XML"},
    "clause_coverage": {
        "zh": "说明哪些条款、规则行没有场景检验",
        "en": "tell which clauses and rows of rules no scenario proves",
    },
    "clause_fail_under": {
        "zh": "条款覆盖率低于百分之N算没有通过",
        "en": "fail when fewer clauses (%) are covered",
    },
    "rule_fail_under": {
        "zh": "规则行覆盖率低于百分之N算没有通过",
        "en": "fail when fewer rows (%) are covered",
    },
    "coverage_json": {"zh": "另存覆盖情况（JSON）", "en": "write the coverage as JSON"},
    "living_doc": {
        "zh": "在文件夹里写出活文档：逐条列出条款、规则、场景和结果",
        "en": "write living documentation: every clause with its rules, scenarios and results",
    },
    "cucumberjson": {"zh": "另存 Cucumber JSON", "en": "write Cucumber JSON"},
    "book": {"zh": "工作簿（.xlsx）", "en": "workbook (.xlsx)"},
    "force": {"zh": "覆盖已有的文件", "en": "replace the file if it is there"},
    "to": {
        "zh": "写到这个规则文件，而不是导出时的那个",
        "en": "the rule file to write, instead of the exported one",
    },
    "write": {"zh": "写入；不加则只看差别", "en": "write; without it the difference is only shown"},
    "features": {"zh": "特性文件夹或文件", "en": "folder or file of features"},
    "parents": {"zh": "连同所沿用的上位政策的文件", "en": "the files it extends as well"},
    "jobs": {"zh": "几个进程同时试；不写，每个核一个", "en": "processes; one for each core if not given"},
    "only": {
        "zh": "只试这一种突变，如 compare（比较），可多次",
        "en": "only this kind of mutants, e.g. compare",
    },
    "sample": {"zh": "随机试这么多处", "en": "try that many, chosen at random"},
    "seed": {"zh": "随机的种子：同一个数选出同样几处", "en": "seed of the choice"},
    "json_file": {"zh": "另存 JSON", "en": "write JSON"},
    "fail_under": {"zh": "发现的比例低于这个百分数，退出码为 1", "en": "exit with 1 below this percentage"},
    "check": {"zh": "只看有没有要排的，不写入", "en": "only tell whether something is to be done"},
    "show_diff": {"zh": "显示差别，不写入", "en": "show the difference instead of writing it"},
    "schema_file": {"zh": "写到这个文件；不写则直接显示", "en": "the file to write; shown if not given"},
    "option_a": {"zh": "只给 A 另选口径，可多次", "en": "choose a reading for A only: name=option"},
    "option_b": {"zh": "只给 B 另选口径，可多次", "en": "choose a reading for B only: name=option"},
    "effect": {"zh": "用多少个算例比较结果；0 表示不比较", "en": "how many cases to try on both; 0: none"},
    "names": {"zh": "只看这一条性质，可多次", "en": "only this property"},
    "timeout": {"zh": "每项证明最多用几秒", "en": "seconds for each proof"},
    "stdio": {
        "zh": "用标准输入输出通信；只有这一种，可以不写",
        "en": "talk on stdin and stdout, the only way there is",
    },
    "help": {"zh": "显示帮助", "en": "show help"},
}


def ask_language(ctx: click.Context) -> Lang:
    root = ctx.find_root()
    return cast(Lang, root.obj or root.params.get("lang") or "zh")


def translate(command: click.Command, lang: Lang) -> click.Command:
    """Fill in the help of a verb and its options, in a frame of the same language."""
    from policy_engine.cli.help_frame import HelpContext

    command.context_class = HelpContext
    name = command.name or ""
    command.help = VERBS[name][lang] if name in VERBS else command.help
    command.epilog = EPILOGS[name][lang] if name in EPILOGS else command.epilog
    for parameter in command.get_params(click.Context(command, info_name=name)):
        if isinstance(parameter, click.Option) and parameter.name in OPTIONS:
            parameter.help = OPTIONS[parameter.name][lang]
    return command
