"""The zip archive an xlsx file is: guarded before anything is unpacked, its parts parsed as streams."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Final, NoReturn
from xml.parsers import expat

from policy_engine.tables.limits import MAX_ARCHIVE_ENTRIES, MAX_UNPACK_RATIO, MAX_UNPACKED_BYTES
from policy_engine.tables.problems import fail

Attributes = dict[str, str]
_CHUNK: Final = 1 << 16
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # container of .xls and of encrypted workbooks
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_RATIO_FREE_BYTES: Final = 10 * 1024**2  # below this nothing can hurt, whatever the ratio


class BrokenWorkbook(Exception):
    """The archive or a part of it contradicts the format."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(zh)


class Package:
    """The parts of an open archive, by name regardless of case (as the format says)."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {info.filename.lstrip("/").lower(): info for info in archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    @property
    def has_macros(self) -> bool:
        """Whatever its name, a workbook with a macro project is one with macros."""
        return any(name.endswith("vbaproject.bin") for name in self._parts)

    def open(self, part: str) -> IO[bytes]:
        info = self._parts.get(part.lower())
        if info is None:
            raise BrokenWorkbook(f"缺少部件 {part}", f"part {part} is missing")
        return self._archive.open(info)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (last word of its type, the part it leads to), for relations inside the archive."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: Attributes) -> None:
            if local(element) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in self:
            with self.open(relations) as stream:
                parse(stream, start)
        return found


@contextmanager
def open_package(
    path: Path, content: bytes | None = None, max_unpacked: int | None = None
) -> Iterator[Package]:
    """The archive, refused before unpacking if it is too big; what is wrong inside becomes ``InputError``.

    ``content`` is what was already read of ``path``; without it the file is opened.
    """
    try:
        with path.open("rb") if content is None else BytesIO(content) as file:
            _refuse_other_formats(path, file)
            with zipfile.ZipFile(file) as archive:
                _guard(path, archive.infolist(), max_unpacked or MAX_UNPACKED_BYTES)
                yield Package(archive)
    except BrokenWorkbook as error:
        fail("PE5012", file=path, reason=error.zh, reason_en=error.en)
    except expat.ExpatError:
        fail("PE5012", file=path, reason="内部的 XML 不完整", reason_en="its XML is malformed")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        fail("PE5012", file=path, reason="压缩包损坏或不是压缩包", reason_en="its zip archive is damaged")


def local(name: str) -> str:
    """An element or attribute name without its namespace."""
    return name.rpartition(" ")[2]


def events(
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse a part chunk by chunk, yielding after each, so that the caller can drain what the handlers found.

    Names arrive as ``namespace local``. A document type declaration is refused: it could declare entities.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def parse(
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a whole part."""
    for _ in events(stream, start, end, text):
        pass


def _refuse_doctype(*_: object) -> NoReturn:
    raise BrokenWorkbook("内部的 XML 含有文档类型声明", "its XML declares a document type")


def _refuse_other_formats(path: Path, file: IO[bytes]) -> None:
    magic = file.read(8)
    if not magic:
        fail("PE5006", file=path)
    if magic == _OLE:
        fail("PE5010" if _ENCRYPTED in magic + file.read() else "PE5011", file=path)


def _guard(path: Path, entries: list[zipfile.ZipInfo], max_unpacked: int) -> None:
    # Python reads no more of an entry than its declared size, then checks the sum: the sizes cannot lie.
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ARCHIVE_ENTRIES:
        _too_much(path, f"有 {len(entries)} 个条目", f"{len(entries)} entries")
    if unpacked > max_unpacked:
        _too_much(path, f"展开后有 {unpacked} 字节", f"{unpacked} bytes")
    if unpacked > _RATIO_FREE_BYTES and unpacked > MAX_UNPACK_RATIO * packed:
        ratio = unpacked // max(packed, 1)
        _too_much(path, f"压缩比为 {ratio}", f"compressed {ratio} to 1")
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise BrokenWorkbook("压缩包里有重名的部件", "two parts have the same name")


def _too_much(path: Path, zh: str, en: str) -> NoReturn:
    fail("PE5013", file=path, reason=zh, reason_en=en)
