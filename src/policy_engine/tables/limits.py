"""How much of a file we are willing to look at. What is beyond is refused before it is unpacked."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 512 * 1024**2
MAX_ROWS: Final = 5_000_000
MAX_COLUMNS: Final = 1_000
MAX_CELL_CHARS: Final = 32_767  # Excel's own limit
MAX_UNPACKED_BYTES: Final = 2 * 1024**3
MAX_UNPACK_RATIO: Final = 200  # real workbooks stay below 40
MAX_ARCHIVE_ENTRIES: Final = 10_000
MAX_ERRORS: Final = 20  # findings reported per table before giving up on it
HEADER_SEARCH_ROWS: Final = 20
XLSX_MAX_ROWS: Final = 1_048_576
RULE_TABLE_BYTES: Final = 10 * 1024**2  # a table of a rule file is written by hand
RULE_TABLE_UNPACKED_BYTES: Final = 64 * 1024**2
RULE_TABLE_ROWS: Final = 10_000
RULE_TABLE_COLUMNS: Final = 200
RULE_TABLE_CELLS: Final = 200_000
RULE_TABLE_CHARS: Final = 2_000_000
EXACT_DIGITS: Final = 15  # decimal digits that survive a binary double
