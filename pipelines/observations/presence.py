"""What there is of an athlete: which device gave which signal on which local date, and which files cover a date."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from pipelines.quality.catalogue import checks

HRV_METRICS = ("rmssd", "sdnn", "ln_rmssd")
"""Daily values that are heart-rate variability."""
OWN_READINGS = ("night", "morning")
"""Readings of RR intervals that stand for a day."""
LONE_DATE_DAYS = 180
"""A date so long (days) after all others is a wrong clock until a second one joins it; as in `mart_athletes`."""
BY_ITSELF = ("night", "day")
"""Readings of values that nobody has to take; a morning or a spot reading is somebody's act."""
UNKNOWN_DEVICE = ""


@dataclass(frozen=True, kw_only=True)
class Wear:
    """Hours with a heart rate on one date: of the whole day, and of local 0 to 6."""

    hour_count: int
    night_hour_count: int


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Dates of one athlete. `signals` has the dates of each signal by device."""

    signals: Mapping[str, Mapping[str, frozenset[date]]]
    wear: Mapping[str, Mapping[date, Wear]]
    """Hours worn, by device and date; a device that never states heart rates is not in it."""
    steps: Mapping[str, Mapping[date, float]]
    """Steps counted, by device and date."""
    covered: Mapping[str, frozenset[date]]
    """Dates from the first to the last in any one file of a device: it was read out for them, whatever it held."""
    delivered: Mapping[str, frozenset[date]]
    """Dates with anything at all of a device."""
    told: frozenset[date]
    """Dates with words of a person: notes and answers."""
    automatic: frozenset[str]
    """Devices that measure by themselves, day or night, so that a date without anything from one says something."""

    @property
    def last_date(self) -> date | None:
        """Last date with anything at all, a lone one long after all others left out."""
        dates = sorted(set().union(self.told, *self.delivered.values()))
        kept = dates[:1] + [b for a, b in pairwise(dates) if (b - a).days <= LONE_DATE_DAYS]
        return kept[-1] if kept else None


def presence(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> Presence:
    """What there is of the one athlete in `tables`; subjects whose clock is unusable are left out."""
    signals: dict[str, dict[str, set[date]]] = {
        name: defaultdict(set) for name in ("training", "night", "hrv", "resting_heart_rate", "wear")
    }
    spans: dict[tuple[str, str], tuple[date, date]] = {}
    delivered: dict[str, set[date]] = defaultdict(set)
    counted = _counted(tables)
    for signal, device, source_file_id, on in _rows(tables, wear_days, counted):
        if signal:
            signals[signal][device].add(on)
        delivered[device].add(on)
        first, last = spans.get((device, source_file_id), (on, on))
        spans[device, source_file_id] = (min(first, on), max(last, on))
    covered: dict[str, set[date]] = defaultdict(set)
    for (device, _), (first, last) in spans.items():
        covered[device] |= {first + timedelta(days=day) for day in range((last - first).days + 1)}
    return Presence(
        signals={name: {device: frozenset(dates) for device, dates in by.items()} for name, by in signals.items()},
        wear=_wear(wear_days),
        steps=_steps(counted),
        covered={device: frozenset(dates) for device, dates in covered.items()},
        delivered={device: frozenset(dates) for device, dates in delivered.items()},
        automatic=_automatic(tables, wear_days),
        told=frozenset(tables["notes"]["note_date"].to_list() + tables["wellness_answers"]["about_date"].to_list()),
    )


def _automatic(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> frozenset[str]:
    """Devices with nights, heart rates through the day or values of whole days; a morning reading is taken by hand."""
    by_itself = pl.col("reading").is_in(BY_ITSELF) & (pl.col("metric") != "step_count")
    values = tables["daily_values"].filter(by_itself)
    named = (wear_days["device_id"], tables["nights"]["device_id"], values["device_id"])
    return frozenset(device for column in named for device in column.drop_nulls().unique() if device != UNKNOWN_DEVICE)


def _rows(
    tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame, counted: pl.DataFrame
) -> Iterator[tuple[str, str, str, date]]:
    """Signal (empty where a row is no signal of its own), device, source file and date of everything there is."""
    doubted = _doubted(tables["flags"])
    dated = (
        ("training", tables["activities"], "activity_id", "local_date"),
        ("hrv", tables["beat_series"].filter(pl.col("reading").is_in(OWN_READINGS)), "series_id", "local_date"),
        ("night", tables["nights"].filter(~pl.col("is_nap").fill_null(value=False)), "night_id", "night_date"),
    )
    for signal, rows, key, day in dated:
        told = rows.filter(~pl.col(key).is_in(doubted)).select(pl.col("device_id").fill_null(""), "source_file_id", day)
        yield from ((signal, *row) for row in told.iter_rows())
    values = tables["daily_values"].select("metric", "device_id", "source_file_id", "value_date")
    for metric, device, source_file_id, on in values.iter_rows():
        signal = "hrv" if metric in HRV_METRICS else "resting_heart_rate" if metric == "resting_heart_rate" else ""
        yield signal, device, source_file_id, on
    for device, source_file_id, on in wear_days.select("device_id", "source_file_id", "local_date").iter_rows():
        yield "wear", device, source_file_id, on
    for device, source_file_id, on, _ in counted.iter_rows():
        yield "", device, source_file_id, on


def _counted(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Steps of each device, source file and local date: device_id, source_file_id, counted_date, step_count."""
    daily = tables["daily_values"].filter(pl.col("metric") == "step_count")
    sums = tables["interval_sums"].filter(pl.col("metric") == "step_count")
    zone = tables["athletes"]["time_zone"][0] if tables["athletes"].height else "UTC"
    stated = (pl.col("start_at_utc") + pl.duration(seconds=pl.col("utc_offset_s"))).dt.date()
    in_zone = pl.col("start_at_utc").dt.convert_time_zone(zone).dt.date()
    parts = [
        daily.select("device_id", "source_file_id", counted_date="value_date", step_count="measured_value"),
        sums.select(
            "device_id", "source_file_id", counted_date=pl.coalesce(stated, in_zone), step_count=pl.col("amount")
        ),
    ]
    key = ("device_id", "source_file_id", "counted_date")
    return pl.concat(parts).group_by(*key).agg(pl.col("step_count").sum()).sort(*key)


def _doubted(flags: pl.DataFrame) -> list[str]:
    clocks = [check.name for check in checks() if check.signal == "clock"]
    rows = flags.filter(pl.col("check_name").is_in(clocks) & (pl.col("severity") == "unusable"))
    return rows["subject_id"].unique().to_list()


def _wear(wear_days: pl.DataFrame) -> dict[str, dict[date, Wear]]:
    found: dict[str, dict[date, Wear]] = {}
    most = wear_days.group_by("device_id", "local_date").agg(pl.col("hour_count", "night_hour_count").max())
    for device, on, hour_count, night_hour_count in most.iter_rows():
        found.setdefault(device, {})[on] = Wear(hour_count=hour_count, night_hour_count=night_hour_count)
    return found


def _steps(counted: pl.DataFrame) -> dict[str, dict[date, float]]:
    found: dict[str, dict[date, float]] = {}
    for device, _, on, count in counted.iter_rows():
        of_device = found.setdefault(device, {})
        of_device[on] = max(of_device.get(on, 0.0), count)
    return found
