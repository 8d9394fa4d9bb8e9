"""Summaries of activities in Garmin's JSON: the account export's odd units, and the web service's plain ones.

Source: public notes on real account exports (cm, ms, and a tenth of m/s); the service states m, s and m/s under
other names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product

from pipelines.readers.contract import Batch
from pipelines.readers.json_values import Node, offset_between
from pipelines.readers.readings import as_zone
from pipelines.readers.stated import Stated, heart_rate_or_none

FACTORS = {"duration": (0.001, 1.0), "distance": (0.01, 1.0), "speed": (10.0, 1.0)}
"""To s, m and m/s: from the account export's units, and from plain ones."""

AGREEMENT = 0.10
"""Distance over time may differ so much (fraction) from the stated mean speed before the units are doubted."""

FASTEST_M_PER_S = {"running": 8.0, "walking": 3.5, "hiking": 3.5, "swimming": 2.5, "cycling": 16.0}
"""Mean speed (m/s) nobody keeps: beyond it the units are doubted. Records of a mile, a walk, 50 m and an hour."""

FASTEST_OTHERWISE_M_PER_S = 30.0
"""Mean speed (m/s) no other activity by muscle keeps."""

LONGEST_S = 20 * 86_400.0
"""No activity lasts longer (s)."""

SPORTS = {
    "treadmill_running": ("running", "treadmill"),
    "indoor_running": ("running", "indoor_running"),
    "trail_running": ("running", "trail"),
    "track_running": ("running", "track"),
    "street_running": ("running", "street"),
    "ultra_run": ("running", "ultra"),
    "virtual_run": ("running", "virtual_activity"),
    "obstacle_run": ("running", "obstacle"),
    "road_biking": ("cycling", "road"),
    "mountain_biking": ("cycling", "mountain"),
    "indoor_cycling": ("cycling", "indoor_cycling"),
    "gravel_cycling": ("cycling", "gravel_cycling"),
    "virtual_ride": ("cycling", "virtual_activity"),
    "cyclocross": ("cycling", "cyclocross"),
    "track_cycling": ("cycling", "track_cycling"),
    "lap_swimming": ("swimming", "lap_swimming"),
    "open_water_swimming": ("swimming", "open_water"),
    "casual_walking": ("walking", "casual_walking"),
    "speed_walking": ("walking", "speed_walking"),
    "indoor_walking": ("walking", "indoor_walking"),
    "strength_training": ("training", "strength_training"),
    "indoor_cardio": ("training", "cardio_training"),
    "indoor_rowing": ("rowing", "indoor_rowing"),
    "multi_sport": ("multisport", None),
}
"""Sport and finer kind, in the words of the FIT reader, by Garmin's key; other keys stay as they are."""


@dataclass(frozen=True, kw_only=True)
class _Measures:
    """Factors of one activity to s, m and m/s."""

    duration: float
    distance: float
    speed: float

    @property
    def is_of_account(self) -> bool:
        return self.distance < 1.0


def is_activity(record: Node) -> bool:
    """Whether an object sums up an activity."""
    has_start = "begintimestamp" in record or "starttimegmt" in record
    return "activityid" in record and has_start and ("activitytype" in record or "duration" in record)


def whole_activity(record: Node) -> Node:
    """One activity whose numbers the service wraps by themselves, beside its key and kind."""
    told = record.get("summarydto")
    numbers = {str(name): value for name, value in told.items()} if isinstance(told, dict) else {}
    kind = record.get("activitytypedto", "activitytype")
    return Node({**numbers, "activityId": record.get("activityid"), "activityType": kind})


@dataclass(kw_only=True)
class Activities:
    """The activities of one file by their key, the later of two with one key; some are the whole of others."""

    found: Stated
    _names: tuple[str, ...] = ()
    _rows: dict[str, tuple[object, ...]] = field(default_factory=dict)
    _parents: set[str] = field(default_factory=set)

    def take(self, record: Node) -> None:
        """One activity without records."""
        if (parent := record.text("parentid")) is not None:
            self._parents.add(parent)
        row = _row(record, self.found)
        if row is None:
            self.found.note("activities without a start")
        else:
            self._names = tuple(row)
            self._rows[record.text("activityid") or f"number {len(self._rows)}"] = tuple(row.values())

    def hand_on(self) -> Iterator[Batch]:
        """Every activity but those whose parts are there by themselves."""
        for key in tuple(self._rows):
            row = self._rows.pop(key)
            if key in self._parents:
                self.found.note("multisport activities whose parts are read")
            else:
                self.found.activity(dict(zip(self._names, row, strict=True)))
            yield from self.found.full()


def _row(record: Node, found: Stated) -> dict[str, object] | None:
    start = record.utc("begintimestamp") or record.utc("starttimegmt")
    if start is None:
        return None
    key = record.node("activitytype").text("typekey") or record.text("activitytype") or "generic"
    sport, sub_sport = _sport(key)
    units = _units(record, sport)
    timer_s = _times(record, units.duration, "duration", "movingduration")
    elapsed_s = _times(record, units.duration, "elapsedduration")
    whole_s = next((told for told in (elapsed_s, timer_s) if told is not None and told <= LONGEST_S), 0.0)
    offset_s = offset_between(record.utc("starttimegmt") or start, record.wall("starttimelocal"))
    serial = record.text("deviceid")
    if "calories" in record and units.is_of_account:
        found.note("calories of activities, whose unit differs between exports")
    return {
        "start_at_utc": start,
        "end_at_utc": start + timedelta(seconds=whole_s),
        "utc_offset_s": offset_s,
        "time_basis": "utc" if offset_s is None else "local_with_offset",
        "local_date": _local(start, offset_s, found).date(),
        "sport": sport,
        "sub_sport": sub_sport,
        "device_id": found.device("garmin", "unknown", serial) if serial not in (None, "0") else None,
        "elapsed_s": elapsed_s,
        "timer_s": timer_s,
        "distance_m": _times(record, units.distance, "distance"),
        "ascent_m": _times(record, units.distance, "elevationgain"),
        "energy_kcal": None if units.is_of_account else _times(record, 1.0, "calories"),
        "average_heart_rate_bpm": heart_rate_or_none(record.number("avghr", "averagehr")),
        "max_heart_rate_bpm": heart_rate_or_none(record.number("maxhr")),
        "vendor_id": record.text("activityid"),
    }


def _local(start: datetime, offset_s: int | None, found: Stated) -> datetime:
    return start.astimezone(as_zone(found.source.time_zone if offset_s is None else offset_s))


def _sport(key: str) -> tuple[str, str | None]:
    name = key.strip().lower()
    return SPORTS.get(name, (name or "generic", None))


def _units(record: Node, sport: str) -> _Measures:
    """The factors that make time, distance and mean speed agree and possible; the account export's come first.

    Names of the web service settle it: there the units are plain.
    """
    plain = _Measures(duration=1.0, distance=1.0, speed=1.0)
    if "averagespeed" in record or "averagehr" in record or isinstance(record.get("starttimegmt"), str):
        return plain
    account = _Measures(duration=0.001, distance=0.01, speed=10.0)
    told = [record.number(name) for name in ("duration", "distance", "avgspeed")]
    duration, distance, speed = (value if value is not None and value > 0 else None for value in told)
    if duration is None or distance is None or speed is None:
        return account
    fastest = FASTEST_M_PER_S.get(sport, FASTEST_OTHERWISE_M_PER_S)
    for time_factor, distance_factor, speed_factor in product(*FACTORS.values()):
        stated, covered = speed * speed_factor, distance * distance_factor / (duration * time_factor)
        if abs(covered - stated) <= AGREEMENT * stated and stated <= fastest:
            return _Measures(duration=time_factor, distance=distance_factor, speed=speed_factor)
    return account


def _times(record: Node, factor: float, *names: str) -> float | None:
    value = record.number(*names)
    return value * factor if value is not None and value >= 0 else None
