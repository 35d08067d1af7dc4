"""Diagnostic codes: the store in which matters are kept."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

CODES: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE8101",
        Text("事项库“{store}”用不了：{reason}", "the store of matters “{store}” cannot be used: {reason_en}"),
        Text(
            "排除后再办理；不确定是否已保存的，先查看事项",
            "then try again; look at the matter first if unsure",
        ),
        cause="文件夹不存在、没有权限、磁盘已满、文件损坏，或数据库服务器连不上。",
        example="--store 不存在的文件夹/事项.db",
        fix="按提示的原因处理；连不上服务器的，核对地址、账号和网络。",
    ),
    CodeSpec(
        "PE8102",
        Text("“{store}”不是事项库：{reason}", "“{store}” is not a store of matters: {reason_en}"),
        Text(
            "核对 --store 的地址；开立第一件事项时会新建",
            "check --store; opening the first matter creates it",
        ),
        cause="文件是别的程序的，或库里还没有事项表。",
        example="--store 财务.db，那是别的软件的数据库。",
        fix="换成事项库的地址；要新建的，直接开立事项。",
    ),
    CodeSpec(
        "PE8103",
        Text(
            "事项“{matter}”的这一步不能保存：{reason}",
            "this event of “{matter}” cannot be stored: {reason_en}",
        ),
        Text("改正后再办理", "put it right, then try again"),
        cause="编号、注明或事实过长，含有不能保存的字符，或时间带了时区。",
        example="把整份佐证的正文写进注明。",
        fix="缩短内容；文件只登记名称和摘要，不存正文。",
    ),
    CodeSpec(
        "PE8104",
        Text(
            "事项库“{store}”的版本是{found}，本程序只认得到{known}",
            "store “{store}” is of version {found}; this program knows up to {known}",
        ),
        Text("升级 policy-engine 后再用", "upgrade policy-engine"),
        cause="库由更新的程序建立或升级过，旧程序可能读错。",
        example="两台机器共用一个库，一台没有升级。",
        fix="升级本程序。",
    ),
    CodeSpec(
        "PE8105",
        Text("事项库“{store}”正忙，这次没有办理", "store “{store}” is busy; nothing was done"),
        Text("稍后再试", "try again in a moment"),
        cause="别的程序长时间占用着库。",
        example="有人用别的工具打开库，开了事务没有结束。",
        fix="稍后再试；总是这样的，关掉占用库的程序。",
    ),
    CodeSpec(
        "PE8106",
        Text(
            "事项“{matter}”的第{seq}步读不懂：{reason}",
            "event {seq} of “{matter}” cannot be read: {reason_en}",
        ),
        Text("从备份恢复，不要手工改库", "restore a backup; never edit the store by hand"),
        cause="库里的一行被别的程序改坏，或磁盘损坏。",
        example="有人绕过触发器改了 facts 一栏。",
        fix="从备份恢复。",
    ),
    CodeSpec(
        "PE8107",
        Text(
            "事项库的地址“{store}”不能用：{reason}",
            "the address of the store, “{store}”, cannot be used: {reason_en}",
        ),
        Text(
            "写一个文件名，或 postgresql://用户@主机/库名",
            "give a file name, or postgresql://user@host/database",
        ),
        cause="只支持 SQLite 文件和 PostgreSQL；PostgreSQL 要装 psycopg。",
        example="--store mysql://localhost/matters",
        fix="换成支持的地址；缺驱动的，pip install 'policy-engine[postgres]'。",
    ),
    CodeSpec(
        "PE8110",
        Text("办理人“{text}”应写成“角色:编号”", "“{text}” should be role:id"),
        Text(
            "例如 --actor 电力用户:U001；机关没有编号，只写角色",
            "e.g. --actor 电力用户:U001; authorities need no id",
        ),
        cause="角色是主体、机关或对照表里的部门，编号是它的主键。",
        example="--actor :U001",
        fix="写明角色；当事人还要写编号。",
    ),
)
