"""Why a file cannot be used, in words. Nothing of a file's content is ever quoted."""

from __future__ import annotations

from enum import Enum


class Problem(Enum):
    """A reason: Chinese and English; ``{limit}`` is filled in where it stands."""

    NAME_EMPTY = ("文件名是空的", "the file name is empty")
    NAME_ABSOLUTE = ("文件名不能是绝对路径", "the file name must not be an absolute path")
    NAME_CLIMBS = ("文件名不能含“.”“..”或空的一级", "the file name must not have “.”, “..” or empty parts")
    NAME_SLASH = (
        "文件名不能含反斜杠或形似斜杠的字符；各级之间用“/”",
        "the file name must not have backslashes or look-alikes of slashes; parts are separated by “/”",
    )
    NAME_COLON = ("文件名不能含盘符或冒号", "the file name must not have a drive letter or a colon")
    NAME_CONTROL = (
        "文件名含控制字符、改变书写方向的字符或不是有效的 Unicode",
        "the file name has control or direction characters, or is not valid Unicode",
    )
    NAME_RESERVED = (
        "文件名是 Windows 保留的名称，或以空格、句点结尾",
        "the file name is reserved on Windows, or ends in a space or a dot",
    )
    NAME_LONG = ("文件名太长", "the file name is too long")
    NAME_TWICE = (
        "文件夹里有几个文件，名称看上去完全一样",
        "the folder has several files whose names look exactly alike",
    )
    NOT_FOUND = ("文件夹里没有这个文件", "there is no such file in the folder")
    LINK = ("是符号链接，不是文件本身", "it is a symbolic link, not the file itself")
    NOT_REGULAR = ("不是普通文件", "it is not a regular file")
    UNREADABLE = ("文件打不开或读不出", "the file cannot be opened or read")
    CHANGED = ("查看时文件正在改动", "the file changed while it was looked at")
    EMPTY = ("文件是空的", "the file is empty")
    TOO_LARGE = ("文件太大（超过 {limit}）", "the file is too large (more than {limit})")
    BROKEN = ("文件结构损坏", "the structure of the file is broken")
    EXPANDS = ("文件解压后大得不合常理", "the file expands to an unreasonable size")
    PDF_HIDDEN = (
        "PDF 的文件头之前有别的内容",
        "there is other content before the header of the PDF",
    )
    PDF_TRUNCATED = ("PDF 没有正常的文件尾，可能没有传完", "the PDF has no proper end, it may be incomplete")
    PDF_TRAILING = ("PDF 结束之后还有别的内容", "there is other content after the end of the PDF")
    PDF_BROKEN = ("PDF 结构损坏，打不开", "the structure of the PDF is broken, it cannot be opened")
    PDF_EXCESSIVE = (
        "PDF 的结构大得或深得不合常理",
        "the structure of the PDF is unreasonably large or deep",
    )
    PDF_PASSWORD = ("PDF 要密码才能打开", "the PDF needs a password to open")
    PDF_CIPHER = (
        "PDF 的加密或压缩方式这里无法查看，请换一种方式另存后再交",
        "the PDF is encrypted or packed in a way that cannot be looked into here; save it in another way",
    )
    PDF_NO_PAGES = ("PDF 一页也没有", "the PDF has no pages")
    PDF_OBJECTS = ("PDF 内的对象太多（超过 {limit} 个）", "the PDF has too many objects (more than {limit})")
    PDF_EMBEDDED = (
        "PDF 内夹带的文件太多（超过 {limit} 个）",
        "the PDF carries too many files (more than {limit})",
    )
    PDF_SLOW = ("查看这个 PDF 用时太长", "looking into this PDF takes too long")
    PDF_MEMORY = ("查看这个 PDF 用内存太多", "looking into this PDF takes too much memory")
    PDF_NO_TIME = (
        "这一批 PDF 用时太长，没有轮到这个文件",
        "the PDFs handed in together take too long; it was not this one's turn",
    )
    PDF_UNSEEN = ("这里启动不了查看 PDF 的程序", "the program that looks into PDFs cannot be started here")

    def words(self, limit: str = "") -> tuple[str, str]:
        """Chinese and English."""
        zh, en = self.value
        return zh.format(limit=limit), en.format(limit=limit)


class Unusable(Exception):
    """The file at hand cannot be used; stays inside the package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value[1])
        self.problem = problem
