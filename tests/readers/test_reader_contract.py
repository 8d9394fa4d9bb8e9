"""What every reader promises, asked of every reader there is."""

from collections.abc import Callable

import pytest

from pipelines.readers.catalogue import head_of, readers, recognise
from pipelines.readers.contract import Batch, Reader, ReadReport, Source
from pipelines.tables import contract

ACTIVITIES_ONLY = ("polar_hrm",)
"""Readers that can give beats and whose example has none."""

EVERY_READER = pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)


@EVERY_READER
def test_every_reader_has_an_example(reader: Reader, examples: dict[str, tuple[str, bytes]]) -> None:
    assert reader.name in examples


@EVERY_READER
def test_its_example_is_recognised_by_it_alone(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    source = source_of(*examples[reader.name])

    found = recognise(head_of(source.path, source.name))

    assert found is reader


@EVERY_READER
def test_its_example_is_recognised_under_any_name(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    source = source_of("renamed.jpg", examples[reader.name][1])

    found = recognise(head_of(source.path, source.name))

    assert found is reader


@EVERY_READER
def test_frames_equal_the_contract_and_one_report_comes_last(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    source = source_of(*examples[reader.name])

    items = list(reader.read(source))

    assert [index for index, item in enumerate(items) if isinstance(item, ReadReport)] == [len(items) - 1]
    for batch in items[:-1]:
        assert isinstance(batch, Batch)
        assert batch.table in reader.tables
        assert batch.frame.schema == contract(batch.table)
        assert batch.frame.height > 0
        for column, value in (("athlete_id", 7), ("source_file_id", "0123456789abcdef")):
            assert column not in batch.frame.columns or batch.frame[column].unique().to_list() == [value]


@EVERY_READER
def test_its_example_is_read_without_a_loss(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    *_, report = reader.read(source_of(*examples[reader.name]))

    assert isinstance(report, ReadReport)
    assert report.losses == ()


@EVERY_READER
def test_reading_twice_gives_the_same(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    source = source_of(*examples[reader.name])

    first, second = list(reader.read(source)), list(reader.read(source))

    assert len(first) == len(second)
    for one, other in zip(first[:-1], second[:-1], strict=True):
        assert isinstance(one, Batch)
        assert isinstance(other, Batch)
        assert one.frame.equals(other.frame)


@EVERY_READER
def test_every_declared_table_exists(reader: Reader) -> None:
    assert all(contract(table) for table in reader.tables)


@EVERY_READER
def test_a_series_of_beats_says_how_finely_they_are_stored(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    batches = [item for item in reader.read(source_of(*examples[reader.name])) if isinstance(item, Batch)]
    steps = [step for batch in batches if batch.table == "beat_series" for step in batch.frame["resolution_ms"]]

    expected_ms = 10.0 if reader.name == "apple_health" else 1.0
    assert all(step == pytest.approx(expected_ms) for step in steps)
    assert bool(steps) is ("beat_series" in reader.tables and reader.name not in ACTIVITIES_ONLY)
