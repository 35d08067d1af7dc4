"""材料清单 and 填报要求 as everything else runs from them: which papers, which fields, under which conditions.

Both are bodies of a stage that decides one option term of their subject: complete or not. What a row of them asks
is a *requirement*; it concerns a subject for which all its ``conditions`` hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Node
from policy_engine.policy.cell_test import CellTest

# The terms that every entity of papers (附件: 是) has, by id.
SLOT = "slot"  # 栏目: which slot the paper was put into; null: any slot that takes its kind
KIND = "kind"  # 材料: what the paper is
SEALED = "sealed"  # 加盖公章
FILE = "file"  # 文件: its name, relative to the folder handed in
FILE_FORMAT = "file_format"  # 文件格式: by content, see ``FileFormat``; null: nobody looked
FILE_SIZE = "file_size"  # 文件大小, bytes; null: nobody looked
FILE_PROBLEM = "file_problem"  # 文件问题: why the file cannot be used, in words; null: none found
PAPER_TERMS = (SLOT, KIND, SEALED, FILE, FILE_FORMAT, FILE_SIZE, FILE_PROBLEM)


class FileFormat(StrEnum):
    """What a file is by its content, as written in rule files and facts."""

    PDF = "PDF"
    JPG = "JPG"
    PNG = "PNG"
    TIFF = "TIFF"
    OFD = "OFD"
    DOCX = "DOCX"
    XLSX = "XLSX"
    OTHER = "其他"


class Seal(StrEnum):
    """加盖公章: which papers of a row must bear the seal."""

    NONE = "none"  # 否, or a blank cell
    ALL = "all"  # 是: whatever fills the slot
    PAPER = "paper"  # 材料: the paper itself, not what stands for it
    SUBSTITUTE = "substitute"  # 代件: only what stands for the paper


@dataclass(frozen=True)
class Requirement:
    """A row of 材料清单.

    A paper of one of ``kinds`` fills the slot if it was put there (or into none), bears the seal, has one of
    ``formats``, is not larger than ``max_bytes``, its file has no problem, and all ``tests`` hold of it. So does
    a paper of one of ``substitutes``, as far as these apply to it (``tests`` do not), where ``substitute_when``
    holds of the subject; None: whenever no paper of ``kinds`` fills it (证件缺失).
    """

    name: str  # unique in the checklist
    slot: str
    conditions: tuple[CellTest, ...]
    required: Node  # a boolean of the subject: 是, 否, or a condition
    kinds: tuple[str, ...]  # empty: anything that was put into the slot by name
    substitutes: tuple[str, ...]
    substitute_when: Node | None
    seal: Seal
    formats: tuple[FileFormat, ...]  # empty: any
    max_bytes: int | None
    tests: tuple[CellTest, ...]  # 材料：X, of the paper
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Checklist:
    """材料清单: whether the papers of a row of ``entity`` are complete; they are the rows of ``papers`` below it."""

    name: str
    entity: str
    papers: str
    term: str  # the id of the option term that holds the verdict
    verdicts: tuple[str, str]  # complete, incomplete
    requirements: tuple[Requirement, ...]


class NamedFormat(StrEnum):
    """Formats that have a name of their own; the value is the Chinese word of the 格式 column."""

    RESIDENT_ID = "身份证号"  # GB 11643, 18 characters with check digit
    CREDIT_CODE = "统一社会信用代码"  # GB 32100, 18 characters with check digit
    MOBILE = "手机号"
    PHONE = "电话"  # a mobile or a fixed-line number
    EMAIL = "邮箱"
    DATE = "日期"
    INTEGER = "整数"
    NUMBER = "数字"


class CharacterClass(StrEnum):
    """至少含: kinds of characters, each of which must occur; the value is the Chinese word."""

    LETTER = "字母"
    UPPER = "大写字母"
    LOWER = "小写字母"
    DIGIT = "数字"
    SYMBOL = "特殊符号"
    HAN = "汉字"


class Uniqueness(StrEnum):
    """不得重复: how texts are compared with those of the other rows of the entity."""

    FREE = "free"  # 否, or a blank cell
    EXACT = "exact"  # 区分大小写
    FOLDED = "folded"  # 不分大小写


@dataclass(frozen=True)
class FieldRule:
    """A row of 填报要求: what one field must be like. A field may have several rows; all that apply must be met."""

    name: str  # unique in the form
    field: str  # the name of the term
    term: str  # its id
    conditions: tuple[CellTest, ...]
    required: Node  # a boolean of the subject
    format: NamedFormat | None
    pattern: str | None  # RE2 syntax, for the whole text
    also: tuple[str, ...]  # 也可填: texts that are right whatever else the row asks
    length: Node | None  # a test over ``CellInput``, the number of characters
    contains: tuple[CharacterClass, ...]
    must: CellTest | None  # 须: a test of the value
    unique: Uniqueness
    needless: Node | None  # 不必填: where it holds, a value that is there draws a remark
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Form:
    """填报要求: whether the fields of a row of ``entity`` are filled in as they must be."""

    name: str
    entity: str
    term: str
    verdicts: tuple[str, str]
    fields: tuple[FieldRule, ...]
