"""How much of a file is read at all."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that are checked before and while a file is read.

    Sizes in bytes, times in seconds. `cells` bounds the used rectangle of a sheet, which is what a
    reader allocates, however few of its cells are filled; `ratio` what a part of a workbook may grow
    by when it is unpacked; `memory` and `processor_seconds` hold for the child process as a whole.
    """

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 200 * MEGABYTE
    ratio: int = 300
    parts: int = 2_000
    sheets: int = 50
    rows: int = 200_000
    columns: int = 200
    cells: int = 3_000_000
    text_bytes: int = 60 * MEGABYTE
    memory: int = 1_500 * MEGABYTE
    processor_seconds: int = 60
    seconds: float = 90
