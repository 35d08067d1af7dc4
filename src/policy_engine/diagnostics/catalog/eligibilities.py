"""Diagnostic codes: eligibility (认定) in rule files."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, coded

CODES: tuple[CodeSpec, ...] = (
    coded(
        "PE3130",
        "认定“{name}”没有说清以什么为佐证：“{entity}”下面的主体有 {found}",
        "eligibility “{name}” does not say what its evidence is: below “{entity}” there are {found}",
        ("写明“佐证主体”", "state `evidence`, an entity below the subject"),
        cause="对象下面不是正好一个主体，不知道哪一个是佐证。",
        example="对象: 申请，而没有主体属于 申请，或者有两个。",
        fix="声明一个属于对象的主体，或写 佐证主体: 佐证。",
    ),
    coded(
        "PE3131",
        "认定“{name}”的结论要写三个不同的词，这里是 {found}",
        "the verdicts of eligibility “{name}” are three different words, here: {found}",
        ("依次写成立、待补、不成立，如 [符合, 待补, 不符合]", "met, pending, not met, in this order"),
        cause="认定有三种结果：成立、只差未填的事实、不成立。",
        example="结论: [符合, 不符合]",
        fix="写满三个词。",
    ),
    coded(
        "PE3132",
        "词条“{name}”不能作这个认定的结论：它应是选项，范围里有 {words}",
        "term “{name}” cannot hold this verdict: it should be an option with {words}",
        (
            "改词条的类型和范围，或从词条表删去它",
            "change the term, or leave it out: it is made from the eligibility",
        ),
        cause="词条表里声明了与认定同名的词条，却装不下它的结论。",
        example="| 申请 | 免考资格 | exemption | 是否 |",
        fix="类型写 选项，范围写三个结论；不声明也可以。",
    ),
    coded(
        "PE3133",
        "“{name}”是“{other}”的词条，不是“{entity}”的",
        "“{name}” is a term of “{other}”, not of “{entity}”",
        ("这一栏写成“{fixed}”", "call the column “{fixed}”"),
        cause="“当：”问的是对象自己，“佐证：”问的是每一份佐证。",
        example="当：种类，而种类是佐证的词条。",
        fix="换一个前缀。",
    ),
    coded(
        "PE3134",
        "情形“{name}”没有写条款",
        "case “{name}” cites no clause",
        ("认定的每一行都要写依据的条款", "every row of an eligibility cites its clause"),
        cause="认定的结果要能一行一行说出依据。",
        example="| 停限产 | 用电 | - |",
        fix="在“条款”一栏写上编号。",
    ),
    coded(
        "PE3135",
        "情形“{name}”的后果不能是“{value}”",
        "the consequence of case “{name}” cannot be “{value}”",
        ("可写：{choices}", "choose from: {choices}"),
        cause="不予认定情形只有三种后果。",
        example="| 令在交易前 | 交易前 | 不算 | 三-1-7 |",
        fix="从提示的几个词里选一个。",
    ),
    coded(
        "PE3136",
        "认定“{eligibility}”有两行都叫“{name}”",
        "eligibility “{eligibility}” has two rows called “{name}”",
        ("两张表合起来行名也不得重复", "names differ across both tables"),
        cause="结果按行名说明适用了哪些情形。",
        example="可予和不予两张表里都有一行叫 停限产。",
        fix="改其中一个行名。",
    ),
    coded(
        "PE3137",
        "佐证主体“{name}”不在“{entity}”之下",
        "evidence “{name}” does not belong to “{entity}”",
        ("佐证主体要直接或间接属于对象", "evidence is an entity below the subject"),
        cause="一份佐证只支撑它所属的那一个对象。",
        example="对象: 申请，佐证主体: 市场主体。",
        fix="换一个主体，或改它的“属于”。",
    ),
)
