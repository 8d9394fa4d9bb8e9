"""An export ten times as long needs no more memory."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from pipelines.simulation.apple_days import AppleDays, apple_lines

MOST_MIB = 600
"""What the reader may need at its most (MiB), whatever the size."""

LEEWAY_MIB = 60
"""Eight bytes for each row met, and what the allocators keep (MiB)."""

MOST_ROWS = 40_000
"""Rows of the largest batch, out of a hundred thousand."""

READ = r"""
import re, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from pipelines.readers.apple.reading import read_pieces
from pipelines.readers.contract import Source
path = Path(sys.argv[1])
source = Source(path=path, name=path.name, source_file_id="0" * 16, athlete_id=1, time_zone=ZoneInfo("UTC"))
pieces = read_pieces(source, chunk_bytes=1 << 20, is_patient=False)
most = max(piece.frame.height for piece in pieces if hasattr(piece, "frame"))
status = Path("/proc/self/status").read_text(encoding="ascii")
print(most, int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)  # ru_maxrss would count who started this process
"""


def _peak_mib(path: Path) -> tuple[int, float]:
    done = subprocess.run([sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True)
    most_rows, peak = done.stdout.split()
    return int(most_rows), float(peak)


def test_memory_and_batches_do_not_grow_with_the_file(tmp_path: Path) -> None:
    days = AppleDays(seed=2, first_date=date(2015, 1, 1), day_count=8)
    lines = list(apple_lines(days))
    first_workout = next(at for at, line in enumerate(lines) if line.startswith(" <Workout "))
    body = "\n".join(lines[lines.index('<HealthData locale="en_GB">') + 3 : first_workout]) + "\n"
    short, long = tmp_path / "short.xml", tmp_path / "long.xml"
    for path, times in ((short, 3), (long, 30)):
        with path.open("w", encoding="utf-8") as file:
            file.write('<HealthData locale="en_GB">\n')
            file.writelines(body.replace('="2015-', f'="{1990 + number}-') for number in range(times))
            file.write("</HealthData>\n")

    (short_rows, short_mib), (long_rows, long_mib) = _peak_mib(short), _peak_mib(long)

    assert long.stat().st_size > 25_000_000
    assert max(short_rows, long_rows) < MOST_ROWS
    assert long_mib - short_mib < LEEWAY_MIB
    assert long_mib < MOST_MIB
