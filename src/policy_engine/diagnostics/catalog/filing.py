"""Diagnostic codes: attached files, and submissions held against checklists and forms."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, coded

CODES: tuple[CodeSpec, ...] = (
    coded(
        "PE7080",
        "{what}太多：一次最多 {limit} 个",
        "too many {what_en}: at most {limit} at a time",
        ("分几次查看，或只留下要交的文件", "look at them in several goes, or leave only what is handed in"),
        cause="附件文件夹里（连同子文件夹）的文件，或一次要查看的文件，超过了上限。",
        example="把整个共享盘当作附件文件夹。",
        fix="把这一次要交的文件单独放在一个文件夹里。",
    ),
    coded(
        "PE7081",
        "附件文件夹“{folder}”打不开：{reason}",
        "the folder of attachments “{folder}” cannot be opened: {reason}",
        ("核对路径和权限", "check the path and the permissions"),
        cause="没有这个文件夹，给出的是文件而不是文件夹，或没有读取的权限。",
        example="--files 附件.zip",
        fix="先解压，再给出文件夹。",
    ),
    coded(
        "PE7085",
        "{name}：没有写文件名，格式和大小无从核对",
        "{name_en}: names no file, so format and size cannot be checked",
        (
            "写上文件名；没有文件的，要求格式或大小的项目不算已交",
            "name the file; without one it does not fill an item that asks for a format or a size",
        ),
        severity="warning",
        cause="给出了附件文件夹，这一行材料却没有说是哪个文件。",
        example="企业材料表里“营业执照”一行的“文件”是空白。",
        fix="在“文件”栏写上文件夹里的文件名。",
    ),
    coded(
        "PE7086",
        "{name}：表里写的与文件不符，以文件为准",
        "{name_en}: the table says otherwise than the file, and the file counts",
        (
            "给出附件文件夹时，格式、大小和问题由文件得出，不必填写",
            "leave format, size and problem blank: they are found from the file",
        ),
        severity="warning",
        cause="“文件格式”“文件大小”“文件问题”填了值，而文件本身不是这样。",
        example="“文件格式”写 PDF，文件的内容却是 JPG。",
        fix="把这几栏留空，或核对附上的是不是这个文件。",
    ),
    coded(
        "PE7087",
        "{name}：附件文件夹里有，却没有哪一行写到",
        "{name_en}: in the folder, but no row names it",
        (
            "要交的，在材料表里加一行；不交的，移出文件夹",
            "add a row for it, or take it out of the folder",
        ),
        severity="warning",
        cause="文件夹里多出文件，或材料表里的文件名写错了。",
        example="文件夹里有“核准.pdf”，表里写的是“核准文件.pdf”。",
        fix="改正文件名，或补上这一行。",
    ),
    coded(
        "PE7088",
        "不能把网页写到“{path}”：那里有别的文件，或是附件文件夹",
        "the page cannot be written to “{path}”: another file is there, or it is among the attachments",
        ("换一个文件名，放在附件文件夹以外", "choose another name, outside the folder of attachments"),
        cause="只覆盖以前生成的清单网页，别的文件一律不动。",
        example="checklist … --files 附件 --page 附件/清单.html",
        fix="例如 --page 清单.html。",
    ),
    coded(
        "PE7089",
        "政策“{id}”没有材料清单，也没有填报要求",
        "policy “{id}” has neither checklists of papers nor forms",
        ("核对政策编号", "check the policy id"),
        cause="checklist 只用于规定了要交什么、要填什么的政策。",
        example="policy-engine checklist jibei/deviation --period 2018-06",
        fix="换成有材料清单或填报要求的政策。",
    ),
)
