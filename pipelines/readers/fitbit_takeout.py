"""Fitbit's export, from the account archive to Google's Takeout: JSON and CSV files of many families."""

from collections.abc import Callable, Generator, Iterator

from pipelines.errors import CorruptExport
from pipelines.readers.catalogue import head_of
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows
from pipelines.readers.fitbit import days, methods
from pipelines.readers.fitbit.activities import take_exercise, take_exercise_row
from pipelines.readers.fitbit.families import Family, family_of
from pipelines.readers.fitbit.nights import take_log, take_sleep_row
from pipelines.readers.fitbit.streams import (
    HeartRates,
    Steps,
    take_epoch_row,
    take_heart_rate_row,
    take_whole_entries,
    take_whole_rows,
)
from pipelines.readers.json_records import JsonRecords
from pipelines.readers.json_values import Node
from pipelines.readers.stated import Stated
from pipelines.readers.text_file import counted, line_ranges

PLATFORM = "fitbit:app:"
"""Stands as device for what names none: the account reconciles what its trackers measured."""

MARKS = frozenset({"dateTime", "logId"})
"""Names of which every JSON record has one."""

TakeEntry = Callable[[Node, Stated], bool]
TakeRow = Callable[[CsvRow, Stated], bool]

ENTRIES: dict[Family, TakeEntry] = {"sleep": take_log, "resting": days.take_resting, "exercise": take_exercise}
"""What takes each record of a JSON family by itself."""

ROWS: dict[Family, TakeRow] = {
    "hrv_days": days.take_hrv_row,
    "hrv_epochs": take_epoch_row,
    "heart_rate_rows": take_heart_rate_row,
    "resting_rows": days.take_resting_row,
    "sleep_rows": take_sleep_row,
    "exercise_rows": take_exercise_row,
    "score_rows": days.take_score_row,
}
"""What takes each row of a CSV family by itself."""


def recognise(head: Head) -> bool:
    """By the names in its records or the titles of its table; two words for a family without data."""
    return family_of(head) is not None


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """What the file's family holds. Raises `CorruptExport` when no record of it is whole."""
    family = family_of(head_of(source.path, source.name))
    found = Stated(source=source, app=PLATFORM)
    losses: tuple[Loss, ...] = ()
    if family is None:
        raise _corrupt(source, "it ends before its records begin")
    if family in ("empty", "unused_csv", "unused_json"):
        what = "a family without data" if family == "empty" else "a file of Fitbit's that is not used"
        found.note(what)
    elif (family == "heart_rate" and take_whole_entries(found)) or (
        family == "heart_rate_rows" and take_whole_rows(found)
    ):
        pass  # taken in columns
    elif family in ENTRIES or family in ("heart_rate", "steps"):
        losses = yield from _read_entries(source, family, found)
    else:
        losses = yield from _read_rows(source, family, found)
    yield from found.rest()
    yield ReadReport(losses=losses, passed_over=found.passed_over())


def _read_entries(source: Source, family: Family, found: Stated) -> Generator[Batch, None, tuple[Loss, ...]]:
    """A list of JSON records."""
    stream = HeartRates(found) if family == "heart_rate" else Steps(found) if family == "steps" else None
    records = JsonRecords(source.path, marks=MARKS)
    seen, lost, keys = 0, [], set()
    for seen, content in enumerate(records, start=1):
        entry = Node(content)
        key = entry.text("logid")
        if key is not None and key in keys:
            found.note("logs stated twice")
            continue
        keys.add(key)
        is_taken = stream.take(entry) if stream else ENTRIES[family](entry, found)
        if not is_taken:
            lost.append(seen)
        yield from found.full()
    losses = records.losses()
    if losses and not seen:
        raise _corrupt(source, losses[0].why)
    if stream is not None:
        stream.hand_on()
    return (*losses, *_unusable(lost, "record", "record"))


def _read_rows(source: Source, family: Family, found: Stated) -> Generator[Batch, None, tuple[Loss, ...]]:
    """A table with titles."""
    steps = Steps(found) if family == "step_rows" else None
    if steps is not None and steps.take_whole_rows():
        steps.hand_on()
        return ()
    row_count, lost = 0, []
    for row in csv_rows(source.path):
        row_count += 1
        is_taken = steps.take_row(row) if steps else ROWS[family](row, found)
        if not is_taken:
            lost.append(row.line)
        yield from found.full()
    if row_count and len(lost) == row_count:
        raise _corrupt(source, "no row has a time and a value")
    if steps is not None:
        steps.hand_on()
    if not row_count:
        found.note("a table without rows")
    return _unusable(lost, "row", "line")


def _unusable(lost: list[int], thing: str, counted_by: str) -> tuple[Loss, ...]:
    if not lost:
        return ()
    where = line_ranges(lost).replace("line", counted_by, 1)
    return (Loss(what=counted(len(lost), thing), where=where, why="no time or no value, or not UTF-8 text"),)


def _corrupt(source: Source, why: str) -> CorruptExport:
    return CorruptExport(
        doing="read Fitbit's export",
        where=source.name,
        found=f"no record in it is whole ({why})",
        remedy="Unpack or download the export once more",
    )


READER = Reader(
    name="fitbit_takeout",
    version="1",
    label="Fitbit and Google Health export (JSON and CSV)",
    tables=(
        "devices", "activities", "nights", "sleep_stages", "hrv_epochs", "interval_sums", "heart_rates", "daily_values",
    ),
    recognise=recognise,
    read=read,
    reads=(
        "Sleep logs with stages and naps, RMSSD of the sleep and of deep sleep, 5-minute RMSSD, resting heart rate, "
        "heart rates and steps through the day for each device, exercises; scores are stored and never used"
    ),
    passes_over=(
        "Calories, distance, floors, zones, breathing, oxygen saturation, temperature, weight, snoring, settings, the "
        "later table of sleep stages, and rows mirrored from other apps; each read lists them"
    ),
    certainty=(
        "two real files of resting heart rate; the rest by public parsers and notes on real archives. JSON heart rates "
        "and steps are UTC unless the local day in the file's name says otherwise"
    ),
    methods=methods.EVERY,
)  # fmt: skip
