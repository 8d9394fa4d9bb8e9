"""Values Fitbit states for a day: RMSSD, resting heart rate, and scores that are never used."""

from collections.abc import Mapping
from datetime import date

from pipelines.readers.contract import Method
from pipelines.readers.csv_file import CsvRow
from pipelines.readers.fitbit import methods
from pipelines.readers.fitbit.sources import device_of
from pipelines.readers.fitbit.stamps import day_of
from pipelines.readers.json_values import Node
from pipelines.readers.stated import Stated, heart_rate_or_none
from pipelines.readers.text_file import number_of

NO_DATA = "NO_DATA"

HRV_COLUMNS: Mapping[str, Method] = {
    "rmssd": methods.RMSSD,
    "average heart rate variability milliseconds": methods.RMSSD,
    "deep_rmssd": methods.DEEP_RMSSD,
    "deep sleep root mean square of successive differences milliseconds": methods.DEEP_RMSSD,
    "nremhr": methods.NON_REM_HEART_RATE,
    "non rem heart rate beats per minute": methods.NON_REM_HEART_RATE,
}
"""What each column of the daily HRV tables is; 0 stands for none in all of them."""

SCORE_COLUMNS: Mapping[str, Method] = {
    "overall_score": methods.SLEEP_SCORE,
    "stress_score": methods.STRESS_SCORE,
    "readiness_score_value": methods.READINESS_SCORE,
}


def take_resting(entry: Node, found: Stated) -> bool:
    """Resting heart rate of a day; a year's file holds a 0 without a date for each day without one."""
    told = entry.node("value")
    day = day_of(told.get("date"))
    bpm = heart_rate_or_none(told.number("value"))
    if day is None or bpm is None:
        found.note("days without a resting heart rate")
    else:
        found.value(methods.RESTING, day, bpm)
    return True


def take_resting_row(row: CsvRow, found: Stated) -> bool:
    """Resting heart rate of a local date, whatever time zone its stamp claims."""
    day = day_of_row(row)
    device_id = device_of(row, found)
    if day is None:
        return False
    if device_id is not None:
        found.value(
            methods.RESTING,
            day,
            heart_rate_or_none(number_of(row.cells.get("beats per minute", ""))),
            device_id=device_id,
        )
    return True


def take_hrv_row(row: CsvRow, found: Stated) -> bool:
    """The numbers of a local date's sleep."""
    day = day_of_row(row)
    device_id = device_of(row, found)
    if day is None:
        return False
    told = {stated: number_of(row.cells.get(title, "")) for title, stated in HRV_COLUMNS.items() if title in row.cells}
    for stated, value in told.items():
        if value is not None and value > 0 and device_id is not None:
            found.value(stated, day, value, device_id=device_id)
    if not any(told.values()):
        found.note("days without HRV")
    return True


def take_score_row(row: CsvRow, found: Stated) -> bool:
    """A vendor's score of a day; a sleep score is stamped with the end of its sleep (UTC)."""
    if row.cells.get("status", "").upper() == NO_DATA or row.cells.get("calculation_failed", "").lower() == "true":
        found.note("days without a score")
        return True
    day = day_of_row(row)
    if day is None:
        return False
    for title, stated in SCORE_COLUMNS.items():
        value = number_of(row.cells.get(title, ""))
        if value is not None and value > 0:
            found.value(stated, day, value)
    return True


def day_of_row(row: CsvRow) -> date | None:
    """The local date of a row of a daily table."""
    return day_of(row.cells.get("timestamp") or row.cells.get("date") or "")
