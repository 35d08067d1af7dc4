"""Diagnostic codes: finding the one version of a policy that applies."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

CODES: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE4001",
        Text("没有政策“{id}”", "there is no policy “{id}”"),
        Text("最接近的是：{near}；全部见 policy-engine list", "nearest: {near}; see policy-engine list"),
        cause="规则库里没有这个编号的规则文件。",
        example="policy-engine show jibei/deviatoin --period 2018-06",
        fix="改正编号，或用 --rules 指明规则文件所在的文件夹。",
    ),
    CodeSpec(
        "PE4002",
        Text("政策“{id}”在{on}没有施行的版本", "no version of policy “{id}” is in force in {on}"),
        Text("各版本的施行期：{ranges}", "versions are in force: {ranges}"),
        cause="办理的月份在施行期之外。",
        example="冀北通知自2018年6月起施行，办理 2018-05。",
        fix="核对月份；更早的月份要用当时的政策。",
    ),
    CodeSpec(
        "PE4003",
        Text(
            "截至{known}，政策“{id}”在{on}施行的版本尚未知悉",
            "as known on {known}, no version of “{id}” for {on} had been made known",
        ),
        Text("最早的知悉日是{first}", "first known on {first}"),
        cause="--known-on 早于规则的知悉日。",
        example="--known-on 2018-06-01，而通知2018年6月5日才发。",
        fix="核对 --known-on。",
    ),
    CodeSpec(
        "PE4004",
        Text("政策“{id}”在{on}有两个版本同时施行", "two versions of policy “{id}” are in force in {on}"),
        Text(
            "把先施行的那个文件的“至”改成后一个施行的前一天",
            "let the earlier file end on the day before the later one begins",
        ),
        cause="两个规则文件的施行期重叠，不知道该用哪个。",
        example="旧版本 至: 未定，新版本 自: 2019-01-01。",
        fix="把旧版本的“至”改为新版本施行的前一天。",
    ),
    CodeSpec(
        "PE4005",
        Text("沿用成了环，或层数过多：“{id}”", "policies extend each other in a cycle, or too deep: “{id}”"),
        Text("检查“沿用”", "check `extends`"),
        cause="甲沿用乙，乙又沿用甲。",
        example="两个文件互相沿用。",
        fix="改正“沿用”。",
    ),
    CodeSpec(
        "PE4006",
        Text("没有规则文件夹“{path}”", "there is no rules folder “{path}”"),
        Text("检查 --rules 的路径", "check the path given to --rules"),
        cause="指定的路径不存在。",
        example="--rules ./rulse",
        fix="改正路径。",
    ),
    CodeSpec(
        "PE4007",
        Text("几个地区包里都有政策“{id}”：{packs}", "several packs have policy “{id}”: {packs}"),
        Text(
            "卸载其中一个包，或用 --rules 指明用哪一个文件夹的",
            "uninstall one of the packs, or name the folder to use with --rules",
        ),
        cause="安装的地区包不分先后，同一个编号在两个包里，不知道该用哪一个。",
        example="两个包都带 yunling/deviation。",
        fix="卸载多余的包；两份要并存的，改其中一份的政策编号。",
    ),
    CodeSpec(
        "PE4010",
        Text("要指明结算月或日期，二者取一", "give a settlement month or a day, one of them"),
        Text("例如 --period 2018-06", "e.g. --period 2018-06"),
        cause="不知道该用哪一天的规则。",
        example='load("jibei/deviation")',
        fix='写 load("jibei/deviation", period="2018-06")。',
    ),
    CodeSpec(
        "PE4011",
        Text("“{text}”不是月份", "“{text}” is not a month"),
        Text("写成 2018-06", "write 2018-06"),
        cause="月份的写法不对。",
        example="--period 2018-13",
        fix="写成四位年、两位月。",
    ),
    CodeSpec(
        "PE4012",
        Text("“{text}”不是日期", "“{text}” is not a date"),
        Text("写成 2018-06-05", "write 2018-06-05"),
        cause="日期的写法不对。",
        example="--known-on 2018-6-31",
        fix="写成 年-月-日。",
    ),
    CodeSpec(
        "PE4013",
        Text("政策没有口径“{name}”", "the policy has no reading “{name}”"),
        Text("已有的口径：{near}", "readings: {near}"),
        cause="--option 写了没有的口径。",
        example="--option 分配权种=全部负偏差",
        fix="改正名字；policy-engine show 会列出口径。",
    ),
    CodeSpec(
        "PE4014",
        Text("口径“{name}”不能取“{option}”", "reading “{name}” cannot be “{option}”"),
        Text("可取：{choices}", "choices: {choices}"),
        cause="--option 的取值不在可取之列。",
        example="--option 分配权重=平均",
        fix="改成可取的一项。",
    ),
)
