"""Exercises as Fitbit sums them up, in its logs (JSON) and in the later table (CSV)."""

from datetime import UTC, datetime, timedelta

from pipelines.readers.csv_file import CsvRow
from pipelines.readers.fitbit.nights import offset_in
from pipelines.readers.fitbit.stamps import stamp_in
from pipelines.readers.json_values import Node
from pipelines.readers.local_times import moment_of, parsed_time
from pipelines.readers.readings import as_zone
from pipelines.readers.stated import Stated, heart_rate_or_none
from pipelines.readers.text_file import number_of

METRES = {"kilometer": 1000.0, "mile": 1609.344, "meter": 1.0, "yard": 0.9144}
"""Length of each unit a log names (m)."""

SPORTS = {
    "run": ("running", None),
    "running": ("running", None),
    "outdoor run": ("running", None),
    "treadmill": ("running", "treadmill"),
    "treadmill run": ("running", "treadmill"),
    "walk": ("walking", None),
    "walking": ("walking", None),
    "bike": ("cycling", None),
    "biking": ("cycling", None),
    "outdoor bike": ("cycling", None),
    "mountain biking": ("cycling", "mountain"),
    "spinning": ("cycling", "spin"),
    "swim": ("swimming", None),
    "swimming": ("swimming", None),
    "hike": ("hiking", None),
    "hiking": ("hiking", None),
    "weights": ("training", "strength_training"),
    "workout": ("training", None),
    "yoga": ("training", "yoga"),
}
"""Sport and finer kind, in the words of the FIT reader, by Fitbit's name; others keep theirs."""

LONGEST_MS = 20 * 86_400_000.0
"""No exercise lasts longer (ms)."""

CLOCK_DOUBT = "starts of exercises are read as UTC: the log does not say"


def take_exercise(log: Node, found: Stated) -> bool:
    """One exercise log, without records."""
    start, length_ms = stamp_in(log.get("starttime")), log.number("duration", "originalduration")
    if start is None or length_ms is None or not 0 <= length_ms <= LONGEST_MS:
        return False
    started = start.replace(tzinfo=UTC)
    if CLOCK_DOUBT not in found.notes:
        found.note(CLOCK_DOUBT)
    tracker = log.node("source").text("name")
    active_ms = log.number("activeduration")
    distance, unit = log.number("distance"), (log.text("distanceunit") or "").lower()
    has_distance = distance is not None and distance >= 0 and unit in METRES
    sport, sub_sport = _sport(log.text("activityname") or "generic")
    found.activity(
        {
            "start_at_utc": started,
            "end_at_utc": started + timedelta(milliseconds=length_ms),
            "utc_offset_s": None,
            "time_basis": "utc",
            "local_date": started.astimezone(found.source.time_zone).date(),
            "sport": sport,
            "sub_sport": sub_sport,
            "device_id": found.device("fitbit", tracker) if tracker else found.app,
            "elapsed_s": length_ms / 1000,
            "timer_s": active_ms / 1000 if active_ms is not None and active_ms >= 0 else None,
            "distance_m": distance * METRES[unit] if has_distance and distance is not None else None,
            "energy_kcal": log.number("calories"),
            "average_heart_rate_bpm": heart_rate_or_none(log.number("averageheartrate")),
            "vendor_id": log.text("logid"),
        }
    )
    return True


def take_exercise_row(row: CsvRow, found: Stated) -> bool:
    """One exercise of the later table: UTC with an offset beside it."""
    start, end = (parsed_time(row.cells.get(f"exercise_{edge}", "")) for edge in ("start", "end"))
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    starts, ends = moment_of(start, found.source.time_zone), moment_of(end, found.source.time_zone)
    offset_s = offset_in(row.cells.get("utc_offset", ""))
    number = {name: number_of(row.cells.get(f"tracker_{name}", "")) for name in _TRACKED}
    distance_mm, ascent_mm = number["total_distance_mm"], number["total_altitude_mm"]
    sport, sub_sport = _sport(row.cells.get("activity_name") or "generic")
    local = starts.at_utc.astimezone(as_zone(found.source.time_zone if offset_s is None else offset_s))
    found.activity(
        {
            "start_at_utc": starts.at_utc,
            "end_at_utc": max(starts.at_utc, ends.at_utc),
            "utc_offset_s": offset_s,
            "time_basis": starts.time_basis if offset_s is None else "local_with_offset",
            "local_date": local.date(),
            "sport": sport,
            "sub_sport": sub_sport,
            "device_id": found.app,
            "elapsed_s": max(0.0, (ends.at_utc - starts.at_utc).total_seconds()),
            "distance_m": None if distance_mm is None else distance_mm / 1000,
            "ascent_m": None if ascent_mm is None else ascent_mm / 1000,
            "energy_kcal": number["total_calories"],
            "average_heart_rate_bpm": heart_rate_or_none(number["avg_heart_rate"]),
            "max_heart_rate_bpm": heart_rate_or_none(number["peak_heart_rate"]),
            "vendor_id": row.cells.get("exercise_id") or None,
        }
    )
    return True


_TRACKED = ("total_distance_mm", "total_altitude_mm", "total_calories", "avg_heart_rate", "peak_heart_rate")


def _sport(name: str) -> tuple[str, str | None]:
    told = " ".join(name.split()).lower()
    return SPORTS.get(told, (told.replace(" ", "_"), None))
