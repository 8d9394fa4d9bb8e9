"""A large health export for the benchmarks: one generated year, and the same year again under later dates."""

import tempfile
from datetime import date
from typing import IO

from pipelines.simulation.apple_days import AppleDays, apple_lines

FIRST_YEAR = 2015
"""No leap year, so that its dates stand in every other year."""

DAY_COUNT = 365
BODY_START, END = b" <Record ", b"</HealthData>\n"
BLOCK_BYTES = 4 << 20


def write_export(file: IO[bytes], megabytes: int) -> int:
    """Writes an export of about that size; gives the number of heart rates in it.

    A year of it or less is as the app writes it, kind by kind; a larger one holds that year again for each later one.
    """
    days = AppleDays(seed=1, first_date=date(FIRST_YEAR, 1, 1), day_count=20)
    day_bytes = sum(len(line.encode()) + 1 for line in apple_lines(days)) / days.day_count
    wanted = max(1, round(1e6 * megabytes / day_bytes))
    year_count = max(1, round(wanted / DAY_COUNT))
    days = AppleDays(seed=1, first_date=days.first_date, day_count=min(wanted, DAY_COUNT))
    with tempfile.TemporaryFile() as year:
        year.writelines(f"{line}\n".encode() for line in apple_lines(days))
        year.seek(0)
        _write_years(file, year, year_count)
    return year_count * days.day_count * days.rates_a_day


def _write_years(file: IO[bytes], year: IO[bytes], count: int) -> None:
    body_at = 0
    while not (line := year.readline()).startswith(BODY_START):
        file.write(line)
        body_at += len(line)
    for number in range(count):
        year.seek(body_at)
        while block := b"".join(year.readlines(BLOCK_BYTES)):
            file.write(_later(block.removesuffix(END), number))
    file.write(END)


def _later(block: bytes, years: int) -> bytes:
    """The same days so many years later; those of the last night of the year before and after, too."""
    for year in (FIRST_YEAR + 1, FIRST_YEAR, FIRST_YEAR - 1) if years else ():
        block = block.replace(b'="%d-' % year, b'="%d-' % (year + years))
    return block
