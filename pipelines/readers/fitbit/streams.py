"""Heart rates, five-minute HRV and steps through the day, as Fitbit's JSON and CSV hold them."""

from datetime import UTC, date, datetime

import polars as pl

from pipelines.readers.csv_file import CsvRow
from pipelines.readers.fitbit.plain_rates import in_utc, plain_entries, plain_rows
from pipelines.readers.fitbit.sources import device_of
from pipelines.readers.fitbit.stamps import Clock, clock_of, stamp_in
from pipelines.readers.json_values import Node
from pipelines.readers.local_times import moment_of, parsed_time, time_in_name
from pipelines.readers.stated import HEART_RATES, Stated, heart_rate_or_none
from pipelines.readers.text_file import number_of

COVERAGE_MINIMUM = 0.7
"""Share of the five minutes with beats below which an HRV value is passed over, as it cannot be stored beside it."""

QUARTER_S = 900
"""Minutes are added up to quarters of an hour (s), each device by itself."""

STEPS_MAXIMUM = 1_000.0
"""More steps in a minute are damage."""

NO_CONFIDENCE = "heart rates the tracker calls unreliable"
UTC_DOUBT = "stamps are read as UTC: nothing in the file tells them from local ones"
LOCAL_READING = "stamps are read as local: so the file keeps to its local days"


class HeartRates:
    """The heart rates of one JSON file, kept until its bounds tell which clock it was written by."""

    def __init__(self, found: Stated) -> None:
        self._found = found
        self._stamps: list[datetime] = []
        self._rates: list[float] = []

    def take(self, entry: Node) -> bool:
        """One heart rate; those the tracker itself calls unreliable are left out."""
        stamp, told = stamp_in(entry.get("datetime")), entry.node("value")
        bpm = heart_rate_or_none(told.number("bpm"))
        if stamp is None:
            return False
        if bpm is None or told.number("confidence") == 0:
            self._found.note(NO_CONFIDENCE)
        else:
            self._stamps.append(stamp)
            self._rates.append(bpm)
        return True

    def hand_on(self) -> None:
        """Gives every heart rate its time."""
        clock = file_clock(self._stamps, self._found, is_one_day=True)
        for stamp, bpm in zip(self._stamps, self._rates, strict=True):
            self._found.heart_rate(utc_of(stamp, clock, self._found).timestamp(), bpm)


def take_whole_entries(found: Stated) -> bool:
    """Every heart rate of a JSON file at once; false where a record needs a look of its own, and nothing was taken."""
    rows = plain_entries(found.source.path)
    if rows is None:
        return False
    kept = rows.filter(pl.col("confidence") != 0)
    bounds = rows.select(first=pl.col("stamp").min(), last=pl.col("stamp").max()).row(0)
    clock = file_clock(list(bounds), found, is_one_day=True)
    times = in_utc(kept["stamp"], clock, found.source.time_zone)
    if times is None:
        found.notes.clear()
        return False
    if kept.height < rows.height:
        found.note(NO_CONFIDENCE, rows.height - kept.height)
    if kept.height:
        found.heart_rates(times, kept["bpm"])
    return True


def take_whole_rows(found: Stated) -> bool:
    """Every heart rate of a table at once; false where a row needs a look of its own, and nothing was taken."""
    rows = plain_rows(found.source.path, "beats per minute", HEART_RATES)
    if rows is None:
        return False
    for part in rows.partition_by("source", maintain_order=True):
        source = str(part["source"][0])
        found.heart_rates(
            part["at_utc"], part["told"], device_id=found.device("fitbit", source) if source else found.app
        )
    return True


class Steps:
    """Minutes of steps of one file, added up to quarters of an hour for each device."""

    def __init__(self, found: Stated) -> None:
        self._found = found
        self._entries: list[tuple[datetime, float]] = []
        self._sums: dict[tuple[str, int], float] = {}

    def take(self, entry: Node) -> bool:
        """One minute of a JSON file: the stream in which Fitbit reconciled its devices."""
        stamp, count = stamp_in(entry.get("datetime")), entry.number("value")
        if stamp is None or count is None or not 0 <= count <= STEPS_MAXIMUM:
            return False
        self._entries.append((stamp, count))
        return True

    def take_row(self, row: CsvRow) -> bool:
        """One minute of a CSV file, with its device."""
        at, count = parsed_time(row.cells.get("timestamp", "")), number_of(row.cells.get("steps", ""))
        device_id = device_of(row, self._found)
        if not isinstance(at, datetime) or count is None or not 0 <= count <= STEPS_MAXIMUM:
            return False
        if device_id is not None:
            self._add(device_id, moment_of(at, self._found.source.time_zone).at_utc, count)
        return True

    def take_whole_rows(self) -> bool:
        """Every minute of a table at once; false where a row needs a look of its own, and nothing was taken."""
        rows = plain_rows(self._found.source.path, "steps", range(int(STEPS_MAXIMUM) + 1))
        if rows is None:
            return False
        quarter = pl.col("at_utc").dt.epoch("s") // QUARTER_S
        sums = rows.group_by("source", quarter.alias("quarter"), maintain_order=True).agg(pl.col("told").sum())
        for source, number, amount in sums.iter_rows():
            device_id = self._found.device("fitbit", source) if source else self._found.app
            self._sums[device_id, number] = self._sums.get((device_id, number), 0.0) + amount
        return True

    def hand_on(self) -> None:
        """Gives the sum of every quarter of an hour in which a minute was told."""
        clock = file_clock([stamp for stamp, _ in self._entries], self._found, is_one_day=False)
        for stamp, count in self._entries:
            self._add(self._found.app, utc_of(stamp, clock, self._found), count)
        for (device_id, quarter), amount in sorted(self._sums.items()):
            start = datetime.fromtimestamp(quarter * QUARTER_S, UTC)
            self._found.sum_of(
                "step_count", "count", amount, start_at_utc=start, length_s=QUARTER_S, device_id=device_id
            )

    def _add(self, device_id: str, at: datetime, count: float) -> None:
        key = (device_id, int(at.timestamp()) // QUARTER_S)
        self._sums[key] = self._sums.get(key, 0.0) + count


def take_heart_rate_row(row: CsvRow, found: Stated) -> bool:
    """A heart rate with its device; its stamp is UTC."""
    at = parsed_time(row.cells.get("timestamp", ""))
    bpm = heart_rate_or_none(number_of(row.cells.get("beats per minute", "")))
    device_id = device_of(row, found)
    if not isinstance(at, datetime) or bpm is None:
        return False
    if device_id is not None:
        found.heart_rate(moment_of(at, found.source.time_zone).at_utc.timestamp(), bpm, device_id=device_id)
    return True


def take_epoch_row(row: CsvRow, found: Stated) -> bool:
    """RMSSD of five minutes; stamps without an offset are local."""
    at = parsed_time(row.cells.get("timestamp", ""))
    title = "root mean square of successive differences milliseconds"
    rmssd = number_of(row.cells.get("rmssd", "") or row.cells.get(title, ""))
    device_id = device_of(row, found)
    if not isinstance(at, datetime) or rmssd is None:
        return False
    coverage = number_of(row.cells.get("coverage", ""))
    if coverage is not None and coverage < COVERAGE_MINIMUM:
        found.note("five minutes of HRV with beats in less than 70 % of them")
    elif device_id is not None:
        found.epoch(moment_of(at, found.source.time_zone).at_utc, rmssd, device_id=device_id)
    return True


def file_clock(stamps: list[datetime], found: Stated, *, is_one_day: bool) -> Clock:
    """How the stamps of the file are read, which is noted where it is not the usual way or nothing tells it."""
    if not stamps:
        return Clock(is_utc=True, is_told=True)
    named = time_in_name(found.source.name)
    day = named if isinstance(named, date) and not isinstance(named, datetime) else None
    clock = clock_of(min(stamps), max(stamps), named=day, is_one_day=is_one_day, zone=found.source.time_zone)
    if not clock.is_utc or not clock.is_told:
        found.note(UTC_DOUBT if clock.is_utc else LOCAL_READING)
    return clock


def utc_of(stamp: datetime, clock: Clock, found: Stated) -> datetime:
    """The stamp in UTC by the clock of its file."""
    if clock.is_utc:
        return stamp.replace(tzinfo=UTC)
    return moment_of(stamp, found.source.time_zone).at_utc
