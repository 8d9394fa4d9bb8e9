"""Files of Garmin and Fitbit that were cut off or flipped: what is whole is read, what is not is named."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.catalogue import recognise
from pipelines.readers.contract import Batch, Head, ReadReport, Source
from pipelines.readers.read_file import read_source
from pipelines.simulation.exports import Export
from pipelines.simulation.garmin_fitbit_exports import fitbit_exports, garmin_account_exports, garmin_service_exports
from pipelines.simulation.lives import lives
from pipelines.simulation.roster import ROSTER

CUTS = 12
FLIPS = 25


def _exports() -> dict[str, Export]:
    life = lives(seed=8, squad=(replace(ROSTER[0], blocks=()),), day_count=5, last_date=date(2026, 11, 15))[0]
    every = (*garmin_account_exports(life), *garmin_service_exports(life), *fitbit_exports(life))
    return {Path(export.path).name: export for export in every}


EXPORTS = _exports()
EVERY_FILE = pytest.mark.parametrize("name", EXPORTS)


def _rows(source: Source, content: bytes) -> tuple[int, ReadReport] | None:
    """How many rows were read, with the report; null when nothing could be read."""
    reader = recognise(Head(name=source.name, size_bytes=len(content), start=EXPORTS[source.name].content[:8192]))
    try:
        *batches, report = read_source(source, reader)
    except CorruptExport as error:
        return None if "\n" not in str(error) else (-1, ReadReport())
    assert isinstance(report, ReadReport)
    return sum(batch.frame.height for batch in batches if isinstance(batch, Batch)), report


@EVERY_FILE
def test_a_cut_file_gives_fewer_rows_and_says_so(name: str, source_of: Callable[..., Source]) -> None:
    content = EXPORTS[name].content
    whole = _rows(source_of(name, content), content)
    assert whole is not None

    for part in range(1, CUTS):
        cut = content[: len(content) * part // CUTS]
        found = _rows(source_of(name, cut), cut)
        assert found is None or 0 <= found[0] <= whole[0]
        assert found is None or name.endswith(".csv") or found[1].losses

    assert whole[0] > 0
    assert whole[1].losses == ()


@EVERY_FILE
def test_a_flipped_file_is_read_in_part_or_refused_in_one_line(name: str, source_of: Callable[..., Source]) -> None:
    chance = random.Random(20261122)
    content = EXPORTS[name].content
    read_count = 0

    for _ in range(FLIPS):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        found = _rows(source_of(name, bytes(damaged)), bytes(damaged))
        assert found is None or found[0] >= 0
        read_count += found is not None

    assert read_count > 0
