"""Files as people and attackers hand them in, made in code. ``from unit.papers.samples import pdf``."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib

from pypdf import PdfWriter

_RESTRICTED = (  # one blank page, AES-256, revision 6; making one takes a cipher library
    "JVBERi0xLjMKJeLjz9MKMSAwIG9iago8PAovUHJvZHVjZXIgPDJjNzg1N2EyOGRlMWFkYTExNGJhNDFkMmNjMzlkOTllNTExOTAw"
    "ZTM4MWM4MjU2OWRmY2QzNDljNmRkZTI1NzU+Cj4+CmVuZG9iagoyIDAgb2JqCjw8Ci9UeXBlIC9QYWdlcwovQ291bnQgMQovS2lk"
    "cyBbIDQgMCBSIF0KPj4KZW5kb2JqCjMgMCBvYmoKPDwKL1R5cGUgL0NhdGFsb2cKL1BhZ2VzIDIgMCBSCj4+CmVuZG9iago0IDAg"
    "b2JqCjw8Ci9UeXBlIC9QYWdlCi9SZXNvdXJjZXMgPDwKPj4KL01lZGlhQm94IFsgMC4wIDAuMCA1OTUgODQyIF0KL1BhcmVudCAy"
    "IDAgUgo+PgplbmRvYmoKNSAwIG9iago8PAovViA1Ci9SIDYKL0xlbmd0aCAyNTYKL1AgNDI5NDk2NzI5MgovRmlsdGVyIC9TdGFu"
    "ZGFyZAovTyA8N2NlY2YwN2U0OGI4Njk2NDViNGIwZjI4MTE4Yzg0M2RmZGUxMzJhN2QyYTVkZTg0ZTllMGQ0MGY2Nzg2ZWQ2MTQx"
    "YjIxNGEwNzk2ZGM4NTIzZmRhYjYyMDViZWVkNGFiPgovVSA8ZjM2MGNjNDk4Mzg4OWJlZmIyN2VkYmFiZWQwZTQyMWIyOWQxMTNm"
    "NzcxMzc3YjQ3Mjk5MTU2YTRjNWFmN2Y3NTNiMzg4OWVlNWEzMDg0NmQxMzIzYTNiOTM4MjFjM2JjPgovQ0YgPDwKL1N0ZENGIDw8"
    "Ci9BdXRoRXZlbnQgL0RvY09wZW4KL0NGTSAvQUVTVjMKL0xlbmd0aCAzMgo+Pgo+PgovU3RtRiAvU3RkQ0YKL1N0ckYgL1N0ZENG"
    "Ci9PRSA8MjU3OWFkODFlNTBhMDRiNjNlYmQzYjMyM2U0MThlNmEyYWZhMjE4ZWNiYjM2N2E1OTI1MThiZWUzYjdhYzVlOT4KL1VF"
    "IDwyYmYzZmY3M2YxYzExMGNkN2ZmZDg4NDZmZDIzOWI1ZDk4ZjEwNzRmZjRlNjc2ZmYwYmYwZjkyNzkzODFmODZjPgovUGVybXMg"
    "PDhjMjk3MjZiYzcyZjhjYWM5YzU5ODA1MGI4ODJhOGI3Pgo+PgplbmRvYmoKeHJlZgowIDYKMDAwMDAwMDAwMCA2NTUzNSBmIAow"
    "MDAwMDAwMDE1IDAwMDAwIG4gCjAwMDAwMDAxMTMgMDAwMDAgbiAKMDAwMDAwMDE3MiAwMDAwMCBuIAowMDAwMDAwMjIxIDAwMDAw"
    "IG4gCjAwMDAwMDAzMTUgMDAwMDAgbiAKdHJhaWxlcgo8PAovU2l6ZSA2Ci9Sb290IDMgMCBSCi9JbmZvIDEgMCBSCi9JRCBbIDw5"
    "NzVjNjM0YTQ1NWUwZWMxMmExNDQyZTU2YzQwYTA1MD4gPDk3NWM2MzRhNDU1ZTBlYzEyYTE0NDJlNTZjNDBhMDUwPiBdCi9FbmNy"
    "eXB0IDUgMCBSCj4+CnN0YXJ0eHJlZgo4NzAKJSVFT0YK"
)


def pdf(pages: int = 1) -> bytes:
    """A PDF that opens anywhere."""
    return _written(_writer(pages))


def encrypted_pdf(password: str = "open sesame", owner: str = "owner", algorithm: str = "RC4-128") -> bytes:
    """A PDF that asks for a password; with ``password=""`` it opens without, but forbids things."""
    writer = _writer(1)
    writer.encrypt(user_password=password, owner_password=owner, algorithm=algorithm)
    return _written(writer)


def restricted_pdf() -> bytes:
    """Opens without a password, but forbids things; encrypted as today's programs do it."""
    return base64.b64decode(_RESTRICTED)


def pdf_with_garbage(garbage: bytes = b"MZ\x90\x00 something else") -> bytes:
    """Something that is not a PDF goes on where the PDF ends."""
    return pdf() + garbage


def truncated_pdf() -> bytes:
    """The upload broke off."""
    whole = pdf(5)
    return whole[: len(whole) // 2]


def pdf_and_zip() -> bytes:
    """A PDF and an archive at once: the comment of the archive brings the end marker of the PDF to the end."""
    archive = zipped({"a.txt": b"hello"}, comment=b"\nstartxref\n%d\n%%%%EOF\n" % _startxref(pdf()))
    return pdf() + archive


def pdf_of_objects(objects: dict[int, bytes], root: int = 1) -> bytes:
    """A PDF put together by hand: the objects as given, a correct table of them, and the end."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    count = max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
    for number in range(1, count):
        place = offsets.get(number)
        out.write(b"0000000000 00001 f \n" if place is None else b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, root, start))
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"/Filter/FlateDecode") -> bytes:
    """The body of a stream object."""
    return b"<<%s/Length %d>>\nstream\n" % (entries, len(data)) + data + b"\nendstream"


def minimal_objects(contents: bytes = b"") -> dict[int, bytes]:
    """Catalogue, page tree, one page, and its contents if given."""
    found = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]%s>>" % (b"/Contents 4 0 R" if contents else b""),
    }
    return found | ({4: contents} if contents else {})


def bomb_pdf(size: int = 1 << 30) -> bytes:
    """The contents of the page are ``size`` blanks, compressed to a thousandth."""
    return pdf_of_objects(minimal_objects(stream(deflated_blanks(size))))


def nested_bomb_pdf() -> bytes:
    """Compressed twice: a small stream that gives a large one that gives a huge one."""
    twice = zlib.compress(deflated_blanks(1 << 30), 9)
    return pdf_of_objects(minimal_objects(stream(twice, b"/Filter[/FlateDecode/FlateDecode]")))


def object_stream_bomb_pdf(size: int = 1 << 30) -> bytes:
    """The catalogue stands in an object stream that is a bomb."""
    return _with_xref_stream(deflated_blanks(size))


def xref_stream_bomb_pdf(size: int = 1 << 30) -> bytes:
    """The table of objects is a bomb."""
    head = b"%PDF-1.7\n"
    body = stream(deflated_blanks(size), b"/Type/XRef/W[1 4 2]/Size 100000000/Root 1 0 R/Filter/FlateDecode")
    return head + b"9 0 obj\n" + body + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def page_loop_pdf() -> bytes:
    """A page tree that is its own child."""
    return pdf_of_objects(minimal_objects() | {2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"})


def exponential_pdf(levels: int = 60) -> bytes:
    """Each level of the page tree has the next one twice: 2 ** levels pages in a small file."""
    tree = {n: b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 2>>" % (n + 1, n + 1) for n in range(2, 2 + levels)}
    page = {2 + levels: b"<</Type/Page/MediaBox[0 0 9 9]>>"}
    return pdf_of_objects({1: b"<</Type/Catalog/Pages 2 0 R>>"} | tree | page)


def deep_pdf(depth: int = 200_000) -> bytes:
    """Arrays in arrays."""
    nested = b"[" * depth + b"]" * depth
    return pdf_of_objects(minimal_objects() | {2: b"<</Type/Pages/Count 1/Kids" + nested + b">>"})


def pdf_with_embedded(count: int) -> bytes:
    """A PDF that carries ``count`` files."""
    objects = minimal_objects()
    names = []
    for n in range(count):
        number = 10 + 2 * n
        objects[number] = b"<</Type/Filespec/F(%d.txt)/EF<</F %d 0 R>>>>" % (n, number + 1)
        objects[number + 1] = stream(b"x", b"/Type/EmbeddedFile")
        names.append(b"(%06d)%d 0 R" % (n, number))
    objects[1] = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[" + b"".join(names) + b"]>>>>>>"
    return pdf_of_objects(objects)


def pdf_without_pages() -> bytes:
    return pdf_of_objects({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})


def jpg() -> bytes:
    """A JPEG as far as anybody here looks: start, JFIF segment, end."""
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xd9"


def png() -> bytes:
    """One white pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def tiff() -> bytes:
    """An empty directory."""
    return b"II*\0" + struct.pack("<IHI", 8, 0, 0)


def ofd() -> bytes:
    return zipped({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>"})


def docx() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def xlsx() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def zipped(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def deflated_blanks(size: int) -> bytes:
    """``size`` blanks (whole megabytes), compressed: one megabyte, so ended that it can be repeated."""
    piece = b" " * (1 << 20)
    deflate = zlib.compressobj(9, wbits=-15)
    block = deflate.compress(piece) + deflate.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(size >> 20):
        check = zlib.adler32(piece, check)
    return b"\x78\xda" + block * (size >> 20) + b"\x03\0" + struct.pack(">I", check)


def _with_xref_stream(object_stream: bytes) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    place = out.tell()
    body = stream(object_stream, b"/Type/ObjStm/N 3/First 20/Filter/FlateDecode")
    out.write(b"5 0 obj\n" + body + b"\nendobj\n")
    start = out.tell()
    # free, then 1 to 3 in the object stream 5, none, 5 itself, 6 this table
    rows = [(0, 0, 0), (2, 5, 0), (2, 5, 1), (2, 5, 2), (0, 0, 0), (1, place, 0), (1, start, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIB", *row) for row in rows))
    entries = b"/Type/XRef/W[1 4 1]/Size 7/Root 1 0 R/Filter/FlateDecode"
    out.write(b"6 0 obj\n" + stream(table, entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _startxref(data: bytes) -> int:
    return int(data[data.rindex(b"startxref") + 9 :].split()[0])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _writer(pages: int) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    return writer


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
