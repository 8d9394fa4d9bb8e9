"""Garmin's account export: the JSON members of the archive a person asks Garmin for.

Its FIT files lie in archives inside the archive and are read by the FIT reader.
"""

from collections.abc import Iterator

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.garmin import methods
from pipelines.readers.garmin.activities import Activities, is_activity
from pipelines.readers.garmin.days import (
    AccountResting,
    take_account_day,
    take_endurance,
    take_health_status,
    take_readiness,
)
from pipelines.readers.garmin.families import MARKS, WRAPPERS, origin_of
from pipelines.readers.garmin.nights import take_night
from pipelines.readers.json_records import JsonRecords
from pipelines.readers.json_values import Node
from pipelines.readers.stated import Stated

PLATFORM = "garmin:connect:"
"""Stands as device for what names none: the account merges what its devices measured."""

DAY_NAMES = frozenset({"alldaystress", "bodybattery", "totalsteps", "restingheartrate", "currentdayrestingheartrate"})
"""Names (folded) of which a summary of a day has one."""


def recognise(head: Head) -> bool:
    """By the names in its records; files that are not used by the name of the file."""
    return origin_of(head) == "account"


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Nights, naps, values of days and summaries of activities. Raises `CorruptExport` when no record is whole."""
    found = Stated(source=source, app=PLATFORM)
    activities, resting = Activities(found=found), AccountResting(found=found)
    records = JsonRecords(source.path, marks=MARKS, wrappers=WRAPPERS)
    record_count = 0
    for content in records:
        record_count += 1
        _take(Node(content), found, activities, resting)
        yield from found.full()
    losses = records.losses()
    if losses and not record_count:
        raise CorruptExport(
            doing="read Garmin's account export",
            where=source.name,
            found=f"no record in it is whole ({losses[0].why})",
            remedy="Unpack the account export once more",
        )
    resting.hand_on()
    yield from activities.hand_on()
    yield from found.rest()
    if not record_count:
        found.note("a file of the account without any record")
    yield ReadReport(losses=losses, passed_over=found.passed_over())


def _take(record: Node, found: Stated, activities: Activities, resting: AccountResting) -> None:
    """One record, told by its names: the files' own names differ between accounts and are changed by people."""
    if is_activity(record):
        activities.take(record)
    elif "summarizedactivitiesexport" in record:
        for inner in record.nodes("summarizedactivitiesexport"):
            activities.take(inner)
    elif "sleepstarttimestampgmt" in record or "sleepwindowconfirmationtype" in record or "naplist" in record:
        take_night(record, found)
    elif "metrics" in record and "calendardate" in record:
        take_health_status(record, found)
    elif "inputcontext" in record or ({"acuteload", "score"} <= set(record.names())):
        take_readiness(record, found)
    elif not DAY_NAMES.isdisjoint(record.names()):
        take_account_day(record, found)
        resting.take(record)
    elif "overallscore" in record and "calendardate" in record:
        take_endurance(record, found)
    else:
        found.note("records of the account that are not used")


READER = Reader(
    name="garmin_account",
    version="1",
    label="Garmin account export (JSON)",
    tables=("devices", "activities", "nights", "daily_values"),
    recognise=recognise,
    read=read,
    reads=(
        "Nights with their sums, naps, last night's RMSSD, resting heart rates, steps of days, summaries of activities "
        "in their odd units; sleep, stress, body battery and readiness scores are stored and never used"
    ),
    passes_over=(
        "Calories of activities (their unit differs between exports), oxygen saturation, respiration, skin "
        "temperature, weight, hydration, VO2max, predictions, gear, goals, profile and settings; each read lists them"
    ),
    certainty="public parsers and notes on real account exports; no real file of our own",
    methods=methods.EVERY,
)
