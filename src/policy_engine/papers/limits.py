"""How much looking at handed-in files may cost; what goes beyond is refused, not waited for."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one call, sizes in bytes, times in seconds.

    ``seconds_per_file`` is processor time of the process that looks into a PDF; where the system cannot limit
    that (Windows) it is wall-clock time. ``patience_per_file`` is wall-clock time everywhere, for a machine that
    is busy with other things. ``seconds_in_all`` bounds the PDFs of a call together.
    """

    max_bytes: int = 100 * MEGABYTE  # of one file
    max_files: int = 1000  # names in a call; entries of the folder, sub-folders included
    seconds_per_file: float = 1.2
    patience_per_file: float = 10.0
    seconds_in_all: float = 120.0
    max_memory_bytes: int = 768 * MEGABYTE  # address space of the process that looks into PDFs
    max_objects: int = 100_000  # objects of one PDF
    max_embedded_files: int = 100  # files inside one PDF
    max_inflated_bytes: int = 256 * MEGABYTE  # what a file may grow to, if it grows more than 200-fold


DEFAULT = Limits()
