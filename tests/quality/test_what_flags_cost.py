"""What the newer checks do to the figures: what is left out, what it costs, and which purposes it spoils."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest


def _facts(ask, given):
    facts = ask.judged(given)["facts"]
    return dict(facts.select("fact", "fact_value").iter_rows())


def _stood(make, *, counted_m):
    """Ten minutes with two of standing, in which the device counted so many metres."""
    stands = (np.arange(600) >= 300) & (np.arange(600) < 420)
    way = np.cumsum(np.where(stands, counted_m / 120, 3.0))
    east = np.where(stands, 20 * np.sin(np.arange(600) / 5), 0.0)
    north = np.cumsum(np.where(stands, 0.0, 3.0))
    return make.run(
        600,
        distance_m=way,
        speed_m_per_s=np.where(stands, counted_m / 120, 3.0),
        latitude_deg=47 + north / 111_195,
        longitude_deg=8 + east / 111_195,
        cadence_rpm=np.where(stands, 0.0, 85.0),
    )


def test_what_was_counted_while_standing_is_no_distance(make, ask):
    facts = _facts(ask, _stood(make, counted_m=150.0))

    assert facts["distance_m"] == pytest.approx(479 * 3.0, rel=0.01)
    assert facts["moving_s"] == pytest.approx(479, abs=2)


def test_a_jump_of_positions_is_no_distance_where_only_positions_say_how_far(make, ask):
    north = 3.0 * np.arange(900) + 900.0 * ((np.arange(900) > 300) & (np.arange(900) < 320))
    columns = {"distance_m": [None] * 900, "speed_m_per_s": [None] * 900, "latitude_deg": 47 + north / 111_195}

    facts = _facts(ask, make.run(900, **columns))

    assert facts["distance_m"] == pytest.approx(2700, rel=0.03)
    assert facts["error_distance_flagged"] > 0


def test_a_watch_that_never_found_its_place_knows_distance_as_badly_as_a_belt(make, ask):
    found, lost = make.run(900), make.run(900, latitude_deg=np.full(900, 47.0))

    known, guessed = (_facts(ask, given)["error_distance_source"] for given in (found, lost))

    assert guessed > 3 * known
    assert ask.verdict(found, "bests")["verdict"] == "usable"
    assert ask.verdict(lost, "bests")["verdict"] == "not_usable"
    assert ask.verdict(lost, "mean_pace")["grade"] == "ok"


@pytest.mark.parametrize(("ratio", "verdict"), [(1.0, "usable"), (1.2, "not_usable")])
def test_a_sum_that_disagrees_with_its_records_costs_half_of_the_difference(make, ask, ratio, verdict):
    given = make.run(900)
    whole_m = ratio * given["records"]["distance_m"].max()
    given["activities"] = given["activities"].with_columns(distance_m=pl.lit(whole_m))

    row = ask.verdict(given, "distance")

    assert row["verdict"] == verdict
    assert ("distance_disagreement" in row["reasons"]) == (ratio > 1)


def test_the_first_minutes_of_a_dry_strap_leave_the_mean(make, ask):
    beats = [150 + i % 3 for i in range(960)]
    beats[:90] = [200] * 90

    facts = _facts(ask, make.run(960, heart_rate_bpm=beats))

    assert facts["mean_heart_rate_bpm"] == pytest.approx(151, abs=0.2)
    assert facts["error_heart_rate_flagged"] > 0


@pytest.mark.parametrize("late_h", [1, 8])
def test_a_night_at_another_hour_is_doubtful(make, ask, late_h):

    ends = [datetime(2026, 1, 1 + i, 6, tzinfo=UTC) for i in range(20)]
    ends[-1] += timedelta(hours=late_h)
    nights = [{"night_date": end.date(), "start_at_utc": end - timedelta(hours=8), "end_at_utc": end} for end in ends]

    row = ask.verdict(make.nights(*nights), "sleep_duration", "n19")

    assert row["grade"] == ("ok" if late_h == 1 else "doubtful")


@pytest.mark.parametrize(("back_s", "for_s"), [(90, 90), (600, 200)])
def test_a_clock_set_back_for_a_while_loses_no_distance_and_no_time(make, ask, back_s, for_s):
    clean = make.run(1200)
    away = pl.col("record_index").is_between(500, 499 + for_s)
    back = pl.when(away).then(pl.duration(seconds=back_s)).otherwise(pl.duration(seconds=0))
    struck = {**clean, "records": clean["records"].with_columns(pl.col("recorded_at_utc") - back)}

    right, found = (_facts(ask, given) for given in (clean, struck))

    assert found["distance_m"] == pytest.approx(right["distance_m"], rel=0.005)
    assert found["moving_s"] == pytest.approx(right["moving_s"], rel=0.005)
