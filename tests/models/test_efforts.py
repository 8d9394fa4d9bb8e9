from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.models import efforts
from pipelines.models.efforts import Effort, critical_speed_s, effort_rows, riegel_s, rival_efforts, rival_log_s, runs

FIRST_DAY = date(2025, 1, 1)


@pytest.fixture(scope="module")
def year() -> pl.DataFrame:
    """Two athletes who run every third day; every fifth run is hard and flat out over 5 or 10 km."""
    rows = []
    for athlete_id in (1, 2):
        for number in range(60):
            is_hard, km = number % 5 == 4, 10.0 if number % 2 else 5.0
            pace = 240.0 if is_hard else 330.0
            rows.append(
                {
                    "athlete_id": athlete_id,
                    "day_date": FIRST_DAY + timedelta(days=3 * number),
                    "activity_id": f"{athlete_id}:{number:02}",
                    "distance_m": 1000 * km + 200,
                    "moving_time_s": pace * km,
                    "mean_heart_rate_bpm": 175.0 + number / 100 if is_hard else 140.0,
                    "best_1_km": pace,
                    "best_5_km": 5 * pace,
                    "best_10_km": 10 * pace * 1.02 if km == 10 else None,
                }
            )
    return runs(pl.DataFrame(rows, infer_schema_length=None))


def past(*told: tuple[int, float, float]) -> list[Effort]:
    return [Effort(day=FIRST_DAY + timedelta(days=day), distance_km=km, time_s=time_s) for day, km, time_s in told]


def test_riegel_s_law_lengthens_the_pace_with_the_distance():
    (five,) = past((0, 5.0, 1200.0))

    assert riegel_s(five, 10.0) == pytest.approx(1200 * 2**1.06)


def test_critical_speed_is_the_line_through_the_efforts():
    on_a_line = past((0, 1.0, 200.0), (1, 5.0, 1200.0))

    assert critical_speed_s(on_a_line, 10.0) == pytest.approx(1200 + 5 / (4 / 1000))


@pytest.mark.parametrize("told", [((0, 5.0, 1200.0), (1, 5.0, 1260.0)), ((0, 1.0, 300.0), (1, 5.0, 1300.0))])
def test_without_a_line_or_with_a_negative_reserve_the_mean_speed_counts(told):
    efforts_before = past(*told)
    distance_km = sum(one.distance_km for one in efforts_before)

    expected = 10 * sum(one.time_s for one in efforts_before) / distance_km
    assert critical_speed_s(efforts_before, 10.0) == pytest.approx(expected)


def test_the_last_and_the_best_effort_are_rivals_of_their_own():
    told = rival_log_s(5.0, past((0, 5.0, 1100.0), (9, 5.0, 1200.0)))

    assert np.exp([told["riegel_last"], told["riegel_best"]]) == pytest.approx([1200.0, 1100.0])


def test_hard_runs_are_efforts_and_three_before_make_one_count(year):
    rows = effort_rows(year).filter(athlete_id=1)

    assert rows["subject"].unique().sort().to_list() == ["10 km", "5 km"]
    assert rows.height == 10  # the first two are needed to tell what is hard
    assert rows["has_history"].to_list() == [False] * 3 + [True] * 7
    assert (rows["target"].exp() < 250 * 10).all()


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"distance_m": pl.col("distance_m") * 1.9}, 10),
        ({"distance_m": pl.col("distance_m") * 2.1}, 0),
        ({"mean_heart_rate_bpm": pl.lit(None, dtype=pl.Float64)}, 0),
    ],
)
def test_a_run_for_another_distance_or_without_heart_rate_is_no_effort(year, change, count):
    assert effort_rows(year.with_columns(**change)).filter(athlete_id=1).height == count


@pytest.mark.parametrize(("least", "count"), [(10, 10), (15, 9)])
def test_hard_is_told_from_enough_earlier_runs(year, monkeypatch, least, count):
    monkeypatch.setattr(efforts, "LEAST_EARLIER_RUNS", least)

    assert effort_rows(year).filter(athlete_id=1).height == count


@pytest.mark.parametrize("column", ["moving_time_s", "mean_heart_rate_bpm", "best_5_km", "best_10_km"])
def test_nothing_of_the_day_itself_or_later_moves_a_feature_or_a_rival(year, column):
    turn = FIRST_DAY + timedelta(days=102)
    later = pl.col("day_date") >= turn
    moved = year.with_columns(pl.when(later).then(pl.col(column) * 1.2).otherwise(pl.col(column)).alias(column))

    assert not moved.equals(year)
    for told in (effort_rows, rival_efforts):
        before, after = (told(known).filter(pl.col("day_date") <= turn).drop("target") for known in (year, moved))
        assert before.height > 4
        assert_frame_equal(before, after)


def test_without_a_run_there_is_no_row(year):
    assert effort_rows(year.clear()).is_empty()
    assert rival_efforts(year.clear()).is_empty()
