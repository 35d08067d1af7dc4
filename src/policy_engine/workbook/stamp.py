"""What a workbook remembers of the file it was made from: its bytes, where it was, and their digest."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.rulefile.encoding import MAX_BYTES

MAGIC: Final = "policy-engine workbook"
VERSION: Final = "1"
_PIECE: Final = 30_000  # characters of a cell
_MAX_PIECES: Final = 200
_HEAD: Final = 5


@dataclass(frozen=True)
class Stamp:
    """``path`` as people named it when exporting; ``data`` the bytes of the file."""

    policy: str
    path: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def cells(self) -> list[str]:
        """One column of texts."""
        packed = base64.b64encode(zlib.compress(self.data, 9)).decode("ascii")
        pieces = [packed[i : i + _PIECE] for i in range(0, len(packed), _PIECE)]
        return [MAGIC, VERSION, self.policy, self.path, self.sha256, *pieces]


def read_stamp(cells: Sequence[str]) -> Stamp | None:
    """None when the column is not what ``cells`` wrote; never unpacks more than a rule file may hold."""
    if len(cells) <= _HEAD or cells[0] != MAGIC or cells[1] != VERSION or len(cells) > _HEAD + _MAX_PIECES:
        return None
    try:
        packed = base64.b64decode("".join(cells[_HEAD:]), validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return None
    if len(data) > MAX_BYTES or not unpacker.eof:
        return None
    stamp = Stamp(cells[2], cells[3], data)
    return stamp if stamp.sha256 == cells[4] else None
