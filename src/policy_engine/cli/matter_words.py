"""The words of ``policy-engine matter`` in both languages."""

from __future__ import annotations

import click

from policy_engine.cli.texts import Lang, translate

ALIASES = {
    "开立": "open",
    "办理": "do",
    "修改": "amend",
    "查看": "show",
    "列出": "list",
    "到期": "due",
    "导出": "export",
}

ACTIONS: dict[str, dict[str, str]] = {
    "open": {"zh": "开立一件事项", "en": "open a matter"},
    "do": {
        "zh": "办理一步；不合规定的退回并说明现在可以办什么",
        "en": "take a step, or be told what is allowed",
    },
    "amend": {"zh": "修改事项的事实", "en": "change the facts of a matter"},
    "show": {
        "zh": "查看一件事项：状态、经过、现在可以办什么",
        "en": "show a matter: state, history, what is allowed",
    },
    "list": {"zh": "列出事项", "en": "list matters"},
    "due": {"zh": "谁在哪一天前要办什么，逾期的在前", "en": "who owes what by when, overdue first"},
    "export": {
        "zh": "导出一个批次的名单、佐证和附件清单（xlsx）",
        "en": "export the list of a batch with its evidence (xlsx)",
    },
}

OPTIONS: dict[str, dict[str, str]] = {
    "store": {
        "zh": "事项库：文件名或 postgresql:// 地址；也可用环境变量 POLICY_ENGINE_STORE",
        "en": "store: a file or a postgresql:// URL; or POLICY_ENGINE_STORE",
    },
    "policy": {"zh": "政策编号；事项已开立的不必写", "en": "policy id; known once a matter is open"},
    "period": {
        "zh": "按哪个结算月的规则；不写则按事项的结算月",
        "en": "rules of this month; by default the matter's own month",
    },
    "rules_on": {
        "zh": "按哪一天施行的规则（按日施行的政策）；不写则按开立之日",
        "en": "rules in force on this day; by default the day of opening",
    },
    "known_on": {"zh": "按哪一天所知的规则办理", "en": "rules as known on this day"},
    "process": {"zh": "流程名", "en": "process"},
    "matter_id": {"zh": "事项编号", "en": "id of the matter"},
    "actor": {
        "zh": "办理人，如 电力用户:U001；机关只写名称",
        "en": "who acts, e.g. 电力用户:U001; an authority by its name",
    },
    "at": {"zh": "办理时间（北京时间），不写则为现在", "en": "when, Beijing time; now by default"},
    "note": {"zh": "注明，如理由", "en": "a note, e.g. the reason"},
    "facts": {"zh": "事实文件（.json .yaml）", "en": "facts (.json .yaml)"},
    "files": {
        "zh": "附件所在的文件夹：格式、大小以文件为准，名称和摘要随事实登记",
        "en": "folder of the papers: they are looked at, their names and digests kept",
    },
    "document": {
        "zh": "随附文件，可多次；只登记名称和摘要，不存内容",
        "en": "a paper, repeatable; its name and digest are kept, never its content",
    },
    "state": {"zh": "只列这个状态的", "en": "only those in this state"},
    "output": {"zh": "写到哪个 xlsx 文件", "en": "the xlsx file to write"},
    "as_of": {"zh": "截至哪一天，不写则为今天", "en": "as of this day; today by default"},
}

# Help of options that mean something else when a matter is opened than later.
OPEN_OPTIONS: dict[str, dict[str, str]] = {
    "policy": {"zh": "政策编号，如 jibei/exemption", "en": "policy id, e.g. jibei/exemption"},
    "period": {
        "zh": "按哪个结算月的规则；不写则按事实里的结算月",
        "en": "rules of this month; by default the month in the facts",
    },
}

_LABELS: dict[str, tuple[str, str]] = {
    "since": ("自{day}", "since {day}"),
    "unopened": ("尚未开立", "not opened yet"),
    "facts": ("事实", "Facts"),
    "history": ("经过", "History"),
    "allowed": ("现在可以办理", "Allowed now"),
    "nothing": ("没有可以办理的步骤", "nothing"),
    "open": ("开立", "opened"),
    "amend": ("修改", "amended"),
    "silence": ("逾期未办，视同", "by silence"),
    "late": ("逾期", "late"),
    "due": ("期限 {day}", "due {day}"),
    "note": ("注明", "note"),
    "document": ("文件", "document"),
    "by": ("由{who}", "by {who}"),
    "until": ("不迟于{day}", "by {day}"),
    "overdue": ("已逾期", "overdue"),
    "hidden": ("（敏感，只存摘要）", "(sensitive: only a digest is kept)"),
    "none": ("没有事项", "no matters"),
    "none_due": ("没有待办的期限", "nothing is due"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def label(name: str, lang: Lang, **values: str) -> str:
    zh, en = _LABELS[name]
    return (zh if lang == "zh" else en).format(**values)


def translate_action(command: click.Command, lang: Lang) -> click.Command:
    """Fill in the help of an action and its options."""
    name = command.name or ""
    translate(command, lang)
    command.help = ACTIONS[name][lang]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name in OPTIONS:
            words = OPEN_OPTIONS if name == "open" and parameter.name in OPEN_OPTIONS else OPTIONS
            parameter.help = words[parameter.name][lang]
    return command
