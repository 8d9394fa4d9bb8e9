"""Which of the many files of Fitbit's export one is: by its names or titles, and where these tell nothing, its name."""

import re
from collections.abc import Mapping
from typing import Literal

from pipelines.readers.contract import Head
from pipelines.readers.csv_file import header_of, key_of
from pipelines.readers.json_head import json_start, names_in

Family = Literal[
    "empty", "unused_json", "unused_csv", "sleep", "heart_rate", "resting", "steps", "exercise", "hrv_days",
    "hrv_epochs", "heart_rate_rows", "resting_rows", "step_rows", "sleep_rows", "exercise_rows", "score_rows",
]  # fmt: skip
"""Kinds of files; the two unused ones are listed and not read."""

NO_DATA = b"no data"
"""All that a family without data holds."""

JSON_FAMILIES: tuple[tuple[Family, frozenset[str]], ...] = (
    ("sleep", frozenset({"logid", "dateofsleep"})),
    ("heart_rate", frozenset({"datetime", "bpm"})),
    ("resting", frozenset({"datetime", "value", "date", "error"})),
    ("exercise", frozenset({"logid", "activityname"})),
    ("unused_json", frozenset({"logid", "weight"})),
)
"""Family and names (folded) of its records; the first that fits is it."""

SERIES_NAMES = frozenset({"datetime", "value"})
"""Names (folded) of a series: what is counted stands in the file's name."""

CSV_FAMILIES: tuple[tuple[Family, frozenset[str]], ...] = (
    ("hrv_days", frozenset({"timestamp", "rmssd", "nremhr"})),
    ("hrv_days", frozenset({"timestamp", "average heart rate variability milliseconds"})),
    ("hrv_epochs", frozenset({"timestamp", "rmssd", "coverage"})),
    ("hrv_epochs", frozenset({"timestamp", "root mean square of successive differences milliseconds"})),
    ("sleep_rows", frozenset({"sleep_id", "sleep_start", "sleep_end"})),
    ("unused_csv", frozenset({"sleep_id", "sleep_stage_type"})),
    ("exercise_rows", frozenset({"exercise_start", "exercise_end"})),
    ("score_rows", frozenset({"sleep_log_entry_id", "overall_score"})),
    ("score_rows", frozenset({"date", "stress_score", "status"})),
    ("score_rows", frozenset({"date", "readiness_score_value"})),
    ("unused_csv", frozenset({"timestamp", "bucket_values"})),
    ("unused_csv", frozenset({"timestamp", "daily_respiratory_rate"})),
    ("unused_csv", frozenset({"timestamp", "full_sleep_breathing_rate"})),
    ("unused_csv", frozenset({"timestamp", "average_value", "lower_bound", "upper_bound"})),
    ("unused_csv", frozenset({"sleep_start", "sleep_end", "nightly_temperature"})),
    ("unused_csv", frozenset({"recorded_time", "temperature", "sensor_type"})),
    ("unused_csv", frozenset({"date_time", "heart_zone_id", "total_minutes"})),
    ("unused_csv", frozenset({"timestamp", "mean_dba", "snoring_events_number"})),
)
"""Family and titles of its table; the first that fits is it."""

SERIES: Mapping[frozenset[str], Family] = {
    frozenset({"beats per minute"}): "heart_rate_rows",
    frozenset({"steps"}): "step_rows",
}
"""Family of a table of a time stamp and nothing but these columns, besides the source."""

UNUSED_SERIES = frozenset(
    {
        "distance", "calories", "floors", "oxygen saturation percentage", "temperature celsius", "weight grams",
        "height millimeters", "body fat percentage", "altitude", "gain (mm)",
    }
)  # fmt: skip
"""Columns of tables that older exports write without a source."""

_UNUSED_NAMES = re.compile(
    r"^(?:User[A-Z]\w*|Minute SpO2.*|estimated_oxygen_variation.*|Daily (?:SpO2|Respiratory Rate Summary).*"
    r"|Snore Details.*|Computed Temperature.*|Device Temperature.*|Active Zone Minutes.*)\.csv$",
    re.IGNORECASE,
)
SERIES_BY_NAME: tuple[tuple[str, Family], ...] = (
    ("steps", "steps"),
    ("heart_rate-", "heart_rate"),
    ("resting_heart_rate", "resting"),
)
"""Start of a file's name and what its series counts, where its records do not say; a cut one may not come so far."""

_MONTH_FIRST_STAMP = re.compile(r'"dateTime"\s*:\s*"\d\d/\d\d/\d\d')
_DAILY_STAMP = re.compile(r"^\d{4}-\d\d-\d\dT00:00:00")


def family_of(head: Head) -> Family | None:
    """The family of a file; null when it is none of Fitbit's."""
    if head.size_bytes < 64 and head.start.strip().lower() == NO_DATA:  # noqa: PLR2004 - two words and line ends
        return "empty"
    text = json_start(head)
    if text is not None:
        return _of_json(text, head.name) if text.startswith("[") else None
    lines = head.lines() or []
    titles = frozenset(key_of(title) for title in header_of(lines[:1]))
    return _of_csv(titles, lines[1:], head.name)


def _of_json(text: str, name: str) -> Family | None:
    names = names_in(text)
    found = next((family for family, keys in JSON_FAMILIES if keys <= names), None)
    if found is not None or not names >= SERIES_NAMES or not _MONTH_FIRST_STAMP.search(text):
        return found
    return next((family for start, family in SERIES_BY_NAME if name.lower().startswith(start)), "unused_json")


def _of_csv(titles: frozenset[str], lines: list[str], name: str) -> Family | None:
    found = next((family for family, keys in CSV_FAMILIES if keys <= titles), None)
    if found is not None:
        return found
    if "timestamp" in titles and titles - {"timestamp", "data source"} in SERIES:
        family = SERIES[titles - {"timestamp", "data source"}]
        is_daily = "resting" in name.lower() or (bool(lines) and all(_DAILY_STAMP.match(line) for line in lines[:3]))
        return "resting_rows" if family == "heart_rate_rows" and is_daily else family
    others = titles - {"timestamp"}
    is_series = others != titles and ("data source" in others or (bool(others) and others <= UNUSED_SERIES))
    if is_series or (titles and _UNUSED_NAMES.search(name)):
        return "unused_csv"
    return None
