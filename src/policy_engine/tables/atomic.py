"""A file appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary sibling of ``path`` to write to; on success it takes the place of ``path``.

    On an exception the sibling is removed and ``path`` stays as it was. The name of the sibling starts with a
    dot, so that a folder being read at the same time does not pick it up.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    # O_EXCL, and the umask decides on the rights as for any new file (tempfile would leave 0600 behind).
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a small file atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)
