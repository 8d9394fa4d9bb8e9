"""Workouts as activities without records."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

START, END = "2024-07-01 16:14:50 +0100", "2024-07-01 17:15:50 +0100"
QUANTITY = "HKQuantityTypeIdentifier"


def _statistics(kind: str, numbers: str, unit: str) -> str:
    return f'  <WorkoutStatistics type="{QUANTITY}{kind}" startDate="{START}" endDate="{END}" {numbers} unit="{unit}"/>'


def _event(kind: str, at: str) -> str:
    return f'  <WorkoutEvent type="HKWorkoutEventType{kind}" date="{at}"/>'


def _activity(read_whole: Callable[..., Any], text: str) -> dict[str, Any]:
    activities = read_whole("export.xml", text).frames["activities"]
    assert activities.height == 1
    return activities.row(0, named=True)


def test_sums_come_from_the_statistics_of_the_whole_and_not_of_its_parts(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    part = (
        f'  <WorkoutActivity uuid="0C82" startDate="{START}" endDate="{END}" duration="60" durationUnit="min">\n'
        + _statistics("DistanceWalkingRunning", 'sum="8.9"', "km")
        + '\n   <WorkoutEvent type="HKWorkoutEventTypePause" date="2024-07-01 16:20:00 +0100"/>\n  </WorkoutActivity>'
    )
    inside = "\n".join(
        (
            export.metadata("HKTimeZone", "Europe/Paris"),
            export.metadata("HKElevationAscended", "6575 cm"),
            part,
            _statistics("ActiveEnergyBurned", 'sum="655.5"', "Cal"),
            _statistics("DistanceWalkingRunning", 'sum="8.95512"', "km"),
            _statistics("HeartRate", 'average="130.25" minimum="87" maximum="139"', "count/min"),
        )
    )

    activity = _activity(read_whole, export.whole(export.workout("Running", START, END, inside)))

    assert activity["start_at_utc"] == datetime(2024, 7, 1, 15, 14, 50, tzinfo=UTC)
    assert (activity["utc_offset_s"], activity["local_date"]) == (7200, date(2024, 7, 1))
    assert (activity["sport"], activity["sub_sport"], activity["record_count"]) == ("running", None, 0)
    assert (activity["elapsed_s"], activity["timer_s"]) == (3660.0, 1800.0)
    assert (activity["distance_m"], activity["ascent_m"], activity["energy_kcal"]) == (8955.12, 65.75, 655.5)
    assert (activity["average_heart_rate_bpm"], activity["max_heart_rate_bpm"]) == (130.25, 139.0)
    assert (activity["device_id"], activity["heart_rate_source"]) == ("appleinc.:watch6,7:", "unknown")


@pytest.mark.parametrize(
    ("stated", "metres"),
    [
        pytest.param('totalDistance="5" totalDistanceUnit="km"', 5000.0, id="km"),
        pytest.param('totalDistance="1" totalDistanceUnit="mi"', 1609.344, id="miles"),
        pytest.param('totalDistance="100" totalDistanceUnit="yd"', 91.44, id="yards"),
        pytest.param('totalDistance="750" totalDistanceUnit="m"', 750.0, id="m"),
        pytest.param('totalDistance="3" totalDistanceUnit="furlong"', None, id="an unknown unit is not guessed"),
        pytest.param('totalDistance="far" totalDistanceUnit="km"', None, id="no number"),
    ],
)
def test_older_exports_state_sums_as_attributes(
    stated: str, metres: float | None, export: Any, read_whole: Callable[..., Any]
) -> None:
    text = export.whole(export.workout("Walking", START, END, more=stated))

    activity = _activity(read_whole, text)

    assert activity["distance_m"] == (None if metres is None else pytest.approx(metres))
    assert activity["timer_s"] is None


@pytest.mark.parametrize(
    ("kind", "stated", "expected"),
    [
        ("Running", ("HKIndoorWorkout", "1"), ("running", "treadmill")),
        ("Running", ("HKIndoorWorkout", "0"), ("running", None)),
        ("Cycling", ("HKIndoorWorkout", "1"), ("cycling", "indoor_cycling")),
        ("Swimming", ("HKSwimmingLocationType", "1"), ("swimming", "lap_swimming")),
        ("Swimming", ("HKSwimmingLocationType", "2"), ("swimming", "open_water")),
        ("FunctionalStrengthTraining", ("x", "y"), ("training", "strength_training")),
        ("HighIntensityIntervalTraining", ("x", "y"), ("hiit", None)),
        ("Fencing", ("x", "y"), ("fencing", None)),
        ("", ("x", "y"), ("generic", None)),
    ],
)
def test_sports_are_named_as_in_every_other_format(
    kind: str, stated: tuple[str, str], expected: tuple[str, str | None], export: Any, read_whole: Callable[..., Any]
) -> None:
    activity = _activity(read_whole, export.whole(export.workout(kind, START, END, export.metadata(*stated))))

    assert (activity["sport"], activity["sub_sport"]) == expected


def test_pauses_run_from_each_stop_to_the_next_start_or_the_end(export: Any, read_whole: Callable[..., Any]) -> None:
    inside = "\n".join(
        (
            _event("Pause", "2024-07-01 16:20:00 +0100"),
            _event("Resume", "2024-07-01 16:21:00 +0100"),
            _event("Lap", "2024-07-01 16:22:00 +0100"),
            _event("MotionPaused", "2024-07-01 16:30:00 +0100"),
            _event("Pause", "2024-07-01 16:30:10 +0100"),
            _event("MotionResumed", "2024-07-01 16:31:00 +0100"),
            _event("Resume", "2024-07-01 16:31:00 +0100"),
            _event("Pause", "2024-07-01 17:15:00 +0100"),
        )
    )

    read = read_whole("export.xml", export.whole(export.workout("Running", START, END, inside)))

    pauses = [(start.minute, (end - start).total_seconds()) for start, end in read.frames["pauses"].select(
        "start_at_utc", "end_at_utc"
    ).rows()]  # fmt: skip
    assert pauses == [(20, 60.0), (30, 60.0), (15, 50.0)]
    assert read.report.passed_over == ("parts, laps and segments of workouts: 1",)


def test_the_files_of_the_route_are_named_once_each(export: Any, read_whole: Callable[..., Any]) -> None:
    route = (
        '  <WorkoutRoute sourceName="Watch">\n   <MetadataEntry key="a" value="b"/>\n'
        '   <FileReference path="{}"/>\n  </WorkoutRoute>'
    )
    paths = ["/workout-routes/route_2024-07-01_5.00pm.gpx"] * 2 + ["/workout-routes/route_2024-07-01_5.14pm.gpx"]
    text = export.whole(export.workout("Running", START, END, "\n".join(route.format(path) for path in paths)))

    activity = _activity(read_whole, text)

    assert activity["vendor_id"] == "route_2024-07-01_5.00pm.gpx;route_2024-07-01_5.14pm.gpx"


def test_a_workout_that_stands_twice_counts_once(export: Any, read_whole: Callable[..., Any]) -> None:
    workout = export.workout("Running", START, END)

    assert _activity(read_whole, export.whole(workout, workout))["activity_id"] == "0123456789abcdef:0"


def test_a_workout_without_a_time_is_lost(export: Any, read_whole: Callable[..., Any]) -> None:
    text = export.whole(export.workout("Running", START, END), export.workout("Running", "soon", END))

    read = read_whole("export.xml", text)

    assert read.frames["activities"].height == 1
    assert [(loss.what, loss.why) for loss in read.report.losses] == [("1 workout", "no start or end that can be read")]
