"""Writes simulated runs as Strava's bulk export names them: activities.csv with doubled titles, times in UTC."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime

import polars as pl

HEADINGS = (
    "Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
    "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note", "Activity Gear", "Filename",
    "Athlete Weight", "Bike Weight", "Elapsed Time", "Moving Time", "Distance", "Max Speed", "Average Speed",
    "Elevation Gain", "Elevation Loss", "Elevation Low", "Elevation High", "Max Grade", "Average Grade",
    "Average Positive Grade", "Average Negative Grade", "Max Cadence", "Average Cadence", "Max Heart Rate",
    "Average Heart Rate", "Max Watts", "Average Watts", "Calories",
)  # fmt: skip
TYPES = {"running": "Run", "cycling": "Ride", "swimming": "Swim", "walking": "Walk"}
FIRST_ID = 9_000_000_001


def activities_file(activities: pl.DataFrame, *, file_names: Mapping[str, str]) -> bytes:
    """activities.csv from the columns of `activities`; `file_names` maps activity_id to the file in the export."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    for number, row in enumerate(activities.sort("start_at_utc").to_dicts()):
        writer.writerow(_line(row, FIRST_ID + number, file_names.get(row["activity_id"], "")))
    return text.getvalue().encode()


def _line(row: Mapping[str, object], number: int, file_name: str) -> tuple[object, ...]:
    start, distance, elapsed = row["start_at_utc"], row["distance_m"], row["elapsed_s"]
    assert isinstance(start, datetime)
    kind = TYPES.get(str(row["sport"]), str(row["sport"]))
    km = f"{distance / 1000:.2f}" if isinstance(distance, float) else ""
    peak, average, ascent = row["max_heart_rate_bpm"], row["average_heart_rate_bpm"], row["ascent_m"]
    shown = (elapsed, km, peak, "", "false", "", "", file_name)
    detailed = ("", "", elapsed, row["timer_s"], distance, "", "", ascent, *[""] * 9, peak, average, "", "", "")
    cells = (number, _date(start), f"{kind} of the day", kind, "Easy,\nflat", *shown, *detailed)
    return tuple("" if cell is None else cell for cell in cells)


def _date(moment: datetime) -> str:
    """A time as the export writes it in English, such as Jan 1, 2026, 6:00:00 AM."""
    half = "AM" if moment.hour < 12 else "PM"
    clock = f"{moment.hour % 12 or 12}:{moment:%M:%S} {half}"
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{months[moment.month - 1]} {moment.day}, {moment.year}, {clock}"
