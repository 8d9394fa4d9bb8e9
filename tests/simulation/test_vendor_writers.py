"""What the writers of vendors' exports write, the readers read back as it was."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, Source
from pipelines.readers.read_file import read_source
from pipelines.simulation.account_exports import OWN_WAY, account_exports
from pipelines.simulation.frames import night_rows, value_rows
from pipelines.simulation.lives import lives
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.writers import oura, plan_csv, strava, whoop
from pipelines.tables import conform

ZONE = ZoneInfo("Atlantic/Azores")
DATES = [date(2026, 3, 1) + timedelta(days=day) for day in range(6)]
WAKES = np.array([datetime(2026, 3, 1 + day, 7, 10, tzinfo=UTC).timestamp() for day in range(6)])
STAGES = ("light", "deep", "rem", "awake")


@pytest.fixture
def nights():
    asleep = np.array([25_200.0, 24_000.0, 27_000.0, 22_800.0, 26_400.0, 25_800.0])
    made = night_rows(DATES, sleep_s=asleep, ends_s=WAKES, athlete_id=1, device_ids=["x"] * 6)
    return made.with_columns(is_nap=pl.lit(value=False))


@pytest.fixture
def values():
    rmssd, resting = np.array([55.0, 61.0, 48.0, 70.0, 66.0, 59.0]), np.array([50.0, 49.0, 52.0, 48.0, 48.0, 50.0])
    return value_rows(DATES, rmssd_ms=rmssd, resting_bpm=resting, athlete_id=1, device_ids=["x"] * 6)


@pytest.fixture
def runs():
    start = [datetime(2026, 3, day, 17, 5, tzinfo=UTC) for day in (1, 3)]
    rows = pl.DataFrame(
        {
            "activity_id": ["f:0", "g:0"],
            "start_at_utc": start,
            "end_at_utc": [one + timedelta(seconds=2700) for one in start],
            "sport": "running",
            "elapsed_s": 2700.0,
            "timer_s": 2640.0,
            "distance_m": [8012.5, 9120.0],
            "average_heart_rate_bpm": [142.0, 150.0],
            "max_heart_rate_bpm": [165.0, 181.0],
            "energy_kcal": [500.0, 560.0],
        }
    )
    return conform(rows, "activities")


@pytest.fixture
def reread(tmp_path):
    def read(name, content):
        path = tmp_path / name.replace("/", "-")
        path.write_bytes(content)
        source = Source(path=path, name=name, source_file_id="0" * 16, athlete_id=1, time_zone=ZONE)
        items = list(read_source(source, recognise(head_of(path))))
        assert items[-1].losses == ()
        return {item.table: item.frame for item in items if isinstance(item, Batch)}

    return read


def _told(frame, metric):
    return frame.filter(metric=metric).sort("value_date")["measured_value"].to_list()


def _same_nights(found, nights):
    names = ("night_date", "start_at_utc", "end_at_utc", "is_nap")
    assert found.sort("start_at_utc").select(names).rows() == nights.select(names).rows()
    apart = found.sort("start_at_utc")["sleep_duration_s"] - nights["sleep_duration_s"]
    assert apart.abs().max() <= 30


def test_whoop_cycles_come_back_with_their_nights_and_values(nights, values, reread):
    found = reread("physiological_cycles.csv", whoop.cycles_file(nights, values, zone=ZONE))

    _same_nights(found["nights"], nights)
    assert _told(found["daily_values"], "rmssd") == [55.0, 61.0, 48.0, 70.0, 66.0, 59.0]
    assert _told(found["daily_values"], "resting_heart_rate") == [50.0, 49.0, 52.0, 48.0, 48.0, 50.0]


def test_whoop_sleeps_come_back_with_their_naps(nights, reread):
    nap = nights.head(1).with_columns(
        pl.col("start_at_utc") + pl.duration(hours=14),
        pl.col("end_at_utc") + pl.duration(hours=9),
        is_nap=pl.lit(value=True),
    )

    found = reread("sleeps.csv", whoop.sleeps_file(pl.concat([nights, nap]), zone=ZONE))["nights"]

    assert found.sort("start_at_utc")["is_nap"].to_list() == [False, True, False, False, False, False, False]


def test_whoop_workouts_come_back(runs, reread):
    found = reread("workouts.csv", whoop.workouts_file(runs, zone=ZONE))["activities"].sort("start_at_utc")

    same = ["start_at_utc", "end_at_utc", "sport", "elapsed_s", "average_heart_rate_bpm", "max_heart_rate_bpm"]
    assert found.select(same).rows() == runs.select(same).rows()


def test_oura_nights_come_back_with_stages_series_and_values(nights, values, reread):
    first = nights["start_at_utc"][0]
    stages = conform(
        pl.DataFrame(
            {
                "night_id": nights["night_id"][0],
                "stage_index": list(range(4)),
                "stage": STAGES,
                "start_at_utc": [first + timedelta(minutes=50 * index) for index in range(4)],
                "end_at_utc": [first + timedelta(minutes=50 * (index + 1)) for index in range(4)],
            }
        ),
        "sleep_stages",
    )
    epochs = conform(
        pl.DataFrame(
            {
                "measured_at_utc": [first + timedelta(minutes=minutes) for minutes in (5, 10, 20)],
                "rmssd_ms": [50, 61, 58],
            }
        ),
        "hrv_epochs",
    )

    found = reread("sleepmodel.csv", oura.sleep_file(nights, stages, epochs, values, zone=ZONE))

    _same_nights(found["nights"], nights)
    assert _told(found["daily_values"], "rmssd") == [55.0, 61.0, 48.0, 70.0, 66.0, 59.0]
    same = ["stage", "start_at_utc", "end_at_utc"]
    assert found["sleep_stages"].select(same).rows() == stages.select(same).rows()
    assert (
        found["hrv_epochs"].select("measured_at_utc", "rmssd_ms").rows()
        == epochs.select("measured_at_utc", "rmssd_ms").rows()
    )


def test_strava_rows_come_back_with_the_names_of_their_files(runs, reread):
    content = strava.activities_file(runs, file_names={"f:0": "activities/11.fit.gz"})

    found = reread("activities.csv", content)["activities"].sort("start_at_utc")

    same = ["start_at_utc", "end_at_utc", "sport", "elapsed_s", "distance_m", "max_heart_rate_bpm"]
    assert found.select(same).rows() == runs.select(same).rows()
    assert found["vendor_id"].to_list() == ["activities/11.fit.gz", str(strava.FIRST_ID + 1)]


def test_a_plan_comes_back(reread):
    planned = [
        plan_csv.Planned(day=DATES[1], sport=None),
        plan_csv.Planned(day=DATES[0], sport="running", duration_s=5400.0, distance_m=15_000.0, words="Long, easy"),
    ]

    found = reread("plan.csv", plan_csv.plan_file(planned))["plans"]

    names = ("plan_date", "sport", "is_rest_day", "planned_duration_s", "planned_distance_m", "description")
    assert found.select(names).rows() == [
        (DATES[0], "running", False, 5400.0, 15_000.0, "Long, easy"),
        (DATES[1], None, True, None, None, "Rest day"),
    ]


def test_one_life_is_stated_by_each_account_in_its_own_way(reread):
    (life,) = lives(seed=4, squad=ROSTER[4:5], day_count=8, last_date=date(2026, 5, 8))

    read = {export.path: reread(export.path, export.content) for export in account_exports(life)}

    rmssd = {path: _told(frames["daily_values"], "rmssd") for path, frames in read.items() if "daily_values" in frames}
    level = np.exp(life.days.ln_rmssd[[day for day in range(8) if life.is_measured(day)]])
    assert rmssd["whoop/physiological_cycles.csv"] == pytest.approx(level * OWN_WAY["whoop"], abs=0.6)
    assert rmssd["oura/sleepmodel.csv"] == pytest.approx(level * OWN_WAY["oura"], abs=0.6)
    whoop_runs, strava_runs = (read[path]["activities"] for path in ("whoop/workouts.csv", "strava/activities.csv"))
    assert whoop_runs["start_at_utc"].sort().to_list() == strava_runs["start_at_utc"].sort().to_list()
