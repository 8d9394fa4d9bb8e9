"""How far two recordings lie apart at equal times: the best lag, gaps that are not bridged, too little to say."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.quality.recordings import BRIDGE_S, FEWEST_POINTS, THIN_S, likeness, recordings

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def _records(name, *, count=600, late_s=0.0, gap=None, beats=True, way=True):
    """One record a second to the north at 3 m/s; without those of the gap (s)."""
    time_s = np.arange(count)
    rows = pl.DataFrame(
        {
            "activity_id": name,
            "recorded_at_utc": [START + timedelta(seconds=float(t) + late_s) for t in time_s],
            "latitude_deg": 47.0 + 3.0 * time_s / 111_195.0 if way else [None] * count,
            "longitude_deg": [8.0] * count if way else [None] * count,
            "heart_rate_bpm": 120 + time_s // 10 if beats else [None] * count,
            "other_heart_rate_bpm": [None] * count,
        },
        schema_overrides={
            "latitude_deg": pl.Float64, "longitude_deg": pl.Float64, "heart_rate_bpm": pl.Int16,
            "other_heart_rate_bpm": pl.Int16,
        },
    )  # fmt: skip
    return rows if gap is None else pl.concat([rows[: gap[0]], rows[gap[1] :]])


def _held(*frames):
    return recordings(pl.concat(frames))


@pytest.mark.parametrize(("lags_s", "expected_m"), [((0,), 30.0), ((-10, 0, 10), 0.0)])
def test_the_best_lag_is_taken(lags_s, expected_m):
    held = _held(_records("a"), _records("b", late_s=10.0))

    found = likeness(held["a"], held["b"], shift_s=0, lags_s=lags_s)

    assert found.median_m == pytest.approx(expected_m, abs=0.5)
    assert found.lag_s == (-10 if expected_m == 0 else 0)


def test_a_shift_is_added_to_the_clock_of_the_other():
    held = _held(_records("a"), _records("b", late_s=3600.0))

    assert likeness(held["a"], held["b"], shift_s=-3600, lags_s=(0,)).median_m == pytest.approx(0.0, abs=0.1)
    assert likeness(held["a"], held["b"], shift_s=0, lags_s=(0,)).median_m is None


def test_records_are_thinned():
    assert len(_held(_records("a"))["a"].place_s) == 600 // THIN_S


@pytest.mark.parametrize(("gap_s", "is_bridged"), [(BRIDGE_S - 2 * THIN_S, True), (BRIDGE_S + 2 * THIN_S, False)])
def test_a_gap_is_bridged_only_when_it_is_short(gap_s, is_bridged):
    # The detour in the gap is seen by the other recording only: what is not bridged says nothing.
    whole, broken = _records("a", count=150), _records("b", count=150, gap=(60, 60 + int(gap_s)))
    detour = pl.int_range(pl.len()).is_between(60, 60 + int(gap_s) - 1)
    bent = whole.with_columns(pl.when(detour).then(pl.col("latitude_deg") + 0.1).otherwise("latitude_deg"))
    held = _held(bent, broken)

    found = likeness(held["a"], held["b"], shift_s=0, lags_s=(0,))

    assert found.median_m == pytest.approx(0.0, abs=0.5)
    assert (found.p90_m > 1000.0) is is_bridged


@pytest.mark.parametrize(("points", "is_told"), [(FEWEST_POINTS + 3, True), (FEWEST_POINTS - 1, False)])
def test_too_few_common_points_say_nothing(points, is_told):
    held = _held(_records("a"), _records("b", count=points * THIN_S))

    assert (likeness(held["a"], held["b"], shift_s=0, lags_s=(0,)).median_m is not None) is is_told


def test_heart_rate_is_compared_where_there_is_no_way():
    held = _held(_records("a", way=False), _records("b", way=False).with_columns(pl.col("heart_rate_bpm") + 7))

    found = likeness(held["a"], held["b"], shift_s=0, lags_s=(0,))

    assert (found.median_m, found.heart_rate_bpm) == (None, pytest.approx(7.0))


def test_without_heart_rate_and_way_nothing_is_said():
    held = _held(_records("a", way=False, beats=False), _records("b"))

    found = likeness(held["a"], held["b"], shift_s=0, lags_s=(0, 5))

    assert (found.median_m, found.heart_rate_bpm) == (None, None)
