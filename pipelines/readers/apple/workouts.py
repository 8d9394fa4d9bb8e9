"""Workouts as activities without records: what the app sums up, the pauses, and the file that holds the route."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipelines.readers.apple.local_days import local_date, moment, offset_at
from pipelines.readers.apple.rows import QUANTITY, Element, Names, amount_of
from pipelines.readers.apple.stamps import stamp_in
from pipelines.readers.contract import Source
from pipelines.readers.sport_words import sport_of

TYPE = "HKWorkoutActivityType"
EVENT = "HKWorkoutEventType"

METRES = {"km": 1000.0, "mi": 1609.344, "m": 1.0, "yd": 0.9144, "ft": 0.3048, "cm": 0.01}
SECONDS = {"min": 60.0, "s": 1.0, "sec": 1.0, "hr": 3600.0, "h": 3600.0}
KILOCALORIES = {"kcal": 1.0, "Cal": 1.0, "kJ": 1.0 / 4.184, "cal": 0.001}

STOPS = {"Pause": True, "MotionPaused": True, "Resume": False, "MotionResumed": False}
"""Events that stop the timer, and those that start it again."""

INDOOR = {"running": "treadmill", "cycling": "indoor_cycling", "walking": "indoor_walking", "rowing": "indoor_rowing"}
SWIM_PLACES = {"1": "lap_swimming", "2": "open_water"}

NAMES = {
    "TraditionalStrengthTraining": ("training", "strength_training"),
    "FunctionalStrengthTraining": ("training", "strength_training"),
    "CoreTraining": ("training", "strength_training"),
    "MixedCardio": ("training", "cardio_training"),
    "SwimBikeRun": ("multisport", None),
}
"""The app's own names of sports that nobody else uses."""


@dataclass(kw_only=True)
class Workouts:
    """Rows of activities and pauses that were not handed on yet, and what could not be placed in time."""

    count: int = 0
    """Activities so far."""
    activities: list[dict[str, object]] = field(default_factory=list)
    pauses: list[dict[str, object]] = field(default_factory=list)
    undated_count: int = 0
    part_count: int = 0
    """Parts, laps and segments that workouts list."""
    makers: set[int] = field(default_factory=set)
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def taken(self) -> dict[str, list[dict[str, object]]]:
        """The rows by table, which are not kept here any more."""
        rows = {"activities": self.activities, "pauses": self.pauses}
        self.activities, self.pauses = [], []
        return rows

    def add(self, workout: Element, names: Names, source: Source) -> None:
        """Adds one workout; one that the export repeats counts once."""
        stated = workout.stated
        start, end = stamp_in(stated.get("startDate")), stamp_in(stated.get("endDate"))
        if start is None or end is None:
            self.undated_count += 1
            return
        maker = names.makers.number_of(
            source=stated.get("sourceName", ""), version=stated.get("sourceVersion"), device=stated.get("device")
        )
        key = (maker, stated.get("workoutActivityType"), start[0], end[0])
        if key in self.seen:
            return
        self.seen.add(key)
        self.makers.add(maker)
        activity_id = f"{source.source_file_id}:{self.count}"
        self.count += 1
        offset = offset_at(start[0], zone=workout.metadata.get("HKTimeZone"), stated_s=start[1])
        self.activities.append(
            {
                "activity_id": activity_id,
                "start_at_utc": moment(start[0]),
                "end_at_utc": moment(end[0]),
                "utc_offset_s": offset,
                "time_basis": "local_with_offset",
                "local_date": local_date(start[0], offset),
                "device_id": names.makers.known[maker].device_id,
                "firmware": names.makers.known[maker].firmware,
                "heart_rate_source": "unknown",
                "elapsed_s": float(end[0] - start[0]),
                "record_count": 0,
                "vendor_id": route_of(workout),
                **_sport(workout),
                **_sums(workout),
            }
        )
        for index, (first, last) in enumerate(pauses_of(workout, end[0])):
            bounds = {"start_at_utc": moment(first), "end_at_utc": moment(last)}
            self.pauses.append({"activity_id": activity_id, "pause_index": index, **bounds})
        self.part_count += sum(
            name == "WorkoutActivity" or (name == "WorkoutEvent" and _event(part) not in STOPS)
            for name, part in workout.children
        )


def pauses_of(workout: Element, end_s: int) -> list[tuple[int, int]]:
    """Times (s since 1970, UTC) the timer stood still; a pause that nothing ends lasts until the end."""
    events = sorted(
        (at[0], not STOPS[_event(part)])
        for name, part in workout.children
        if name == "WorkoutEvent" and _event(part) in STOPS and (at := stamp_in(part.get("date")))
    )
    pauses: list[tuple[int, int]] = []
    stopped: int | None = None
    for at_s, is_start in [*events, (end_s, True)]:
        if not is_start:
            stopped = at_s if stopped is None else stopped
        elif stopped is not None:
            if at_s > stopped:
                pauses.append((stopped, at_s))
            stopped = None
    return pauses


def route_of(workout: Element) -> str | None:
    """Names of the files that hold the route, several parted by semicolons; null when there is none."""
    paths = [part["path"] for name, part in workout.children if name == "FileReference" and part.get("path")]
    return ";".join(dict.fromkeys(PurePosixPath(path).name for path in paths)) or None


def _event(part: dict[str, str]) -> str:
    return part.get("type", "").removeprefix(EVENT)


def _sport(workout: Element) -> dict[str, object]:
    name = workout.stated.get("workoutActivityType", "").removeprefix(TYPE)
    sport, sub_sport = NAMES.get(name) or sport_of(name)
    if workout.metadata.get("HKIndoorWorkout") == "1":
        sub_sport = INDOOR.get(sport or "", sub_sport)
    if sport == "swimming":
        sub_sport = SWIM_PLACES.get(workout.metadata.get("HKSwimmingLocationType", ""), sub_sport)
    return {"sport": sport or "generic", "sub_sport": sub_sport}


def _sums(workout: Element) -> dict[str, object]:
    """What the app sums up: from its statistics, else from the attributes older exports have."""
    stated = workout.stated
    sums = {
        part.get("type", "").removeprefix(QUANTITY): part
        for name, part in reversed(workout.children)
        if name == "WorkoutStatistics"
    }
    distance = next((part for name, part in sums.items() if name.startswith("Distance") and "sum" in part), {})
    energy, rate = sums.get("ActiveEnergyBurned", {}), sums.get("HeartRate", {})
    ascent = (workout.metadata.get("HKElevationAscended") or "").split(" ")
    distance_m = _in(METRES, distance.get("sum"), distance.get("unit"))
    energy_kcal = _in(KILOCALORIES, energy.get("sum"), energy.get("unit"))
    if distance_m is None:
        distance_m = _in(METRES, stated.get("totalDistance"), stated.get("totalDistanceUnit"))
    if energy_kcal is None:
        energy_kcal = _in(KILOCALORIES, stated.get("totalEnergyBurned"), stated.get("totalEnergyBurnedUnit"))
    return {
        "timer_s": _in(SECONDS, stated.get("duration"), stated.get("durationUnit")),
        "distance_m": distance_m,
        "energy_kcal": energy_kcal,
        "ascent_m": _in(METRES, ascent[0], ascent[-1]),
        "average_heart_rate_bpm": _in({"count/min": 1.0}, rate.get("average"), rate.get("unit")),
        "max_heart_rate_bpm": _in({"count/min": 1.0}, rate.get("maximum"), rate.get("unit")),
    }


def _in(units: dict[str, float], number: str | None, unit: str | None) -> float | None:
    """A number in our unit; null when it is none or its unit is not known."""
    amount = amount_of(number) if number else None
    return None if amount is None or unit not in units else amount * units[unit]
